/** Puts the document reader together: bar, small pages, pages and search over one PDF. */
import { Bar } from "./bar";
import { openDocument, refusalWords } from "./document";
import { Finder } from "./finder";
import { type Box, boxAround, isBox } from "./geometry";
import { Pages } from "./pages";
import { Thumbnails } from "./thumbnails";

export interface Evidence {
  page: number;
  /** The selected words' place on the page; null for the whole page. */
  box: Box | null;
  /** The selected words; "" for the whole page. */
  quote: string;
}

export class Reader {
  constructor(readonly pages: Pages, readonly finder: Finder, readonly thumbnails: Thumbnails, readonly bar: Bar, private readonly close: () => void) {}

  async open(page: number, box?: unknown): Promise<void> {
    await this.pages.open(page, isBox(box) ? box : null);
    await this.finder.paint();
  }

  /** The page being read and, if words on a page are selected, where they are. */
  evidence(): Evidence {
    const selection = getSelection();
    const range = selection && selection.rangeCount > 0 && !selection.isCollapsed ? selection.getRangeAt(0) : null;
    const page = range && this.pages.list.find((one) => one.element.contains(range.startContainer));
    if (!page) return { page: this.pages.current, box: null, quote: "" };
    const box = boxAround([...range.getClientRects()], page.element.getBoundingClientRect());
    return { page: page.number, box, quote: selection!.toString().replace(/\s+/g, " ").trim() };
  }

  destroy(): void {
    this.pages.destroy();
    this.thumbnails.destroy();
    this.finder.clear();
    this.close();
  }
}

/** Opens a PDF inside `host`; rejects with pdf.js's errors when it cannot be shown. */
export async function read(host: HTMLElement, src: string, refer: () => void): Promise<Reader> {
  const pdf = await openDocument(src);
  const first = await pdf.getPage(1);
  const { width, height } = first.getViewport({ scale: 1 });
  const pages: Pages = new Pages({ width, height }, () => {
    bar.at(pages.current, pdf.numPages);
    thumbnails.mark();
    void finder.paint();
  });
  const thumbnails = new Thumbnails(pages);
  const bar: Bar = new Bar({
    thumbnails: () => bar.pressThumbnails(thumbnails.toggle()),
    page: (number) => void pages.open(number),
    zoom: (factor) => pages.zoomBy(factor),
    fit: () => pages.fit(),
    find: (words) => void (words.trim() === "" ? finder.clear() : finder.find(words)),
    step: (by) => void finder.step(by),
    refer,
  });
  const finder = new Finder(pages, (words) => bar.tell(words));
  const body = Object.assign(document.createElement("div"), { className: "pv-body" });
  body.append(thumbnails.element, pages.element);
  host.replaceChildren(bar.element, body);
  bar.at(1, pdf.numPages);
  pages.fill(pdf);
  await pages.open(1);
  return new Reader(pages, finder, thumbnails, bar, () => void pdf.loadingTask.destroy());
}

export { refusalWords };
