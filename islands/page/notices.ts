/** One notice at the top of the main part: what happened and what to do. A second one replaces the first. */
import warn from "lucide-static/icons/triangle-alert.svg?raw";
import { signInUrl } from "./answers";
import { h, type Child } from "./dom";
import { icon } from "./icons";

let shown: HTMLElement | null = null;

/** Shows `words`, with `action` (a link or button) beneath; it can be closed and is announced once. */
export function notice(words: string, action?: Child): HTMLElement {
  shown?.remove();
  const close = h("button", { type: "button", class: "button button-link", onclick: () => shown?.remove() }, "Close");
  shown = h("section", { class: "notice notice-soon", role: "alert", "data-page-notice": true },
    icon(warn),
    h("div", { class: "stack stack-s" }, h("p", {}, words), h("div", { class: "row" }, action, close)));
  (document.querySelector("main") ?? document.body).prepend(shown);
  shown.scrollIntoView({ block: "nearest" });
  return shown;
}

/** The one about an ended session, with the way back. */
export function signedOutNotice(words: string): void {
  notice(words, h("a", { class: "button button-second", href: signInUrl() }, "Sign in"));
}
