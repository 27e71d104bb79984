/** What every part of the room needs: whose case this page shows, and one line in which it speaks. */
import { say } from "../page/dom";

let timer = 0;

/** The case of this page, as the server wrote it; every request of the room carries it. */
export function caseId(): string {
  return document.querySelector<HTMLMetaElement>('meta[name="case"]')?.content ?? "";
}

export function address(path: string): string {
  return `/cases/${caseId()}/${path}`;
}

/** Tells something for a while; a refusal stays longer. */
export function tell(words: string, stays = 5000): void {
  const line = document.getElementById("room-says");
  say(line, words);
  clearTimeout(timer);
  timer = window.setTimeout(() => say(line, ""), stays);
}

export const NOT_REACHED = "No connection. Nothing was lost. Try again in a moment.";
