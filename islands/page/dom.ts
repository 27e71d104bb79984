/** Builds elements without HTML strings, so that names and file names can never become markup. */

type Value = string | number | boolean | null | undefined | ((event: never) => void);
export type Child = Node | string | null | undefined | false;

/** `h("p", { class: "small", hidden: true, onclick: fn }, "text", node)`; false and null are left out. */
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K, attributes: Record<string, Value> = {}, ...children: Child[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") made.addEventListener(name.slice(2), value as EventListener);
    else if (value === true) made.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) made.setAttribute(name, String(value));
  }
  made.append(...children.filter((child): child is Node | string => Boolean(child)));
  return made;
}

/** Puts `text` into `target` only when it changed: a live region must not speak twice. */
export function say(target: Element | null, text: string): void {
  if (target && target.textContent !== text) target.textContent = text;
}

const adopted = new Set<string>();

/** Adds a style sheet the way `style-src 'self'` allows: constructed, never a style element. */
export function adopt(css: string): void {
  if (adopted.has(css) || !("adoptedStyleSheets" in document)) return;
  adopted.add(css);
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
}

/** "14:02", in the reader's own clock. */
export function clock(at: Date | string, seconds = false): string {
  const options: Intl.DateTimeFormatOptions = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
  if (seconds) options.second = "2-digit";
  return new Date(at).toLocaleTimeString("en-US", options);
}

/** True where letters belong to the text being typed and not to the page. */
export function isTyping(target: EventTarget | null): boolean {
  const element = target as HTMLElement | null;
  if (!element || typeof element.closest !== "function") return false;
  return element.isContentEditable
    || element.closest("input:not([type=checkbox]):not([type=radio]):not([type=button]), textarea, select, [contenteditable=true], [role=textbox]") !== null;
}
