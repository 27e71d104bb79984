/** Proves search, boxes and words of the document reader. */
import { describe, expect, it } from "vitest";
import { boxAround, fineness, held, isBox, LARGEST, SMALLEST } from "./geometry";
import { deedOf } from "./keys";
import { findIn, nextFind, pageText, spotOf } from "./search";

const ITEMS = [{ str: "Café naïve ", hasEOL: false }, { str: "in the right", hasEOL: true }, { str: "upper lobe", hasEOL: false }];
const TEXT = pageText(ITEMS);

describe("search", () => {
  it("finds words whatever their case and accents", () => expect(findIn(TEXT, "CAFE NAIVE", 2)).toEqual([{ page: 2, from: 0, to: 10 }]));
  it("finds words across a line break", () => {
    const [found] = findIn(TEXT, "right upper", 1);
    expect(TEXT.slice(found!.from, found!.to)).toBe("right\nupper");
  });
  it("finds words with an opened ligature", () => expect(findIn("ﬁndings", "findings", 1)).toEqual([{ page: 1, from: 0, to: 7 }]));
  it("finds every place once", () => expect(findIn("aaaa", "aa", 1)).toHaveLength(2));
  it("finds nothing for nothing", () => {
    expect(findIn(TEXT, "  ", 1)).toEqual([]);
    expect(findIn(TEXT, "left", 1)).toEqual([]);
  });
  it("treats signs as signs, not as a pattern", () => expect(findIn("5.2 (high)", "(high", 1)).toHaveLength(1));
  it("knows the item of a place", () => {
    expect(spotOf(ITEMS, 0)).toEqual({ item: 0, at: 0 });
    expect(spotOf(ITEMS, 18)).toEqual({ item: 1, at: 7 });
    expect(spotOf(ITEMS, 24)).toEqual({ item: 2, at: 0 });
    expect(spotOf(ITEMS, 999)).toEqual({ item: 2, at: 10 });
  });
  it("goes round at both ends", () => {
    expect(nextFind(3, 2, 1)).toBe(0);
    expect(nextFind(3, 0, -1)).toBe(2);
    expect(nextFind(0, -1, 1)).toBe(-1);
  });
});

describe("a box on a page", () => {
  const page = { left: 100, top: 50, right: 300, bottom: 250 };
  it("is told in shares of the page", () => expect(boxAround([{ left: 150, top: 100, right: 200, bottom: 120 }], page)).toEqual({ x: 0.25, y: 0.25, w: 0.25, h: 0.1 }));
  it("ends at the edge of the page", () => expect(boxAround([{ left: 0, top: 60, right: 900, bottom: 70 }], page)).toMatchObject({ x: 0, w: 1 }));
  it("is none for words on another page", () => expect(boxAround([{ left: 150, top: 400, right: 200, bottom: 420 }], page)).toBeNull());
  it("is refused when it is not four shares", () => {
    expect(isBox({ x: 0, y: 0, w: 1, h: 1 })).toBe(true);
    for (const wrong of [null, {}, { x: 0, y: 0, w: 2, h: 1 }, { x: "0", y: 0, w: 1, h: 1 }]) expect(isBox(wrong)).toBe(false);
  });
});

describe("the size of pages", () => {
  it("stays within what can be read", () => {
    expect(held(0)).toBe(SMALLEST);
    expect(held(99)).toBe(LARGEST);
  });
  it("never asks for a canvas larger than browsers give", () => {
    expect(fineness(1000, 1000, 2)).toBe(2);
    const fine = fineness(8000, 8000, 3);
    expect(8000 * fine * 8000 * fine).toBeLessThanOrEqual(16_000_001);
  });
});

describe("keys", () => {
  const press = (key: string, more = {}) => deedOf({ key, ctrlKey: false, metaKey: false, altKey: false, ...more });
  it("turn pages, zoom and search", () => {
    expect(press("ArrowRight")).toBe("next");
    expect(press("=")).toBe("fit");
    expect(press("f", { ctrlKey: true })).toBe("search");
  });
  it("leave the rest to the page", () => {
    for (const key of ["f", "PageDown", "k", "ArrowDown", "valueOf"]) expect(press(key)).toBeNull();
    expect(press("ArrowRight", { altKey: true })).toBeNull();
    expect(press("=", { ctrlKey: true })).toBeNull();
  });
});
