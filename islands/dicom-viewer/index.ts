/**
 * <dicom-viewer root="/cases/…/dicomweb" study="1.2.3" [series="1.2.3.4"]>: the images of one case.
 * Until the element is in a page, the words inside it stand; the imaging code is fetched only then. See README.md.
 */
import type { Sight } from "./sight";
import type { KeyImage } from "./key-image";
import { actionOf, isWriting, KEYS, needsFocus } from "./keymap";
import type { Target, Viewer } from "./viewer";
import type { Wish } from "./toolbar";
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

/** This script may run while the page is still being read; the large part waits, so that words are painted first. */
function parsed(): Promise<void> {
  if (document.readyState !== "loading") return Promise.resolve();
  return new Promise((done) => document.addEventListener("readystatechange", () => done(), { once: true }));
}

export class DicomViewer extends HTMLElement {
  /** The keys this element listens to, for the page's key map. */
  static readonly keys = KEYS;
  #viewer: Promise<Viewer> | null = null;
  #fulfil: ((viewer: Viewer, wish: Wish) => void) | null = null;
  #ends = new AbortController();
  #heldFrom: Wish | null = null;

  connectedCallback(): void {
    if (this.#viewer) return;
    wearStyles();
    this.#ends = new AbortController();
    const { signal } = this.#ends;
    // Capture: Cornerstone swallows every key pressed on its own element.
    document.addEventListener("keydown", (event) => this.#pressed(event), { signal, capture: true });
    document.addEventListener("keyup", (event) => this.#released(event), { signal, capture: true });
    this.#viewer = this.#wake(performance.now());
    this.#viewer.catch(() => this.#broken());
  }

  disconnectedCallback(): void {
    this.#ends.abort();
    void this.#viewer?.then((viewer) => viewer.destroy(), () => undefined);
    this.#viewer = null;
  }

  /** Opens a study, or one series, image or frame of it, in the active viewport; `view` sets window, zoom and place. */
  async open(study: string, series?: string, instance?: string, frame?: number, view?: Partial<Sight>): Promise<void> {
    await (await this.#ready()).open({ study, series, instance, frame }, view);
  }

  /** Returns to the very view of a key image: takes the `source` that its event gave. */
  async show(source: Target & Partial<Sight> & { annotations?: unknown[] }): Promise<void> {
    await (await this.#ready()).show(source);
  }

  /** Makes a key image of the active viewport and dispatches “keyimage”; null when there is no image to show. */
  async keyImage(): Promise<KeyImage | null> {
    const viewer = await this.#ready();
    const made = await viewer.keyImage();
    if (!made) viewer.active.say("There is no image to put into the report yet.");
    else this.dispatchEvent(new CustomEvent<KeyImage>("keyimage", { bubbles: true, detail: made }));
    return made;
  }

  #ready(): Promise<Viewer> {
    if (!this.#viewer) throw new Error("<dicom-viewer> is not in the page.");
    return this.#viewer;
  }

  #need(name: string): string {
    const value = this.getAttribute(name);
    if (!value) throw new Error(`<dicom-viewer> needs the attribute “${name}”.`);
    return value;
  }

  async #wake(startedAt: number): Promise<Viewer> {
    const root = this.#need("root").replace(/\/$/, "");
    const target = { study: this.#need("study"), series: this.getAttribute("series") ?? undefined };
    // A chunk of its own: what the viewer's chunk shares with this file would be loaded twice, once by its hashed name.
    void import("./dicomweb").then(({ askEarly }) => askEarly(root, target.study, target.series), () => undefined);
    await parsed();
    const [{ Viewer }, { fulfil }] = await Promise.all([import("./viewer"), import("./wishes")]);
    this.#fulfil = fulfil;
    const word = (name: string) => this.getAttribute(name) ?? "";
    const viewer = new Viewer(this, {
      root, startedAt,
      cpu: this.hasAttribute("cpu"), marksUrl: this.getAttribute("marks-url"), author: word("author"),
      readOnly: this.hasAttribute("read-only"), thumbnails: this.hasAttribute("thumbnails"), compare: this.getAttribute("compare"),
      identity: { name: word("patient-name"), birthDate: word("birth-date"), sex: word("sex") },
    }, (wish) => this.#wish(wish));
    void viewer.open(target);
    return viewer;
  }

  #wish(wish: Wish): void {
    if (wish === "key-image") return void this.keyImage();
    void this.#viewer?.then((viewer) => this.#fulfil?.(viewer, wish));
  }

  #pressed(event: KeyboardEvent): void {
    const action = this.#mine(event);
    if (!action) return;
    event.preventDefault();
    if (action !== "pan-held") return this.#wish(action);
    if (event.repeat) return;
    void this.#viewer?.then((viewer) => {
      this.#heldFrom = viewer.tools.hand;
      this.#wish("pan");
    });
  }

  #released(event: KeyboardEvent): void {
    if (event.key !== " " || this.#heldFrom === null) return;
    this.#wish(this.#heldFrom);
    this.#heldFrom = null;
  }

  /** The action a key press asks of this viewer, if the keys are ours at this moment. */
  #mine(event: KeyboardEvent): Exclude<ReturnType<typeof actionOf>, null> | null {
    if (event.defaultPrevented || this.hasAttribute("no-keys") || isWriting(event.target) || !this.checkVisibility()) return null;
    const action = actionOf(event);
    if (!action || !needsFocus(action)) return action;
    const free = event.target === document.body || event.target === document.documentElement;
    const onImage = event.target instanceof Element && this.contains(event.target) && event.target.closest(".dv-view") !== null;
    return free || onImage ? action : null;
  }

  #broken(): void {
    const words = document.createElement("p");
    words.className = "dv-broken";
    words.setAttribute("role", "alert");
    words.textContent = "The image viewer did not start. Load the page again. If it stays away, use a newer browser.";
    this.replaceChildren(words);
  }
}

customElements.define("dicom-viewer", DicomViewer);
