/** The queue: four files at a time over tus 1.0, with pause, patience when the network goes, and refusals per file. */
import { Upload, type DetailedError, type UploadOptions } from "tus-js-client";
import { csrfToken, isSignInPage } from "../page/answers";
import type { Item } from "./state";

export type Mode = "idle" | "sending" | "paused" | "offline" | "signed-out" | "stopped";
export type Line = {
  endpoint: string; parcel: string;
  changed(): void;
  /** Everything on the line was sent or refused. */
  emptied(): void;
};

const PARALLEL = 4;
export const BIG = 8 * 1024 * 1024;
const RETRY = [500, 1500, 4000];
const WAITS = [2000, 4000, 8000, 15000];

export class Sender {
  mode: Mode = "idle";
  /** The server's words when it wants nothing more (403, 410). */
  stoppedWhy = "";
  /** The server's words when it cannot just now (no room, being repaired); "" when it did not answer at all. */
  waitWhy = "";
  private queue: Item[] = [];
  private readonly running = new Map<Item, Upload>();
  private readonly begun = new Map<Item, Upload>();
  private tries = 0;
  private probing = false;
  private timer = 0;

  constructor(private readonly line: Line) {
    addEventListener("online", this.online);
  }

  /** Ends everything when the element leaves the page. */
  close(): void {
    removeEventListener("online", this.online);
    clearTimeout(this.timer);
    this.halt("idle");
  }

  enqueue(items: Item[]): void {
    for (const item of items) item.state = "queued";
    this.queue.push(...items);
    if (this.mode === "idle") this.mode = "sending";
    this.pump();
  }

  /** Starts nothing new. Big files stop at once and go on from there; small ones are let through, or they would come twice. */
  pause(): void {
    clearTimeout(this.timer);
    this.halt("paused", (item) => item.size > BIG);
  }

  resume(): void {
    clearTimeout(this.timer);
    this.mode = "sending";
    this.pump();
  }

  get busy(): boolean {
    return this.running.size + this.queue.length > 0;
  }

  private readonly online = (): void => {
    if (this.mode === "offline") this.resume();
  };

  private pump(): void {
    const limit = this.probing ? 1 : PARALLEL;
    while (this.mode === "sending" && this.running.size < limit && this.queue.length) void this.start(this.queue.shift()!);
    if (this.mode === "sending" && !this.busy) {
      this.mode = "idle";
      this.line.emptied();
    }
    this.line.changed();
  }

  private async start(item: Item): Promise<void> {
    const known = this.begun.get(item);
    const upload = known ?? new Upload(item.file, this.options(item));
    item.state = "sending";
    this.running.set(item, upload);
    if (!known && item.size > BIG) {
      const [previous] = await upload.findPreviousUploads().catch(() => []);
      if (previous) upload.resumeFromPreviousUpload(previous);
      this.begun.set(item, upload);
    }
    if (this.running.get(item) === upload) upload.start();
  }

  private options(item: Item): UploadOptions {
    const big = item.size > BIG;
    const metadata: Record<string, string> = {
      filename: item.path.slice(item.path.lastIndexOf("/") + 1), relativePath: item.path,
      filetype: item.file.type || "application/octet-stream", parcel: this.line.parcel,
    };
    if (item.study?.choice === "mine") metadata.claim = "mine";
    return {
      endpoint: this.line.endpoint, metadata, retryDelays: RETRY, uploadDataDuringCreation: true,
      chunkSize: big ? BIG : Infinity, storeFingerprintForResuming: big, removeFingerprintOnSuccess: true,
      fingerprint: async () => item.id,
      onBeforeRequest: (request) => request.setHeader("X-CSRFToken", csrfToken()),
      onShouldRetry: (error) => !landedOnSignIn(error) && ([409, 423, 429].includes(status(error)) || status(error) >= 500),
      onProgress: (passed) => {
        item.passed = passed;
        this.line.changed();
      },
      onSuccess: () => this.settled(item, "sent"),
      onError: (error) => this.failed(item, error),
    };
  }

  private settled(item: Item, state: "sent" | "refused", why?: string): void {
    item.state = state;
    if (why) item.why = why;
    item.passed = 0;
    this.running.delete(item);
    this.begun.delete(item);
    this.tries = 0;
    this.probing = false;
    this.pump();
  }

  private failed(item: Item, error: Error | DetailedError): void {
    if (this.running.get(item) === undefined) return;
    const code = status(error);
    if (landedOnSignIn(error) || code === 401 || (code === 403 && !words(error))) return this.halt("signed-out");
    if (code === 403 || code === 410) {
      this.stoppedWhy = words(error) || "The hospital takes nothing more through this link.";
      return this.halt("stopped");
    }
    if (code >= 400 && code < 500) return this.settled(item, "refused", words(error));
    if (error.name === "NotReadableError" || error.name === "NotFoundError") {
      return this.settled(item, "refused", "We could not read this file any more. Choose the folder again.");
    }
    this.waitWhy = code >= 500 ? words(error) : "";
    this.wait();
  }

  /** No answer at all: keep everything, try one file after a while, then all again. */
  private wait(): void {
    this.halt("offline");
    this.probing = true;
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.resume(), WAITS[Math.min(this.tries, WAITS.length - 1)]);
    this.tries += 1;
  }

  /** Stops what runs and puts it back in front; big files go on from their last chunk. */
  private halt(mode: Mode, which: (item: Item) => boolean = () => true): void {
    this.mode = mode;
    const stopped = [...this.running].filter(([item]) => which(item));
    for (const [item, upload] of stopped) {
      this.running.delete(item);
      item.state = "queued";
      if (item.size <= BIG) item.passed = 0;
      void upload.abort().catch(() => undefined);
    }
    this.queue.unshift(...stopped.map(([item]) => item));
    this.line.changed();
  }
}

function status(error: Error | DetailedError): number {
  return ("originalResponse" in error && error.originalResponse?.getStatus()) || 0;
}

/** A session that ended: the request was led on to the page for signing in. */
function landedOnSignIn(error: Error | DetailedError): boolean {
  const response = "originalResponse" in error ? error.originalResponse : null;
  const request = response?.getUnderlyingObject() as { responseURL?: string } | null;
  return isSignInPage(request?.responseURL ?? "");
}

/** The server's sentence, when it is text and not a page. */
function words(error: Error | DetailedError): string {
  const response = "originalResponse" in error ? error.originalResponse : null;
  const type = response?.getHeader("Content-Type") ?? "";
  return type.startsWith("text/plain") ? (response?.getBody() ?? "").trim().slice(0, 300) : "";
}
