/** Proves that marks are stored by what they are on, never by an address, and said in words. */
import { describe, expect, it } from "vitest";
import { type Annotation, annotationOf, isMark, type Mark, markOf } from "./mark-json";
import { measured, signedBy, spoken, textLines } from "./mark-words";
import { imageIdOf } from "./stack";

const AT = { study: "1.2", series: "1.3", instance: "1.4", frame: 2 };
const length = (): Annotation => ({
  annotationUID: "a1",
  metadata: { toolName: "Length", referencedImageId: imageIdOf("/cases/7/dicomweb", AT), FrameOfReferenceUID: "9.9", viewPlaneNormal: [0, 0, -1] },
  data: {
    handles: { points: [[0, 0, 0], [18.2, 0, 0]], activeHandleIndex: 1 },
    cachedStats: { "imageId:x": { length: 18.2, unit: "mm" } }, label: "", author: "Okoye", at: "2026-11-24T14:01:00",
  },
});

describe("a saved mark", () => {
  it("holds no address of the server", () => {
    const mark = markOf(length())!;
    expect(mark.reference).toEqual(AT);
    expect(JSON.stringify(mark)).not.toContain("/cases/");
  });
  it("says what it measures and who drew it", () => expect(markOf(length())).toMatchObject({ said: "length 18.2 mm", author: "Okoye", at: "2026-11-24T14:01:00" }));
  it("is drawn again on another server's images", () => {
    const again = annotationOf(markOf(length())!, "/elsewhere");
    expect(again.metadata?.referencedImageId).toBe(imageIdOf("/elsewhere", AT));
    expect(again.data.handles).toMatchObject({ points: [[0, 0, 0], [18.2, 0, 0]], activeHandleIndex: null });
    expect(markOf(again)).toMatchObject({ uid: "a1", reference: AT, frameOfReference: "9.9", author: "Okoye" });
  });
  it("still says what it measured when it was read back but not drawn", () => {
    expect(markOf(annotationOf(markOf(length())!, "/x"))?.said).toBe("length 18.2 mm");
  });
  it("is not made of something that lies on no image of ours", () => {
    const stray = length();
    stray.metadata!.referencedImageId = "wadouri:/x";
    expect(markOf(stray)).toBeNull();
  });
  it("is refused when its shape is wrong", () => {
    expect(isMark(markOf(length()))).toBe(true);
    for (const wrong of [null, 3, {}, { uid: "a", tool: "Length" }, { ...(markOf(length()) as Mark), reference: {} }]) expect(isMark(wrong)).toBe(false);
  });
});

describe("the words of a mark", () => {
  it("give a region's mean, deviation and area with their units", () => {
    expect(measured({ mean: -732.4, stdDev: 30.5, area: 2694, areaUnit: "mm²", modalityUnit: "HU" })).toEqual(["Mean −732 HU, SD 30.5", "Area 2694 mm²"]);
  });
  it("say nothing while nothing is measured", () => {
    expect(measured(undefined)).toEqual([]);
    expect(textLines({ author: "Okoye" }, "x")).toEqual([]);
  });
  it("name author and time of today, else the day", () => {
    expect(signedBy("Okoye", "2026-11-24T14:01:00", new Date("2026-11-24T18:00:00"))).toBe("Okoye, 14:01");
    expect(signedBy("Okoye", "2026-11-12T14:01:00", new Date("2026-11-24T18:00:00"))).toBe("Okoye, Nov 12");
    expect(signedBy(undefined, "2026-11-12")).toBe("");
    expect(signedBy("Okoye", "no time")).toBe("Okoye");
  });
  it("carry an arrow's words", () => expect(spoken("ArrowAnnotate", { label: "rib" })).toBe("arrow rib"));
});
