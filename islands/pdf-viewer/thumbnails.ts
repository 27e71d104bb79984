/** The strip of small pages: drawn as they scroll into sight, each a button that goes to its page. */
import type { Pages } from "./pages";

const WIDTH = 96;

export class Thumbnails {
  readonly element = document.createElement("nav");
  readonly #buttons: HTMLButtonElement[] = [];
  readonly #eyes = new IntersectionObserver((seen) => this.#seen(seen));

  constructor(private readonly pages: Pages) {
    this.element.className = "pv-thumbs";
    this.element.setAttribute("aria-label", "Small pages");
    this.element.hidden = true;
  }

  /** Opens or closes the strip; its pages are made at the first opening. */
  toggle(): boolean {
    this.element.hidden = !this.element.hidden;
    if (!this.element.hidden && this.#buttons.length === 0) this.#fill();
    this.mark();
    return !this.element.hidden;
  }

  /** Marks the page being read. */
  mark(): void {
    if (this.element.hidden) return;
    this.#buttons.forEach((one, index) => {
      if (index + 1 === this.pages.current) one.setAttribute("aria-current", "page");
      else one.removeAttribute("aria-current");
    });
    this.#buttons[this.pages.current - 1]?.scrollIntoView({ block: "nearest" });
  }

  destroy(): void {
    this.#eyes.disconnect();
  }

  #fill(): void {
    for (const page of this.pages.list) {
      const button = document.createElement("button");
      button.type = "button";
      button.setAttribute("aria-label", `Page ${page.number}`);
      button.append(document.createElement("canvas"), Object.assign(document.createElement("span"), { textContent: String(page.number) }));
      button.addEventListener("click", () => void this.pages.open(page.number));
      this.#buttons.push(button);
      this.#eyes.observe(button);
    }
    this.element.append(...this.#buttons);
  }

  #seen(entries: IntersectionObserverEntry[]): void {
    for (const entry of entries.filter((one) => one.isIntersecting)) {
      this.#eyes.unobserve(entry.target);
      void this.#draw(this.#buttons.indexOf(entry.target as HTMLButtonElement));
    }
  }

  async #draw(index: number): Promise<void> {
    const page = await this.pages.page(index + 1).proxy();
    const viewport = page.getViewport({ scale: WIDTH / page.getViewport({ scale: 1 }).width });
    const canvas = this.#buttons[index]!.querySelector("canvas")!;
    Object.assign(canvas, { width: Math.floor(viewport.width), height: Math.floor(viewport.height) });
    await page.render({ canvas, viewport }).promise;
  }
}
