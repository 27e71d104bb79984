/** The strip of series under the image, and the chooser of series in a viewport's head. */
import { type Series, seriesName } from "./dicomweb";
import { make } from "./dom";

export interface StripLook {
  readonly root: string;
  /** Ask the server for a small picture of each series (PS3.18 rendered thumbnail). */
  readonly pictures: boolean;
}

function countWords(images: number | null): string {
  if (images === null) return "";
  return images === 1 ? "1 image" : `${images.toLocaleString("en-US")} images`;
}

function picture(look: StripLook, series: Series): HTMLImageElement {
  const address = `${look.root}/studies/${series.study}/series/${series.uid}/thumbnail`;
  const image = make("img", { src: address, alt: "", width: 56, height: 56, loading: "lazy" });
  image.addEventListener("error", () => image.remove());
  return image;
}

/** Draws the strip anew; the series on screen is pressed. */
export function fillStrip(strip: HTMLElement, list: readonly Series[], shown: string, look: StripLook, choose: (one: Series) => void): void {
  strip.replaceChildren(...list.map((one) => {
    const words = make("span", {}, seriesName(one), make("small", {}, countWords(one.images)));
    const button = make("button", { type: "button", "aria-pressed": String(one.uid === shown) }, ...(look.pictures ? [picture(look, one)] : []), words);
    button.addEventListener("click", () => choose(one));
    return button;
  }));
  strip.hidden = list.length === 0;
}

/** Marks the series on screen without drawing the strip anew, so that the focus stays where it is. */
export function pressStrip(strip: HTMLElement, list: readonly Series[], shown: string): void {
  list.forEach((one, index) => strip.children[index]?.setAttribute("aria-pressed", String(one.uid === shown)));
}

/** Fills a viewport's chooser; values are series UIDs. */
export function fillChooser(chooser: HTMLSelectElement, list: readonly Series[], shown: string): void {
  chooser.replaceChildren(...list.map((one) => make("option", { value: one.uid, selected: one.uid === shown }, `${seriesName(one)}, ${countWords(one.images)}`)));
}
