/** `data-live="URL"`: server-sent events become `live:<topic>` on body, for `hx-trigger="live:board from:body"`. */
import { say } from "./dom";

const FIRST_WAIT = 2000;
const LAST_WAIT = 60000;

export function startLive(): void {
  document.querySelectorAll<HTMLElement>("[data-live]").forEach((place) => new Line(place.dataset.live!));
}

class Line {
  private source: EventSource | null = null;
  private wait = FIRST_WAIT;
  private timer = 0;
  private wasOpen = false;

  constructor(private readonly url: string) {
    this.open();
    addEventListener("pagehide", () => this.close());
    addEventListener("pageshow", (event) => event.persisted && this.open());
    addEventListener("online", () => this.source?.readyState === EventSource.CLOSED && this.open());
  }

  private open(): void {
    this.close();
    this.source = new EventSource(this.url, { withCredentials: true });
    this.source.onopen = () => this.opened();
    this.source.onmessage = (event: MessageEvent<string>) => hear(event.data);
    this.source.onerror = () => this.broken();
  }

  private close(): void {
    clearTimeout(this.timer);
    this.source?.close();
  }

  /** After a gap nobody knows what was missed: everything that listens is asked to look again. */
  private opened(): void {
    this.wait = FIRST_WAIT;
    if (this.wasOpen) for (const topic of awaitedTopics()) dispatch(topic, { topic, again: true });
    this.wasOpen = true;
  }

  /** The browser reconnects after a network error; after an HTTP error (a restart, 502) it gives up, so we do. */
  private broken(): void {
    if (this.source?.readyState !== EventSource.CLOSED) return;
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.open(), this.wait * (0.75 + Math.random() / 2));
    this.wait = Math.min(this.wait * 2, LAST_WAIT);
  }
}

/** Topics that elements of this page wait for. */
export function awaitedTopics(root: ParentNode = document): string[] {
  const specs = Array.from(root.querySelectorAll("[hx-trigger*='live:']"), (e) => e.getAttribute("hx-trigger") ?? "");
  return [...new Set(specs.flatMap((spec) => Array.from(spec.matchAll(/live:([\w-]+)/g), (found) => found[1]!)))];
}

function hear(text: string): void {
  let message: { topic?: unknown };
  try {
    message = JSON.parse(text) as { topic?: unknown };
  } catch {
    return;
  }
  if (typeof message.topic !== "string") return;
  const calm = document.querySelector<HTMLElement>("[data-live-calm]:hover, [data-live-calm]:focus-within");
  if (calm) hold(calm, message.topic, message);
  else dispatch(message.topic, message);
}

function dispatch(topic: string, detail: unknown): void {
  document.body.dispatchEvent(new CustomEvent(`live:${topic}`, { detail }));
}

const held = new Map<string, { detail: unknown; count: number }>();

/** A list under the pointer keeps still: changes are counted in words and shown when the pointer leaves. */
function hold(calm: HTMLElement, topic: string, detail: unknown): void {
  const first = held.size === 0;
  held.set(topic, { detail, count: (held.get(topic)?.count ?? 0) + 1 });
  const count = [...held.values()].reduce((sum, entry) => sum + entry.count, 0);
  const noun = calm.dataset.liveCalm || "case";
  say(document.querySelector("[data-live-status]"), `${count} ${noun}${count === 1 ? "" : "s"} changed`);
  if (!first) return;
  const release = (): void => {
    if (calm.matches(":hover, :focus-within")) return;
    calm.removeEventListener("pointerleave", release);
    calm.removeEventListener("focusout", later);
    const waiting = [...held];
    held.clear();
    say(document.querySelector("[data-live-status]"), "");
    for (const [name, entry] of waiting) dispatch(name, entry.detail);
  };
  const later = (): void => void setTimeout(release);
  calm.addEventListener("pointerleave", release);
  calm.addEventListener("focusout", later);
}
