/** Decides when a section is saved and what each answer means; knows neither the editor nor the page. */
import { isSignedOut, refusal, UNLOCKED_EVENT, writing } from "../page/answers";
import { draftKey, dropDraft, sameText, writeDraft } from "./drafts";
import type { Body } from "./schema";
import { saved, SAY } from "./words";

export type Theirs = { revision: number; body: Body; by: string; at: string };
export type Standing = "saved" | "dirty" | "saving" | "offline" | "signed-out" | "conflict" | "refused";
export type Ear = {
  /** `words` for the status line. */
  told(standing: Standing, words: string): void;
  saved(answer: { revision: number; saved_at: string }): void;
  conflict(theirs: Theirs): void;
};

const PAUSE = 800;
const FIRST_RETRY = 3000;
const LAST_RETRY = 30_000;
/** Browsers refuse to carry more than 64 KB past the end of a page. */
const CARRIED = 60_000;

export class Saver {
  standing: Standing = "saved";
  private body: Body | null = null;
  private running = false;
  /** The text that is under way and will arrive even if the page goes. */
  private carried: Body | null = null;
  private timer = 0;
  private retry = FIRST_RETRY;
  private kept = true;
  readonly key: string;

  constructor(private readonly url: string, public revision: number, private readonly ear: Ear) {
    this.key = draftKey(url);
    document.addEventListener(UNLOCKED_EVENT, () => this.unsaved && void this.flush());
  }

  /** After each change; the copy on this device is written at once, the server is asked after a pause. */
  changed(body: Body): void {
    this.body = body;
    this.keep();
    if (this.standing === "conflict" || this.standing === "signed-out") return;
    if (this.standing !== "offline") this.standing = "dirty";
    this.schedule(PAUSE);
  }

  /** Saves what is unsaved now; `leaving` when the page may be gone before the answer. */
  async flush(leaving = false): Promise<void> {
    clearTimeout(this.timer);
    if (!this.body || this.standing === "conflict") return;
    if (this.running && (!leaving || this.carried === this.body)) return;
    await this.put(this.body, leaving);
  }

  /** The person decided: save `body` on top of the other's revision. */
  async settle(body: Body, revision: number): Promise<void> {
    this.revision = revision;
    this.standing = "dirty";
    this.body = body;
    this.keep();
    await this.flush();
  }

  /** The other's text was taken as it is: nothing of ours is unsaved any more. */
  accept(revision: number): void {
    this.revision = revision;
    this.standing = "saved";
    this.body = null;
    dropDraft(this.key);
  }

  stop(): void {
    clearTimeout(this.timer);
  }

  get unsaved(): boolean {
    return this.body !== null;
  }

  private keep(): void {
    if (this.body) this.kept = writeDraft(this.key, { at: new Date().toISOString(), revision: this.revision, body: this.body });
  }

  private schedule(wait: number): void {
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.flush(), wait);
  }

  private async put(body: Body, leaving: boolean): Promise<void> {
    this.running = true;
    const text = JSON.stringify({ revision: this.revision, body });
    const carry = leaving && text.length < CARRIED;
    this.carried = carry ? body : null;
    try {
      const answer = await fetch(this.url, {
        method: "PUT", body: text, credentials: "same-origin", keepalive: carry,
        headers: writing({ "Content-Type": "application/json", Accept: "application/json, text/plain" }),
      });
      await this.hear(answer, body);
    } catch {
      this.later(this.kept ? SAY.offline : SAY.notKept);
    } finally {
      this.running = false;
      this.carried = null;
    }
    if (this.standing === "dirty" && this.body) this.schedule(PAUSE);
  }

  private async hear(answer: Response, sent: Body): Promise<void> {
    if (answer.status === 409) return this.meet((await answer.json()) as Theirs, sent);
    if (isSignedOut(answer)) return this.tell("signed-out", SAY.signedOut);
    if (answer.status >= 500 || answer.status === 429) return this.later(SAY.trouble);
    if (!answer.ok) return this.tell("refused", (await refusal(answer)) ?? SAY.trouble);
    const { revision, saved_at } = (await answer.json()) as { revision: number; saved_at: string };
    this.revision = revision;
    this.retry = FIRST_RETRY;
    this.ear.saved({ revision, saved_at });
    if (this.body && !sameText(this.body, sent)) {
      this.standing = "dirty";
      this.keep();
      return;
    }
    this.body = null;
    dropDraft(this.key);
    this.tell("saved", saved(saved_at));
  }

  /** A keepalive save that arrived although its answer was lost looks like a conflict with oneself. */
  private meet(theirs: Theirs, sent: Body): void {
    if (sameText(theirs.body, sent)) {
      this.accept(theirs.revision);
      return this.tell("saved", saved(theirs.at));
    }
    this.tell("conflict", "");
    this.ear.conflict(theirs);
  }

  private later(words: string): void {
    this.tell("offline", words);
    this.schedule(this.retry);
    this.retry = Math.min(this.retry * 2, LAST_RETRY);
  }

  private tell(standing: Standing, words: string): void {
    this.standing = standing;
    this.ear.told(standing, words);
  }
}
