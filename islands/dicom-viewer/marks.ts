/** Keeps the marks: signs new ones, saves them a moment after a change, removes and brings back. */
import { eventTarget } from "@cornerstonejs/core";
import { annotation as annotations, Enums, type Types } from "@cornerstonejs/tools";
import { type Annotation, annotationOf, isMark, type Mark, markOf, sameImage } from "./mark-json";
import type { Reference } from "./stack";

const PAUSE_MS = 800;
const AGAIN_MS = 10_000;

export interface MarksAt {
  readonly url: string | null;
  readonly root: string;
  readonly author: string;
  readonly readOnly: boolean;
}

type Step = { did: "add" | "remove"; mark: Mark };

export class Marks {
  readonly #steps: Step[] = [];
  readonly #ends = new AbortController();
  #timer = 0;
  #dirty = false;

  constructor(private readonly at: MarksAt, private readonly tell: (words: string) => void, private readonly redraw: () => void) {
    this.#on(Enums.Events.ANNOTATION_COMPLETED, (one) => this.#completed(one));
    // Being drawn again measures a mark anew; that is no change anyone made.
    this.#on(Enums.Events.ANNOTATION_MODIFIED, (_one, why) => why !== Enums.ChangeTypes.StatsUpdated && this.#changed());
    this.#on(Enums.Events.ANNOTATION_REMOVED, () => this.#changed());
    addEventListener("pagehide", () => this.#dirty && void this.#save(true), { signal: this.#ends.signal });
  }

  /** Brings the saved marks; the images go on without them if that fails. */
  async load(): Promise<void> {
    if (!this.at.url) return;
    try {
      const answer = await fetch(this.at.url, { headers: { Accept: "application/json" }, credentials: "same-origin" });
      if (!answer.ok) throw new Error(String(answer.status));
      const { annotations: saved } = (await answer.json()) as { annotations: unknown[] };
      this.put(saved.filter(isMark));
    } catch {
      this.tell("The earlier marks could not be read. Load the page again to see them.");
    }
  }

  /** Draws marks that are not drawn yet. */
  put(marks: readonly Mark[]): void {
    const known = new Set(this.all().map((one) => one.uid));
    for (const mark of marks) {
      if (known.has(mark.uid)) continue;
      annotations.state.addAnnotation(annotationOf(mark, this.at.root) as unknown as Types.Annotation, mark.frameOfReference);
    }
    this.redraw();
  }

  all(): Mark[] {
    const every = annotations.state.getAllAnnotations() as unknown as Annotation[];
    return every.map(markOf).filter((one) => one !== null);
  }

  on(image: Reference): Mark[] {
    return this.all().filter((one) => sameImage(one.reference, image));
  }

  /** Removes the chosen mark; tells what to do when none is chosen. */
  removeChosen(): void {
    if (this.at.readOnly) return this.tell("You can look at these marks, but not change them.");
    const chosen = new Set(annotations.selection.getAnnotationsSelected());
    const marks = this.all().filter((one) => chosen.has(one.uid));
    if (marks.length === 0) return this.tell("No mark is chosen. Click one first.");
    for (const mark of marks) {
      this.#steps.push({ did: "remove", mark });
      annotations.state.removeAnnotation(mark.uid);
    }
    this.redraw();
    this.tell("Mark removed. Control Z brings it back.");
  }

  /** Takes back the last mark drawn or removed here. */
  undo(): void {
    const step = this.#steps.pop();
    if (!step) return this.tell("There is nothing to take back.");
    if (step.did === "add") annotations.state.removeAnnotation(step.mark.uid);
    else this.put([step.mark]);
    this.#changed();
    this.redraw();
    this.tell(step.did === "add" ? "The last mark is gone." : "The mark is back.");
  }

  destroy(): void {
    if (this.#dirty) void this.#save(true);
    this.#ends.abort();
    clearTimeout(this.#timer);
  }

  #on(name: string, act: (annotation: Annotation, why?: string) => void): void {
    const heard = (event: Event) => {
      const { annotation, changeType } = (event as CustomEvent<{ annotation: Annotation; changeType?: string }>).detail;
      act(annotation, changeType);
    };
    eventTarget.addEventListener(name, heard);
    this.#ends.signal.addEventListener("abort", () => eventTarget.removeEventListener(name, heard));
  }

  #completed(annotation: Annotation): void {
    annotation.data.author ??= this.at.author;
    annotation.data.at ??= new Date().toISOString();
    const mark = markOf(annotation);
    if (mark) this.#steps.push({ did: "add", mark });
    this.#changed();
    this.redraw();
  }

  #changed(): void {
    if (!this.at.url || this.at.readOnly) return;
    this.#dirty = true;
    this.#later(PAUSE_MS);
  }

  #later(pause: number): void {
    clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => void this.#save(false), pause);
  }

  async #save(leaving: boolean): Promise<void> {
    this.#dirty = false;
    const token = document.querySelector<HTMLMetaElement>('meta[name="csrf-token"]')?.content ?? "";
    try {
      const answer = await fetch(this.at.url!, {
        method: "PUT", keepalive: leaving, credentials: "same-origin",
        headers: { "Content-Type": "application/json", "X-CSRFToken": token },
        body: JSON.stringify({ annotations: this.all() }),
      });
      if (!answer.ok) throw new Error(String(answer.status));
    } catch {
      this.#dirty = true;
      this.tell("The marks are not saved yet. We try again by ourselves.");
      this.#later(AGAIN_MS);
    }
  }
}
