/** Decides which image of the second viewport belongs to an image of the first, when scrolling is linked. */
import { nearest, type StackImage } from "./stack";

/** How two stacks were aligned when the link was made: by millimetres, or by counting images. */
export type Link = { by: "place"; shift: number } | { by: "count"; shift: number };

/** Links two stacks at the images now shown. Same frame of reference (0020,0052) links at the same place. */
export function linkAt(a: readonly StackImage[], ai: number, b: readonly StackImage[], bi: number, sameSpace: boolean): Link {
  const [from, to] = [a[ai]?.position ?? null, b[bi]?.position ?? null];
  if (from === null || to === null) return { by: "count", shift: bi - ai };
  return { by: "place", shift: sameSpace ? 0 : to - from };
}

/** The index in the other stack that goes with image `ai`, held inside the stack. `back` follows the link backwards. */
export function follow(link: Link, a: readonly StackImage[], ai: number, b: readonly StackImage[], back = false): number {
  const shift = back ? -link.shift : link.shift;
  const position = a[ai]?.position ?? null;
  if (link.by === "place" && position !== null) return nearest(b, position + shift);
  return Math.min(Math.max(ai + shift, 0), b.length - 1);
}
