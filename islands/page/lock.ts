/** Hides a page that nobody touches and asks for one proof; what was typed stays in it (F1.4). */
import { LOCKED_EVENT, signInUrl, UNLOCKED_EVENT, writing } from "./answers";
import { h } from "./dom";

const ASKS = "/me/lock/";
const REPORT = 60_000;
const LOOK = 5_000;
const HANDS = ["pointerdown", "keydown", "wheel", "touchmove"];
/** The last touch in any page of this browser, so that one page does not lock while another is used. */
const SHARED = "konsil:hand";

export function startLock(): void {
  document.querySelector<HTMLFormElement>("form[data-send-now]")?.requestSubmit();
  const limit = Number(document.querySelector<HTMLMetaElement>('meta[name="idle"]')?.content ?? 0) * 1000;
  if (limit > 0) new Lock(limit);
}

class Lock {
  private last = Date.now();
  private reported = Date.now();
  private timer = 0;
  private dialog: HTMLDialogElement | null = null;
  private title = document.title;

  constructor(private readonly limit: number) {
    for (const hand of HANDS) addEventListener(hand, () => this.touched(), { passive: true, capture: true });
    for (const back of ["pageshow", "focus", "visibilitychange"]) addEventListener(back, () => this.look());
    document.addEventListener(LOCKED_EVENT, () => this.close(false));
    this.touched();
    setInterval(() => this.look(), Math.min(LOOK, limit / 3));
  }

  private touched(): void {
    if (this.dialog) return;
    const now = Date.now();
    if (now - this.last > 1000) share(now);
    this.last = now;
    if (this.timer) return;
    this.timer = window.setTimeout(() => void this.report(), Math.max(0, this.reported + Math.min(REPORT, this.limit / 3) - now));
  }

  /** Tells the server that hands moved: what a page does by itself does not count as use. */
  private async report(): Promise<void> {
    this.timer = 0;
    if (this.dialog || this.last <= this.reported) return;
    this.reported = Date.now();
    const answer = await fetch("/me/here/", { method: "POST", headers: writing(), keepalive: true }).catch(() => null);
    if (answer?.headers.has("X-Konsil-Locked")) this.close(false);
  }

  private look(): void {
    if (Date.now() - Math.max(this.last, shared()) >= this.limit) this.close(true);
  }

  /** A modal dialog makes the rest inert; the style sheet hides it. `tell`: the server does not know yet. */
  private close(tell: boolean): void {
    if (this.dialog) return;
    const dialog = h("dialog", { class: "dialog stack stack-s lock", "aria-labelledby": "lock-title" },
      h("h2", { id: "lock-title" }, "Is it still you?"),
      h("p", { class: "quiet" }, "Nobody used this page for a while, so we closed it. What you typed is still here."),
      h("div", { "data-lock-ask": true, class: "stack" }));
    this.dialog = dialog;
    this.title = document.title;
    document.title = "Locked";
    document.body.append(dialog);
    document.body.classList.add("is-locked");
    dialog.addEventListener("cancel", (event) => event.preventDefault());
    dialog.addEventListener("close", () => this.dialog && dialog.showModal());
    dialog.addEventListener("submit", (event) => this.answered(event));
    dialog.showModal();
    void this.ask(tell);
  }

  private async ask(tell: boolean): Promise<void> {
    try {
      if (tell) await fetch(`${ASKS}now/`, { method: "POST", headers: writing(), keepalive: true });
      await this.show(await fetch(ASKS, { headers: writing() }));
    } catch {
      this.place().replaceChildren(h("p", { role: "alert" }, "No connection. What you typed is still here."),
        h("button", { type: "button", class: "button", onclick: () => void this.ask(tell) }, "Try again"));
    }
  }

  private answered(event: SubmitEvent): void {
    const form = event.target as HTMLFormElement;
    if (!form.hasAttribute("data-unlock")) return;
    event.preventDefault();
    const body = new URLSearchParams(new FormData(form, event.submitter) as unknown as Record<string, string>);
    fetch(ASKS, { method: "POST", headers: writing(), body }).then((answer) => this.show(answer), () => this.ask(false));
  }

  private async show(answer: Response): Promise<void> {
    if (answer.status === 204) return this.open();
    if (answer.status === 401 || answer.redirected) {
      this.place().replaceChildren(h("p", {}, "You were signed out. Sign in to go on."),
        h("a", { class: "button", href: signInUrl() }, "Sign in"));
      return;
    }
    const made = document.createElement("template");
    made.innerHTML = await answer.text();
    this.place().replaceChildren(made.content);
    this.place().querySelector<HTMLElement>("input:not([type=hidden]), button")?.focus();
  }

  private place(): HTMLElement {
    return this.dialog!.querySelector<HTMLElement>("[data-lock-ask]")!;
  }

  private open(): void {
    const dialog = this.dialog!;
    this.dialog = null;
    dialog.close();
    dialog.remove();
    document.body.classList.remove("is-locked");
    document.title = this.title;
    this.last = this.reported = Date.now();
    share(this.last);
    document.dispatchEvent(new Event(UNLOCKED_EVENT));
  }
}

function share(at: number): void {
  try {
    localStorage.setItem(SHARED, String(at));
  } catch { /* then this page looks after itself */ }
}

function shared(): number {
  try {
    return Number(localStorage.getItem(SHARED) ?? 0);
  } catch {
    return 0;
  }
}
