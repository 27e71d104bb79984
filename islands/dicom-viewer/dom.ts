/** Makes elements without markup strings, so that nothing from an image header can become markup. */

type Attributes = Record<string, string | boolean | number>;

/** An element with attributes and children; `true` sets a bare attribute, `false` leaves it out. */
export function make<K extends keyof HTMLElementTagNameMap>(
  tag: K, attributes: Attributes = {}, ...children: (Node | string)[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== false) element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...children);
  return element;
}

/** A Lucide icon in the text colour, from its own file; hidden from screen readers, as a word always stands by. */
export function icon(source: string): SVGElement {
  const svg = new DOMParser().parseFromString(source, "image/svg+xml").querySelector("svg")!;
  svg.setAttribute("class", "dv-i");
  svg.setAttribute("aria-hidden", "true");
  svg.setAttribute("stroke-width", "1.75");
  return document.importNode(svg, true);
}

/** Replaces an element's lines only where they changed, so that nothing flickers or is read out again. */
export function lines(element: Element, words: readonly string[]): void {
  const text = words.filter((word) => word !== "").join("\n");
  if (element.textContent !== text) element.textContent = text;
}
