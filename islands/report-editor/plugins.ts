/** What the text can do while being typed: undo, keys, short forms as in Markdown, tables, a cursor beside images. */
import { baseKeymap } from "prosemirror-commands";
import { gapCursor } from "prosemirror-gapcursor";
import { history } from "prosemirror-history";
import { InputRule, inputRules, textblockTypeInputRule, wrappingInputRule } from "prosemirror-inputrules";
import { keymap } from "prosemirror-keymap";
import type { MarkType } from "prosemirror-model";
import type { Plugin } from "prosemirror-state";
import { tableEditing } from "prosemirror-tables";
import { keys } from "./keys";
import { schema } from "./schema";

const { nodes, marks } = schema;

export function plugins(leave: () => void, save: () => void): Plugin[] {
  return [inputRules({ rules: shortForms() }), keymap(keys(leave, save)), keymap(baseKeymapWithoutChord()), history(), tableEditing(), gapCursor()];
}

/** Ctrl Enter belongs to the page (next open question). */
function baseKeymapWithoutChord(): typeof baseKeymap {
  const { "Mod-Enter": _, ...rest } = baseKeymap;
  return rest;
}

/** `# `, `## `, `- `, `1. `, `> `, `**bold**`, `*italic*`. */
function shortForms(): InputRule[] {
  return [
    textblockTypeInputRule(/^(#{1,2})\s$/, nodes.heading, (match) => ({ level: match[1]!.length + 2 })),
    wrappingInputRule(/^\s*[-*]\s$/, nodes.bullet_list),
    wrappingInputRule(/^(\d{1,3})\.\s$/, nodes.ordered_list, (match) => ({ start: Number(match[1]) }),
      (match, node) => node.childCount + (node.attrs.start as number) === Number(match[1])),
    wrappingInputRule(/^\s*>\s$/, nodes.blockquote),
    around(/(?:^|\s)(\*\*([^*\s](?:[^*]*[^*\s])?)\*\*)$/, marks.strong),
    around(/(?:^|[^*])(\*([^*\s](?:[^*]*[^*\s])?)\*)$/, marks.em),
  ];
}

/** The signs around the words go, the words get the mark, and typing goes on without it. */
function around(pattern: RegExp, mark: MarkType): InputRule {
  return new InputRule(pattern, (state, match, start, end) => {
    const begin = start + match[0].indexOf(match[1]!);
    const signs = match[1]!.indexOf(match[2]!);
    const wordsEnd = begin + signs + match[2]!.length;
    const { tr } = state;
    // The last sign is being typed and not in the text yet.
    if (end > wordsEnd) tr.delete(wordsEnd, end);
    tr.delete(begin, begin + signs);
    tr.addMark(begin, begin + match[2]!.length, mark.create());
    return tr.removeStoredMark(mark);
  });
}
