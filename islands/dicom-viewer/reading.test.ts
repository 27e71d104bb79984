/** Proves what is read from DICOM JSON and written in the corners. */
import { afterEach, describe, expect, it, vi } from "vitest";
import { compressionWords, corners, dateWords, type Shown } from "./corners";
import { askEarly, type Dataset, Dicomweb, earlierStudy, number, openFirst, type Series, seriesName, showable, text } from "./dicomweb";
import { withFrameOfReference, withModality, withoutZeroSpacing, withWholePalette } from "./mending";
import { keepOwnWindow, ownWindow, presetFits, presetName, PRESETS, rangeOf, windowOf } from "./presets";

const series = (uid: string, more: Partial<Series> = {}): Series => ({ study: "1", uid, modality: "CT", description: "", number: null, images: null, ...more });

describe("the list of series", () => {
  it("leaves out reports and plans, which hold no picture", () => {
    const list = [series("1", { modality: "SR" }), series("2"), series("3", { modality: "RTSTRUCT" }), series("")];
    expect(showable(list).map((one) => one.uid)).toEqual(["2"]);
  });
  it("goes by series number, unnumbered last", () => {
    const list = [series("a"), series("b", { number: 10 }), series("c", { number: 2 })];
    expect(showable(list).map((one) => one.uid)).toEqual(["c", "b", "a"]);
  });
  it("opens the first real stack rather than the scout before it", () => {
    expect(openFirst([series("scout", { images: 2 }), series("lung", { images: 300 })])?.uid).toBe("lung");
    expect(openFirst([series("x-ray", { images: 1 })])?.uid).toBe("x-ray");
    expect(openFirst([])).toBeUndefined();
  });
  it("names a series by number and description, or by its modality", () => {
    expect(seriesName(series("1", { number: 3, description: "Lung" }))).toBe("3 Lung");
    expect(seriesName(series("1"))).toBe("CT");
  });
});

describe("the study to compare with", () => {
  const study = (uid: string, date: string, ...modalities: string[]) => ({ uid, date, description: "", modalities });
  const all = [study("now", "20261112", "CT"), study("june", "20260603", "CT"), study("xray", "20260601", "CR"), study("old", "20240101", "CT", "SR"), study("later", "20261120", "CT")];
  it("is the latest earlier one of the same kind", () => expect(earlierStudy(all, "now")?.uid).toBe("june"));
  it("is none when there is no earlier one", () => {
    expect(earlierStudy(all, "old")).toBeNull();
    expect(earlierStudy(all, "unknown")).toBeNull();
  });
});

describe("what is asked before the viewer is there", () => {
  afterEach(() => vi.unstubAllGlobals());
  const list = [{ "0020000E": { Value: ["7"] }, "00080060": { Value: ["CT"] }, "00201209": { Value: [20] } }];
  const server = (status = 200) => {
    const asked = vi.fn(async (url: string) => new Response(JSON.stringify(url.endsWith("metadata") ? [{}, {}] : list), { status }));
    vi.stubGlobal("fetch", asked);
    return asked;
  };
  it("is asked once: the viewer takes the answers that wait", async () => {
    const asked = server();
    askEarly("/a", "1");
    const web = new Dicomweb("/a");
    expect((await web.series("1")).map((one) => one.uid)).toEqual(["7"]);
    await vi.waitFor(() => expect(asked).toHaveBeenCalledTimes(2));
    expect(await web.metadata("1", "7")).toHaveLength(2);
    expect(asked).toHaveBeenCalledTimes(2);
  });
  it("is asked anew by “Try again”, and a refusal is told only to the viewer", async () => {
    const refusing = server(503);
    askEarly("/b", "1");
    const web = new Dicomweb("/b");
    await expect(web.series("1")).rejects.toThrow("Try again in a minute");
    expect(refusing).toHaveBeenCalledTimes(1);
    server();
    expect(await web.series("1")).toHaveLength(1);
  });
});

describe("values of DICOM JSON", () => {
  it("reads names, numbers written as words, and nothing as nothing", () => {
    const dataset: Dataset = { "00100010": { Value: [{ Alphabetic: "DELGADO^ROSA" }] }, "00200013": { Value: ["12"] }, "00280010": { Value: [] } };
    expect(text(dataset, "00100010")).toBe("DELGADO^ROSA");
    expect(number(dataset, "00200013")).toBe(12);
    expect(number(dataset, "00280010")).toBeNull();
  });
});

