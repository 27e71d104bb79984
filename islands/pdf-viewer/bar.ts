/** The row above the pages: small pages, page number, zoom, search, and the button that refers to a page. */
import thumbsIcon from "lucide-static/icons/panel-left.svg?raw";
import fitIcon from "lucide-static/icons/move-horizontal.svg?raw";
import inIcon from "lucide-static/icons/zoom-in.svg?raw";
import outIcon from "lucide-static/icons/zoom-out.svg?raw";
import nextIcon from "lucide-static/icons/chevron-down.svg?raw";
import beforeIcon from "lucide-static/icons/chevron-up.svg?raw";
import referIcon from "lucide-static/icons/bookmark-plus.svg?raw";

export interface BarWishes {
  thumbnails(): void;
  page(number: number): void;
  zoom(factor: number): void;
  fit(): void;
  find(words: string): void;
  step(by: number): void;
  refer(): void;
}

function icon(source: string): SVGElement {
  const svg = new DOMParser().parseFromString(source, "image/svg+xml").querySelector("svg")!;
  svg.setAttribute("class", "pv-i");
  svg.setAttribute("aria-hidden", "true");
  svg.setAttribute("stroke-width", "1.75");
  return document.importNode(svg, true);
}

function button(word: string, key: string, source: string, act: () => void): HTMLButtonElement {
  const made = document.createElement("button");
  Object.assign(made, { type: "button", className: "pv-tool", title: key ? `${word} (${key})` : word });
  made.setAttribute("aria-label", word);
  made.append(icon(source));
  made.addEventListener("click", act);
  return made;
}

function field(type: string, name: string): HTMLInputElement {
  const input = document.createElement("input");
  Object.assign(input, { type, className: `pv-${type}` });
  input.setAttribute("aria-label", name);
  return input;
}

export class Bar {
  readonly element = document.createElement("div");
  readonly search = field("search", "Search in this document");
  readonly #number = field("number", "Page");
  readonly #of = document.createElement("span");
  readonly #told = document.createElement("span");
  readonly #thumbs: HTMLButtonElement;

  constructor(wishes: BarWishes) {
    this.element.className = "pv-bar";
    this.element.setAttribute("role", "group");
    this.element.setAttribute("aria-label", "Document tools");
    this.#thumbs = button("Small pages", "", thumbsIcon, () => wishes.thumbnails());
    this.#thumbs.setAttribute("aria-pressed", "false");
    this.#told.className = "pv-told";
    this.#told.setAttribute("role", "status");
    Object.assign(this.search, { placeholder: "", spellcheck: false });
    this.#number.min = "1";
    this.#number.addEventListener("change", () => wishes.page(this.#number.valueAsNumber));
    this.#listen(wishes);
    this.element.append(
      this.#thumbs, this.#number, this.#of,
      button("Smaller", "−", outIcon, () => wishes.zoom(1 / 1.2)), button("Larger", "+", inIcon, () => wishes.zoom(1.2)),
      button("Fit the width", "=", fitIcon, () => wishes.fit()), this.#searchBox(wishes), this.#refer(wishes),
    );
  }

  at(page: number, pages: number): void {
    this.#number.max = String(pages);
    this.#number.value = String(page);
    this.#of.textContent = `of ${pages}`;
  }

  tell(words: string): void {
    this.#told.textContent = words;
  }

  pressThumbnails(open: boolean): void {
    this.#thumbs.setAttribute("aria-pressed", String(open));
  }

  #searchBox(wishes: BarWishes): HTMLElement {
    const label = document.createElement("label");
    label.className = "pv-find";
    label.append("Search", this.search);
    const box = document.createElement("div");
    box.className = "pv-search-box";
    box.append(label, button("Previous find", "Shift Enter", beforeIcon, () => wishes.step(-1)), button("Next find", "Enter", nextIcon, () => wishes.step(1)), this.#told);
    return box;
  }

  #refer(wishes: BarWishes): HTMLButtonElement {
    const refer = button("Refer to this page", "", referIcon, () => wishes.refer());
    refer.classList.add("pv-refer");
    refer.append("Refer to this page");
    return refer;
  }

  #listen(wishes: BarWishes): void {
    let pause = 0;
    this.search.addEventListener("input", () => {
      clearTimeout(pause);
      pause = window.setTimeout(() => wishes.find(this.search.value), 250);
    });
    this.search.addEventListener("keydown", (event) => {
      if (event.key !== "Enter") return;
      event.preventDefault();
      clearTimeout(pause);
      if (event.shiftKey) wishes.step(-1);
      else wishes.find(this.search.value);
    });
  }
}
