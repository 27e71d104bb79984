/** The small row of tools above the text; one tab stop, arrows move within (WAI-ARIA toolbar). */
import bold from "lucide-static/icons/bold.svg?raw";
import heading from "lucide-static/icons/heading.svg?raw";
import italic from "lucide-static/icons/italic.svg?raw";
import list from "lucide-static/icons/list.svg?raw";
import ordered from "lucide-static/icons/list-ordered.svg?raw";
import redoIcon from "lucide-static/icons/redo-2.svg?raw";
import tableIcon from "lucide-static/icons/table.svg?raw";
import undoIcon from "lucide-static/icons/undo-2.svg?raw";
import { setBlockType, toggleMark } from "prosemirror-commands";
import { redo, undo } from "prosemirror-history";
import type { MarkType, NodeType } from "prosemirror-model";
import { liftListItem, wrapInList } from "prosemirror-schema-list";
import { Selection, type Command, type EditorState } from "prosemirror-state";
import { addColumnAfter, addRowAfter, deleteColumn, deleteRow, deleteTable, isInTable } from "prosemirror-tables";
import type { EditorView } from "prosemirror-view";
import { h } from "../page/dom";
import { icon } from "../page/icons";
import { schema } from "./schema";

type Tool = { word: string; key?: string; raw?: string; run: Command; pressed?: (state: EditorState) => boolean; shown?: (state: EditorState) => boolean };

const { nodes, marks } = schema;

const TOOLS: Tool[] = [
  { word: "Bold", key: "Ctrl B", raw: bold, run: toggleMark(marks.strong), pressed: (state) => hasMark(state, marks.strong) },
  { word: "Italic", key: "Ctrl I", raw: italic, run: toggleMark(marks.em), pressed: (state) => hasMark(state, marks.em) },
  { word: "Heading", key: "Ctrl Alt 3", raw: heading, run: toggleHeading, pressed: (state) => inside(state, nodes.heading) },
  { word: "List", key: "Ctrl Shift 8", raw: list, run: toggleList(nodes.bullet_list), pressed: (state) => inside(state, nodes.bullet_list) },
  { word: "Numbered list", key: "Ctrl Shift 7", raw: ordered, run: toggleList(nodes.ordered_list), pressed: (state) => inside(state, nodes.ordered_list) },
  { word: "Table", raw: tableIcon, run: insertTable, shown: (state) => !isInTable(state) },
  { word: "Add row", run: addRowAfter, shown: isInTable },
  { word: "Add column", run: addColumnAfter, shown: isInTable },
  { word: "Delete row", run: deleteRow, shown: isInTable },
  { word: "Delete column", run: deleteColumn, shown: isInTable },
  { word: "Delete table", run: deleteTable, shown: isInTable },
  { word: "Undo", key: "Ctrl Z", raw: undoIcon, run: undo },
  { word: "Redo", key: "Ctrl Y", raw: redoIcon, run: redo },
];

export class Toolbar {
  readonly root: HTMLElement;
  private readonly buttons: { tool: Tool; button: HTMLButtonElement }[];

  constructor(private readonly view: () => EditorView, label: string) {
    this.buttons = TOOLS.map((tool) => ({ tool, button: this.make(tool) }));
    this.root = h("div", { class: "tools tools-text", role: "toolbar", "aria-label": `Tools for ${label}` }, ...this.buttons.map(({ button }) => button));
    this.buttons[0]!.button.tabIndex = 0;
    this.root.addEventListener("keydown", (event) => this.walk(event));
  }

  /** Shows which tools are on, possible and of use where the cursor stands. */
  update(state: EditorState): void {
    for (const { tool, button } of this.buttons) {
      button.hidden = tool.shown ? !tool.shown(state) : false;
      if (tool.pressed) button.setAttribute("aria-pressed", String(tool.pressed(state)));
      button.setAttribute("aria-disabled", String(!tool.run(state)));
    }
    if (!this.stops().some((button) => button.tabIndex === 0)) this.stops()[0]!.tabIndex = 0;
  }

  private make(tool: Tool): HTMLButtonElement {
    const name = tool.raw ? { "aria-label": tool.word, title: tool.key ? `${tool.word} (${tool.key})` : tool.word } : {};
    const button = h("button", { type: "button", class: "tool", tabindex: -1, ...name }, tool.raw ? icon(tool.raw) : tool.word);
    button.addEventListener("mousedown", (event) => event.preventDefault());
    button.addEventListener("click", () => {
      const view = this.view();
      tool.run(view.state, view.dispatch, view);
      view.focus();
    });
    return button;
  }

  private stops(): HTMLButtonElement[] {
    return this.buttons.map(({ button }) => button).filter((button) => !button.hidden);
  }

  private walk(event: KeyboardEvent): void {
    const stops = this.stops();
    const at = stops.indexOf(document.activeElement as HTMLButtonElement);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: stops.length - 1 }[event.key];
    if (to === undefined || at < 0) return;
    event.preventDefault();
    const next = stops[(to + stops.length) % stops.length]!;
    for (const { button } of this.buttons) button.tabIndex = button === next ? 0 : -1;
    next.focus();
  }
}

function hasMark(state: EditorState, mark: MarkType): boolean {
  const { from, to, empty, $from } = state.selection;
  return empty ? Boolean(mark.isInSet(state.storedMarks ?? $from.marks())) : state.doc.rangeHasMark(from, to, mark);
}

function inside(state: EditorState, type: NodeType): boolean {
  const { $from } = state.selection;
  for (let depth = $from.depth; depth > 0; depth--) if ($from.node(depth).type === type) return true;
  return false;
}

function toggleHeading(state: EditorState, dispatch?: Parameters<Command>[1]): boolean {
  const command = inside(state, nodes.heading) ? setBlockType(nodes.paragraph) : setBlockType(nodes.heading, { level: 3 });
  return command(state, dispatch);
}

function toggleList(type: NodeType): Command {
  return (state, dispatch) => (inside(state, type) ? liftListItem(nodes.list_item) : wrapInList(type))(state, dispatch);
}

/** Three by three with a heading row; the cursor goes into the first cell. */
function insertTable(state: EditorState, dispatch?: Parameters<Command>[1]): boolean {
  if (state.selection.$from.depth !== 1) return false;
  const row = (type: NodeType) => nodes.table_row.create(null, [0, 1, 2].map(() => type.createAndFill()!));
  const table = nodes.table.create(null, [row(nodes.table_header), row(nodes.table_cell), row(nodes.table_cell)]);
  const tr = state.tr.replaceSelectionWith(table);
  let at = 0;
  tr.doc.forEach((node, offset) => {
    if (node === table) at = offset;
  });
  dispatch?.(tr.setSelection(Selection.near(tr.doc.resolve(at + 1), 1)).scrollIntoView());
  return true;
}
