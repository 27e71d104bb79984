/** `<konsil-uploader>`: looks at what people bring, asks about doubtful studies, sends, and goes on after any break. */
import { adopt, h, say } from "../page/dom";
import { follow, tellDone } from "./arrival";
import { commonFolder, type Picked } from "./collect";
import { filesThere } from "./manifest";
import { Pace } from "./progress";
import { Sender } from "./send";
import { Load, tally } from "./state";
import type { Study } from "./studies";
import { survey } from "./survey";
import css from "./uploader.css?inline";
import { DoorsView } from "./view-doors";
import { FoundView } from "./view-found";
import { MeterView } from "./view-meter";
import { hereNotice, otherNameNotice, signedOutNotice, troubleNotice } from "./view-notices";
import { SkippedView } from "./view-skipped";
import { contents, done, here, looking, offline, SAY } from "./words";

const DRAW_EVERY = 250;
const DONE_AGAIN = 5000;

export class KonsilUploader extends HTMLElement {
  private readonly load = new Load();
  private readonly pace = new Pace();
  private there = new Set<string>();
  private ready: Promise<void> = Promise.resolve();
  private looked: { done: number; all: number } | null = null;
  private trouble = "";
  private finished = "";
  private drawing = 0;
  private sender!: Sender;
  private readonly live = h("p", { class: "hidden-word", role: "status" });
  private readonly notices = h("div", { class: "stack", hidden: true });
  private readonly found = new FoundView();
  private readonly skipped = new SkippedView();
  private readonly region = h("div", { "data-region": "state" });
  private readonly sendBar = h("div", { class: "stack stack-s", hidden: true });
  private readonly sendButton = h("button", { type: "button", class: "button button-wide", onclick: () => this.send() });
  private readonly meter = new MeterView(() => this.press());
  private readonly doors = new DoorsView({
    picked: (files) => void this.take(files),
    unreadable: (names) => this.complain(`${SAY.unreadFolder} (${names.slice(0, 3).join(", ")})`),
  });

  connectedCallback(): void {
    adopt(css);
    this.sender = new Sender({
      endpoint: this.url("endpoint"), parcel: this.getAttribute("parcel") ?? "",
      changed: () => this.redraw(), emptied: () => void this.finish(),
    });
    this.sendBar.replaceChildren(this.sendButton);
    this.replaceChildren(h("div", { class: "stack stack-m" }, this.live, this.meter.root, this.region, this.notices,
      this.found.root, this.sendBar, this.skipped.root, this.doors.root));
    this.region.addEventListener("parcel-state", () => this.yieldToServer());
    addEventListener("beforeunload", this.leaving);
    this.ready = this.ask();
  }

  disconnectedCallback(): void {
    removeEventListener("beforeunload", this.leaving);
    this.sender.close();
  }

  private readonly leaving = (event: Event): void => {
    if (this.sender.busy) event.preventDefault();
  };

  private async ask(): Promise<void> {
    this.there = await filesThere(this.url("parcel-url"));
    this.drawNotices();
  }

  private async take(files: Picked[]): Promise<void> {
    await this.ready;
    this.trouble = "";
    const work = survey(files, {
      load: this.load, parcel: this.getAttribute("parcel") ?? "", there: this.there,
      patient: { name: this.getAttribute("patient-name") ?? "", birthDate: this.getAttribute("birth-date") ?? "", sex: this.getAttribute("sex") ?? "" },
      told: (at, all) => {
        this.looked = { done: at, all };
        this.redraw();
      },
    });
    this.ready = work.then(() => undefined);
    await work;
    this.looked = null;
    if (!this.load.meant().length) this.trouble = SAY.nothing;
    this.rebuild();
    this.announceFound();
  }

  private announceFound(): void {
    const { images, papers, others } = tally(this.load.ready());
    say(this.live, [SAY.found, contents(images, papers, others)].filter(Boolean).join(": "));
  }

  private complain(words: string): void {
    this.trouble = words;
    this.drawNotices();
  }

  private send(): void {
    this.finished = "";
    this.pace.reset();
    this.sender.enqueue(this.load.ready());
    this.rebuild();
    this.meter.takeFocus();
  }

