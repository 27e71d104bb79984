/** Sets htmx up: token header, what is swapped and what is said instead, nothing evaluated from attributes. */
import htmx from "htmx.org";
import { csrfToken, isLocked, isSignedOut } from "./answers";
import { notice, signedOutNotice } from "./notices";

type Context = {
  sourceElement: Element; sourceEvent?: Event; text?: string;
  request: { method: string; action: string; headers: Record<string, string> };
  response: { raw: Response; status: number };
};
type HtmxEvent = CustomEvent<{ ctx: Context }>;

/** A fragment is swapped for 2xx, 409 and 422; anything else is said in a notice and the page stays. */
const NOT_SWAPPED = [204, 304, 400, 401, 403, 404, 405, 408, 410, 413, 415, 423, 429, "5xx"] as number[];
const WENT_WRONG = "That did not go through. Nothing was lost on this page. Try again in a moment.";
const NO_CONNECTION = "No connection. Nothing was lost on this page. Try again when you are back online.";

class Refused {
  constructor() {
    throw new Error("Attributes may not hold JavaScript here (hx-on, js:, trigger filters). Write a module instead.");
  }
}

export function startHtmx(): void {
  htmx.config.noSwap = NOT_SWAPPED;
  htmx.config.history = "reload";
  dropIndicatorStyle();
  htmx.registerExtension("no-eval", {
    init: (api: { initSecurity(policy: null, sync: unknown, async: unknown): void }) =>
      api.initSecurity(null, Refused, Refused),
  });
  listen("htmx:config:request", ({ detail: { ctx } }) => {
    if (ctx.request.method !== "GET") ctx.request.headers["X-CSRFToken"] = csrfToken();
  });
  listen("htmx:before:response", stopForeignAnswers);
  listen("htmx:response:error", tellFailure);
  listen("htmx:error", (event) => {
    if (event.detail.ctx && askedByPerson(event.detail.ctx)) notice(NO_CONNECTION);
  });
}

/** htmx adds two rules for its indicator class; ours live in the style sheet. */
function dropIndicatorStyle(): void {
  const extra = (htmx as unknown as { indicatorStyleSheet?: CSSStyleSheet }).indicatorStyleSheet;
  if (extra) document.adoptedStyleSheets = document.adoptedStyleSheets.filter((sheet) => sheet !== extra);
}

/** A signed-out answer or JSON must never land in the page. */
function stopForeignAnswers(event: HtmxEvent): void {
  const { ctx } = event.detail;
  const answer = ctx.response.raw;
  if (isSignedOut(answer)) {
    event.preventDefault();
    if (!isLocked(answer)) signedOutNotice("You were signed out. Sign in to go on.");
  } else if ((answer.headers.get("content-type") ?? "").includes("json")) {
    event.preventDefault();
    if (!answer.ok && askedByPerson(ctx)) notice(WENT_WRONG);
  }
}

function tellFailure(event: HtmxEvent): void {
  const { ctx } = event.detail;
  if (ctx.response.status === 409 || ctx.response.status === 422 || !askedByPerson(ctx)) return;
  const plain = (ctx.response.raw.headers.get("content-type") ?? "").startsWith("text/plain");
  notice(plain && ctx.text ? ctx.text.slice(0, 400) : WENT_WRONG);
}

/** Refetches that the page does by itself fail silently; the next one mends it. */
function askedByPerson(ctx: Context): boolean {
  return ctx.request.method !== "GET" || ["click", "submit", "change"].includes(ctx.sourceEvent?.type ?? "");
}

function listen(name: string, react: (event: HtmxEvent) => void): void {
  document.addEventListener(name, react as unknown as EventListener);
}

export { htmx };
