/** `<report-editor>`: writing one section, saved while typing, never lost. */
import gapcursorCss from "prosemirror-gapcursor/style/gapcursor.css?inline";
import type { Node } from "prosemirror-model";
import { EditorState, Selection, type Transaction } from "prosemirror-state";
import tablesCss from "prosemirror-tables/style/tables.css?inline";
import { EditorView } from "prosemirror-view";
import prosemirrorCss from "prosemirror-view/style/prosemirror.css?inline";
import { undo } from "prosemirror-history";
import { adopt, h, say } from "../page/dom";
import { dropDraft, readDraft, sameText } from "./drafts";
import css from "./editor.css?inline";
import { evidenceView, keyImageView } from "./nodes";
import { plainNotice, rendered, signedOutNotice, versionNotice } from "./notices";
import { cleanPaste } from "./paste";
import { plugins } from "./plugins";
import { Saver, type Standing } from "./saver";
import { EMPTY, read, schema, write, type Body } from "./schema";
import { Toolbar } from "./toolbar";
import { Versions } from "./versions";
import { restored, SAY } from "./words";

export type KeyImage = { id: string; caption?: string; alt?: string };
export type Evidence = { kind: string; id: string; label: string; target?: string };

export class ReportEditor extends HTMLElement {
  static readonly observedAttributes = ["read-only"];
  private view: EditorView | null = null;
  private saver: Saver | null = null;
  private versions: Versions | null = null;
  private toolbar: Toolbar | null = null;
  private readonly field = h("input", { type: "hidden" });
  private readonly status = h("p", { class: "small quiet status" });
  private readonly foot = h("div", { class: "foot-text" }, this.status);
  private readonly notices = h("div", {});
  private readonly paper = h("div", { class: "opinion write" });

  connectedCallback(): void {
    if (this.view) return;
    for (const sheet of [prosemirrorCss, tablesCss, gapcursorCss, css]) adopt(sheet);
    this.field.name = this.getAttribute("name") ?? "";
    this.field.value = this.getAttribute("value") || JSON.stringify(EMPTY);
    this.replaceChildren(this.field, this.notices, this.paper, this.foot);
    const doc = this.readValue();
    if (doc) this.open(doc);
  }

  disconnectedCallback(): void {
    void this.saver?.flush(true);
    this.saver?.stop();
    removeEventListener("pagehide", this.leaving);
    removeEventListener("online", this.back);
    document.removeEventListener("visibilitychange", this.leaving);
    this.view?.destroy();
    this.view = null;
  }

  attributeChangedCallback(): void {
    if (this.view) this.showMode();
  }

  /** The text as JSON. */
  get body(): Body {
    return this.view ? write(this.view.state.doc) : (JSON.parse(this.field.value) as Body);
  }

  override focus(): void {
    this.view?.focus();
  }

  /** Puts a key image after the paragraph of the cursor; without `alt` its caption describes it. */
  insertKeyImage({ id, caption = "", alt }: KeyImage): void {
    const words = alt?.trim() || caption.trim() || "Key image";
    this.insertBlock(schema.nodes.key_image.create({ id, caption, alt: words }));
  }

  /** Puts a chip at the cursor, with a space before it where a word ends. */
  insertEvidence({ kind, id, label, target = "" }: Evidence): void {
    if (!this.view?.editable) return;
    const { state } = this.view;
    const { $from } = state.selection;
    const chip = schema.nodes.evidence.create({ kind, id, label, target });
    if (!$from.parent.inlineContent) return;
    const tr = state.tr;
    if ($from.parentOffset > 0 && !/\s$/.test($from.parent.textBetween(0, $from.parentOffset, "", "x"))) tr.insertText(" ");
    this.view.dispatch(tr.replaceSelectionWith(chip, false).scrollIntoView());
  }

  private insertBlock(node: Node): void {
    if (!this.view?.editable) return;
    const { state } = this.view;
    const { $to } = state.selection;
    const after = $to.depth ? $to.after(1) : state.doc.content.size;
    const alone = state.doc.childCount === 1 && state.doc.firstChild?.content.size === 0;
    const tr = alone ? state.tr.insert(0, node) : state.tr.insert(after, node);
    const at = (alone ? 0 : after) + node.nodeSize;
    if (at === tr.doc.content.size) tr.insert(at, schema.nodes.paragraph.create());
    this.view.dispatch(tr.setSelection(Selection.near(tr.doc.resolve(at), 1)).scrollIntoView());
  }

  /** null when this editor does not know what is there: it is then shown, kept and never overwritten. */
  private readValue(): Node | null {
    try {
      return read(JSON.parse(this.field.value) as Body);
    } catch {
      this.notices.replaceChildren(plainNotice(SAY.unknown));
      try {
        this.paper.append(rendered(JSON.parse(this.field.value) as Body));
      } catch {
        this.paper.append(this.field.value);
      }
      return null;
    }
  }

