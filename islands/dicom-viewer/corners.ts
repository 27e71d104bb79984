/** Writes the four corners of an image: who, where and when, which image, and how it is shown. */
import { type Dataset, number, type Series, text } from "./dicomweb";
import { presetName, type Window } from "./presets";

export interface Identity {
  name: string;
  birthDate: string;
  sex: string;
}
export interface Shown {
  readonly dataset: Dataset;
  readonly series: Series;
  readonly index: number;
  readonly count: number;
  readonly window: Window | null;
  readonly zoom: number;
  readonly transferSyntax: string;
}
export interface Corners {
  who: string[];
  when: string[];
  which: string[];
  how: string[];
}

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** "20261112" or "2026-11-12" as "12 Nov 2026"; anything else stays as it is. */
export function dateWords(date: string): string {
  const found = /^(\d{4})-?(\d{2})-?(\d{2})$/.exec(date);
  const month = found && MONTHS[Number(found[2]) - 1];
  return month ? `${Number(found[3])} ${month} ${found[1]}` : date;
}

const timeWords = (time: string) => (/^\d{4}/.test(time) ? `${time.slice(0, 2)}:${time.slice(2, 4)}` : "");
const whole = (value: number) => String(Math.round(value)).replace("-", "−");

/** Transfer syntaxes that lose grey values (PS3.5 8.2, 10). */
const LOSSY = new Set(["50", "51", "81", "91", "203", "111", "112"].map((end) => `1.2.840.10008.1.2.4.${end}`));

/** "lossless" or "lossy 10:1": by Lossy Image Compression (0028,2110) and by how the frame was sent. */
export function compressionWords(dataset: Dataset, transferSyntax: string): string {
  const lossy = text(dataset, "00282110") === "01" || LOSSY.has(transferSyntax);
  if (!lossy) return "lossless";
  const ratio = number(dataset, "00282112");
  return ratio === null ? "lossy" : `lossy ${Math.round(ratio)}:1`;
}

export function windowWords(window: Window | null): string {
  return window === null ? "" : `W ${whole(window.width)} · L ${whole(window.center)}`;
}

const joined = (parts: string[], by: string) => parts.filter((part) => part !== "").join(by);

function seriesLine(shown: Shown): string {
  const thick = number(shown.dataset, "00180050");
  const name = shown.window && shown.series.modality === "CT" ? presetName(shown.window) : "";
  const head = shown.series.number === null ? "" : `Series ${shown.series.number}`;
  return joined([head, shown.series.description || name, thick === null ? "" : `${Number(thick.toFixed(2))} mm`], ", ");
}

export function corners(identity: Identity, shown: Shown): Corners {
  const { dataset } = shown;
  const born = joined([dateWords(identity.birthDate || text(dataset, "00100030")), identity.sex || text(dataset, "00100040")], " · ");
  const when = joined([dateWords(text(dataset, "00080020")), timeWords(text(dataset, "00080030"))], ", ");
  return {
    who: [identity.name || text(dataset, "00100010"), born, text(dataset, "00100020")],
    when: [text(dataset, "00080080"), when, text(dataset, "00081030")],
    which: [seriesLine(shown), `Image ${shown.index + 1} of ${shown.count}`, windowWords(shown.window)],
    how: [`Zoom ${shown.zoom.toFixed(1)} · ${compressionWords(dataset, shown.transferSyntax)}`, "Not a diagnostic display"],
  };
}
