/** How a key image and an evidence chip look and act in the text. */
import fileText from "lucide-static/icons/file-text.svg?raw";
import imageIcon from "lucide-static/icons/image.svg?raw";
import type { Node } from "prosemirror-model";
import type { EditorView, NodeView, NodeViewConstructor } from "prosemirror-view";
import { h } from "../page/dom";
import { icon } from "../page/icons";
import { SAY } from "./words";

type Position = () => number | undefined;

/** Tells whoever shows evidence: `{kind, id, target, label}` for a chip, `{kind: "key_image", id}` for an image. */
export function showEvidence(from: Element, detail: Record<string, unknown>): void {
  from.dispatchEvent(new CustomEvent("show-evidence", { bubbles: true, detail }));
}

/** `url` is the template with `{id}`; empty where images cannot be shown. */
export function keyImageView(url: () => string): NodeViewConstructor {
  return (node, view, position) => new KeyImage(node, view, position, url());
}

export const evidenceView: NodeViewConstructor = (node) => {
  const { kind, id, label, target } = node.attrs as Record<string, string>;
  const dom = h("button", { type: "button", class: "evidence", contenteditable: "false" }, icon(/^(image|ct|mr|study|series|key_image)/.test(kind ?? "") ? imageIcon : fileText), label);
  dom.addEventListener("click", () => showEvidence(dom, { kind, id, label, target }));
  return { dom, ignoreMutation: () => true };
};

class KeyImage implements NodeView {
  readonly dom: HTMLElement;
  private readonly picture: HTMLImageElement;
  private readonly caption: HTMLInputElement;
  private readonly alt: HTMLInputElement;
  private readonly said = h("span");

  constructor(private node: Node, private readonly view: EditorView, private readonly position: Position, url: string) {
    const { id } = node.attrs as { id: string };
    this.picture = h("img", { src: url ? url.replace("{id}", encodeURIComponent(id)) : null, loading: "lazy" });
    this.caption = this.field(SAY.caption, "caption");
    this.alt = this.field(SAY.alt, "alt");
    this.dom = h("figure", { class: "key key-edit", contenteditable: "false" },
      h("div", { class: "pic", hidden: !url }, this.picture),
      h("figcaption", {}, h("p", { class: "said" }, h("b", {}, "Key image"), " ", this.said), this.labelled(SAY.caption, this.caption), this.labelled(SAY.alt, this.alt),
        h("div", { class: "row" },
          h("button", { type: "button", class: "button button-link", onclick: () => showEvidence(this.dom, { kind: "key_image", id }) }, SAY.show),
          h("button", { type: "button", class: "button button-link", "data-edit": true, onclick: () => this.remove() }, SAY.remove))));
    this.show();
  }

  update(node: Node): boolean {
    if (node.type !== this.node.type || node.attrs.id !== this.node.attrs.id) return false;
    this.node = node;
    this.show();
    return true;
  }

  /** Keys and clicks inside the fields belong to the fields, except what belongs to the whole text. */
  stopEvent(event: Event): boolean {
    return event.target instanceof HTMLInputElement || event.target instanceof HTMLButtonElement;
  }

  ignoreMutation(): boolean {
    return true;
  }

  private show(): void {
    const { caption, alt } = this.node.attrs as { caption: string; alt: string };
    if (document.activeElement !== this.caption) this.caption.value = caption;
    if (document.activeElement !== this.alt) this.alt.value = alt;
    this.picture.alt = alt;
    this.said.textContent = caption || alt;
    for (const field of [this.caption, this.alt]) field.readOnly = !this.view.editable;
  }

  private field(word: string, name: "caption" | "alt"): HTMLInputElement {
    const input = h("input", { class: "input", type: "text", maxlength: 2000, "aria-label": word });
    const write = (value: string): void => this.set({ [name]: value });
    // An image must keep its words (the PDF refuses it without), so an emptied field is not written.
    input.addEventListener("input", () => (name === "caption" || input.value.trim()) && write(input.value));
    input.addEventListener("blur", () => this.show());
    return input;
  }

  private labelled(word: string, input: HTMLInputElement): HTMLElement {
    return h("label", {}, h("span", { class: "small quiet" }, word), input);
  }

  private set(attributes: Record<string, string>): void {
    const at = this.position();
    if (at === undefined || !this.view.editable) return;
    this.view.dispatch(this.view.state.tr.setNodeMarkup(at, undefined, { ...this.node.attrs, ...attributes }));
  }

  private remove(): void {
    const at = this.position();
    if (at === undefined || !this.view.editable) return;
    this.view.dispatch(this.view.state.tr.delete(at, at + this.node.nodeSize));
    this.view.focus();
  }
}
