/** F4: what a physician writes is kept, cleaned, and never lost between two people or two networks. */
import { EditorState } from "prosemirror-state";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { draftKey, readDraft } from "./drafts";
import { cleanPaste } from "./paste";
import { plugins } from "./plugins";
import { Saver, type Theirs } from "./saver";
import { isAllowedLink, read, schema, write, type Body } from "./schema";
import "./index";
import type { ReportEditor } from "./element";

const text = (value: string, ...marks: string[]): Body => ({ type: "text", text: value, ...(marks.length && { marks: marks.map((type) => ({ type })) }) });
const doc = (...content: Body[]): Body => ({ type: "doc", content });
const p = (...content: Body[]): Body => ({ type: "paragraph", content });
const said = (words: string): Body => doc(p(text(words)));

beforeEach(() => {
  localStorage.clear();
  document.body.innerHTML = "";
  vi.unstubAllGlobals();
  vi.stubGlobal("fetch", async () => new Response("", { status: 503 }));
});

describe("schema", () => {
  const full = doc(
    { type: "heading", attrs: { level: 3 }, content: [text("Findings")] },
    p(text("A spot", "strong", "em"), { type: "evidence", attrs: { kind: "image", id: "e1", label: "CT Nov 12, 143", target: "#143" } }, { type: "hard_break" }),
    { type: "ordered_list", attrs: { start: 2 }, content: [{ type: "list_item", content: [p(text("one"))] }] },
    { type: "blockquote", content: [p(text("said"))] },
    { type: "table", content: [{ type: "table_row", content: [{ type: "table_header", attrs: { colspan: 1, rowspan: 1, colwidth: null }, content: [p(text("mm"))] }] }] },
    { type: "key_image", attrs: { id: "k1", caption: "Spot", alt: "A spot" } },
  );

  it("keeps every node it knows unchanged through reading and writing", () => expect(write(read(full))).toEqual(full));

  it.each([
    ["an unknown node", doc({ type: "script" })],
    ["an image without words", doc({ type: "key_image", attrs: { id: "k", caption: "", alt: " " } })],
    ["a heading of level 1", doc({ type: "heading", attrs: { level: 1 } })],
    ["a list without items", doc({ type: "bullet_list" })],
    ["a javascript link", doc(p({ type: "text", text: "x", marks: [{ type: "link", attrs: { href: "javascript:alert(1)" } }] }))],
    ["an empty document", doc()],
  ])("refuses %s", (_, bad) => expect(() => read(bad)).toThrow());

  it("never writes marks on chips and line breaks, which the server refuses", () => {
    const marked = read(doc(p({ type: "hard_break" }, text("x")))).type.schema;
    const node = marked.nodes.doc!.create(null, marked.nodes.paragraph!.create(null, marked.nodes.hard_break!.create(null, null, [marked.marks.strong!.create()])));
    expect(JSON.stringify(write(node))).not.toContain("marks");
  });

  it.each([["https://a.example/x?y#z", true], ["mailto:ada@a.example", true], ["http://a.example", false], ["https://user@bank.example/", false], ["javascript:1", false], ["//a.example", false], ["data:text/html,x", false]])(
    "link %s: %s", (href, allowed) => expect(isAllowedLink(href)).toBe(allowed));
});

describe("pasting", () => {
  it("turns Word's false bullets into a list and drops its styles and comments", () => {
    const word = `<html xmlns:o="x"><head><style>p{color:red}</style></head><body><!--StartFragment-->
      <p class="MsoListParagraphCxSpFirst" style="mso-list:l0 level1 lfo1"><!--[if !supportLists]--><span>·<span>&nbsp;&nbsp; </span></span><!--[endif]-->First<o:p></o:p></p><p class="MsoListParagraphCxSpLast" style="mso-list:l0 level1 lfo1"><span>·<span>&nbsp; </span></span>Second</p>
      <p class="MsoNormal"><span style="font-weight:bold;color:#c00">Bold</span> words</p></body></html>`;
    const clean = cleanPaste(word).replace(/\s+/g, " ");
    expect(clean).toContain("<ul><li><p");
    expect(clean).toMatch(/<strong>Bold<\/strong>/);
    expect(clean).not.toMatch(/style|o:p|·|color|StartFragment/);
  });

  it("keeps no script and no handler that could act", () => {
    const body = document.createElement("div");
    body.innerHTML = cleanPaste(`<p>a</p><script>x</script><style>y</style>`);
    expect(body.textContent).toBe("a");
  });
});

