/** `<signature-pad>`: a signature drawn, typed, or given on paper, as plain form fields. */
import alertIcon from "lucide-static/icons/circle-alert.svg?raw";
import { adopt, h } from "../page/dom";
import { icon } from "../page/icons";
import { Pad } from "./canvas";
import css from "./pad.css?inline";
import { isSignature } from "./strokes";

type Way = "drawn" | "typed" | "paper";

const WAYS: Record<Way, string> = { drawn: "Draw it", typed: "Type my name", paper: "Print and sign on paper" };
const MISSING: Record<Way, string> = {
  drawn: "Draw your name in the box, or type it instead",
  typed: "Type your full name",
  paper: "",
};

let count = 0;

export class SignaturePad extends HTMLElement {
  private readonly pad = new Pad(() => this.drawn());
  private readonly id_ = `signature-${++count}`;
  private strokes!: HTMLInputElement;
  private typed!: HTMLInputElement;
  private box!: HTMLElement;
  private error!: HTMLElement;
  private clear!: HTMLElement;
  private readonly panes = new Map<Way, HTMLElement>();
  private form: HTMLFormElement | null = null;

  connectedCallback(): void {
    if (this.form) return;
    adopt(css);
    const name = this.getAttribute("name") || "signature";
    this.strokes = h("input", { type: "hidden", name: `${name}_strokes` });
    this.typed = h("input", { type: "text", class: "input typed-signature", name: `${name}_typed`, id: `${this.id_}-typed`, autocomplete: "name", maxlength: 200, spellcheck: "false", "aria-describedby": `${this.id_}-error` });
    this.typed.addEventListener("input", () => this.hint(""));
    this.build(name);
    this.form = this.closest("form");
    this.form?.addEventListener("submit", this.check, true);
    this.choose((this.getAttribute("way") as Way | null) ?? "drawn");
  }

  disconnectedCallback(): void {
    this.form?.removeEventListener("submit", this.check, true);
    this.form = null;
    this.pad.stop();
  }

  private build(name: string): void {
    this.error = h("p", { class: "error", id: `${this.id_}-error`, hidden: true });
    this.clear = h("button", { type: "button", class: "button button-link", onclick: () => this.pad.clear() }, "Clear");
    const heading = h("h2", { id: `${this.id_}-title` }, this.getAttribute("label") || "Your signature");
    this.replaceChildren(h("section", { class: "stack stack-s", role: "group", "aria-labelledby": heading.id },
      h("div", { class: "row row-apart" }, heading, this.clear),
      this.ways(name), this.error, this.drawPane(), this.typePane(), this.paperPane(), this.strokes));
  }

  private ways(name: string): HTMLElement {
    const allowed = (Object.keys(WAYS) as Way[]).filter((way) => way !== "paper" || !this.hasAttribute("no-paper"));
    const radio = (way: Way): HTMLElement => h("label", {},
      h("input", { type: "radio", name: `${name}_way`, value: way, onchange: () => this.choose(way) }), WAYS[way]);
    return h("div", { class: "ways", role: "radiogroup", "aria-label": "How do you want to sign?" }, ...allowed.map(radio));
  }

  private drawPane(): HTMLElement {
    this.pad.canvas.setAttribute("role", "img");
    this.box = h("div", { class: "pad" }, this.pad.canvas, h("span", {}, this.underLine()));
    this.panes.set("drawn", this.box);
    this.describe();
    return this.box;
  }

  private typePane(): HTMLElement {
    const pane = h("div", { class: "field" }, h("label", { for: this.typed.id }, "Your full name"),
      h("p", { class: "hint" }, "Typing your name here counts as your signature."), this.typed, h("p", { class: "small quiet" }, this.underLine()));
    this.panes.set("typed", pane);
    return pane;
  }

  private paperPane(): HTMLElement {
    const url = this.getAttribute("paper-url");
    const pane = h("div", { class: "stack stack-s" },
      h("p", {}, "Print the form, sign it, and photograph it or post it to us. We go on when it is here."),
      url && h("p", {}, h("a", { class: "hit", href: url }, "Open the form to print (PDF)")));
    this.panes.set("paper", pane);
    return pane;
  }

  private underLine(): string {
    return [this.getAttribute("signer"), this.getAttribute("date")].filter(Boolean).join(", ");
  }

  private choose(way: Way): void {
    for (const [name, pane] of this.panes) pane.hidden = name !== way;
    this.clear.hidden = way !== "drawn";
    this.typed.disabled = way !== "typed";
    this.strokes.disabled = way !== "drawn";
    const radio = this.querySelector<HTMLInputElement>(`input[type=radio][value=${way}]`);
    if (radio) radio.checked = true;
    this.hint("");
    this.dispatchEvent(new CustomEvent("signature-way", { bubbles: true, detail: { way } }));
  }

  private get way(): Way {
    return (this.querySelector<HTMLInputElement>("input[type=radio]:checked")?.value as Way | undefined) ?? "drawn";
  }

  private drawn(): void {
    this.strokes.value = isSignature(this.pad.strokes) ? JSON.stringify(this.pad.data()) : "";
    this.describe();
    if (this.strokes.value) this.hint("");
    this.dispatchEvent(new CustomEvent("signed", { bubbles: true, detail: { complete: this.complete } }));
  }

  private describe(): void {
    const signer = this.getAttribute("signer") ?? "";
    this.pad.canvas.setAttribute("aria-label", this.strokes.value ? `Signature drawn: ${signer}` : "Empty signature box. To sign with the keyboard, choose Type my name.");
  }

  /** True when the chosen way has what it needs. */
  get complete(): boolean {
    if (this.way === "paper") return true;
    return this.way === "typed" ? this.typed.value.trim().length > 1 : this.strokes.value !== "";
  }

  private readonly check = (event: Event): void => {
    if (this.complete || (event as SubmitEvent).submitter?.hasAttribute("formnovalidate")) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    this.hint(MISSING[this.way]);
    if (this.way === "typed") this.typed.focus();
    else this.querySelector<HTMLElement>("input[type=radio]:checked")?.focus();
    this.error.scrollIntoView({ block: "nearest" });
  };

  private hint(words: string): void {
    this.error.hidden = !words;
    this.error.setAttribute("role", "alert");
    this.error.replaceChildren(...(words ? [icon(alertIcon), h("span", {}, words)] : []));
    this.box.classList.toggle("bad", Boolean(words) && this.way === "drawn");
    this.typed.classList.toggle("bad", Boolean(words) && this.way === "typed");
    this.typed.setAttribute("aria-invalid", String(Boolean(words) && this.way === "typed"));
  }
}
