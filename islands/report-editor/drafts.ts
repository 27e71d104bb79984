/** The copy of a section on this device, until the server has that very text. */
import { reader } from "../page/answers";
import type { Body } from "./schema";

export type Draft = { at: string; revision: number; body: Body };

/** `konsil:draft:<save-url>`, apart for each reader where the page says who reads. */
export function draftKey(saveUrl: string): string {
  const who = reader();
  return `konsil:draft:${saveUrl}${who ? `#${who}` : ""}`;
}

export function readDraft(key: string): Draft | null {
  try {
    const draft = JSON.parse(localStorage.getItem(key) ?? "null") as Draft | null;
    return draft && typeof draft.revision === "number" && draft.body?.type === "doc" ? draft : null;
  } catch {
    return null;
  }
}

/** False where the browser keeps nothing: the page must then not promise a copy. */
export function writeDraft(key: string, draft: Draft): boolean {
  try {
    localStorage.setItem(key, JSON.stringify(draft));
    return true;
  } catch {
    return false;
  }
}

export function dropDraft(key: string): void {
  try {
    localStorage.removeItem(key);
  } catch { /* nothing was kept either */ }
}

export function sameText(a: Body, b: Body): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
