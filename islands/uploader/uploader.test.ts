/** What is sent and what is not, and how it is told, before any byte leaves the device. */
import { describe, expect, it } from "vitest";
import { classify } from "./classify";
import { commonFolder } from "./collect";
import { factsOf, readFacts, type Facts } from "./dicom-head";
import { fingerprint, place } from "./fingerprint";
import { thereFrom } from "./manifest";
import { Pace } from "./progress";
import { Load, tally, type Item } from "./state";
import { groupStudies } from "./studies";
import { survey } from "./survey";
import { bytes, contents, day, person, timeLeft } from "./words";

const rosa = { name: "DELGADO^ROSA", birthDate: "1971-03-14", sex: "F" };
const text = (value: string) => new TextEncoder().encode(value);

/** A Part 10 file in explicit little endian with the given elements, then `more` bytes that never come. */
function dicom(elements: [number, number, string, string | Uint8Array][], cutAt = 0): Uint8Array {
  const parts: number[] = [...new Array<number>(128).fill(0), ...text("DICM")];
  const put = (group: number, tag: number, vr: string, value: string | Uint8Array): void => {
    const raw = typeof value === "string" ? [...text(value)] : [...value];
    if (raw.length % 2) raw.push(vr === "UI" ? 0 : 32);
    parts.push(group & 255, group >> 8, tag & 255, tag >> 8, ...text(vr));
    if (vr === "OW" || vr === "OB") parts.push(0, 0, raw.length & 255, (raw.length >> 8) & 255, (raw.length >> 16) & 255, 0);
    else parts.push(raw.length & 255, raw.length >> 8);
    for (const byte of raw) parts.push(byte);
  };
  put(2, 0x10, "UI", "1.2.840.10008.1.2.1");
  for (const element of elements) put(...element);
  return Uint8Array.from(cutAt ? parts.slice(0, cutAt) : parts);
}

const head = (name = "DELGADO^ROSA", born = "19710314"): [number, number, string, string][] => [
  [8, 0x20, "DA", "20261112"], [8, 0x60, "CS", "CT"], [8, 0x80, "LO", "Valley Imaging"], [8, 0x1030, "LO", "CHEST WITH CONTRAST"],
  [0x10, 0x10, "PN", name], [0x10, 0x30, "DA", born], [0x10, 0x40, "CS", "F"],
  [0x20, 0x0d, "UI", "1.2.3"], [0x20, 0x0e, "UI", "1.2.3.4"], [0x20, 0x11, "IS", "3"], [0x20, 0x13, "IS", "143"],
];
const facts = (more: Partial<Facts> = {}): Facts => ({ ...factsOf(dicom(head()))!, ...more });

describe("what a file is", () => {
  it.each([
    ["CD/DICOMDIR", "x", "contents"], ["CD/autorun.inf", "[autorun]", "viewer"], ["CD/viewer.exe", "MZ\x90", "viewer"],
    ["CD/scan0001", "MZ\x90\0", "viewer"], ["CD/lib", "\x7fELF", "viewer"], ["CD/Viewer.app/Contents/Info.plist", "<", "viewer"],
    ["CD/.DS_Store", "x", "system"], ["CD/Thumbs.db", "x", "system"], ["__MACOSX/a.dcm", "x", "system"], ["CD/Weasis.jar", "PK", "viewer"],
  ])("%s is left out", (path, start, reason) => {
    expect(classify(path, 5000, Uint8Array.from(start, (c) => c.charCodeAt(0)))).toEqual({ kind: "skip", reason });
  });

  it("leaves out an empty file with its reason", () => expect(classify("IM1", 0, new Uint8Array())).toEqual({ kind: "skip", reason: "empty" }));

  it("lets contents win over the name: an image called setup.ini is an image", () =>
    expect(classify("CD/setup.ini", 9000, dicom(head())).kind).toBe("image"));

  it("knows papers, pictures, slides, and passes on what it does not know", () => {
    expect(classify("a/letter", 9, text("%PDF-1.7")).kind).toBe("document");
    expect(classify("IMG_1", 9, Uint8Array.from([0xff, 0xd8, 0xff, 0xe0])).kind).toBe("picture");
    expect(classify("biopsy.svs", 9, text("II*")).kind).toBe("slide");
    expect(classify("values.xyz", 9, text("abc")).kind).toBe("other");
  });

  it("knows an old image without a preamble, but not a text that starts by chance", () => {
    expect(classify("IM2", 90, Uint8Array.from([8, 0, 5, 0, 10, 0, 0, 0, 73, 83, 79, 95, 73, 82, 32, 49])).kind).toBe("image");
    expect(classify("notes", 90, text("\b\0 some text here")).kind).toBe("other");
  });
});