describe("short forms while typing", () => {
  const type = (words: string) => {
    let state = EditorState.create({ doc: read(doc({ type: "paragraph" })), plugins: plugins(() => undefined, () => undefined) });
    const view = {
      get state() { return state; }, composing: false,
      dispatch: (tr: Parameters<EditorState["apply"]>[0]) => { state = state.apply(tr); },
    };
    for (const letter of words) {
      const { from, to } = state.selection;
      const taken = state.plugins.some((plugin) => (plugin.props.handleTextInput as ((...all: unknown[]) => boolean) | undefined)?.call(plugin, view, from, to, letter));
      if (!taken) view.dispatch(state.tr.insertText(letter, from, to));
    }
    return write(state.doc);
  };

  it("makes bold, italic, headings and lists", () => {
    expect(type("a **bold** b").content![0]!.content).toEqual([text("a "), text("bold", "strong"), text(" b")]);
    expect(type("*so* b").content![0]!.content).toEqual([text("so", "em"), text(" b")]);
    expect(type("## x").content![0]).toMatchObject({ type: "heading", attrs: { level: 4 } });
    expect(type("- x").content![0]!.type).toBe("bullet_list");
    expect(type("3. x").content![0]).toMatchObject({ type: "ordered_list", attrs: { start: 3 } });
  });

  it("leaves measures and sums alone", () => {
    expect(type("2 * 3 * 4").content![0]!.content).toEqual([text("2 * 3 * 4")]);
    expect(type("5. 3 mm").content![0]!.type).toBe("ordered_list");
  });
});

describe("saving", () => {
  const url = "/cases/1/report/sections/2/";
  const json = (status: number, body: unknown) => new Response(JSON.stringify(body), { status, headers: { "content-type": "application/json" } });
  const saver = (...answers: (Response | Error)[]) => {
    const fetching = vi.fn(async (_: string, __: RequestInit) => {
      const next = answers.shift() ?? json(200, { revision: 99, saved_at: "2026-11-24T14:02:31Z" });
      if (next instanceof Error) throw next;
      return next;
    });
    vi.stubGlobal("fetch", fetching);
    const heard = { told: vi.fn(), saved: vi.fn(), conflict: vi.fn<(theirs: Theirs) => void>() };
    return { saver: new Saver(url, 3, heard), heard, fetching };
  };

  it("sends the revision it knows, takes the new one, and lets the local copy go", async () => {
    const { saver: one, fetching } = saver(json(200, { revision: 4, saved_at: "2026-11-24T14:02:31Z" }));
    one.changed(said("a"));
    expect(readDraft(draftKey(url))?.body).toEqual(said("a"));
    await one.flush();
    expect(JSON.parse(fetching.mock.calls[0]![1].body as string)).toEqual({ revision: 3, body: said("a") });
    expect([one.revision, one.standing, readDraft(draftKey(url))]).toEqual([4, "saved", null]);
  });

  it("keeps the copy when the network or the session is gone, and never claims to have saved", async () => {
    for (const bad of [new TypeError("x"), new Response("", { status: 401 }), new Response("", { status: 500 })]) {
      const { saver: one, heard } = saver(bad);
      one.changed(said("b"));
      await one.flush();
      one.stop();
      expect(readDraft(draftKey(url))?.body).toEqual(said("b"));
      expect(heard.saved).not.toHaveBeenCalled();
      expect(heard.told.mock.calls[0]![1]).toContain("Your text is kept on this device");
    }
  });

  it("says the server's own sentence when it refuses, and keeps the copy", async () => {
    const { saver: one, heard } = saver(new Response("This report is signed.", { status: 403, headers: { "content-type": "text/plain" } }));
    one.changed(said("c"));
    await one.flush();
    expect(heard.told).toHaveBeenCalledWith("refused", "This report is signed.");
    expect(readDraft(draftKey(url))).not.toBeNull();
  });

  it("stops at another's change, and saves on top of it only when told to", async () => {
    const theirs = { revision: 7, body: said("theirs"), by: "Dr. Ferreira", at: "2026-11-24T14:02:00Z" };
    const { saver: one, heard, fetching } = saver(json(409, theirs));
    one.changed(said("mine"));
    await one.flush();
    expect(heard.conflict).toHaveBeenCalledWith(theirs);
    one.changed(said("mine, more"));
    await one.flush();
    expect(fetching).toHaveBeenCalledTimes(1);
    await one.settle(said("mine, more"), 7);
    expect(JSON.parse(fetching.mock.calls[1]![1].body as string)).toEqual({ revision: 7, body: said("mine, more") });
  });

  it("does not quarrel with its own text whose answer was lost", async () => {
    const { saver: one, heard } = saver(json(409, { revision: 4, body: said("same"), by: "me", at: "2026-11-24T14:02:00Z" }));
    one.changed(said("same"));
    await one.flush();
    expect(heard.conflict).not.toHaveBeenCalled();
    expect(one.revision).toBe(4);
  });

  it("saves again what was typed while a save was under way", async () => {
    vi.useFakeTimers();
    let answer: (value: Response) => void = () => undefined;
    const { saver: one, fetching } = saver();
    fetching.mockImplementationOnce(() => new Promise<Response>((done) => (answer = done)));
    one.changed(said("a"));
    const first = one.flush();
    one.changed(said("ab"));
    answer(json(200, { revision: 4, saved_at: "2026-11-24T14:02:31Z" }));
    await first;
    await vi.advanceTimersByTimeAsync(900);
    vi.useRealTimers();
    expect(JSON.parse(fetching.mock.calls[1]![1].body as string)).toEqual({ revision: 4, body: said("ab") });
  });
});

