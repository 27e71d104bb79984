/** Puts the viewer together: one or two viewports over one library, their series, and scrolling both together. */
import { RenderingEngine } from "@cornerstonejs/core";
import { askArrowWords } from "./arrow-note";
import type { Identity } from "./corners";
import { DicomwebError, earlierStudy, openFirst, type Series, text } from "./dicomweb";
import { make } from "./dom";
import { startEngine, styleMarks, Toolbox } from "./engine";
import { type KeyImage, keyImageOf } from "./key-image";
import { Library } from "./library";
import { follow, type Link, linkAt } from "./linking";
import { isMark } from "./mark-json";
import { Marks } from "./marks";
import { Pane } from "./pane";
import { fillChooser, fillStrip, pressStrip } from "./series-strip";
import type { Sight } from "./sight";
import { indexOf } from "./stack";
import { Toolbar, type Wish } from "./toolbar";

export interface Settings {
  readonly root: string;
  readonly cpu: boolean;
  readonly marksUrl: string | null;
  readonly author: string;
  readonly readOnly: boolean;
  readonly thumbnails: boolean;
  readonly compare: string | null;
  readonly identity: Identity;
  readonly startedAt: number;
}
export interface Target {
  study: string;
  series?: string | undefined;
  instance?: string | undefined;
  frame?: number | undefined;
}

let viewers = 0;

export class Viewer {
  readonly library: Library;
  readonly marks: Marks;
  readonly toolbar: Toolbar;
  readonly tools: Toolbox;
  readonly panes: Pane[] = [];
  active!: Pane;
  marksHidden = false;
  #link: Link | null = null;
  #opened = false;
  #whole = false;
  readonly #engine: RenderingEngine;
  readonly #stage = make("div", { class: "dv-panes" });
  readonly #strip = make("div", { class: "dv-strip", role: "group", "aria-label": "Series of this study", hidden: true });
  readonly #resizes: ResizeObserver;

