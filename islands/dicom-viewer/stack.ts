/** Turns the metadata of a series into an ordered stack of images, one per frame, each with a stable reference. */
import { type Dataset, number, numbers, text } from "./dicomweb";

/** Where an image is, independent of any address: this is what is stored. Frame counts from 1. */
export interface Reference {
  study: string;
  series: string;
  instance: string;
  frame: number;
}

export interface StackImage extends Reference {
  readonly imageId: string;
  readonly dataset: Dataset;
  /** Millimetres along the stack's normal; null when the images have no place in space. */
  readonly position: number | null;
  /** Instance Number (0020,0013), or the frame number of a multi-frame object. */
  readonly label: number;
}

const ADDRESS = /\/studies\/([0-9.]+)\/series\/([0-9.]+)\/instances\/([0-9.]+)\/frames\/(\d+)/;

export function imageIdOf(root: string, at: Reference): string {
  return `wadors:${root}/studies/${at.study}/series/${at.series}/instances/${at.instance}/frames/${at.frame}`;
}

/** Reads the reference back out of an image's address; null when it is none of ours. */
export function referenceOf(imageId: string): Reference | null {
  const found = ADDRESS.exec(imageId);
  if (!found) return null;
  return { study: found[1]!, series: found[2]!, instance: found[3]!, frame: Number(found[4]) };
}

/** A value of a multi-frame object's functional groups: of the frame's own, or else of the shared ones (PS3.3 C.7.6.16). */
function grouped(dataset: Dataset, frame: number, sequence: string, tag: string): number[] {
  const own = dataset["52009230"]?.Value?.[frame - 1] as Dataset | undefined;
  const shared = dataset["52009229"]?.Value?.[0] as Dataset | undefined;
  for (const groups of [own, shared]) {
    const values = numbers((groups?.[sequence]?.Value?.[0] ?? {}) as Dataset, tag);
    if (values.length > 0) return values;
  }
  return [];
}

/** Row and column direction (0020,0037), six figures; null when absent. */
export function orientation(dataset: Dataset, frame = 1): number[] | null {
  const own = numbers(dataset, "00200037");
  const values = own.length === 6 ? own : grouped(dataset, frame, "00209116", "00200037");
  return values.length === 6 ? values : null;
}

function framePosition(dataset: Dataset, frame: number): number[] {
  const own = numbers(dataset, "00200032");
  return own.length === 3 ? own : grouped(dataset, frame, "00209113", "00200032");
}

/** Distance of a frame from the origin along the normal of its plane, in mm (PS3.3 C.7.6.2.1.1). */
export function slicePosition(dataset: Dataset, frame: number): number | null {
  const turn = orientation(dataset, frame);
  const place = framePosition(dataset, frame);
  if (!turn || place.length !== 3) return null;
  const [a, b, c, d, e, f] = turn as [number, number, number, number, number, number];
  const normal = [b * f - c * e, c * d - a * f, a * e - b * d];
  return normal.reduce((sum, part, axis) => sum + part * place[axis]!, 0);
}

function framesOf(root: string, study: string, series: string, dataset: Dataset): StackImage[] {
  const count = Math.max(1, number(dataset, "00280008") ?? 1);
  const instance = text(dataset, "00080018");
  return Array.from({ length: count }, (_, index) => {
    const at = { study, series, instance, frame: index + 1 };
    return {
      ...at,
      imageId: imageIdOf(root, at),
      dataset,
      position: slicePosition(dataset, at.frame),
      label: count > 1 ? at.frame : (number(dataset, "00200013") ?? 0),
    };
  });
}

const near = (a: number, b: number) => Math.abs(a - b) < 1e-3;

function alongOneLine(images: readonly StackImage[]): boolean {
  const first = images[0] && orientation(images[0].dataset, images[0].frame);
  if (!first || images.some((one) => one.position === null)) return false;
  const turned = images.some((one) => orientation(one.dataset, one.frame)?.some((part, i) => !near(part, first[i]!)) ?? true);
  const places = new Set(images.map((one) => one.position!.toFixed(3)));
  return !turned && places.size === images.length;
}

/** Order of reading: by place in space where every image has its own, else by Instance Number; the lowest number first. */
export function inOrder(images: readonly StackImage[]): StackImage[] {
  const byLabel = [...images].sort((a, b) => a.label - b.label || a.instance.localeCompare(b.instance) || a.frame - b.frame);
  if (byLabel.length < 2 || !alongOneLine(byLabel)) return byLabel;
  const rising = byLabel.at(-1)!.position! >= byLabel[0]!.position!;
  return byLabel.sort((a, b) => (rising ? 1 : -1) * (a.position! - b.position!));
}

/** The stack of a series: only instances that hold pixels (Rows, 0028,0010), one image per frame. */
export function stackOf(root: string, study: string, series: string, metadata: readonly Dataset[]): StackImage[] {
  return inOrder(metadata.filter((one) => number(one, "00280010") !== null).flatMap((one) => framesOf(root, study, series, one)));
}

/** Index of a stored reference in a stack; -1 when it is not there. A frame left out means the first. */
export function indexOf(stack: readonly StackImage[], instance: string | undefined, frame = 1): number {
  return instance === undefined ? -1 : stack.findIndex((one) => one.instance === instance && one.frame === frame);
}

/** Index of the image nearest to a place on the stack's line. */
export function nearest(stack: readonly StackImage[], position: number): number {
  let best = 0;
  stack.forEach((one, index) => {
    if (Math.abs((one.position ?? Infinity) - position) < Math.abs((stack[best]!.position ?? Infinity) - position)) best = index;
  });
  return best;
}

/** Letters for the four edges of an image: where left, right, top and bottom of it point in the body. */
export function sideLetters(turn: readonly number[]): { left: string; right: string; top: string; bottom: string } {
  const [row, column] = [turn.slice(0, 3), turn.slice(3, 6)];
  const back = (direction: readonly number[]) => direction.map((part) => -part);
  return { left: letters(back(row)), right: letters(row), top: letters(back(column)), bottom: letters(column) };
}

const AXES = [["L", "R"], ["P", "A"], ["H", "F"]] as const;

function letters(direction: readonly number[]): string {
  return direction
    .map((part, axis) => ({ size: Math.abs(part), letter: part > 0 ? AXES[axis]![0] : AXES[axis]![1] }))
    .filter((one) => one.size > 0.3)
    .sort((a, b) => b.size - a.size)
    .map((one) => one.letter)
    .join("");
}