describe("the element", () => {
  const make = (more = "") => {
    document.body.innerHTML = `<form><report-editor name="body" label="Findings" revision="3" save-url="/s/1/" value='${JSON.stringify(said("server"))}' ${more}></report-editor></form>`;
    return document.querySelector("report-editor") as ReportEditor;
  };

  it("is a labelled text box and a form field", () => {
    const editor = make();
    const box = editor.querySelector("[role=textbox]")!;
    expect([box.getAttribute("aria-label"), box.getAttribute("aria-multiline")]).toEqual(["Findings", "true"]);
    expect(JSON.parse(String(new FormData(document.querySelector("form")!).get("body")))).toEqual(said("server"));
  });

  it("puts an image and a chip in, and the form field follows", () => {
    const editor = make();
    editor.insertKeyImage({ id: "k1", caption: "Spot, 18 mm" });
    editor.insertEvidence({ kind: "image", id: "e1", label: "CT Nov 12, 143" });
    const kinds = editor.body.content!.map((node) => node.type);
    expect(kinds).toEqual(["paragraph", "key_image", "paragraph"]);
    expect(editor.body.content![1]!.attrs!.alt).toBe("Spot, 18 mm");
    expect(JSON.parse(String(new FormData(document.querySelector("form")!).get("body")))).toEqual(editor.body);
  });

  it("changes nothing while it is read-only", () => {
    const editor = make("read-only");
    editor.insertKeyImage({ id: "k1" });
    expect(editor.body).toEqual(said("server"));
    expect(editor.querySelector<HTMLElement>("[role=toolbar]")!.hidden).toBe(true);
  });

  it("brings back what was typed, and undo gives the server's text again", () => {
    localStorage.setItem("konsil:draft:/s/1/", JSON.stringify({ at: "2026-11-24T14:02:00Z", revision: 3, body: said("typed") }));
    const editor = make();
    expect(editor.body).toEqual(said("typed"));
    expect(editor.textContent).toContain("We brought back what you typed at");
    [...editor.querySelectorAll("button")].find((button) => button.textContent === "Undo")!.click();
    expect(editor.body).toEqual(said("server"));
  });

  it("offers an older copy instead of writing over a newer text, and loses neither", () => {
    localStorage.setItem("konsil:draft:/s/1/", JSON.stringify({ at: "2026-11-24T14:02:00Z", revision: 2, body: said("typed") }));
    const editor = make();
    expect(editor.body).toEqual(said("server"));
    [...editor.querySelectorAll("button")].find((button) => button.textContent === "Keep mine")!.click();
    expect(editor.body).toEqual(said("typed"));
    expect(editor.querySelector(".other-text")!.textContent).toBe("server");
  });

  it("shows but never overwrites a text it does not know", () => {
    document.body.innerHTML = `<form><report-editor name="body" value='{"type":"doc","content":[{"type":"hologram","content":[{"type":"text","text":"kept"}]}]}'></report-editor></form>`;
    const editor = document.querySelector("report-editor")!;
    expect(editor.textContent).toContain("kept");
    expect(String(new FormData(document.querySelector("form")!).get("body"))).toContain("hologram");
  });
});

it("the schema is the one agreed with the server", () => {
  expect(Object.keys(schema.nodes)).toEqual(["doc", "paragraph", "heading", "bullet_list", "ordered_list", "list_item", "blockquote", "table", "table_row", "table_cell", "table_header", "key_image", "hard_break", "text", "evidence"]);
  expect(Object.keys(schema.marks)).toEqual(["strong", "em", "underline", "superscript", "subscript", "link"]);
});
