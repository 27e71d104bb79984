/** One viewport: shows a stack, scrolls, windows, tells where it is, and loads the rest of the stack behind. */
import { cache, Enums, eventTarget, imageLoader, type RenderingEngine, type StackViewport } from "@cornerstonejs/core";
import type { Identity, Shown } from "./corners";
import type { Series } from "./dicomweb";
import { drawsOnCpu, memory, PARALLEL } from "./engine";
import { BackgroundLoading, howMany } from "./loading";
import { type Frame, makeFrame } from "./pane-frame";
import { PaneWords } from "./pane-words";
import type { Window } from "./presets";
import * as sight from "./sight";
import type { StackImage } from "./stack";

export const BROKEN = "This image could not be opened. The other images of the series are not touched by this.";

export interface PaneWatch {
  identity(): Identity;
  firstImage(pane: Pane): void;
  moved(pane: Pane): void;
  stackLoaded(pane: Pane, loaded: number, failed: number): void;
}

/** Some broken images end in silence rather than an error; this long we wait for an answer. */
const PATIENCE_MS = 45_000;

function withinTime<T>(promise: Promise<T>): Promise<T> {
  return Promise.race([promise, new Promise<T>((_, reject) => setTimeout(() => reject(new Error("no answer")), PATIENCE_MS))]);
}

let panes = 0;

export class Pane {
  readonly frame: Frame;
  readonly words: PaneWords;
  readonly viewportId: string;
  series: Series | null = null;
  stack: readonly StackImage[] = [];
  index = 0;
  #loading: BackgroundLoading | null = null;
  #again: () => void = () => undefined;
  #invertAsSent = false;
  #size = "";
  #seen: { zoom: number; place: sight.Place } | null = null;
  #drawing = 0;
  #shownOnce = false;
  readonly #ends = new AbortController();

  constructor(private readonly engine: RenderingEngine, private readonly watch: PaneWatch, place: string) {
    panes += 1;
    this.viewportId = `konsil-pane-${panes}`;
    this.frame = makeFrame(place);
    this.words = new PaneWords(this.frame);
  }

  /** Takes its place in the rendering engine; the frame must be in the page by now. */
  enable(): void {
    const { STACK } = Enums.ViewportType;
    this.engine.enableElement({ viewportId: this.viewportId, type: STACK, element: this.frame.port, defaultOptions: { background: [0, 0, 0] } });
    this.#listen();
  }

  get viewport(): StackViewport {
    return this.engine.getViewport(this.viewportId) as StackViewport;
  }

  get image(): StackImage | undefined {
    return this.stack[this.index];
  }

  get window(): Window | null {
    return this.#shownOnce ? sight.windowIn(this.viewport) : null;
  }

  /** Opens a stack at one of its images; resolves when that image is drawn or has been refused. */
  async show(series: Series, stack: readonly StackImage[], at = 0): Promise<void> {
    this.#loading?.stop();
    Object.assign(this, { series, stack, index: Math.min(Math.max(at, 0), stack.length - 1) });
    this.#shownOnce = false;
    this.words.range(stack.length);
    await this.#open();
    if (stack !== this.stack) return;
    this.words.loading(0, 0, 0);
    this.#loadRest();
  }

