/** The copy of a section on this device, until the server has that very text. */
import { reader } from "../page/answers";
import { dropKept, readKept, writeKept } from "../page/kept";
import type { Body } from "./schema";

export type Draft = { at: string; revision: number; body: Body };

/** `konsil:draft:<save-url>`, apart for each reader where the page says who reads. */
export function draftKey(saveUrl: string): string {
  const who = reader();
  return `konsil:draft:${saveUrl}${who ? `#${who}` : ""}`;
}

export function readDraft(key: string): Draft | null {
  const draft = readKept(key) as Draft | null;
  return draft && typeof draft.revision === "number" && draft.body?.type === "doc" ? draft : null;
}

export const writeDraft = (key: string, draft: Draft): boolean => writeKept(key, draft);
export const dropDraft = dropKept;

export function sameText(a: Body, b: Body): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
