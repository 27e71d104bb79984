/** Measures on pages: boxes as shares of the page, so that they hold at any zoom, and how large a page is drawn. */

/** Left, top, width and height as shares (0 to 1) of the page as it is shown. */
export interface Box {
  x: number;
  y: number;
  w: number;
  h: number;
}
interface Rect {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

const share = (value: number) => Math.min(1, Math.max(0, Number(value.toFixed(4))));

/** The box around rectangles, as shares of `page`; null when none of them lies on it. */
export function boxAround(rects: readonly Rect[], page: Rect): Box | null {
  const on = rects.filter((one) => one.right > page.left && one.left < page.right && one.bottom > page.top && one.top < page.bottom && one.right > one.left);
  if (on.length === 0) return null;
  const [width, height] = [page.right - page.left, page.bottom - page.top];
  const left = share((Math.min(...on.map((one) => one.left)) - page.left) / width);
  const top = share((Math.min(...on.map((one) => one.top)) - page.top) / height);
  const right = share((Math.max(...on.map((one) => one.right)) - page.left) / width);
  const bottom = share((Math.max(...on.map((one) => one.bottom)) - page.top) / height);
  return { x: left, y: top, w: share(right - left), h: share(bottom - top) };
}

/** True for four shares of a page. */
export function isBox(value: unknown): value is Box {
  const box = value as Partial<Box> | null;
  return [box?.x, box?.y, box?.w, box?.h].every((part) => typeof part === "number" && part >= 0 && part <= 1);
}

export const SMALLEST = 0.25;
export const LARGEST = 5;

/** Keeps a scale within what can be read and drawn. */
export function held(scale: number): number {
  return Math.min(LARGEST, Math.max(SMALLEST, scale));
}

/** Device pixels for each CSS pixel: as fine as the screen, but no canvas above `most` pixels, which phones refuse. */
export function fineness(width: number, height: number, ratio: number, most = 16_000_000): number {
  return Math.min(ratio, Math.sqrt(most / Math.max(1, width * height)));
}