describe("mended metadata", () => {
  it("unpacks a binary palette, little endian", () => {
    const dataset: Dataset = { "00281201": { InlineBinary: btoa(String.fromCharCode(1, 2, 0xff, 0x00)) } };
    withWholePalette(dataset);
    expect(dataset["00281201"]?.Value).toEqual([0x0201, 0x00ff]);
    expect(dataset["00281201"]?.InlineBinary).toBeUndefined();
  });
  it("lets the series stand for a missing frame of reference, and keeps a given one", () => {
    const bare: Dataset = { "0020000E": { Value: ["1.3"] } };
    withFrameOfReference(bare);
    expect(text(bare, "00200052")).toBe("1.3");
    const given: Dataset = { "0020000E": { Value: ["1.3"] }, "00200052": { Value: ["9"] } };
    withFrameOfReference(given);
    expect(text(given, "00200052")).toBe("9");
  });
  it("claims no modality for a capture that has none", () => {
    const bare: Dataset = {};
    withModality(bare);
    expect(text(bare, "00080060")).toBe("OT");
  });
  it("takes a spacing of nought away, so that lengths are told in pixels", () => {
    const dataset: Dataset = { "00280030": { Value: [0, 0] }, "00181164": { Value: [0.2, 0.2] } };
    withoutZeroSpacing(dataset);
    expect(Object.keys(dataset)).toEqual(["00181164"]);
  });
});

describe("windows", () => {
  it("are the usual ones for CT", () => expect(PRESETS.map((one) => one.window?.width ?? null)).toEqual([1500, 400, 2500, 80, null]));
  it("come back out of a grey range unchanged", () => expect(windowOf(rangeOf({ center: -600, width: 1500 }))).toEqual({ center: -600, width: 1500 }));
  it("are offered for CT only, the reader's own for all", () => {
    expect(presetFits(PRESETS[0]!, "MR")).toBe(false);
    expect(presetFits(PRESETS[0]!, "CT")).toBe(true);
    expect(presetFits(PRESETS[4]!, "MR")).toBe(true);
  });
  it("are named when they are a preset", () => {
    expect(presetName({ center: -600, width: 1500 })).toBe("lung");
    expect(presetName({ center: -600, width: 1501 })).toBe("");
  });
  it("of the reader's own are kept for each modality", () => {
    keepOwnWindow("CT", { center: 1, width: 2 });
    expect(ownWindow("CT")).toEqual({ center: 1, width: 2 });
    expect(ownWindow("MR")).toBeNull();
  });
});

describe("the corners", () => {
  const dataset: Dataset = { "00080020": { Value: ["20261112"] }, "00080030": { Value: ["094100"] }, "00080080": { Value: ["Valley Imaging"] }, "00180050": { Value: [1.25] } };
  const shown: Shown = { dataset, series: series("1", { number: 3, description: "Lung" }), index: 142, count: 301, window: { center: -600, width: 1500 }, zoom: 1.4, transferSyntax: "1.2.840.10008.1.2.4.80" };
  const words = corners({ name: "DELGADO^ROSA", birthDate: "1971-03-14", sex: "F" }, shown);
  it("say who, where and when, which image, and that this is no diagnostic display", () => {
    expect(words.who.slice(0, 2)).toEqual(["DELGADO^ROSA", "14 Mar 1971 · F"]);
    expect(words.when.slice(0, 2)).toEqual(["Valley Imaging", "12 Nov 2026, 09:41"]);
    expect(words.which).toEqual(["Series 3, Lung, 1.25 mm", "Image 143 of 301", "W 1500 · L −600"]);
    expect(words.how).toEqual(["Zoom 1.4 · lossless", "Not a diagnostic display"]);
  });
  it("call an image lossy when its header or its sending says so", () => {
    expect(compressionWords({ "00282110": { Value: ["01"] }, "00282112": { Value: ["10"] } }, "")).toBe("lossy 10:1");
    expect(compressionWords({}, "1.2.840.10008.1.2.4.50")).toBe("lossy");
    expect(compressionWords({ "00282110": { Value: ["00"] } }, "1.2.840.10008.1.2.4.201")).toBe("lossless");
  });
  it("leave a date they do not understand as it is", () => {
    expect(dateWords("2026")).toBe("2026");
    expect(dateWords("20261399")).toBe("20261399");
  });
});
