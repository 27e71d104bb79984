/** Proves the order and the references of images: a wrong order or a lost reference misleads a physician. */
import { describe, expect, it } from "vitest";
import { type Dataset, text } from "./dicomweb";
import { follow, linkAt } from "./linking";
import { imageIdOf, indexOf, inOrder, referenceOf, sideLetters, slicePosition, stackOf } from "./stack";

const ROOT = "/cases/7/dicomweb";
const AXIAL = [1, 0, 0, 0, 1, 0];

function instance(number: number, z: number | null, more: Dataset = {}): Dataset {
  const place: Dataset = z === null ? {} : { "00200032": { Value: [0, 0, z] }, "00200037": { Value: AXIAL } };
  return { "00080018": { Value: [`1.9.${number}`] }, "00200013": { Value: [number] }, "00280010": { Value: [64] }, ...place, ...more };
}
const stack = (...datasets: Dataset[]) => stackOf(ROOT, "1.2", "1.3", datasets);
const labels = (images: readonly { label: number }[]) => images.map((one) => one.label);

describe("the order of a stack", () => {
  it("follows the place in space, with the lowest image number first", () => {
    expect(labels(stack(instance(3, -10), instance(1, 10), instance(2, 0)))).toEqual([1, 2, 3]);
    expect(labels(stack(instance(3, 10), instance(1, -10), instance(2, 0)))).toEqual([1, 2, 3]);
  });
  it("trusts the place over a number that contradicts it", () => {
    expect(labels(stack(instance(1, 0), instance(2, 30), instance(3, 10), instance(4, 40)))).toEqual([1, 3, 2, 4]);
  });
  it("falls back to the image number when one image has no place", () => {
    expect(labels(stack(instance(2, 5), instance(10, null), instance(1, 9)))).toEqual([1, 2, 10]);
  });
  it("falls back to the image number when two images share a place, as in perfusion series", () => {
    expect(labels(stack(instance(2, 5), instance(1, 5), instance(3, 1)))).toEqual([1, 2, 3]);
  });
  it("does not order tilted and straight images along one line", () => {
    const tilted = instance(1, 50, { "00200037": { Value: [1, 0, 0, 0, 0.9, 0.4] } });
    expect(labels(stack(instance(2, 0), tilted, instance(3, 10)))).toEqual([1, 2, 3]);
  });
  it("leaves out objects without pixels, such as a structured report in the series", () => {
    expect(stack(instance(1, 0), { "00080018": { Value: ["1.9.9"] } })).toHaveLength(1);
  });
  it("is empty for nothing", () => expect(inOrder([])).toEqual([]));
});

describe("a multi-frame object", () => {
  const enhanced = instance(1, null, {
    "00280008": { Value: [3] },
    "52009229": { Value: [{ "00209116": { Value: [{ "00200037": { Value: AXIAL } }] } }] },
    "52009230": { Value: [20, 10, 0].map((z) => ({ "00209113": { Value: [{ "00200032": { Value: [0, 0, z] } }] } })) },
  });
  it("gives one image for each frame, counted from 1", () => {
    const images = stack(enhanced);
    expect(images.map((one) => one.imageId.split("/").at(-1))).toEqual(["1", "2", "3"]);
    expect(images.map((one) => one.position)).toEqual([20, 10, 0]);
  });
  it("finds a frame again, and its first when none is named", () => {
    expect(indexOf(stack(enhanced), "1.9.1", 3)).toBe(2);
    expect(indexOf(stack(enhanced), "1.9.1")).toBe(0);
    expect(indexOf(stack(enhanced), "1.9.404")).toBe(-1);
    expect(indexOf(stack(enhanced), undefined)).toBe(-1);
  });
});

describe("a reference", () => {
  const at = { study: "1.2.840", series: "1.3.12", instance: "1.4.1", frame: 12 };
  it("survives the way into an address and back", () => expect(referenceOf(imageIdOf(ROOT, at))).toEqual(at));
  it("does not depend on the server's path", () => expect(referenceOf(imageIdOf("https://other.example/x", at))).toEqual(at));
  it("is not read out of a foreign address", () => expect(referenceOf("wadouri:/some/file.dcm")).toBeNull());
});

describe("the letters at the edges", () => {
  it("say where an axial image points", () => expect(sideLetters(AXIAL)).toEqual({ left: "R", right: "L", top: "A", bottom: "P" }));
  it("say where a coronal image points", () => expect(sideLetters([1, 0, 0, 0, 0, -1])).toEqual({ left: "R", right: "L", top: "H", bottom: "F" }));
  it("name both directions of an oblique image, the stronger first", () => expect(sideLetters([0.8, 0.6, 0, 0, 0, -1]).right).toBe("LP"));
});

describe("linked scrolling", () => {
  const now = stack(...[0, 1, 2, 3].map((n) => instance(n + 1, n * 5)));
  const before = stack(...[0, 1, 2].map((n) => instance(n + 1, 100 + n * 10)));
  it("keeps the millimetres that lay between the two when they were linked", () => {
    const link = linkAt(now, 0, before, 0, false);
    expect(follow(link, now, 2, before)).toBe(1);
    expect(follow(link, before, 2, now, true)).toBe(3);
  });
  it("goes to the same place when both share one space", () => {
    const same = stack(...[0, 1, 2].map((n) => instance(n + 1, n * 10)));
    expect(follow(linkAt(now, 3, same, 0, true), now, 2, same)).toBe(1);
  });
  it("counts images when they have no place, and stops at the end", () => {
    const flat = stack(instance(1, null), instance(2, null));
    const link = linkAt(flat, 0, flat, 1, false);
    expect(follow(link, flat, 0, flat)).toBe(1);
    expect(follow(link, flat, 1, flat)).toBe(1);
  });
});

it("has no place for an image without direction", () => {
  expect(slicePosition({ "00200032": { Value: [0, 0, 4] } }, 1)).toBeNull();
  expect(text({}, "00100010")).toBe("");
});
