/** Keeps the ticks at the questions and the words beside “Sign” true while the text is written. */
import { say } from "../page/dom";
import { address } from "./room";

const PAUSE = 400;
const PATIENCE = 3000;
let timer = 0;
const unsaved = new Set<EventTarget>();

export function startStanding(): void {
  document.addEventListener("changed", (event) => unsaved.add(event.target!));
  document.addEventListener("saved", (event) => {
    unsaved.delete(event.target!);
    later();
  });
  document.addEventListener("htmx:after:swap", later);
  document.addEventListener("click", (event) => {
    const sign = (event.target as Element).closest<HTMLAnchorElement>("#sign");
    if (sign) toSign(sign, event);
  });
}

function later(): void {
  clearTimeout(timer);
  timer = window.setTimeout(() => void refresh(), PAUSE);
}

/** Asks the server how the opinion stands; what it says is the truth, never a count made here. */
export async function refresh(): Promise<void> {
  const answer = await fetch(address("opinion/state/"), { credentials: "same-origin" }).catch(() => null);
  if (!answer?.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const id of ["asks", "signbar"]) {
    const now = page.getElementById(id);
    const here = document.getElementById(id);
    if (now && here && here.innerHTML !== now.innerHTML && !here.contains(document.activeElement)) {
      const saved = document.getElementById("saved")?.textContent;
      here.replaceChildren(...Array.from(now.childNodes, (one) => document.importNode(one, true)));
      if (id === "signbar" && saved) say(document.getElementById("saved"), saved);
    }
  }
  for (const line of page.querySelectorAll<HTMLElement>("[data-given]")) {
    document.querySelector(`[data-question="${line.dataset.number}"]`)?.toggleAttribute("data-open", line.dataset.given !== "yes");
  }
}

/** Signing too early leads to what is missing; what was typed a moment ago is saved first. */
export function toSign(sign: HTMLAnchorElement, event?: Event): void {
  event?.preventDefault();
  (document.activeElement as HTMLElement | null)?.blur?.();
  void settled().then(async () => {
    await refresh();
    const now = document.querySelector<HTMLAnchorElement>("#sign") ?? sign;
    if (now.getAttribute("aria-disabled") !== "true") return location.assign(now.href);
    const open = document.querySelector("[data-open] report-editor") ?? emptySection();
    open?.scrollIntoView({ block: "center" });
    open?.querySelector<HTMLElement>("[role=textbox]")?.focus();
  });
}

function emptySection(): Element | null {
  const all = Array.from(document.querySelectorAll(".sec report-editor"));
  return all.find((one) => !one.querySelector("[role=textbox]")?.textContent?.trim()) ?? null;
}

async function settled(): Promise<void> {
  const until = Date.now() + PATIENCE;
  while (unsaved.size && Date.now() < until) await new Promise((done) => setTimeout(done, 100));
}
