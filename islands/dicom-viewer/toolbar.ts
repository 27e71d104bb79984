/** The row of tools above the image: real buttons, each with its name and key. */
import arrowIcon from "lucide-static/icons/move-up-right.svg?raw";
import compareIcon from "lucide-static/icons/columns-2.svg?raw";
import eyeIcon from "lucide-static/icons/eye-off.svg?raw";
import invertIcon from "lucide-static/icons/blend.svg?raw";
import keyIcon from "lucide-static/icons/bookmark-plus.svg?raw";
import lengthIcon from "lucide-static/icons/ruler.svg?raw";
import linkIcon from "lucide-static/icons/link-2.svg?raw";
import onlyIcon from "lucide-static/icons/maximize.svg?raw";
import panIcon from "lucide-static/icons/move.svg?raw";
import regionIcon from "lucide-static/icons/circle-dashed.svg?raw";
import removeIcon from "lucide-static/icons/trash-2.svg?raw";
import resetIcon from "lucide-static/icons/rotate-ccw.svg?raw";
import scrollIcon from "lucide-static/icons/layers.svg?raw";
import undoIcon from "lucide-static/icons/undo-2.svg?raw";
import windowIcon from "lucide-static/icons/contrast.svg?raw";
import zoomIcon from "lucide-static/icons/zoom-in.svg?raw";
import { icon, make } from "./dom";
import type { Action } from "./keymap";
import { PRESETS } from "./presets";

/** What a button or key asks for; "link" and the window extras have buttons only. */
export type Wish = Action | "link" | "as-sent" | "keep-own";

interface Tool {
  readonly wish: Wish;
  readonly word: string;
  readonly key: string;
  readonly icon: string;
  readonly pressed?: true;
  readonly spelled?: true;
  readonly marks?: true;
}

const TOOLS: readonly Tool[] = [
  { wish: "window", word: "Window", key: "W", icon: windowIcon, pressed: true, spelled: true },
  { wish: "scroll", word: "Scroll", key: "S", icon: scrollIcon, pressed: true },
  { wish: "zoom", word: "Zoom", key: "Z", icon: zoomIcon, pressed: true },
  { wish: "pan", word: "Pan", key: "Space", icon: panIcon, pressed: true },
  { wish: "length", word: "Length", key: "L", icon: lengthIcon, pressed: true, marks: true },
  { wish: "region", word: "Region", key: "R", icon: regionIcon, pressed: true, marks: true },
  { wish: "arrow", word: "Arrow", key: "A", icon: arrowIcon, pressed: true, marks: true },
  { wish: "hide-marks", word: "Hide marks", key: "H", icon: eyeIcon, pressed: true },
  { wish: "remove-mark", word: "Remove the chosen mark", key: "Del", icon: removeIcon, marks: true },
  { wish: "undo", word: "Take back the last mark", key: "Ctrl Z", icon: undoIcon, marks: true },
  { wish: "invert", word: "Invert", key: "I", icon: invertIcon, pressed: true },
  { wish: "reset", word: "Reset the view", key: "0", icon: resetIcon },
  { wish: "only-image", word: "Only the image", key: "F", icon: onlyIcon },
  { wish: "compare", word: "Compare", key: "C", icon: compareIcon, pressed: true, spelled: true },
  { wish: "link", word: "Scroll both together", key: "", icon: linkIcon, pressed: true },
];

const ROVING = "button:not([hidden]), summary";

export class Toolbar {
  readonly element: HTMLElement;
  readonly #buttons = new Map<Wish, HTMLButtonElement>();
  readonly #presets: HTMLDetailsElement;

  constructor(private readonly wish: (wish: Wish) => void, readOnly: boolean) {
    this.#presets = this.#presetMenu();
    const tools = TOOLS.filter((tool) => !(readOnly && tool.marks)).map((tool) => this.#button(tool));
    const key = this.#button({ wish: "key-image", word: "Put this image into the report", key: "K", icon: keyIcon });
    key.classList.add("dv-into");
    key.removeAttribute("aria-label");
    key.append(make("span", {}, "Into the report"), make("kbd", { "aria-hidden": "true" }, "K"));
    this.element = make("div", { class: "dv-tools", role: "toolbar", "aria-label": "Image tools" }, tools[0]!, this.#presets, ...tools.slice(1), key);
    this.element.addEventListener("keydown", (event) => this.#rove(event));
    this.#stops()[0]!.tabIndex = 0;
  }

  /** Tells each toggle whether it is on. */
  press(state: ReadonlyMap<Wish, boolean>): void {
    for (const [wish, on] of state) this.#buttons.get(wish)?.setAttribute("aria-pressed", String(on));
  }

  show(wish: Wish, shown: boolean): void {
    const button = this.#buttons.get(wish);
    if (button) button.hidden = !shown;
  }

  rename(wish: Wish, word: string): void {
    const words = this.#buttons.get(wish)?.querySelector("span");
    if (words) words.textContent = word;
  }

  #button(tool: Tool): HTMLButtonElement {
    const title = tool.key ? `${tool.word} (${tool.key})` : tool.word;
    const button = make("button", { type: "button", class: "dv-tool", title, tabindex: -1 }, icon(tool.icon));
    if (tool.spelled) button.append(make("span", {}, tool.word));
    else button.setAttribute("aria-label", tool.word);
    if (tool.pressed) button.setAttribute("aria-pressed", "false");
    button.addEventListener("click", () => this.wish(tool.wish));
    this.#buttons.set(tool.wish, button);
    return button;
  }

  #presetMenu(): HTMLDetailsElement {
    const menu = make("details", { class: "dv-menu" }, make("summary", { class: "dv-tool", title: "Window presets (Shift 1 to 5)", tabindex: -1 }, "Presets"));
    const choice = (wish: Wish, word: string, key: string) => {
      const button = make("button", { type: "button" }, make("span", {}, word), make("kbd", {}, key));
      button.addEventListener("click", () => {
        menu.open = false;
        this.wish(wish);
      });
      return button;
    };
    const presets = PRESETS.map((one, index) => choice(`preset-${index + 1}` as Wish, one.word, `Shift ${index + 1}`));
    menu.append(make("div", { class: "dv-choices" }, ...presets, choice("as-sent", "As the scanner sent it", ""), choice("keep-own", "Keep this window as my own", "")));
    menu.addEventListener("focusout", (event) => {
      if (!menu.contains(event.relatedTarget as Node | null)) menu.open = false;
    });
    return menu;
  }

  #stops(): HTMLElement[] {
    return [...this.element.querySelectorAll<HTMLElement>(ROVING)].filter((one) => !one.closest(".dv-choices"));
  }

  /** One stop for Tab; the arrows go from tool to tool (ARIA toolbar). */
  #rove(event: KeyboardEvent): void {
    if (event.key === "Escape") this.#presets.open = false;
    const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    const stops = this.#stops();
    const at = stops.indexOf(event.target as HTMLElement);
    if (by === undefined || at < 0) return;
    event.preventDefault();
    const to = stops[(at + by + stops.length) % stops.length]!;
    stops[at]!.tabIndex = -1;
    to.tabIndex = 0;
    to.focus();
  }
}