describe("headers", () => {
  it("reads who, when and what", () => {
    expect(facts()).toMatchObject({ study: "1.2.3", series: "1.2.3.4", name: "DELGADO^ROSA", birthDate: "19710314", sex: "F", date: "20261112", modality: "CT" });
  });

  it("reads them from a slice that ends in the middle of the pictures", () => {
    const whole = dicom([...head(), [0x7fe0, 0x10, "OW", new Uint8Array(5000)]] as Parameters<typeof dicom>[0]);
    expect(factsOf(whole.slice(0, 900))?.study).toBe("1.2.3");
  });

  it("takes a bigger slice when the first holds too little", async () => {
    const wide = [...head().slice(0, 3), [9, 0x10, "OB", new Uint8Array(200_000)], ...head().slice(4)] as Parameters<typeof dicom>[0];
    expect((await readFacts(new Blob([dicom(wide) as BlobPart])))?.series).toBe("1.2.3.4");
  });

  it("says null for what is broken and never throws", () => {
    expect(factsOf(dicom(head(), 200))).toBeNull();
    for (let at = 0; at < 500; at += 7) expect(() => factsOf(dicom(head(), at || 1))).not.toThrow();
  });

  it("reads umlauts by the character set of the file", () => {
    const bytes = dicom([[8, 5, "CS", "ISO_IR 100"], ...head().slice(0, 4), [0x10, 0x10, "PN", Uint8Array.from([77, 0xfc, 76, 94, 65, 32])], ...head().slice(5)]);
    expect(factsOf(bytes)?.name).toBe("MüL^A");
  });
});

describe("studies", () => {
  it("groups images, counts series, newest first", () => {
    const studies = groupStudies([
      { facts: facts({ study: "old", date: "20260603" }), size: 10 },
      { facts: facts(), size: 10 }, { facts: facts({ series: "x" }), size: 10 },
    ], rosa);
    expect(studies.map((study) => [study.date, study.images, study.series.size])).toEqual([["20261112", 2, 2], ["20260603", 1, 1]]);
    expect(studies[0]!.title).toBe("CT, Chest with contrast");
  });

  it("keeps two patients under one study number apart and leaves the other one out", () => {
    const studies = groupStudies([
      { facts: facts(), size: 1 }, { facts: facts({ name: "DELGADO^ROSARIO", birthDate: "19440902" }), size: 1 }], rosa);
    expect(studies.map((study) => study.choice).sort()).toEqual(["leave", "send"]);
  });
});