  private press(): void {
    this.pace.reset();
    if (this.sender.mode === "sending") this.sender.pause();
    else this.sender.resume();
  }

  private async finish(): Promise<void> {
    const sentItems = this.load.meant().filter((item) => item.state === "sent");
    const counts = { ...tally(sentItems), refused: this.load.refused().length, skipped: this.load.skipped().length, leftOut: this.load.leftOut() };
    this.draw();
    while (this.isConnected && !this.sender.busy && !(await tellDone(this.url("parcel-url"), counts))) {
      await new Promise((again) => setTimeout(again, DONE_AGAIN));
    }
    if (!this.isConnected || this.sender.busy) return;
    this.finished = done(contents(counts.images, counts.papers, counts.others));
    say(this.live, this.finished);
    this.draw();
    this.dispatchEvent(new CustomEvent("uploaded", { bubbles: true, detail: counts }));
    await follow(this.url("parcel-url"), this.region);
  }

  /** Once the server lists what it recognised, its list is the truth and ours would only repeat it. */
  private yieldToServer(): void {
    if (this.region.querySelector("[data-finished] li, li")) this.found.root.hidden = true;
  }

  private decide(studies: Study[], choice: "leave" | "mine"): void {
    for (const study of studies) study.choice = choice;
    if (choice === "mine" && this.sender.busy) this.sender.enqueue(this.load.ready());
    this.rebuild();
    this.notices.querySelector<HTMLElement>(`[data-study="${CSS.escape(studies[0]!.key)}"] [data-choice="${choice}"]`)?.focus();
  }

  private rebuild(): void {
    this.found.rebuild(this.load);
    this.drawNotices();
    this.draw();
  }

  private redraw(): void {
    this.drawing ||= window.setTimeout(() => this.draw(), DRAW_EVERY);
  }

  private draw(): void {
    clearTimeout(this.drawing);
    this.drawing = 0;
    const totals = this.load.totals();
    const mode = this.sender.mode;
    if (mode === "sending") this.pace.mark(performance.now(), totals.sentBytes);
    this.meter.show({
      name: commonFolder(this.load.meant().map((item) => item.path)) || "Your files",
      totals, mode, finished: this.finished, seconds: this.pace.left(totals.bytes - totals.sentBytes),
      waitWhy: this.sender.waitWhy, looked: this.looked, lookingWords: this.looked ? looking(this.looked.done, this.looked.all) : "",
    });
    this.found.update(this.load.groups());
    this.skipped.show(this.load);
    this.doors.more(this.load.items.size > 0);
    this.drawSend();
    this.tellMode(totals.sent, totals.files);
  }

  private drawSend(): void {
    const { images, papers, others } = tally(this.load.ready());
    this.sendBar.hidden = this.looked !== null || images + papers + others === 0;
    say(this.sendButton, `Send ${contents(images, papers, others)}`);
  }

  private shownMode = "idle";

  /** Spoken once per change, never per file. */
  private tellMode(sent: number, all: number): void {
    const { mode } = this.sender;
    if (mode === this.shownMode) return;
    this.shownMode = mode;
    if (mode === "offline") say(this.live, offline(sent, all));
    if (mode === "paused") say(this.live, SAY.paused);
    this.drawNotices();
  }

  private drawNotices(): void {
    const doubtful = this.load.studyList().filter((study) => study.identity.verdict === "conflict");
    const list: HTMLElement[] = doubtful.length ? [otherNameNotice(doubtful, this.load.begun(), (studies, choice) => this.decide(studies, choice))] : [];
    if (this.sender.mode === "signed-out") list.unshift(signedOutNotice());
    if (this.sender.mode === "stopped") list.unshift(troubleNotice(this.sender.stoppedWhy));
    if (this.trouble) list.unshift(troubleNotice(this.trouble));
    if (this.there.size && !this.load.items.size) list.unshift(hereNotice(here(this.there.size)));
    this.notices.replaceChildren(...list);
    this.notices.hidden = list.length === 0;
  }

  private url(name: string): string {
    return this.getAttribute(name) ?? "";
  }
}
