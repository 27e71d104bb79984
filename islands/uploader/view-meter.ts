/** The sheet on top while things are under way: name, size, one meter, counts, time left, pause. */
import pauseIcon from "lucide-static/icons/pause.svg?raw";
import playIcon from "lucide-static/icons/play.svg?raw";
import { h, say } from "../page/dom";
import { icon } from "../page/icons";
import type { Mode } from "./send";
import type { Totals } from "./state";
import { bytes, offline, SAY, sent, timeLeft } from "./words";

export type MeterState = {
  name: string; totals: Totals; mode: Mode; seconds: number | null;
  /** What to say when all is there and told; "" until then. */
  finished: string;
  /** Why we wait, in the server's words; "" when it is the network. */
  waitWhy: string;
  looked: { done: number; all: number } | null; lookingWords: string;
};

export class MeterView {
  readonly root: HTMLElement;
  private readonly name = h("h2", { id: "uploader-meter", tabindex: -1 });
  private readonly size = h("span", { class: "quiet" });
  private readonly bar = h("progress", { class: "meter", max: 100, value: 0, "aria-labelledby": "uploader-meter" });
  private readonly counts = h("strong");
  private readonly rest = h("span", { class: "quiet" });
  private readonly button: HTMLButtonElement;
  private drawn = "";

  constructor(press: () => void) {
    this.button = h("button", { type: "button", class: "button button-second", onclick: press });
    this.root = h("section", { class: "sheet stack stack-s", "aria-labelledby": "uploader-meter", hidden: true },
      h("div", { class: "row row-apart" }, this.name, this.size), this.bar,
      h("div", { class: "row row-apart" }, h("p", { class: "small" }, this.counts, h("br"), this.rest), this.button));
  }

  /** The pressed button is gone: reading goes on here, at the top. */
  takeFocus(): void {
    this.root.scrollIntoView({ block: "start" });
    this.name.focus({ preventScroll: true });
  }

  show(state: MeterState): void {
    const { totals, looked } = state;
    this.root.hidden = !looked && totals.files === 0;
    say(this.name, state.name);
    say(this.size, looked ? "" : bytes(totals.bytes));
    const share = looked ? looked.done / Math.max(1, looked.all) : totals.sentBytes / Math.max(1, totals.bytes);
    this.bar.value = Math.round(share * 1000) / 10;
    this.bar.setAttribute("aria-valuetext", looked ? state.lookingWords : sent(totals.sent, totals.files));
    say(this.counts, looked ? state.lookingWords : sent(totals.sent, totals.files));
    say(this.rest, this.second(state));
    this.drawButton(state);
  }

  private second(state: MeterState): string {
    if (state.looked) return "";
    if (state.mode === "offline") return state.waitWhy || offline(state.totals.sent, state.totals.files);
    if (state.mode === "paused") return SAY.paused;
    return state.mode === "sending" ? timeLeft(state.seconds) : state.finished;
  }

  private drawButton(state: MeterState): void {
    const kind = state.looked || ["idle", "signed-out", "stopped"].includes(state.mode) ? "" : state.mode === "sending" ? "pause" : "resume";
    if (kind === this.drawn && this.button.hidden === !kind) return;
    this.drawn = kind;
    this.button.hidden = !kind;
    if (kind) this.button.replaceChildren(icon(kind === "pause" ? pauseIcon : playIcon), ` ${SAY[kind as "pause" | "resume"]}`);
  }
}
