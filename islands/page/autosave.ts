/** `form[data-autosave]`: saves while people type, and keeps a copy here until the server has it. */
import { isLocked, isSignedOut, refusal, SIGNED_OUT, signInUrl, UNLOCKED_EVENT, writing } from "./answers";
import { clock, h, say } from "./dom";
import { draftKey, dropDraft, fill, keepable, readDraft, same, settleSent, writeDraft } from "./drafts";

const PAUSE = 800;
const FIRST_RETRY = 3000;
const LAST_RETRY = 30000;

export function startAutosave(): void {
  settleSent();
  const adoptForms = (root: ParentNode): void =>
    root.querySelectorAll<HTMLFormElement>("form[data-autosave]").forEach((form) => new Autosave(form));
  adoptForms(document);
  document.addEventListener("htmx:after:swap", () => adoptForms(document));
}

const known = new WeakSet<HTMLFormElement>();

class Autosave {
  private timer = 0;
  private running = false;
  private dirty = false;
  private retry = FIRST_RETRY;
  private readonly key: string;

  constructor(private readonly form: HTMLFormElement) {
    this.key = draftKey(form);
    if (known.has(form)) return;
    known.add(form);
    form.addEventListener("input", () => this.changed(PAUSE));
    form.addEventListener("change", () => this.changed(0));
    form.addEventListener("focusout", () => this.dirty && this.changed(0));
    form.addEventListener("submit", () => this.submitted());
    form.addEventListener("htmx:after:request", (event) => this.answered(event as CustomEvent));
    addEventListener("online", () => this.dirty && void this.save());
    document.addEventListener(UNLOCKED_EVENT, () => this.dirty && void this.save());
    addEventListener("pagehide", () => this.dirty && void this.save(true));
    this.restore();
  }

  private changed(wait: number): void {
    this.dirty = true;
    this.keep();
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.save(), wait);
  }

  private keep(): boolean {
    return writeDraft(this.key, { at: new Date().toISOString(), fields: keepable(this.form) });
  }

  private submitted(): void {
    clearTimeout(this.timer);
    this.dirty = false;
    const draft = readDraft(this.key);
    writeDraft(this.key, { at: new Date().toISOString(), ...draft, fields: keepable(this.form), sent: true });
  }

  /** A form sent by htmx stays on the page, so its copy goes as soon as the server took it. */
  private answered(event: CustomEvent<{ ctx?: { response?: { status: number } } }>): void {
    const status = event.detail.ctx?.response?.status ?? 500;
    if (event.target === this.form && status < 400) dropDraft(this.key);
  }

  private restore(): void {
    const draft = readDraft(this.key);
    if (!draft) return;
    if (same(draft.fields, keepable(this.form))) return dropDraft(this.key);
    fill(this.form, draft.fields);
    this.tell(`We brought back what you typed at ${clock(draft.at)}.`);
    this.dirty = true;
    this.timer = window.setTimeout(() => void this.save(), PAUSE);
  }

  private async save(leaving = false): Promise<void> {
    if (this.running || !this.form.isConnected) return;
    this.running = true;
    this.dirty = false;
    const sent = keepable(this.form);
    try {
      const answer = await fetch(this.form.action, {
        method: "POST", body: withoutFiles(this.form), keepalive: leaving, credentials: "same-origin",
        headers: writing({ "X-Autosave": "1", Accept: "text/plain, application/json" }),
      });
      await this.hear(answer, sent);
    } catch {
      this.later("No connection. Your text is kept on this device.");
    } finally {
      this.running = false;
    }
    if (this.dirty && this.retry === FIRST_RETRY) this.changed(PAUSE);
  }

  private async hear(answer: Response, sent: ReturnType<typeof keepable>): Promise<void> {
    if (isSignedOut(answer)) {
      this.retry = LAST_RETRY;  // not by itself: when somebody is back
      this.dirty = true;
      return isLocked(answer) ? this.tell("Not saved yet. Your text is kept.") : this.tell(SIGNED_OUT, true);
    }
    if (answer.status >= 500) return this.later("We could not save just now. Your text is kept on this device.");
    if (!answer.ok) return this.tell((await refusal(answer)) ?? "Not saved yet. Your text is kept on this device.");
    this.retry = FIRST_RETRY;
    if (same(sent, keepable(this.form))) dropDraft(this.key);
    this.tell("Saved");
  }

  private later(words: string): void {
    this.dirty = true;
    this.tell(words);
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.save(), this.retry);
    this.retry = Math.min(this.retry * 2, LAST_RETRY);
  }

  private tell(words: string, signIn = false): void {
    const name = this.form.dataset.autosaveStatus;
    const place = name ? document.getElementById(name.replace(/^#/, "")) : null;
    if (!place) return;
    if (!place.hasAttribute("role")) place.setAttribute("role", "status");
    say(place, words);
    if (signIn) place.append(" ", h("a", { href: signInUrl() }, "Sign in"));
  }
}

/** Files go with the form itself, never with each keystroke. */
function withoutFiles(form: HTMLFormElement): URLSearchParams {
  const body = new URLSearchParams();
  for (const [name, value] of new FormData(form)) if (typeof value === "string") body.append(name, value);
  return body;
}
