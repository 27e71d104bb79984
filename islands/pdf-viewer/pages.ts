/** All pages in one column: draws those near the eye, frees those far away, and knows which page is being read. */
import type { PDFDocumentProxy } from "pdfjs-dist";
import { type Box, held } from "./geometry";
import { Page } from "./page";

const KEPT = 8;
const GAP = 16;

export class Pages {
  readonly element = document.createElement("div");
  readonly list: Page[] = [];
  current = 1;
  scale = 1;
  #fitting = true;
  readonly #near = new Set<Page>();
  readonly #eyes: IntersectionObserver;
  readonly #sizes = new ResizeObserver(() => this.#fitting && this.fit());

  constructor(private readonly size: { width: number; height: number }, private readonly moved: () => void) {
    Object.assign(this.element, { className: "pv-pages", tabIndex: 0 });
    this.element.setAttribute("role", "region");
    this.element.setAttribute("aria-label", "Pages");
    this.#eyes = new IntersectionObserver((seen) => this.#seen(seen), { root: this.element, rootMargin: "60% 0px" });
    this.element.addEventListener("scroll", () => this.#locate(), { passive: true });
  }

  /** Puts a page for each of the document's, at the first one's size until they are drawn. */
  fill(pdf: PDFDocumentProxy): void {
    for (let number = 1; number <= pdf.numPages; number += 1) {
      const page = new Page(pdf, number, { ...this.size });
      this.list.push(page);
      this.element.append(page.element);
      this.#eyes.observe(page.element);
    }
    this.fit();
    this.#sizes.observe(this.element);
  }

  page(number: number): Page {
    return this.list[Math.min(Math.max(1, Math.round(number) || 1), this.list.length) - 1]!;
  }

  /** The page width fills the column. */
  fit(): void {
    const room = this.element.clientWidth - 2 * GAP;
    this.#fitting = true;
    if (room > 0) this.#zoom(held(room / this.page(this.current).size.width));
  }

  zoomBy(factor: number): void {
    this.#fitting = false;
    this.#zoom(held(this.scale * factor));
  }

  /** Goes to a page, or to a part of it, which is then framed. Resolves when it is drawn. */
  async open(number: number, box: Box | null = null): Promise<void> {
    for (const one of this.list) one.frame(null);
    const page = this.page(number);
    this.#scrollTo(page, box?.y ?? 0);
    await page.draw(this.scale);
    this.#scrollTo(page, box?.y ?? 0);
    page.frame(box);
  }

  destroy(): void {
    this.#eyes.disconnect();
    this.#sizes.disconnect();
    for (const page of this.list) page.clear();
  }

  #scrollTo(page: Page, share: number): void {
    const room = share > 0 ? this.element.clientHeight / 3 : GAP / 2;
    this.element.scrollTop = Math.max(0, page.element.offsetTop + share * page.element.offsetHeight - room);
    this.#locate();
  }

  #zoom(scale: number): void {
    if (scale === this.scale && this.list.some((one) => one.drawn)) return;
    const page = this.page(this.current);
    const depth = (this.element.scrollTop - page.element.offsetTop) / Math.max(1, page.element.offsetHeight);
    this.scale = scale;
    for (const one of this.list) one.measure(scale);
    this.element.scrollTop = page.element.offsetTop + depth * page.element.offsetHeight;
    for (const one of this.#near) this.#draw(one);
    this.moved();
  }

  #seen(entries: IntersectionObserverEntry[]): void {
    for (const entry of entries) {
      const page = this.list.find((one) => one.element === entry.target)!;
      if (!entry.isIntersecting) this.#near.delete(page);
      else {
        this.#near.add(page);
        this.#draw(page);
      }
    }
    this.#free();
  }

  /** What hangs on drawn text, such as finds, has to follow. */
  #draw(page: Page): void {
    void page.draw(this.scale).then(() => this.moved());
  }

  #free(): void {
    const far = this.list.filter((one) => one.drawn && !this.#near.has(one));
    far.sort((a, b) => Math.abs(b.number - this.current) - Math.abs(a.number - this.current));
    for (const page of far.slice(0, Math.max(0, far.length - KEPT))) page.clear();
  }

  #locate(): void {
    const eye = this.element.scrollTop + this.element.clientHeight / 3;
    const page = this.list.findLast((one) => one.element.offsetTop <= eye) ?? this.list[0];
    if (!page || page.number === this.current) return;
    this.current = page.number;
    this.moved();
  }
}
