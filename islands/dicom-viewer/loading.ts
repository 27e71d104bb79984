/** Loads the rest of a stack in the background, from the image shown outwards, a few at a time. */

/** 0 … count-1 ordered by distance from `from`, forward first: the reader's next image comes next. */
export function outwards(count: number, from: number): number[] {
  return Array.from({ length: count }, (_, index) => index).sort(
    (a, b) => Math.abs(a - from) - Math.abs(b - from) || b - a,
  );
}

/** How many decoded images fit in `share` of the memory set aside for them. */
export function howMany(bytesPerImage: number, memory: number, share = 0.8): number {
  return Math.max(1, Math.floor((memory * share) / Math.max(1, bytesPerImage)));
}

export interface LoadingWatch {
  progress(loaded: number, failed: number, total: number): void;
  done(loaded: number, failed: number): void;
}

/** One stack's background loading; `load` answers when an image is in memory and throws when it cannot be. */
export class BackgroundLoading {
  #waiting: number[] = [];
  #running = 0;
  #loaded = new Set<number>();
  #failed = new Set<number>();
  #stopped = false;
  #total = 0;

  constructor(
    private readonly load: (index: number) => Promise<void>,
    private readonly watch: LoadingWatch,
    private readonly parallel = 6,
  ) {}

  start(count: number, from: number, limit = count): void {
    this.#total = Math.min(count, limit);
    this.#waiting = outwards(count, from).slice(0, this.#total);
    this.#next();
  }

  /** The reader moved: load around the new place first. */
  centre(from: number): void {
    this.#waiting.sort((a, b) => Math.abs(a - from) - Math.abs(b - from) || b - a);
  }

  stop(): void {
    this.#stopped = true;
    this.#waiting = [];
  }

  #next(): void {
    while (!this.#stopped && this.#running < this.parallel && this.#waiting.length > 0) {
      this.#running += 1;
      void this.#one(this.#waiting.shift()!);
    }
  }

  async #one(index: number): Promise<void> {
    try {
      await this.load(index);
      this.#loaded.add(index);
    } catch {
      this.#failed.add(index);
    }
    this.#running -= 1;
    if (this.#stopped) return;
    this.watch.progress(this.#loaded.size, this.#failed.size, this.#total);
    if (this.#running === 0 && this.#waiting.length === 0) this.watch.done(this.#loaded.size, this.#failed.size);
    this.#next();
  }
}
