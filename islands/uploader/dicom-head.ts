/** Reads the few header facts that tell people what a scan is, from the first part of a file. */
import * as dicomParser from "dicom-parser";
import { isPart10 } from "./classify";

/** What is kept of one image; studies and series are kept once and shared. */
export type Facts = {
  study: string; series: string; name: string; birthDate: string; sex: string;
  date: string; description: string; modality: string; seriesNumber: string; seriesDescription: string;
  place: string; bodyPart: string; contents: boolean;
};
export type Readable = Pick<Blob, "slice" | "size">;

const SLICES = [128 * 1024, 2 * 1024 * 1024, 16 * 1024 * 1024];
const LAST_TAG = "x00200013";
const DIRECTORY_CLASS = "1.2.840.10008.1.3.10";

/** Reads a slice at a time until the facts are there; null when the file is not readable as DICOM in the browser. */
export async function readFacts(file: Readable): Promise<Facts | null> {
  for (const length of SLICES) {
    const bytes = new Uint8Array(await file.slice(0, length).arrayBuffer());
    const facts = factsOf(bytes);
    if (facts || file.size <= length) return facts;
  }
  return null;
}

/** The facts in `bytes`, which may end in the middle of the file; null while the study is not yet named. */
export function factsOf(bytes: Uint8Array): Facts | null {
  const data = parse(bytes);
  if (!data) return null;
  const text = reader(data, bytes);
  const contents = text("x00020002") === DIRECTORY_CLASS;
  const study = text("x0020000d");
  if (!contents && (!study || !text("x0020000e"))) return null;
  return {
    contents, study, series: text("x0020000e"),
    name: text("x00100010"), birthDate: text("x00100030"), sex: text("x00100040"),
    date: text("x00080020"), description: text("x00081030"), modality: text("x00080060"),
    seriesNumber: text("x00200011"), seriesDescription: text("x0008103e"),
    place: text("x00080080"), bodyPart: text("x00180015"),
  };
}

type Data = dicomParser.DataSet;

/** A slice that ends early makes the parser stop; what it has read until then is still good. */
function parse(bytes: Uint8Array): Data | null {
  const options: dicomParser.ParseDicomOptions = { untilTag: LAST_TAG };
  if (!isPart10(bytes)) options.TransferSyntaxUID = explicitAt(bytes) ? "1.2.840.10008.1.2.1" : "1.2.840.10008.1.2";
  try {
    return dicomParser.parseDicom(bytes, options);
  } catch (stopped) {
    const partial = (stopped as { dataSet?: Data } | null)?.dataSet;
    return partial?.elements ? partial : null;
  }
}

function explicitAt(bytes: Uint8Array): boolean {
  return /^[A-Z]{2}$/.test(String.fromCharCode(bytes[4] ?? 0, bytes[5] ?? 0));
}

function reader(data: Data, bytes: Uint8Array): (tag: string) => string {
  const plain = (tag: string): string => element(data, bytes, tag, "windows-1252");
  const label = encoding(plain("x00080005"));
  return (tag) => (tag < "x00080008" ? plain(tag) : element(data, bytes, tag, label));
}

function element(data: Data, bytes: Uint8Array, tag: string, label: string): string {
  const found = data.elements[tag];
  if (!found || found.length <= 0 || found.dataOffset + found.length > bytes.length) return "";
  const raw = bytes.subarray(found.dataOffset, found.dataOffset + found.length);
  return new TextDecoder(label).decode(raw).replace(/\0/g, "").trim();
}

const ENCODINGS: Record<string, string> = {
  "ISO_IR 100": "windows-1252", "ISO_IR 101": "iso-8859-2", "ISO_IR 109": "iso-8859-3", "ISO_IR 110": "iso-8859-4",
  "ISO_IR 144": "iso-8859-5", "ISO_IR 127": "iso-8859-6", "ISO_IR 126": "iso-8859-7", "ISO_IR 138": "iso-8859-8",
  "ISO_IR 148": "windows-1254", "ISO_IR 203": "iso-8859-15", "ISO_IR 166": "windows-874", "ISO_IR 13": "shift_jis",
  "ISO_IR 192": "utf-8", GB18030: "gb18030", GBK: "gbk",
  "ISO 2022 IR 13": "iso-2022-jp", "ISO 2022 IR 87": "iso-2022-jp", "ISO 2022 IR 159": "iso-2022-jp",
  "ISO 2022 IR 149": "euc-kr", "ISO 2022 IR 58": "gb18030",
};

/** PS3.3 C.12.1.1.2: the last named set is the one with the foreign letters. */
function encoding(value: string): string {
  const sets = value.split("\\").map((set) => set.trim()).filter(Boolean);
  const last = sets[sets.length - 1] ?? "";
  return ENCODINGS[last] ?? ENCODINGS[last.replace("ISO 2022 IR", "ISO_IR")] ?? "windows-1252";
}