  /** Goes to an image; beyond an end it stays at the end. */
  go(index: number): void {
    const to = Math.min(Math.max(index, 0), this.stack.length - 1);
    if (this.stack.length === 0 || (to === this.index && this.frame.refusal.hidden)) return;
    this.index = to;
    this.viewport.setImageIdIndex(to).catch(() => this.#refuse(to));
    this.#loading?.centre(to);
  }

  step(by: number): void {
    this.go(this.index + by);
  }

  setWindow(window: Window): void {
    sight.setWindowIn(this.viewport, window);
    this.viewport.render();
  }

  invert(): void {
    this.viewport.setProperties({ invert: !(this.viewport.getProperties().invert ?? false) });
    this.viewport.render();
  }

  zoomBy(factor: number): void {
    sight.zoomBy(this.viewport, factor);
    this.viewport.render();
  }

  fit(): void {
    this.viewport.resetCamera();
    this.viewport.render();
  }

  /** The window, inversion and colours the image came with. */
  asSent(): void {
    this.viewport.resetProperties();
    this.viewport.setProperties({ invert: this.#invertAsSent });
    this.viewport.render();
  }

  reset(): void {
    this.asSent();
    this.fit();
  }

  sight(): sight.Sight {
    return sight.sightOf(this.viewport);
  }

  restore(wanted: Partial<sight.Sight>): void {
    sight.restoreSight(this.viewport, wanted);
    this.viewport.render();
  }

  /** After a change of size: a whole image stays whole, an enlarged one keeps its place. */
  resized(): void {
    this.#size = this.#sizeNow();
    if (!this.#shownOnce || !this.#seen || this.frame.port.clientWidth === 0) return;
    const { zoom, place } = this.#seen;
    if (Math.abs(zoom - 1) < 0.02) this.fit();
    else this.restore({ place });
  }

  say(words: string): void {
    this.words.say(words);
  }

  /** Says why nothing is shown; “Try again” does `again`. The image before it is covered. */
  refuse(words: string, again: () => void): void {
    this.#again = again;
    this.frame.refusalWords.textContent = words;
    this.frame.refusal.hidden = false;
  }

  /** Nothing is open: no corner may still speak of what was shown before. */
  clear(words = ""): void {
    this.#loading?.stop();
    Object.assign(this, { series: null, stack: [], index: 0 });
    this.words.clear(words);
    this.words.range(0);
  }

  destroy(): void {
    this.#loading?.stop();
    this.#ends.abort();
    this.words.destroy();
    cancelAnimationFrame(this.#drawing);
    this.engine.disableElement(this.viewportId);
    this.frame.root.remove();
  }

  async #open(): Promise<void> {
    const asked = this.stack;
    this.frame.refusal.hidden = true;
    try {
      await withinTime(this.viewport.setStack(asked.map((one) => one.imageId), this.index));
    } catch {
      if (asked === this.stack) this.#refuse(this.index);
      return;
    }
    if (asked !== this.stack) return;
    this.viewport.render();
    await this.#drawn();
  }

  /** The first image comes before all others; a page in the background draws nothing, so it is not waited for. */
  #drawn(): Promise<void> {
    if (this.#shownOnce) return Promise.resolve();
    return new Promise((resolve) => {
      this.frame.port.addEventListener(Enums.Events.IMAGE_RENDERED, () => resolve(), { once: true });
      setTimeout(resolve, 1000);
    });
  }

  #refuse(index: number): void {
    if (index !== this.index) return;
    this.refuse(BROKEN, () => this.#retry());
    this.#describe();
  }

  #retry(): void {
    const image = this.image;
    if (!image) return;
    if (cache.getImageLoadObject(image.imageId)) cache.removeImageLoadObject(image.imageId);
    void this.#open();
  }

  #loadRest(): void {
    const stack = this.stack;
    const options = { priority: 0, requestType: Enums.RequestType.Prefetch, useRGBA: drawsOnCpu() };
    this.#loading = new BackgroundLoading(
      async (index) => void (await imageLoader.loadAndCacheImage(stack[index]!.imageId, options)),
      {
        progress: (loaded, failed, total) => this.words.loading(loaded, failed, total),
        done: (loaded, failed) => this.watch.stackLoaded(this, loaded, failed),
      },
      PARALLEL,
    );
    const bytes = this.viewport.getCornerstoneImage()?.sizeInBytes ?? 1;
    this.#loading.start(stack.length, this.index, howMany(bytes, memory()));
  }

  #listen(): void {
    const { signal } = this.#ends;
    const { port, lever, retry } = this.frame;
    const { STACK_NEW_IMAGE, IMAGE_RENDERED, IMAGE_LOAD_ERROR } = Enums.Events;
    port.addEventListener(STACK_NEW_IMAGE, (event) => this.#arrived((event as CustomEvent).detail.imageIdIndex), { signal });
    port.addEventListener(IMAGE_RENDERED, () => this.#rendered(), { signal });
    const failed = (event: Event) => this.#failed((event as CustomEvent).detail.imageId);
    eventTarget.addEventListener(IMAGE_LOAD_ERROR, failed);
    signal.addEventListener("abort", () => eventTarget.removeEventListener(IMAGE_LOAD_ERROR, failed));
    lever.addEventListener("input", () => this.go(lever.valueAsNumber - 1), { signal });
    retry.addEventListener("click", () => this.#again(), { signal });
  }

  /** Tools (wheel, finger) scroll the viewport themselves, so the broken image may not be the one we asked for. */
  #failed(imageId: string): void {
    const index = this.stack.findIndex((one) => one.imageId === imageId);
    if (index < 0 || index !== this.viewport.getTargetImageIdIndex()) return;
    this.index = index;
    this.#refuse(index);
  }

  #arrived(index: number): void {
    this.index = index;
    this.frame.refusal.hidden = true;
    this.#loading?.centre(index);
    this.watch.moved(this);
  }

  #rendered(): void {
    if (this.viewport.getCornerstoneImage() === undefined) return;
    cancelAnimationFrame(this.#drawing);
    this.#drawing = requestAnimationFrame(() => this.#describe());
    if (this.#shownOnce) return;
    this.#shownOnce = true;
    this.#invertAsSent = this.viewport.getProperties().invert ?? false;
    this.watch.firstImage(this);
  }

  #describe(): void {
    const { image, series } = this;
    if (!image || !series) return;
    const shown: Shown = {
      dataset: image.dataset, series, index: this.index, count: this.stack.length,
      window: this.window, zoom: this.#shownOnce ? sight.zoomOf(this.viewport) : 1,
      transferSyntax: (this.viewport.getCornerstoneImage() as { transferSyntaxUID?: string } | undefined)?.transferSyntaxUID ?? "",
    };
    this.words.show(this.watch.identity(), shown, image);
    if (this.#shownOnce && this.#size === this.#sizeNow()) this.#seen = { zoom: shown.zoom, place: sight.placeOf(this.viewport) };
  }

  #sizeNow(): string {
    return `${this.frame.port.clientWidth}/${this.frame.port.clientHeight}`;
  }
}