  private open(doc: Node): void {
    const label = this.getAttribute("label") ?? "Text";
    const view = new EditorView(this.paper, {
      state: EditorState.create({ doc, plugins: plugins(() => view.dom.blur(), () => void this.saver?.flush()) }),
      editable: () => !this.readOnly,
      attributes: () => ({
        role: "textbox", "aria-multiline": "true", "aria-label": label, "aria-readonly": String(this.readOnly), spellcheck: "true", dir: "auto",
      }),
      nodeViews: { key_image: keyImageView(() => this.getAttribute("key-image-url") ?? ""), evidence: evidenceView },
      transformPastedHTML: cleanPaste,
      dispatchTransaction: (tr) => this.apply(tr),
      handleDOMEvents: { blur: () => void this.saver?.flush() },
    });
    this.view = view;
    this.toolbar = new Toolbar(() => view, label);
    this.foot.prepend(this.toolbar.root);
    this.paper.addEventListener("mousedown", (event) => {
      if (event.target === this.paper && !this.readOnly) setTimeout(() => view.focus());
    });
    this.startSaving();
    this.showMode();
  }

  private apply(tr: Transaction): void {
    if (!this.view) return;
    this.view.updateState(this.view.state.apply(tr));
    this.toolbar?.update(this.view.state);
    if (!tr.docChanged) return;
    const body = write(this.view.state.doc);
    this.field.value = JSON.stringify(body);
    if (tr.getMeta("accepted") !== true) this.saver?.changed(body);
    this.dispatchEvent(new CustomEvent("changed", { bubbles: true }));
  }

  private startSaving(): void {
    const url = this.getAttribute("save-url");
    if (!url) return;
    const saver = new Saver(url, Number(this.getAttribute("revision") ?? 0), {
      told: (standing, words) => this.tell(standing, words),
      saved: (detail) => {
        this.setAttribute("revision", String(detail.revision));
        this.dispatchEvent(new CustomEvent("saved", { bubbles: true, detail }));
      },
      conflict: (theirs) => {
        this.versions?.conflict(theirs);
        this.dispatchEvent(new CustomEvent("conflict", { bubbles: true, detail: theirs }));
      },
    });
    this.saver = saver;
    this.versions = new Versions({
      place: this.notices, current: () => this.body, put: (body) => this.put(body), revision: () => saver.revision,
      settle: (body, revision) => void saver.settle(body, revision), accept: (revision) => saver.accept(revision), focus: () => this.focus(),
    }, saver.key);
    addEventListener("pagehide", this.leaving);
    addEventListener("online", this.back);
    document.addEventListener("visibilitychange", this.leaving);
    if (!this.readOnly) this.restore(saver);
  }

  private readonly leaving = (event: Event): void => {
    if (event.type === "pagehide" || document.visibilityState === "hidden") void this.saver?.flush(true);
  };

  private readonly back = (): void => void this.saver?.flush();

  /** What was typed and never confirmed comes back, or is offered when the server has moved on. */
  private restore(saver: Saver): void {
    const draft = readDraft(saver.key);
    if (!draft) return;
    if (sameText(draft.body, this.body)) return dropDraft(saver.key);
    if (draft.revision < saver.revision) return this.versions?.older(draft);
    try {
      this.put(draft.body);
    } catch {
      return this.versions?.older(draft);
    }
    this.notices.replaceChildren(versionNotice(restored(draft.at), null, [
      { word: SAY.undo, act: () => this.undoRestore() },
      { word: SAY.close, act: () => this.closeNotice() },
    ]));
  }

  private undoRestore(): void {
    if (this.view) undo(this.view.state, this.view.dispatch);
    this.closeNotice();
  }

  private closeNotice(): void {
    this.notices.replaceChildren();
    this.focus();
  }

  private put(body: Body): void {
    if (!this.view) return;
    const { state } = this.view;
    this.view.dispatch(state.tr.replaceWith(0, state.doc.content.size, read(body).content));
  }

  private tell(standing: Standing, words: string): void {
    const calm = standing === "saved" || standing === "saving";
    this.status.setAttribute("aria-live", calm ? "off" : "polite");
    say(this.status, words);
    say(document.getElementById(this.getAttribute("status") ?? ""), words);
    this.dataset.standing = standing;
    if (standing === "signed-out") this.notices.replaceChildren(signedOutNotice());
  }

  private get readOnly(): boolean {
    return this.hasAttribute("read-only");
  }

  private showMode(): void {
    if (!this.view) return;
    this.view.setProps({});
    if (this.toolbar) {
      this.toolbar.root.hidden = this.readOnly;
      this.toolbar.update(this.view.state);
    }
    this.paper.querySelectorAll<HTMLInputElement>("figure input").forEach((input) => {
      input.readOnly = this.readOnly;
    });
  }
}
