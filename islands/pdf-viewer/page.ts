/** One page: drawn when it comes near, with its text over it, so that it can be selected, searched and read aloud. */
import { type PDFDocumentProxy, type PDFPageProxy, type RenderTask, TextLayer } from "pdfjs-dist";
import { type Box, fineness } from "./geometry";
import { pageText, spotOf, type TextItem } from "./search";

const make = (tag: "div" | "canvas", name: string): HTMLElement => {
  const element = document.createElement(tag);
  element.className = name;
  return element;
};

export class Page {
  readonly element = make("div", "pv-page");
  #page: Promise<PDFPageProxy> | null = null;
  #text: Promise<TextItem[]> | null = null;
  #layer: TextLayer | null = null;
  #task: RenderTask | null = null;
  #drawnAt = 0;

  constructor(private readonly pdf: PDFDocumentProxy, readonly number: number, readonly size: { width: number; height: number }) {
    this.element.setAttribute("role", "group");
    this.element.setAttribute("aria-label", `Page ${number} of ${pdf.numPages}`);
  }

  get drawn(): boolean {
    return this.#drawnAt > 0;
  }

  /** Takes the room of the page at a scale; what was drawn at another scale goes. */
  measure(scale: number): void {
    this.element.style.width = `${Math.floor(this.size.width * scale)}px`;
    this.element.style.height = `${Math.floor(this.size.height * scale)}px`;
    this.element.style.setProperty("--total-scale-factor", String(scale));
    if (this.#drawnAt !== scale) this.clear();
  }

  /** Draws picture and text at a scale; a page already drawn so is left alone. */
  async draw(scale: number): Promise<void> {
    if (this.#drawnAt === scale) return;
    this.clear();
    this.#drawnAt = scale;
    const page = await this.proxy();
    const viewport = page.getViewport({ scale });
    Object.assign(this.size, { width: viewport.width / scale, height: viewport.height / scale });
    this.element.style.width = `${Math.floor(viewport.width)}px`;
    this.element.style.height = `${Math.floor(viewport.height)}px`;
    const canvas = make("canvas", "pv-canvas") as HTMLCanvasElement;
    const fine = fineness(viewport.width, viewport.height, devicePixelRatio);
    canvas.width = Math.floor(viewport.width * fine);
    canvas.height = Math.floor(viewport.height * fine);
    this.#task = page.render({ canvas, viewport, transform: [fine, 0, 0, fine, 0, 0] });
    try {
      await this.#task.promise;
    } catch (reason) {
      if ((reason as Error).name === "RenderingCancelledException") return;
      throw reason;
    }
    if (this.#drawnAt !== scale) return;
    this.element.prepend(canvas);
    await this.#drawText(page, scale);
  }

  /** Frees the picture of a page that is far away. */
  clear(): void {
    this.#task?.cancel();
    this.#layer?.cancel();
    this.#task = this.#layer = null;
    this.#drawnAt = 0;
    this.element.querySelectorAll(".pv-canvas, .pv-text").forEach((one) => one.remove());
  }

  async items(): Promise<TextItem[]> {
    this.#text ??= this.proxy().then((page) => page.getTextContent()).then((text) => text.items as TextItem[]);
    return this.#text;
  }

  async words(): Promise<string> {
    return pageText(await this.items());
  }

  /** The range of a find in the drawn text; null while the text is not drawn. */
  async range(from: number, to: number): Promise<Range | null> {
    const items = await this.items();
    const [start, end] = [spotOf(items, from), spotOf(items, to)];
    const node = (item: number) => this.#layer?.textDivs[item]?.firstChild ?? null;
    const [first, last] = [node(start.item), node(end.item)];
    if (!first || !last) return null;
    const range = document.createRange();
    range.setStart(first, Math.min(start.at, first.textContent!.length));
    range.setEnd(last, Math.min(end.at, last.textContent!.length));
    return range;
  }

  /** Frames a part of the page; null takes the frame away. */
  frame(box: Box | null): HTMLElement | null {
    this.element.querySelector(".pv-box")?.remove();
    if (!box) return null;
    const frame = make("div", "pv-box");
    const percent = (part: number) => `${part * 100}%`;
    Object.assign(frame.style, { left: percent(box.x), top: percent(box.y), width: percent(box.w), height: percent(box.h) });
    this.element.append(frame);
    return frame;
  }

  proxy(): Promise<PDFPageProxy> {
    this.#page ??= this.pdf.getPage(this.number);
    return this.#page;
  }

  async #drawText(page: PDFPageProxy, scale: number): Promise<void> {
    const container = make("div", "pv-text");
    const textContentSource = await page.getTextContent();
    if (this.#drawnAt !== scale) return;
    this.#layer = new TextLayer({ textContentSource, container: container as HTMLDivElement, viewport: page.getViewport({ scale }) });
    this.element.append(container);
    await this.#layer.render();
  }
}
