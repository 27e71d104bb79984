/** Searches the whole document as the reader types, shows all finds, and goes from one to the next. */
import type { Pages } from "./pages";
import { findIn, type Found, nextFind } from "./search";

const ALL = "pdf-viewer-finds";
const ONE = "pdf-viewer-find";

export class Finder {
  finds: Found[] = [];
  at = -1;
  #wanted = "";
  #round = 0;

  constructor(private readonly pages: Pages, private readonly tell: (words: string) => void) {}

  /** Looks for words from the page being read on; the same words again go to the next find. */
  async find(wanted: string): Promise<void> {
    if (wanted === this.#wanted && this.finds.length > 0) return this.step(1);
    this.#wanted = wanted;
    this.#round += 1;
    const round = this.#round;
    const finds: Found[] = [];
    for (const page of this.pages.list) {
      finds.push(...findIn(await page.words(), wanted, page.number));
      if (round !== this.#round) return;
    }
    this.finds = finds;
    this.at = finds.findIndex((one) => one.page >= this.pages.current);
    if (this.at < 0 && finds.length > 0) this.at = 0;
    await this.#show();
  }

  async step(by: number): Promise<void> {
    this.at = nextFind(this.finds.length, this.at, by);
    await this.#show();
  }

  clear(): void {
    this.#round += 1;
    this.#wanted = "";
    this.finds = [];
    this.at = -1;
    this.tell("");
    if (CSS.highlights) [ALL, ONE].forEach((name) => CSS.highlights.delete(name));
  }

  async #show(): Promise<void> {
    const find = this.finds[this.at];
    if (!find) {
      this.clear();
      return this.tell("Not in this document. Scanned pages hold no text to search.");
    }
    this.tell(`${this.at + 1} of ${this.finds.length}`);
    await this.pages.open(find.page);
    const range = await this.#range(find);
    range?.startContainer.parentElement?.scrollIntoView({ block: "center", inline: "nearest" });
    await this.paint();
  }

  /** Colours the finds on drawn pages; called again when more pages are drawn. */
  async paint(): Promise<void> {
    if (!CSS.highlights || this.finds.length === 0) return;
    const ranges = await Promise.all(this.finds.filter((one) => this.pages.page(one.page).drawn).map((one) => this.#range(one)));
    CSS.highlights.set(ALL, new Highlight(...ranges.filter((one) => one !== null)));
    const current = this.finds[this.at] ? await this.#range(this.finds[this.at]!) : null;
    if (!current) return;
    const one = new Highlight(current);
    one.priority = 1;
    CSS.highlights.set(ONE, one);
  }

  #range(find: Found): Promise<Range | null> {
    return this.pages.page(find.page).range(find.from, find.to);
  }
}
