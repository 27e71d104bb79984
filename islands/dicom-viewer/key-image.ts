/** Makes a picture of a viewport for the report: pixels and marks in one PNG, and the source to find the very view again. */
import { number, text } from "./dicomweb";
import type { Mark } from "./mark-json";
import type { Pane } from "./pane";
import type { Sight } from "./sight";
import type { Reference } from "./stack";
import { dateWords } from "./corners";

export interface KeyImageSource extends Reference, Sight {
  annotations: Mark[];
  modality: string;
  studyDate: string;
  seriesDescription: string;
  seriesNumber: number | null;
  imageNumber: number;
  imageCount: number;
  instanceNumber: number | null;
}
export interface KeyImage {
  blob: Blob;
  source: KeyImageSource;
  alt: string;
}

const HALO = { "paint-order": "stroke", stroke: "#000000", "stroke-opacity": "0.75", "stroke-width": "3.5", "stroke-linejoin": "round" };

/** The drawn marks as a picture of their own; style sheets do not reach into it, so the halo of the words is written on. */
async function marksPicture(svg: SVGSVGElement, width: number, height: number): Promise<HTMLImageElement> {
  const copy = svg.cloneNode(true) as SVGSVGElement;
  const box = svg.getBoundingClientRect();
  copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  copy.setAttribute("viewBox", `0 0 ${box.width} ${box.height}`);
  copy.setAttribute("width", String(width));
  copy.setAttribute("height", String(height));
  for (const words of copy.querySelectorAll("text")) {
    for (const [name, value] of Object.entries(HALO)) words.setAttribute(name, value);
  }
  const picture = new Image();
  picture.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(new XMLSerializer().serializeToString(copy))}`;
  await picture.decode();
  return picture;
}

async function picture(pane: Pane, withMarks: boolean): Promise<Blob> {
  const from = pane.viewport.getCanvas();
  const canvas = new OffscreenCanvas(from.width, from.height);
  const pen = canvas.getContext("2d")!;
  pen.fillStyle = "#000000";
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.drawImage(from, 0, 0);
  const svg = pane.frame.port.querySelector<SVGSVGElement>("svg.svg-layer");
  pen.shadowColor = "#000000";
  pen.shadowBlur = 3;
  if (withMarks && svg) pen.drawImage(await marksPicture(svg, canvas.width, canvas.height), 0, 0);
  return canvas.convertToBlob({ type: "image/png" });
}

/** What the picture shows, for those who cannot see it. */
export function altOf(source: KeyImageSource): string {
  const series = [source.seriesNumber === null ? "" : `series ${source.seriesNumber}`, source.seriesDescription].filter(Boolean).join(" ");
  const window = source.window ? `window ${Math.round(source.window.width)}, level ${String(Math.round(source.window.center)).replace("-", "−")}` : "";
  const marks = source.annotations.map((one) => one.said).join("; ");
  const facts = [`${source.modality} ${dateWords(source.studyDate)}`.trim(), series, `image ${source.imageNumber} of ${source.imageCount}`, window];
  return `${facts.filter(Boolean).join(", ")}${marks ? `. Marked: ${marks}` : ""}`;
}

function sourceOf(pane: Pane, marks: Mark[]): KeyImageSource {
  const image = pane.image!;
  return {
    study: image.study, series: image.series, instance: image.instance, frame: image.frame,
    ...pane.sight(),
    annotations: marks,
    modality: pane.series!.modality || text(image.dataset, "00080060"),
    studyDate: text(image.dataset, "00080020"),
    seriesDescription: pane.series!.description,
    seriesNumber: pane.series!.number,
    imageNumber: pane.index + 1,
    imageCount: pane.stack.length,
    instanceNumber: number(image.dataset, "00200013"),
  };
}

/** The key image of a viewport. The caller has made sure that an image is shown. */
export async function keyImageOf(pane: Pane, marks: Mark[], withMarks: boolean): Promise<KeyImage> {
  const source = sourceOf(pane, withMarks ? marks : []);
  return { blob: await picture(pane, withMarks), source, alt: altOf(source) };
}
