/** How fast it goes and how long it will take, from the last twenty seconds. */

const WINDOW = 20_000;

export class Pace {
  private marks: { at: number; bytes: number }[] = [];

  /** `bytes` sent so far, at `at` (ms). */
  mark(at: number, bytes: number): void {
    this.marks.push({ at, bytes });
    while (this.marks.length > 2 && at - this.marks[0]!.at > WINDOW) this.marks.shift();
  }

  /** Seconds for `bytes` more; null in the first three seconds or while nothing moves. */
  left(bytes: number): number | null {
    const [first, last] = [this.marks[0], this.marks[this.marks.length - 1]];
    if (!first || !last || last.at - first.at < 3000 || last.bytes <= first.bytes) return null;
    return bytes / ((last.bytes - first.bytes) / ((last.at - first.at) / 1000));
  }

  /** After a pause or a break the old pace says nothing. */
  reset(): void {
    this.marks = [];
  }
}
