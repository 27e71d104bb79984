/** Keys of staff lists: `/` find, J K down and up, Enter open, G B board, G L list, R remind, `?` the map. */
import { isTyping } from "./dom";

const SECOND_KEY = 1500;
let leader = 0;

/** Single keys can be turned off (WCAG 2.1.4): `<body data-keys="off">` or the reader's own choice on this device. */
export function keysAreOff(): boolean {
  try {
    return document.body.dataset.keys === "off" || localStorage.getItem("konsil:keys") === "off";
  } catch {
    return document.body.dataset.keys === "off";
  }
}

export function startListKeys(): void {
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    if (isTyping(event.target) || keysAreOff() || document.querySelector("dialog[open]")) return;
    if (press(event.key.toLowerCase())) event.preventDefault();
  });
}

/** True when the key did something. `data-key="g b"` on a link or button names its key; R acts on the current row. */
function press(key: string): boolean {
  const afterLeader = Date.now() - leader < SECOND_KEY;
  leader = 0;
  if (afterLeader) return activate(document, `g ${key}`);
  if (key === "/") return focus(document.querySelector("[data-list-search], main input[type=search]"));
  if (key === "j" || key === "k") return step(key === "j" ? 1 : -1);
  if (key === "g" && document.querySelector("[data-key^='g ']")) {
    leader = Date.now();
    return true;
  }
  if (key === "r") return activate(currentRow(), "r");
  return key === "?" && activate(document, "?");
}

const ROW = "[data-list-row], table[data-keys] tbody tr";

function rows(): HTMLElement[] {
  return Array.from(document.querySelectorAll<HTMLElement>(ROW)).filter((row) => row.offsetParent !== null);
}

function currentRow(): Element | null {
  return document.activeElement?.closest(ROW) ?? null;
}

function step(by: number): boolean {
  const all = rows();
  if (!all.length) return false;
  const at = all.findIndex((row) => row === currentRow());
  const next = at < 0 ? (by > 0 ? 0 : all.length - 1) : Math.min(all.length - 1, Math.max(0, at + by));
  const row = all[next]!;
  return focus(row.matches("a, button") ? row : row.querySelector<HTMLElement>("a[href], button"));
}

function activate(root: ParentNode | null, key: string): boolean {
  const target = root?.querySelector<HTMLElement>(`[data-key="${CSS.escape(key)}"]`);
  target?.click();
  return Boolean(target);
}

function focus(target: HTMLElement | null): boolean {
  target?.focus();
  return Boolean(target);
}
