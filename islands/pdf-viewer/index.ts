/**
 * <pdf-viewer src="/…/letter.pdf" name="Letter, Dr. Weiss">: one PDF, page under page, with search.
 * Until the element is in a page, the words inside it stand; pdf.js is fetched only then. See README.md.
 */
import { deedOf, isWriting } from "./keys";
import type { Evidence, Reader } from "./viewer";
import styles from "./viewer.css?inline";

let styled = false;

/** A constructed sheet passes `style-src 'self'`, where a <style> element would not. */
function wearStyles(): void {
  if (styled) return;
  styled = true;
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(styles);
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
}

export class PdfViewer extends HTMLElement {
  static readonly observedAttributes = ["src"];
  #reader: Promise<Reader | null> = Promise.resolve(null);
  #ends = new AbortController();

  connectedCallback(): void {
    wearStyles();
    this.#ends = new AbortController();
    this.addEventListener("keydown", (event) => this.#pressed(event), { signal: this.#ends.signal });
    this.#start();
  }

  disconnectedCallback(): void {
    this.#ends.abort();
    void this.#reader.then((reader) => reader?.destroy());
    this.#reader = Promise.resolve(null);
  }

  attributeChangedCallback(_name: string, before: string | null, now: string | null): void {
    if (before === null || before === now || !this.isConnected) return;
    void this.#reader.then((reader) => reader?.destroy());
    this.#start();
  }

  /** Goes to a page (from 1) and, if a box of shares of the page is given, frames it. */
  async open(page: number, box?: { x: number; y: number; w: number; h: number } | null): Promise<void> {
    await (await this.#reader)?.open(page, box);
  }

  /** Dispatches “evidence” for the page being read, or for the words selected on it. */
  async refer(): Promise<Evidence | null> {
    const reader = await this.#reader;
    if (!reader) return null;
    const detail = reader.evidence();
    this.dispatchEvent(new CustomEvent<Evidence>("evidence", { bubbles: true, detail }));
    return detail;
  }

  #start(): void {
    this.setAttribute("role", "group");
    this.setAttribute("aria-label", this.getAttribute("name") ?? "Document");
    this.#reader = this.#read(performance.now());
  }

  async #read(startedAt: number): Promise<Reader | null> {
    const src = this.getAttribute("src");
    if (!src) throw new Error("<pdf-viewer> needs the attribute “src”.");
    const { read, refusalWords } = await import("./viewer");
    try {
      const reader = await read(this, src, () => void this.refer());
      const page = Number(this.getAttribute("page") ?? 1);
      if (page > 1) await reader.open(page);
      const ms = Math.round(performance.now() - startedAt);
      this.dispatchEvent(new CustomEvent("pdf-ready", { bubbles: true, detail: { ms, pages: reader.pages.list.length } }));
      return reader;
    } catch (reason) {
      this.#refuse(refusalWords(reason), src);
      return null;
    }
  }

  #refuse(words: string, src: string): void {
    const box = Object.assign(document.createElement("div"), { className: "pv-refusal", role: "alert" });
    const link = Object.assign(document.createElement("a"), { href: src, download: "", textContent: "Download" });
    const again = Object.assign(document.createElement("button"), { type: "button", className: "pv-button", textContent: "Try again" });
    again.addEventListener("click", () => this.#start());
    box.append(Object.assign(document.createElement("p"), { textContent: words }), again, link);
    this.replaceChildren(box);
  }

  #pressed(event: KeyboardEvent): void {
    const deed = deedOf(event);
    if (!deed || event.defaultPrevented || this.hasAttribute("no-keys") || (isWriting(event.target) && deed !== "search")) return;
    event.preventDefault();
    void this.#reader.then((reader) => reader && DEEDS[deed](reader));
  }
}

const DEEDS = {
  before: (reader: Reader) => reader.open(reader.pages.current - 1),
  next: (reader: Reader) => reader.open(reader.pages.current + 1),
  larger: (reader: Reader) => reader.pages.zoomBy(1.2),
  smaller: (reader: Reader) => reader.pages.zoomBy(1 / 1.2),
  fit: (reader: Reader) => reader.pages.fit(),
  search: (reader: Reader) => reader.bar.search.select(),
} as const;

customElements.define("pdf-viewer", PdfViewer);
