/** The keys of the reading room that belong to the image (interface §7): which key asks for which action. */

export type Action =
  | "back" | "on" | "ten-back" | "ten-on" | "first" | "last" | "series-back" | "series-on"
  | "window" | "scroll" | "zoom" | "pan" | "zoom-in" | "zoom-out" | "fit" | "pan-held"
  | "length" | "region" | "arrow" | "hide-marks" | "remove-mark" | "undo"
  | "compare" | "only-image" | "invert" | "reset" | "key-image"
  | "preset-1" | "preset-2" | "preset-3" | "preset-4" | "preset-5";

const PLAIN: Record<string, Action> = {
  ArrowUp: "back", ArrowDown: "on", Home: "first", End: "last", ArrowLeft: "series-back", ArrowRight: "series-on",
  w: "window", s: "scroll", z: "zoom", "+": "zoom-in", "-": "zoom-out", "−": "zoom-out", "=": "fit", " ": "pan-held",
  l: "length", r: "region", a: "arrow", h: "hide-marks", Delete: "remove-mark",
  c: "compare", f: "only-image", i: "invert", "0": "reset", k: "key-image",
};
const SHIFTED: Record<string, Action> = { ArrowUp: "ten-back", ArrowDown: "ten-on" };

/** Keys that also move the page or press a button: they act only while the image has the focus. */
const NEEDS_FOCUS = new Set<Action>([
  "back", "on", "ten-back", "ten-on", "first", "last", "series-back", "series-on", "pan-held", "remove-mark",
]);

type Press = Pick<KeyboardEvent, "key" | "code" | "shiftKey" | "ctrlKey" | "metaKey" | "altKey">;

/** The action a key press asks for; null when it is not ours. */
export function actionOf(press: Press): Action | null {
  const command = press.ctrlKey || press.metaKey;
  if (press.altKey) return null;
  if (command) return press.key.toLowerCase() === "z" && !press.shiftKey ? "undo" : null;
  const digit = /^Digit([1-5])$/.exec(press.code);
  if (press.shiftKey && digit) return `preset-${digit[1]}` as Action;
  if (press.shiftKey && press.key in SHIFTED) return SHIFTED[press.key]!;
  if (press.shiftKey && press.key.startsWith("Arrow")) return null;
  const name = press.key.length === 1 ? press.key.toLowerCase() : press.key;
  if (press.shiftKey && /^[a-z]$/.test(name)) return null;
  return Object.hasOwn(PLAIN, name) ? PLAIN[name]! : null;
}

export const needsFocus = (action: Action): boolean => NEEDS_FOCUS.has(action);

const TYPED = "textarea, select, [contenteditable]:not([contenteditable=false]), [role=textbox]";
const NOT_TYPED = new Set(["range", "checkbox", "radio", "button", "submit", "reset", "color", "file"]);

/** True while keys belong to a text the person writes. */
export function isWriting(target: EventTarget | null): boolean {
  if (!(target instanceof Element)) return false;
  if (target instanceof HTMLInputElement) return !NOT_TYPED.has(target.type);
  return target.closest(TYPED) !== null;
}

/** The map, for the page's “?” dialog. */
export const KEYS: readonly { key: string; does: string }[] = [
  { key: "↑ ↓ or wheel", does: "image back, on" }, { key: "Shift ↑ ↓", does: "ten images" },
  { key: "Home End", does: "first, last" }, { key: "← →", does: "series" },
  { key: "W", does: "window" }, { key: "S", does: "scroll by dragging" },
  { key: "Shift 1 … 5", does: "lung, soft, bone, brain, own" }, { key: "Z, + −", does: "zoom" },
  { key: "=", does: "fit" }, { key: "Space drag", does: "pan" }, { key: "L, R, A", does: "length, region, arrow" },
  { key: "H", does: "hide marks" }, { key: "Del", does: "remove the chosen mark" }, { key: "Ctrl Z", does: "undo" },
  { key: "C", does: "compare with earlier, linked" }, { key: "F", does: "only the image" },
  { key: "I", does: "invert" }, { key: "0", does: "reset the view" }, { key: "K", does: "image into the report" },
];
