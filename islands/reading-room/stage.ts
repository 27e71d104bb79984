/** The middle of the room: opens an item of the record without a reload, images or papers. */
import { h } from "../page/dom";
import { isSignedOut, refusal } from "../page/answers";
import { NOT_REACHED, tell } from "./room";

type Shown = HTMLElement & { show?(source: unknown): Promise<void> };
type Paper = HTMLElement & { open(page: number, box: unknown): void };

export class Stage {
  private asked = 0;
  private filled: Promise<void> = Promise.resolve();

  constructor(private readonly root: HTMLElement) {
    document.addEventListener("click", (event) => this.clicked(event));
    addEventListener("popstate", () => {
      const link = this.linkAt(location.pathname);
      if (link) void this.open(link, false);
    });
    this.fill();
  }

  get viewer(): Shown | null {
    return this.root.querySelector<Shown>("dicom-viewer");
  }

  /** The paper that is open, once it is known to be one that can be leafed. */
  async paper(): Promise<Paper | null> {
    await this.filled;
    return this.root.querySelector<Paper>("pdf-viewer");
  }

  /** The item that is open, by its id. */
  get current(): string {
    return this.root.querySelector<HTMLElement>("[data-exhibit]")?.dataset.exhibit ?? "";
  }

  links(): HTMLAnchorElement[] {
    return Array.from(document.querySelectorAll<HTMLAnchorElement>("a[data-item]"));
  }

  /** Opens the item `by` places further down the record. */
  turn(by: number): void {
    const all = this.links();
    const next = all[all.findIndex((one) => one.dataset.item === this.current) + by];
    if (next) void this.open(next);
  }

  /** Opens an item by its id and gives its viewer; null when it is not in the record or shows no images. */
  async openItem(id: string): Promise<Shown | null> {
    if (id !== this.current) {
      const link = this.links().find((one) => one.dataset.item === id);
      if (!link) return null;
      await this.open(link);
    }
    if (this.viewer) await customElements.whenDefined("dicom-viewer");
    return this.viewer;
  }

  async open(link: HTMLAnchorElement, remember = true): Promise<void> {
    const turn = ++this.asked;
    try {
      const answer = await fetch(link.href, { credentials: "same-origin", headers: { "X-Requested-With": "fetch" } });
      if (isSignedOut(answer) || !answer.ok) return tell((await refusal(answer)) ?? NOT_REACHED, 10_000);
      const words = await answer.text();
      if (turn !== this.asked) return; // somebody clicked on
      this.put(words, link, remember);
    } catch {
      tell(NOT_REACHED, 10_000);
    }
  }

  private put(words: string, link: HTMLAnchorElement, remember: boolean): void {
    if (location.hash) location.replace("#main"); // closes the drawer of the phone
    if (remember && location.pathname !== link.pathname) history.pushState(null, "", link.pathname);
    for (const one of this.links()) one.removeAttribute("aria-current");
    link.setAttribute("aria-current", "true");
    link.scrollIntoView({ block: "nearest" });
    const page = new DOMParser().parseFromString(words, "text/html");
    this.root.replaceChildren(...Array.from(page.body.childNodes, (one) => document.importNode(one, true)));
    this.fill();
  }

  /** A paper says itself what it is; only then is it known what can show it. */
  private fill(): void {
    const paper = this.root.querySelector<HTMLElement>("[data-preview]");
    if (paper) this.filled = this.fillPaper(paper, paper.dataset.preview!);
  }

  private async fillPaper(paper: HTMLElement, url: string): Promise<void> {
    try {
      const answer = await fetch(url, { credentials: "same-origin" });
      const kind = answer.headers.get("content-type") ?? "";
      if (!answer.ok) return paper.replaceChildren(h("p", { class: "stage-says" }, (await refusal(answer)) ?? "This paper cannot be shown here."));
      if (kind.startsWith("image/")) return paper.replaceChildren(h("img", { src: url, alt: paper.dataset.title ?? "" }));
      if (kind.startsWith("text/plain")) return paper.replaceChildren(h("pre", {}, await answer.text()));
      if (kind.startsWith("application/pdf") && customElements.get("pdf-viewer")) {
        const viewer = document.createElement("pdf-viewer");
        viewer.setAttribute("name", paper.dataset.title ?? "");
        viewer.setAttribute("src", url);
        paper.replaceChildren(viewer);
      }
    } catch {
      tell(NOT_REACHED, 10_000);
    }
  }

  private linkAt(path: string): HTMLAnchorElement | undefined {
    return this.links().find((one) => one.pathname === path);
  }

  private clicked(event: MouseEvent): void {
    const link = (event.target as Element).closest<HTMLAnchorElement>("a[data-item]");
    if (!link || event.defaultPrevented || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    void this.open(link);
  }
}
