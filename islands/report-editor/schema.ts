/** What a written text may consist of. The server checks the same table; change both together. */
import { Schema, type Attrs, type DOMOutputSpec, type MarkSpec, type Node, type NodeSpec } from "prosemirror-model";

const HREF = /^(https:\/\/[^\s/?#@\\]+([/?#][^\s\\]*)?|mailto:[^\s@\\]+@[^\s@\\]+)$/;

/** Only https: and mailto:, without a name or password in the address. */
export function isAllowedLink(href: string): boolean {
  return href.length <= 2000 && HREF.test(href);
}

const whole = (low: number, high: number) => (value: unknown): void => {
  if (!Number.isInteger(value) || (value as number) < low || (value as number) > high) throw new RangeError(`Not between ${low} and ${high}`);
};
const words = (value: unknown): void => {
  if (typeof value !== "string" || !value.trim()) throw new RangeError("Words are missing");
};
const widths = (value: unknown): void => {
  if (value !== null && !(Array.isArray(value) && value.every((one) => one === null || Number.isInteger(one)))) throw new RangeError("Not widths");
};

const element = (tag: string, hole = true) => (): DOMOutputSpec => (hole ? [tag, 0] : [tag]);

const cellAttributes = {
  colspan: { default: 1, validate: whole(1, 20) }, rowspan: { default: 1, validate: whole(1, 500) }, colwidth: { default: null, validate: widths },
};

function readCell(dom: HTMLElement): Attrs {
  const span = (name: string, most: number): number => Math.min(most, Math.max(1, Number(dom.getAttribute(name)) || 1));
  return { colspan: span("colspan", 20), rowspan: span("rowspan", 500), colwidth: null };
}

function cell(tag: "td" | "th"): NodeSpec {
  return {
    content: "block+", attrs: cellAttributes, isolating: true, tableRole: tag === "td" ? "cell" : "header_cell",
    parseDOM: [{ tag, getAttrs: readCell }],
    toDOM: (node) => {
      const { colspan, rowspan } = node.attrs as { colspan: number; rowspan: number };
      const spans = { ...(colspan > 1 && { colspan: String(colspan) }), ...(rowspan > 1 && { rowspan: String(rowspan) }) };
      return [tag, tag === "th" ? { scope: "col", ...spans } : spans, 0];
    },
  };
}

const data = (dom: HTMLElement, name: string): string => dom.getAttribute(`data-${name}`) ?? "";

const nodes = {
  doc: { content: "block+" },
  paragraph: { content: "inline*", group: "block", parseDOM: [{ tag: "p" }], toDOM: element("p") },
  heading: {
    content: "inline*", group: "block", defining: true, attrs: { level: { default: 3, validate: whole(3, 4) } },
    parseDOM: [1, 2, 3, 4, 5, 6].map((level) => ({ tag: `h${level}`, attrs: { level: level <= 3 ? 3 : 4 } })),
    toDOM: (node) => [`h${(node.attrs as { level: number }).level}`, 0],
  },
  bullet_list: { content: "list_item+", group: "block", parseDOM: [{ tag: "ul" }], toDOM: element("ul") },
  ordered_list: {
    content: "list_item+", group: "block", attrs: { start: { default: 1, validate: whole(0, 9999) } },
    parseDOM: [{ tag: "ol", getAttrs: (dom) => ({ start: Math.min(9999, Math.max(0, Math.trunc(Number(dom.getAttribute("start") ?? 1)) || 1)) }) }],
    toDOM: (node) => ["ol", (node.attrs as { start: number }).start === 1 ? {} : { start: String((node.attrs as { start: number }).start) }, 0],
  },
  list_item: { content: "paragraph block*", defining: true, parseDOM: [{ tag: "li" }], toDOM: element("li") },
  blockquote: { content: "paragraph+", group: "block", defining: true, parseDOM: [{ tag: "blockquote" }], toDOM: element("blockquote") },
  table: {
    content: "table_row+", group: "block", isolating: true, tableRole: "table",
    parseDOM: [{ tag: "table" }], toDOM: () => ["table", ["tbody", 0]],
  },
  table_row: { content: "(table_cell | table_header)+", tableRole: "row", parseDOM: [{ tag: "tr" }], toDOM: element("tr") },
  table_cell: cell("td"),
  table_header: cell("th"),
  key_image: {
    group: "block", atom: true, draggable: true,
    attrs: { id: { validate: words }, caption: { default: "", validate: "string" }, alt: { validate: words } },
    parseDOM: [{
      tag: "figure[data-key-image]", priority: 60,
      getAttrs: (dom) => data(dom, "key-image") && data(dom, "alt").trim() ? { id: data(dom, "key-image"), caption: data(dom, "caption"), alt: data(dom, "alt") } : false,
    }],
    toDOM: (node) => ["figure", { "data-key-image": node.attrs.id as string, "data-caption": node.attrs.caption as string, "data-alt": node.attrs.alt as string }],
  },
  hard_break: { inline: true, group: "inline", selectable: false, linebreakReplacement: true, parseDOM: [{ tag: "br" }], toDOM: element("br", false) },
  text: { group: "inline" },
  evidence: {
    inline: true, group: "inline", atom: true,
    attrs: { kind: { validate: words }, id: { validate: words }, label: { validate: words }, target: { default: "", validate: "string" } },
    parseDOM: [{
      tag: "span[data-evidence]", priority: 60,
      getAttrs: (dom) => data(dom, "evidence") && data(dom, "kind") && data(dom, "label") ? { id: data(dom, "evidence"), kind: data(dom, "kind"), label: data(dom, "label"), target: data(dom, "target") } : false,
    }],
    toDOM: ({ attrs }) => ["span", { class: "evidence", "data-evidence": attrs.id as string, "data-kind": attrs.kind as string, "data-label": attrs.label as string, "data-target": attrs.target as string }, attrs.label as string],
    leafText: (node) => node.attrs.label as string,
  },
} satisfies Record<string, NodeSpec>;

const marks = {
  strong: {
    parseDOM: [{ tag: "strong" }, { tag: "b", getAttrs: (dom) => dom.style.fontWeight !== "normal" && null }, { style: "font-weight=bold" }, { style: "font-weight=700" }],
    toDOM: () => ["strong", 0],
  },
  em: { parseDOM: [{ tag: "em" }, { tag: "i" }, { style: "font-style=italic" }], toDOM: () => ["em", 0] },
  underline: { parseDOM: [{ tag: "u" }], toDOM: () => ["u", 0] },
  superscript: { excludes: "superscript subscript", parseDOM: [{ tag: "sup" }], toDOM: () => ["sup", 0] },
  subscript: { excludes: "superscript subscript", parseDOM: [{ tag: "sub" }], toDOM: () => ["sub", 0] },
  link: {
    inclusive: false, attrs: { href: { validate: (value: unknown) => { if (!isAllowedLink(String(value))) throw new RangeError("Not an allowed link"); } } },
    parseDOM: [{ tag: "a[href]", getAttrs: (dom) => (isAllowedLink(dom.getAttribute("href") ?? "") ? { href: dom.getAttribute("href") } : false) }],
    toDOM: (mark) => ["a", { href: mark.attrs.href as string, rel: "noopener noreferrer" }, 0],
  },
} satisfies Record<string, MarkSpec>;

export const schema = new Schema<keyof typeof nodes, keyof typeof marks>({ nodes, marks });

/** A text as JSON. */
export type Body = { type: string; content?: Body[]; attrs?: Record<string, unknown>; text?: string; marks?: { type: string; attrs?: Record<string, unknown> }[] };

export const EMPTY: Body = { type: "doc", content: [{ type: "paragraph" }] };

/** Reads a text and checks its nesting and attributes; throws RangeError for anything the schema does not know. */
export function read(body: Body): Node {
  const doc = schema.nodeFromJSON(body);
  doc.check();
  return doc;
}

/** The text as the server takes it: only words carry marks, chips and line breaks do not. */
export function write(doc: Node): Body {
  return withoutLooseMarks(doc.toJSON() as Body);
}

function withoutLooseMarks(body: Body): Body {
  const { marks: _, ...rest } = body;
  const kept: Body = body.type === "text" ? body : rest;
  return body.content ? { ...kept, content: body.content.map(withoutLooseMarks) } : kept;
}
