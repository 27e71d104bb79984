/** Proves the key map of the reading room (interface §7) and the order of background loading. */
import { describe, expect, it, vi } from "vitest";
import { actionOf, isWriting, needsFocus } from "./keymap";
import { BackgroundLoading, howMany, outwards } from "./loading";

const press = (key: string, more: Partial<KeyboardEvent> = {}) =>
  actionOf({ key, code: "", shiftKey: false, ctrlKey: false, metaKey: false, altKey: false, ...more });

describe("keys", () => {
  it.each([
    ["w", "window"], ["l", "length"], ["r", "region"], ["a", "arrow"], ["h", "hide-marks"], ["c", "compare"], ["f", "only-image"],
    ["k", "key-image"], ["i", "invert"], ["0", "reset"], ["=", "fit"], ["+", "zoom-in"], ["-", "zoom-out"],
    ["ArrowUp", "back"], ["ArrowDown", "on"], ["Home", "first"], ["End", "last"], ["ArrowLeft", "series-back"], ["Delete", "remove-mark"], [" ", "pan-held"],
  ])("%s asks for %s", (key, action) => expect(press(key)).toBe(action));
  it("go ten images with Shift", () => expect(press("ArrowDown", { shiftKey: true })).toBe("ten-on"));
  it("take presets by the place of the digit, whatever the layout writes there", () => {
    expect(press("!", { code: "Digit1", shiftKey: true })).toBe("preset-1");
    expect(press('"', { code: "Digit2", shiftKey: true })).toBe("preset-2");
    expect(press("^", { code: "Digit6", shiftKey: true })).toBeNull();
  });
  it("undo with Control Z, or Command Z, but not with Shift", () => {
    expect(press("z", { ctrlKey: true })).toBe("undo");
    expect(press("z", { metaKey: true })).toBe("undo");
    expect(press("Z", { ctrlKey: true, shiftKey: true })).toBeNull();
  });
  it("leave the page's own keys alone", () => {
    for (const key of ["1", "9", "e", "g", "m", "b", "?", "PageUp", "PageDown", "Escape", "Enter", "Tab"]) expect(press(key)).toBeNull();
    expect(press("s", { ctrlKey: true })).toBeNull();
    expect(press("l", { altKey: true })).toBeNull();
    expect(press("toString")).toBeNull();
  });
  it("that scroll or press things elsewhere act only on the image", () => {
    expect(needsFocus("on")).toBe(true);
    expect(needsFocus("pan-held")).toBe(true);
    expect(needsFocus("window")).toBe(false);
  });
});

describe("writing", () => {
  const inside = (markup: string) => {
    document.body.innerHTML = markup;
    return document.body.querySelector("[data-x]");
  };
  it("is what happens in text boxes and rich text", () => {
    for (const markup of ["<textarea data-x></textarea>", "<input data-x>", "<input type=search data-x>", "<select data-x></select>", "<div contenteditable><p data-x></p></div>", "<div role=textbox><b data-x></b></div>"]) {
      expect(isWriting(inside(markup)), markup).toBe(true);
    }
  });
  it("is not what happens on buttons, levers and images", () => {
    for (const markup of ["<button data-x></button>", "<input type=range data-x>", "<div tabindex=0 data-x></div>"]) expect(isWriting(inside(markup)), markup).toBe(false);
    expect(isWriting(null)).toBe(false);
  });
});

describe("background loading", () => {
  const settled = () => new Promise((resolve) => setTimeout(resolve, 5));
  it("goes from the image shown outwards", () => expect(outwards(6, 2)).toEqual([2, 3, 1, 4, 0, 5]));
  it("asks for no more than six images at once", async () => {
    let running = 0;
    let most = 0;
    const load = async () => {
      most = Math.max(most, (running += 1));
      await Promise.resolve();
      running -= 1;
    };
    const done = vi.fn();
    new BackgroundLoading(load, { progress: () => undefined, done }).start(40, 10);
    await settled();
    expect(most).toBe(6);
    expect(done).toHaveBeenCalledExactlyOnceWith(40, 0);
  });
  it("goes on past a broken image and counts it", async () => {
    const done = vi.fn();
    const load = async (index: number) => {
      if (index === 3) throw new Error("broken");
    };
    new BackgroundLoading(load, { progress: () => undefined, done }).start(5, 0);
    await settled();
    expect(done).toHaveBeenCalledExactlyOnceWith(4, 1);
  });
  it("follows the reader to a new place", async () => {
    const order: number[] = [];
    const loading = new BackgroundLoading(async (index) => void order.push(index), { progress: () => undefined, done: () => undefined }, 1);
    loading.start(10, 0);
    loading.centre(9);
    await settled();
    expect(order.slice(0, 3)).toEqual([0, 9, 8]);
  });
  it("tells nothing any more once it is stopped", async () => {
    const watch = { progress: vi.fn(), done: vi.fn() };
    const loading = new BackgroundLoading(async () => undefined, watch);
    loading.start(10, 0);
    loading.stop();
    await settled();
    expect(watch.progress).not.toHaveBeenCalled();
    expect(watch.done).not.toHaveBeenCalled();
  });
  it("keeps within the memory set aside", () => {
    expect(howMany(512 * 512 * 2, 1024 ** 3)).toBe(1638);
    expect(howMany(10 ** 12, 1024)).toBe(1);
  });
});
