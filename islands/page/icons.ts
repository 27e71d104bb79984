/** Lucide icons (ISC) as elements in the text colour, always beside a word. */

/** Turns the raw text of a Lucide file (`import x from "lucide-static/icons/x.svg?raw"`) into a decorative svg. */
export function icon(raw: string): SVGElement {
  const template = document.createElement("template");
  template.innerHTML = raw;
  const svg = template.content.querySelector("svg")!;
  svg.replaceChildren(...svg.children);
  svg.setAttribute("class", "i");
  svg.setAttribute("aria-hidden", "true");
  for (const name of ["width", "height", "stroke-width"]) svg.removeAttribute(name);
  return svg;
}
