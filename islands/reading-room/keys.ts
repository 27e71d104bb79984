/** The keys of the room that belong neither to the image nor to the text (interface §7). */
import { h, isTyping } from "../page/dom";
import { keysAreOff } from "../page/list-keys";
import type { Stage } from "./stage";
import { toSign } from "./standing";

type Press = Pick<KeyboardEvent, "key" | "ctrlKey" | "metaKey" | "altKey" | "shiftKey">;
export type Wish = "sign" | "save" | "item-back" | "item-on" | "goto" | "message" | "map";

/** What a key press asks of the room; `typing` when the focus is in a text. */
export function wishOf(press: Press, typing: boolean, off: boolean): Wish | null {
  const command = press.ctrlKey || press.metaKey;
  const key = press.key.length === 1 ? press.key.toLowerCase() : press.key;
  if (press.altKey) return null;
  if (command) return key === "s" ? (press.shiftKey ? "sign" : "save") : null;
  if (typing || off) return null;
  const plain: Record<string, Wish> = { PageUp: "item-back", PageDown: "item-on", g: "goto", m: "message", "?": "map" };
  return press.shiftKey && key !== "?" ? null : (plain[key] ?? null);
}

export function startKeys(stage: Stage): void {
  // Capture: the image swallows every key pressed on it.
  document.addEventListener("keydown", (event) => pressed(event, stage), true);
  listImageKeys();
  startGoto(stage);
  startSwitch();
}

function pressed(event: KeyboardEvent, stage: Stage): void {
  if (event.defaultPrevented || document.querySelector("dialog[open]")) return;
  const wish = wishOf(event, isTyping(event.target), keysAreOff());
  if (!wish) return passOn(event);
  if (wish.startsWith("item") && scrolls(event.target)) return;
  event.preventDefault();
  fulfil(wish, stage);
}

/** E and the figures lead from the image into the text; the page listens for them outside the image. */
function passOn(event: KeyboardEvent): void {
  const plain = !(event.ctrlKey || event.metaKey || event.altKey || event.shiftKey);
  const onImage = event.target instanceof Element && event.target.closest("dicom-viewer") !== null;
  if (!plain || !onImage || isTyping(event.target) || !/^[e1-9]$/i.test(event.key)) return;
  event.preventDefault();
  document.body.dispatchEvent(new KeyboardEvent("keydown", { key: event.key, code: event.code, bubbles: true, cancelable: true }));
}

/** The page keys scroll the text and the papers while the focus is there. */
function scrolls(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest(".scroll, .stage-paper") !== null;
}

function fulfil(wish: Wish, stage: Stage): void {
  const sign = document.querySelector<HTMLAnchorElement>("#sign");
  const acts: Record<Wish, () => void> = {
    sign: () => sign && toSign(sign),
    save: () => undefined, // it saves itself; the browser's own dialog stays away
    "item-back": () => stage.turn(-1),
    "item-on": () => stage.turn(1),
    goto: () => dialog("goto")?.showModal(),
    message: () => document.querySelector<HTMLElement>("[data-key='m']")?.click(),
    map: () => dialog("keys")?.showModal(),
  };
  acts[wish]();
}

function dialog(id: string): HTMLDialogElement | null {
  return document.querySelector<HTMLDialogElement>(`dialog#${id}`);
}

/** The viewer knows its own keys. */
function listImageKeys(): void {
  void customElements.whenDefined("dicom-viewer").then((viewer) => {
    const { keys = [] } = viewer as unknown as { keys?: readonly { key: string; does: string }[] };
    const rows = keys.map(({ key, does }) => h("tr", {}, h("td", {}, h("kbd", {}, key)), h("td", {}, does)));
    if (rows.length) document.getElementById("image-keys")?.replaceChildren(...rows);
  });
}

function startGoto(stage: Stage): void {
  const words = document.querySelector<HTMLInputElement>("#goto-words");
  const place = dialog("goto");
  place?.querySelector("form")?.addEventListener("submit", () => {
    const typed = words?.value.trim().toLowerCase() ?? "";
    const options = Array.from(document.querySelectorAll<HTMLOptionElement>("#goto-items option"));
    const found = options.find((one) => typed && one.value.toLowerCase().includes(typed));
    if (found) void stage.openItem(found.dataset.item ?? "");
    if (words) words.value = "";
  });
}

/** Single keys can be turned off on this device (WCAG 2.1.4). */
function startSwitch(): void {
  const box = document.querySelector<HTMLInputElement>("#keys-off");
  if (!box) return;
  const show = (): void => {
    box.checked = keysAreOff();
    for (const viewer of document.querySelectorAll("dicom-viewer")) viewer.toggleAttribute("no-keys", box.checked);
  };
  box.addEventListener("change", () => {
    try {
      localStorage.setItem("konsil:keys", box.checked ? "off" : "on");
    } catch { /* this browser keeps nothing: the choice holds for this page only */ }
    document.body.dataset.keys = box.checked ? "off" : "on";
    show();
  });
  show();
}
