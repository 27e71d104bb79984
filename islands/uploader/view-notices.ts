/** The notices of the uploader: another name on a study, files already here, signed out, folders that did not open. */
import info from "lucide-static/icons/info.svg?raw";
import warn from "lucide-static/icons/triangle-alert.svg?raw";
import { signInUrl } from "../page/answers";
import { h, type Child } from "../page/dom";
import { icon } from "../page/icons";
import type { Study } from "./studies";
import { otherName, otherNameTitle, SAY } from "./words";

/** One notice for all doubtful studies; `decide` is told what the person chose for one of them. */
export function otherNameNotice(studies: Study[], decide: (study: Study, choice: "leave" | "mine") => void): HTMLElement {
  const open = studies.some((study) => study.choice === "leave");
  return box(open ? "notice-soon" : "", warn, otherNameTitle(studies.length), ...studies.map((study) => oneStudy(study, decide)));
}

function oneStudy(study: Study, decide: (study: Study, choice: "leave" | "mine") => void): HTMLElement {
  const words = otherName(study);
  const choice = (value: "leave" | "mine", word: string, look: string): HTMLElement =>
    h("button", { type: "button", class: `button ${look}`, "aria-pressed": String(study.choice === value), onclick: () => decide(study, value), "data-choice": value }, word);
  return h("div", { class: "stack stack-s", "data-study": study.key },
    h("p", {}, words.before, h("strong", {}, words.strong), words.after),
    h("div", { class: "row" }, choice("leave", SAY.leave, "button-second"), choice("mine", SAY.mine, "button-link")));
}

export function hereNotice(words: string): HTMLElement {
  return box("", info, null, h("p", {}, words));
}

export function troubleNotice(words: string): HTMLElement {
  return box("notice-late", warn, null, h("p", {}, words));
}

export function signedOutNotice(): HTMLElement {
  const link = h("a", { class: "button button-second", href: signInUrl() }, SAY.signIn);
  return box("notice-soon", warn, null, h("p", {}, SAY.signedOut), h("div", { class: "row" }, link));
}

function box(look: string, raw: string, title: string | null, ...children: Child[]): HTMLElement {
  return h("section", { class: `notice ${look}`.trim() }, icon(raw),
    h("div", { class: "stack stack-s" }, title && h("h2", {}, title), ...children));
}
