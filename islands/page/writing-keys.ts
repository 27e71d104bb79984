/** Keys that lead into the text of the reading room: E the last place, 1 to 9 a question, Ctrl Enter the next open one. */
import { isTyping } from "./dom";
import { keysAreOff } from "./list-keys";

let last: HTMLElement | null = null;

export function startWritingKeys(): void {
  document.addEventListener("focusin", (event) => {
    if (event.target instanceof Element) last = event.target.closest<HTMLElement>("report-editor") ?? last;
  });
  document.addEventListener("keydown", (event) => {
    if (!event.defaultPrevented) go(event, byLetter(event));
  });
  // Before the text sees it: an editor takes every Enter for itself.
  document.addEventListener("keydown", (event) => go(event, byChord(event)), true);
}

function go(event: KeyboardEvent, target: HTMLElement | null): void {
  if (!target) return;
  event.preventDefault();
  event.stopPropagation();
  target.scrollIntoView({ block: "nearest" });
  (target.querySelector<HTMLElement>("[role=textbox]") ?? target).focus();
}

function byLetter(event: KeyboardEvent): HTMLElement | null {
  if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey || isTyping(event.target) || keysAreOff()) return null;
  if (event.key.toLowerCase() === "e") return last?.isConnected ? last : document.querySelector("report-editor");
  return /^[1-9]$/.test(event.key) ? document.querySelector(`[data-question="${event.key}"]`) : null;
}

function byChord(event: KeyboardEvent): HTMLElement | null {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return null;
  const open = Array.from(document.querySelectorAll<HTMLElement>("[data-question][data-open]"));
  const here = document.activeElement?.closest<HTMLElement>("[data-question]");
  const after = here ? open.filter((one) => one !== here && here.compareDocumentPosition(one) & 4) : [];
  return after[0] ?? open.find((one) => one !== here) ?? null;
}