describe("a CD as a whole", () => {
  const file = (path: string, content: Uint8Array | string, at = 1) => ({ path, file: new File([content as BlobPart], path.split("/").pop()!, { lastModified: at }) });
  const cd = () => [
    file("CD/DICOMDIR", "x"), file("CD/IM1", dicom(head())), file("CD/IM2", dicom(head()), 2), file("CD/letter.pdf", "%PDF-1.4"),
    file("CD/V/view.exe", "MZ"), file("CD/V/skin.css", "a{}"), file("CD/other.dcm", dicom(head("OKOYE^JOHN", "19500101"))), file("CD/IM3", ""),
  ];
  const looked = async (there = new Set<string>()) => {
    const load = new Load();
    await survey(cd(), { load, patient: rosa, parcel: "p", there, told: () => undefined });
    return load;
  };

  it("means to send her images and papers, not the program, the contents, the empty file or the other person", async () => {
    const load = await looked();
    expect(load.meant().map((item) => item.path)).toEqual(["CD/IM1", "CD/IM2", "CD/letter.pdf"]);
    expect(load.skipped().map((item) => item.reason).sort()).toEqual(["contents", "empty", "viewer", "viewer"]);
    expect(tally(load.ready())).toEqual({ images: 2, papers: 1, others: 0 });
    expect(load.leftOut()).toBe(1);
  });

  it("does not send again what the server has, and counts it as sent", async () => {
    const load = await looked(new Set([place("CD/IM1", dicom(head()).length)]));
    expect(load.ready().map((item) => item.path)).toEqual(["CD/IM2", "CD/letter.pdf"]);
    expect(load.totals()).toMatchObject({ files: 1, sent: 1 });
  });

  it("takes the same folder twice without doubling it", async () => {
    const load = await looked();
    const before = load.items.size;
    await survey(cd(), { load, patient: rosa, parcel: "p", there: new Set(), told: () => undefined });
    expect([load.items.size, load.studyList()[0]!.images]).toEqual([before, 2]);
  });

  it("goes on with the others when one file cannot be read, and says so", async () => {
    const load = new Load();
    const bad = { path: "CD/IM9", file: { name: "IM9", size: 5, lastModified: 1, slice: () => { throw new Error("scratched"); } } as unknown as File };
    await survey([bad, ...cd()], { load, patient: rosa, parcel: "p", there: new Set(), told: () => undefined });
    expect(load.refused().map((item) => item.path)).toEqual(["CD/IM9"]);
    expect(load.ready()).toHaveLength(3);
  });
});

describe("names, manifests, words", () => {
  it("knows a file again by path, size and time, and tells parcels apart", () => {
    const one = { name: "IM1", size: 5, lastModified: 7 };
    expect(fingerprint(one, "CD/IM1", "p")).toBe(fingerprint({ ...one }, "CD/IM1", "p"));
    const others = [fingerprint(one, "CD2/IM1", "p"), fingerprint({ ...one, size: 6 }, "CD/IM1", "p"), fingerprint({ ...one, lastModified: 8 }, "CD/IM1", "p"), fingerprint(one, "CD/IM1", "q")];
    expect(new Set([...others, fingerprint(one, "CD/IM1", "p")]).size).toBe(5);
  });

  it("trusts only files that are wholly there", () => {
    const there = thereFrom({ files: [{ path: "a", size: 1, state: "stored" }, { path: "b", size: 1, state: "partial" }, { path: "d", size: 3, state: "receiving" }, { path: "c", size: 2 }] });
    expect([...there]).toEqual([place("a", 1), place("c", 2)]);
    expect(thereFrom("<html>").size).toBe(0);
  });

  it("speaks plainly", () => {
    expect(contents(1846, 2, 0)).toBe("1,846 images and 2 papers");
    expect(contents(1, 1, 3)).toBe("1 image, 1 paper and 3 other files");
    expect([day("20261112"), day("1971-03-14"), day("0000")]).toEqual(["Nov 12, 2026", "Mar 14, 1971", ""]);
    expect(person("DELGADO^ROSARIO^^")).toBe("DELGADO, ROSARIO");
    expect([bytes(980_000_000), bytes(1_950_000_000), bytes(12)]).toEqual(["980 MB", "1.9 GB", "1 KB"]);
    expect([timeLeft(125), timeLeft(20), timeLeft(null)]).toEqual(["2 minutes left", "Less than a minute left", ""]);
    expect([commonFolder(["CD/a", "CD/b/c"]), commonFolder(["CD/a", "b"])]).toEqual(["CD", ""]);
  });

  it("knows the time left only when something moves", () => {
    const pace = new Pace();
    pace.mark(0, 0);
    expect(pace.left(100)).toBeNull();
    pace.mark(10_000, 1000);
    expect(pace.left(500)).toBe(5);
    pace.reset();
    expect(pace.left(500)).toBeNull();
  });

  it("counts groups for rows, not files", () => {
    const load = new Load();
    const item = (id: string, kind: Item["kind"]): Item => ({ id, path: id, file: new File([], id), size: 1, kind, state: "ready", passed: 0 });
    for (let i = 0; i < 10; i++) load.add(item(`d${i}.pdf`, "document"));
    expect([...load.groups().keys()]).toEqual(["document"]);
  });
});
