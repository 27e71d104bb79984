/** The notices of the uploader: another name on a study, files already here, signed out, folders that did not open. */
import info from "lucide-static/icons/info.svg?raw";
import warn from "lucide-static/icons/triangle-alert.svg?raw";
import { signInUrl } from "../page/answers";
import { h, type Child } from "../page/dom";
import { icon } from "../page/icons";
import { byPerson, type Study } from "./studies";
import { otherName, otherNameTitle, SAY } from "./words";

type Decide = (studies: Study[], choice: "leave" | "mine") => void;

/**
 * One notice for all doubtful studies; `decide` is told what the person chose for those of one name.
 * What is on its way already (`begun`) can no longer be left out.
 */
export function otherNameNotice(studies: Study[], begun: Set<Study>, decide: Decide): HTMLElement {
  const open = studies.some((study) => study.choice === "leave");
  return box(open ? "notice-soon" : "", warn, otherNameTitle(studies.length), ...byPerson(studies).map((some) => onePerson(some, some.some((study) => begun.has(study)), decide)));
}

function onePerson(studies: Study[], begun: boolean, decide: Decide): HTMLElement {
  const words = otherName(studies);
  const one = studies.length === 1;
  const choice = (value: "leave" | "mine", word: string, look: string): HTMLElement =>
    h("button", { type: "button", class: `button ${look}`, "aria-pressed": String(studies[0]!.choice === value), onclick: () => decide(studies, value), "data-choice": value }, word);
  return h("div", { class: "stack stack-s", "data-study": studies[0]!.key },
    h("p", {}, words.before, h("strong", {}, words.strong), words.after),
    !begun && h("div", { class: "row" }, choice("leave", one ? SAY.leave : SAY.leaveAll, "button-second"), choice("mine", one ? SAY.mine : SAY.mineAll, "button-link")));
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
