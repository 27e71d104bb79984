/** Two versions of one section: both are shown, a person chooses, and neither is lost. */
import warn from "lucide-static/icons/triangle-alert.svg?raw";
import { DOMSerializer } from "prosemirror-model";
import { signInUrl } from "../page/answers";
import { h, type Child } from "../page/dom";
import { icon } from "../page/icons";
import { read, schema, type Body } from "./schema";
import { SAY } from "./words";

export type Choice = { word: string; act(): void };

/** `words`, the other text to read, and what can be done. Buttons in the order of `choices`. */
export function versionNotice(words: string, other: { title: string; body: Body } | null, choices: Choice[]): HTMLElement {
  return box(h("p", {}, words),
    other && h("details", { open: true }, h("summary", {}, other.title), h("div", { class: "opinion other-text", tabindex: 0, role: "group", "aria-label": other.title }, rendered(other.body))),
    h("div", { class: "row" }, ...choices.map(({ word, act }) => h("button", { type: "button", class: "button button-second", onclick: act }, word))));
}

export function signedOutNotice(): HTMLElement {
  return box(h("p", {}, SAY.signedOut), h("div", { class: "row" }, h("a", { class: "button button-second", href: signInUrl() }, SAY.signIn)));
}

export function plainNotice(words: string): HTMLElement {
  return box(h("p", {}, words));
}

function box(...children: Child[]): HTMLElement {
  return h("section", { class: "notice notice-soon", role: "alert" }, icon(warn), h("div", { class: "stack stack-s" }, ...children));
}

/** Read-only; a text the schema does not know is shown as its words. */
export function rendered(body: Body): Node {
  try {
    return DOMSerializer.fromSchema(schema).serializeFragment(read(body).content);
  } catch {
    return document.createTextNode(wordsOf(body));
  }
}

function wordsOf(body: Body): string {
  return body.text ?? (body.content ?? []).map(wordsOf).join(" ");
}