  constructor(readonly host: HTMLElement, readonly settings: Settings, wish: (wish: Wish) => void) {
    startEngine(settings.cpu);
    viewers += 1;
    this.#engine = new RenderingEngine(`konsil-viewer-${viewers}`);
    this.library = new Library(settings.root);
    this.tools = new Toolbox({ ask: (keep) => askArrowWords(this.active.frame.view, keep) }, settings.readOnly);
    this.toolbar = new Toolbar(wish, settings.readOnly);
    host.replaceChildren(this.toolbar.element, this.#stage, this.#strip);
    styleMarks(getComputedStyle(host).getPropertyValue("--mark").trim() || "#6FE3CB");
    const marksAt = { url: settings.marksUrl, root: settings.root, author: settings.author, readOnly: settings.readOnly };
    this.marks = new Marks(marksAt, (words) => this.active.say(words), () => this.#engine.render());
    this.#resizes = new ResizeObserver(() => this.#resized());
    this.activate(this.#addPane("left"));
    this.refresh();
  }

  get linked(): boolean {
    return this.#link !== null;
  }

  /** Opens a study, series or single image in the active viewport; refusals are told inside it. */
  async open(target: Target, sight?: Partial<Sight>, pane = this.active): Promise<void> {
    pane.frame.refusal.hidden = true;
    this.#link = null;
    if (!pane.image) pane.clear("Opening the images");
    try {
      await this.#open(target, pane);
      if (sight) pane.restore(sight);
    } catch (reason) {
      if (!(reason instanceof DicomwebError)) throw reason;
      pane.clear();
      pane.refuse(reason.message, () => void this.open(target, sight, pane));
    }
    this.refresh();
  }

  /** The series list and the metadata are asked for at once when the series is known. */
  async #open(target: Target, pane: Pane): Promise<void> {
    const ahead = target.series ? this.library.stackFor(target.study, target.series) : null;
    ahead?.catch(() => undefined);
    const list = await this.library.seriesOf(target.study);
    const series = target.series ? list.find((one) => one.uid === target.series) : openFirst(list);
    if (!series && !target.series) throw new DicomwebError("This study has no images that can be shown here.");
    if (!series) throw new DicomwebError("This series is not in the study any more.");
    const stack = await (ahead ?? this.library.stackFor(series.study, series.uid));
    const start = indexOf(stack, target.instance, target.frame);
    fillChooser(pane.frame.chooser, list, series.uid);
    if (pane === this.active) this.#fillStrip(list, series.uid);
    await pane.show(series, stack, Math.max(start, 0));
  }

  /** The next (+1) or former (-1) series of the study in the active viewport. */
  async turnSeries(by: number): Promise<void> {
    const { series } = this.active;
    if (!series) return;
    const list = await this.library.seriesOf(series.study);
    const next = list[list.findIndex((one) => one.uid === series.uid) + by];
    if (!next) return this.active.say(by > 0 ? "This is the last series." : "This is the first series.");
    await this.open({ study: next.study, series: next.uid });
  }

  /** One viewport or two; the second opens the earlier study of the same kind, and both scroll together. */
  async compare(): Promise<void> {
    if (this.panes.length > 1) return this.#single();
    const first = this.active;
    const second = this.#addPane("right");
    this.refresh();
    if (!first.series) return;
    const target = await this.#earlier(first.series);
    await this.open(target, undefined, second);
    second.go(Math.round((first.index / Math.max(1, first.stack.length - 1)) * (second.stack.length - 1)));
    this.setLinked(true);
  }

  setLinked(linked: boolean): void {
    const [a, b] = this.panes;
    const ready = linked && a?.image && b?.image;
    const space = (pane: Pane) => (pane.image ? text(pane.image.dataset, "00200052") : "");
    this.#link = ready ? linkAt(a.stack, a.index, b.stack, b.index, space(a) === space(b)) : null;
    this.refresh();
  }

  hideMarks(hidden: boolean): void {
    this.marksHidden = hidden;
    this.tools.hideMarks(hidden);
    this.#engine.render();
    this.refresh();
  }

  /** The picture of the active viewport for the report; null while there is none. */
  async keyImage(): Promise<KeyImage | null> {
    const { image } = this.active;
    if (!image || !this.active.frame.refusal.hidden) return null;
    return keyImageOf(this.active, this.marks.on(image), !this.marksHidden);
  }

  /** Goes back to the very view a key image was made from. */
  async show(source: Target & Partial<Sight> & { annotations?: unknown[] }): Promise<void> {
    await this.open(source, source);
    this.marks.put((source.annotations ?? []).filter(isMark));
  }

  activate(pane: Pane): void {
    if (this.active === pane) return;
    this.active = pane;
    for (const one of this.panes) one.frame.root.toggleAttribute("data-active", one === pane);
    if (pane.series) void this.library.seriesOf(pane.series.study).then((list) => this.#fillStrip(list, pane.series!.uid));
  }

  /** Brings buttons in line with what is. */
  refresh(): void {
    const two = this.panes.length > 1;
    const hands = ["window", "scroll", "zoom", "pan", "length", "region", "arrow"] as const;
    const state = new Map<Wish, boolean>(hands.map((hand) => [hand, this.tools.hand === hand]));
    state.set("hide-marks", this.marksHidden).set("compare", two).set("link", this.linked);
    this.toolbar.press(state);
    this.toolbar.show("link", two);
    this.host.toggleAttribute("data-two", two);
  }

  destroy(): void {
    this.#resizes.disconnect();
    this.marks.destroy();
    for (const pane of this.panes) pane.destroy();
    this.tools.destroy();
    this.#engine.destroy();
  }

  async #earlier(series: Series): Promise<Target> {
    if (this.settings.compare) return { study: this.settings.compare };
    const earlier = await this.library.studies().then((all) => earlierStudy(all, series.study), () => null);
    if (earlier) return { study: earlier.uid };
    const list = await this.library.seriesOf(series.study);
    const other = list.find((one) => one.uid !== series.uid) ?? series;
    return { study: other.study, series: other.uid };
  }

  #single(): void {
    const gone = this.panes.find((one) => one !== this.active)!;
    this.#link = null;
    this.tools.remove(gone.viewportId, this.#engine.id);
    gone.destroy();
    this.panes.splice(this.panes.indexOf(gone), 1);
    this.refresh();
  }

  #resized(): void {
    this.#engine.resize(true, false);
    for (const pane of this.panes) pane.resized();
  }

  #addPane(place: string): Pane {
    const pane = new Pane(this.#engine, {
      identity: () => this.settings.identity,
      firstImage: (from) => this.#firstImage(from),
      moved: (moved) => this.#moved(moved),
      stackLoaded: (from, loaded, failed) => this.#stackLoaded(from, loaded, failed),
    }, place);
    this.#stage.append(pane.frame.root);
    this.panes.push(pane);
    pane.enable();
    this.#resizes.observe(pane.frame.port);
    for (const name of ["pointerdown", "wheel", "focusin"]) {
      pane.frame.root.addEventListener(name, () => this.activate(pane), { capture: true, passive: true });
    }
    pane.frame.chooser.addEventListener("change", () => {
      if (pane.series) void this.open({ study: pane.series.study, series: pane.frame.chooser.value }, undefined, pane);
    });
    return pane;
  }

  #fillStrip(list: readonly Series[], shown: string): void {
    const same = this.#strip.dataset["study"] === list[0]?.study && this.#strip.childElementCount === list.length;
    if (same) return pressStrip(this.#strip, list, shown);
    this.#strip.dataset["study"] = list[0]?.study ?? "";
    const look = { root: this.settings.root, pictures: this.settings.thumbnails };
    fillStrip(this.#strip, list, shown, look, (one) => void this.open({ study: one.study, series: one.uid }));
  }

  #moved(pane: Pane): void {
    const [a, b] = this.panes;
    if (!this.#link || pane !== this.active || !a || !b) return;
    if (pane === a) b.go(follow(this.#link, a.stack, a.index, b.stack));
    else a.go(follow(this.#link, b.stack, b.index, a.stack, true));
  }

  /** Tools and marks come only now: drawing a mark on a viewport without an image stops Cornerstone from drawing any. */
  #firstImage(pane: Pane): void {
    this.tools.add(pane.viewportId, this.#engine.id);
    if (this.#opened) return;
    this.#opened = true;
    void this.marks.load();
    performance.mark("konsil:first-image");
    this.host.dispatchEvent(new CustomEvent("viewer-ready", { bubbles: true, detail: { ms: this.#since() } }));
  }

  #stackLoaded(_pane: Pane, loaded: number, failed: number): void {
    if (this.#whole) return;
    this.#whole = true;
    performance.mark("konsil:stack-loaded");
    this.host.dispatchEvent(new CustomEvent("stack-loaded", { bubbles: true, detail: { ms: this.#since(), images: loaded, failed } }));
  }

  #since(): number {
    return Math.round(performance.now() - this.settings.startedAt);
  }
}
