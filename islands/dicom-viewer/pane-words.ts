/** Writes and says what a viewport shows: corners, side letters, progress, and the quiet voice for screen readers. */
import { corners, type Identity, type Shown } from "./corners";
import { lines } from "./dom";
import type { Frame } from "./pane-frame";
import { orientation, sideLetters, type StackImage } from "./stack";

export class PaneWords {
  #speaking = 0;
  #told = "";

  constructor(private readonly frame: Frame) {}

  /** Says something to whoever listens rather than looks; the last of several quick ones counts. */
  say(words: string, after = 0): void {
    clearTimeout(this.#speaking);
    this.#speaking = window.setTimeout(() => lines(this.frame.status, [words]), after);
  }

  show(identity: Identity, shown: Shown, image: StackImage): void {
    const words = corners(identity, shown);
    for (const place of ["who", "when", "which", "how"] as const) lines(this.frame.corners[place], words[place]);
    const turn = orientation(image.dataset, image.frame);
    const letters = turn ? sideLetters(turn) : { left: "", right: "", top: "", bottom: "" };
    for (const place of ["left", "right", "top", "bottom"] as const) lines(this.frame.sides[place], [letters[place]]);
    this.#tell(shown);
  }

  /** No corner may still speak of what was shown before. */
  clear(words: string): void {
    for (const element of [...Object.values(this.frame.corners), ...Object.values(this.frame.sides)]) lines(element, []);
    lines(this.frame.loaded, [words]);
    this.frame.progress.hidden = true;
    this.frame.view.setAttribute("aria-label", words || "No image");
  }

  /** How far the background loading is; what could not be opened stays told. */
  loading(loaded: number, failed: number, total: number): void {
    const { progress, loaded: words } = this.frame;
    progress.max = Math.max(1, total);
    progress.value = loaded + failed;
    progress.hidden = loaded + failed >= total;
    const lost = failed === 0 ? "" : `${failed} could not be opened`;
    lines(words, [progress.hidden ? lost : `${loaded} of ${total} loaded`]);
  }

  /** The lever's range: a single image needs none. */
  range(count: number): void {
    this.frame.lever.max = String(Math.max(1, count));
    this.frame.lever.hidden = count < 2;
  }

  destroy(): void {
    clearTimeout(this.#speaking);
  }

  #tell(shown: Shown): void {
    const where = `image ${shown.index + 1} of ${shown.count}`;
    const { lever, view } = this.frame;
    lever.value = String(shown.index + 1);
    lever.setAttribute("aria-valuetext", where);
    view.setAttribute("aria-label", `${shown.series.modality} ${shown.series.description}, ${where}. Arrow keys scroll.`);
    if (where !== this.#told) this.say(`I${where.slice(1)}`, 700);
    this.#told = where;
  }
}
