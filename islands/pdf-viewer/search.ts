/** Finds words in the text of pages, whatever their case, accents and line breaks, and tells where in the text they stand. */

export interface Found {
  /** Page, from 1. */
  page: number;
  /** From and to in the page's text, as `pageText` joined it. */
  from: number;
  to: number;
}
export interface TextItem {
  str: string;
  hasEOL: boolean;
}
export interface Spot {
  item: number;
  at: number;
}

/** The text of a page: its items in order, with a line break where the page breaks a line. */
export function pageText(items: readonly TextItem[]): string {
  return items.map((one) => one.str + (one.hasEOL ? "\n" : "")).join("");
}

interface Plain {
  text: string;
  /** For each character of `text`, its place in the original. */
  places: number[];
}

/** Lower case, without accents, with ligatures opened and each run of spaces as one. */
function plain(original: string): Plain {
  const places: number[] = [];
  let text = "";
  for (let at = 0; at < original.length; at += 1) {
    const folded = original[at]!.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
    const shown = /^\s+$/.test(folded) ? (text.endsWith(" ") ? "" : " ") : folded;
    for (const char of shown) {
      text += char;
      places.push(at);
    }
  }
  return { text, places };
}

/** All places of `wanted` on one page; [] for empty words. */
export function findIn(text: string, wanted: string, page: number): Found[] {
  const needle = plain(wanted).text.trim();
  if (needle === "") return [];
  const hay = plain(text);
  const found: Found[] = [];
  for (let at = hay.text.indexOf(needle); at >= 0; at = hay.text.indexOf(needle, at + needle.length)) {
    found.push({ page, from: hay.places[at]!, to: hay.places[at + needle.length - 1]! + 1 });
  }
  return found;
}

/** Which item, and where in it, a place in the page's text is. */
export function spotOf(items: readonly TextItem[], place: number): Spot {
  let before = 0;
  for (const [item, one] of items.entries()) {
    if (place <= before + one.str.length) return { item, at: place - before };
    before += one.str.length + (one.hasEOL ? 1 : 0);
  }
  return { item: Math.max(0, items.length - 1), at: items.at(-1)?.str.length ?? 0 };
}

/** Index of the find to go to next, from `current`, in the direction `by`; it goes round at the ends. -1 when nothing was found. */
export function nextFind(count: number, current: number, by: number): number {
  return count === 0 ? -1 : (current + by + count) % count;
}
