/** Keys of the document reader; they act only while the focus is inside it and nothing is being written. */

export type Deed = "before" | "next" | "larger" | "smaller" | "fit" | "search";

const DEEDS: Record<string, Deed> = { ArrowLeft: "before", ArrowRight: "next", "+": "larger", "-": "smaller", "−": "smaller", "=": "fit" };

type Press = Pick<KeyboardEvent, "key" | "ctrlKey" | "metaKey" | "altKey">;

/** What a key press asks for; null when it is not ours. Control F searches here rather than in the page, which holds only drawn pages. */
export function deedOf(press: Press): Deed | null {
  if (press.ctrlKey || press.metaKey) return press.key.toLowerCase() === "f" ? "search" : null;
  if (press.altKey || !Object.hasOwn(DEEDS, press.key)) return null;
  return DEEDS[press.key]!;
}

export const isWriting = (target: EventTarget | null): boolean => target instanceof HTMLInputElement;
