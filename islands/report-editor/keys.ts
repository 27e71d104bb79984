/** Keys of the text: marks, lists, tables, undo. Tab always leaves the text except between the cells of a table. */
import { baseKeymap, chainCommands, exitCode, setBlockType, toggleMark, wrapIn } from "prosemirror-commands";
import { redo, undo } from "prosemirror-history";
import { liftListItem, sinkListItem, splitListItem, wrapInList } from "prosemirror-schema-list";
import type { Command } from "prosemirror-state";
import { goToNextCell } from "prosemirror-tables";
import { schema } from "./schema";

const { nodes, marks } = schema;

const lineBreak: Command = chainCommands(exitCode, (state, dispatch) => {
  dispatch?.(state.tr.replaceSelectionWith(nodes.hard_break.create()).scrollIntoView());
  return true;
});

/** `leave` moves the focus out of the text (Esc), `save` saves at once (Ctrl S). */
export function keys(leave: () => void, save: () => void): Record<string, Command> {
  const then = (act: () => void): Command => () => {
    act();
    return true;
  };
  return {
    ...baseKeymap,
    "Mod-Enter": () => false,
    "Mod-b": toggleMark(marks.strong),
    "Mod-i": toggleMark(marks.em),
    "Mod-u": toggleMark(marks.underline),
    "Mod-.": toggleMark(marks.superscript),
    "Mod-,": toggleMark(marks.subscript),
    "Mod-z": undo,
    "Mod-y": redo,
    "Shift-Mod-z": redo,
    "Mod-Alt-3": setBlockType(nodes.heading, { level: 3 }),
    "Mod-Alt-4": setBlockType(nodes.heading, { level: 4 }),
    "Mod-Alt-0": setBlockType(nodes.paragraph),
    "Mod-Shift-7": wrapInList(nodes.ordered_list),
    "Mod-Shift-8": wrapInList(nodes.bullet_list),
    "Mod-Shift-9": wrapIn(nodes.blockquote),
    "Mod-]": sinkListItem(nodes.list_item),
    "Mod-[": liftListItem(nodes.list_item),
    Enter: chainCommands(splitListItem(nodes.list_item), baseKeymap.Enter!),
    "Shift-Enter": lineBreak,
    Tab: goToNextCell(1),
    "Shift-Tab": goToNextCell(-1),
    "Mod-s": then(save),
    Escape: then(leave),
  };
}
