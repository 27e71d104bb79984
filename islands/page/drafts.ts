/** Copies of what was typed, on this device, until the server has confirmed them. */
import { reader } from "./answers";
import { dropKept, readKept, writeKept } from "./kept";

export type Fields = [name: string, value: string][];
/** `sent`: the form was submitted, the answer is not known. `interrupted`: a sign-in page came instead. */
export type Draft = { at: string; fields: Fields; sent?: boolean; interrupted?: boolean };

const PREFIX = "konsil:form:";
const NEVER = /^(password|hidden|file|submit|button|reset|image)$/;

/** A key that another person on the same device does not meet. */
export function draftKey(form: HTMLFormElement): string {
  const action = new URL(form.getAttribute("action") || location.href, location.href);
  return `${PREFIX}${reader() ?? ""}:${action.pathname}`;
}

/** What may be kept: never passwords, codes, card numbers, hidden values or files. */
export function keepable(form: HTMLFormElement): Fields {
  const fields: Fields = [];
  for (const control of Array.from(form.elements) as HTMLInputElement[]) {
    if (!control.name || control.disabled || NEVER.test(control.type)) continue;
    if (/one-time-code|^cc-|password/.test(control.autocomplete ?? "")) continue;
    if ((control.type === "checkbox" || control.type === "radio") && !control.checked) continue;
    if (control instanceof HTMLSelectElement) {
      for (const option of Array.from(control.selectedOptions)) fields.push([control.name, option.value]);
    } else fields.push([control.name, control.value]);
  }
  return fields;
}

/** Puts kept values back into the form; fields that are gone are passed over. */
export function fill(form: HTMLFormElement, fields: Fields): void {
  const values = new Map<string, string[]>();
  for (const [name, value] of fields) values.set(name, [...(values.get(name) ?? []), value]);
  for (const control of Array.from(form.elements) as HTMLInputElement[]) {
    if (!control.name || NEVER.test(control.type)) continue;
    const kept = values.get(control.name) ?? [];
    if (control.type === "checkbox" || control.type === "radio") control.checked = kept.includes(control.value);
    else if (control instanceof HTMLSelectElement) {
      for (const option of Array.from(control.options)) option.selected = kept.includes(option.value);
    } else if (kept.length) control.value = kept.shift()!;
  }
}

export function same(a: Fields, b: Fields): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

export const readDraft = (key: string): Draft | null => readKept(key) as Draft | null;
export const writeDraft = (key: string, draft: Draft): boolean => writeKept(key, draft);
export const dropDraft = dropKept;

/**
 * Settles drafts whose form was submitted: on a page of a signed-in reader the submission arrived, so the copy goes;
 * on a signed-out page it did not, so the copy waits for the form.
 */
export function settleSent(): void {
  const signedOut = reader() === "";
  for (const key of Object.keys(localStorage).filter((name) => name.startsWith(PREFIX))) {
    const draft = readDraft(key);
    if (!draft?.sent || draft.interrupted) continue;
    if (signedOut) writeDraft(key, { ...draft, interrupted: true });
    else dropDraft(key);
  }
}
