/** Asks a DICOMweb server (PS3.18 QIDO-RS, WADO-RS) for studies, series and metadata, in DICOM JSON (PS3.18 F). */

export interface Element {
  vr?: string;
  Value?: unknown[];
  InlineBinary?: string;
}
export type Dataset = Record<string, Element>;

export interface Series {
  readonly study: string;
  readonly uid: string;
  readonly modality: string;
  readonly description: string;
  readonly number: number | null;
  readonly images: number | null;
}

export interface Study {
  readonly uid: string;
  readonly date: string;
  readonly description: string;
  readonly modalities: readonly string[];
}

/** A refusal in words that the reader may see. */
export class DicomwebError extends Error {}

/** Modalities that hold no picture a stack can show (PS3.3 C.7.3.1.1.1). */
const WITHOUT_PICTURES = new Set([
  "SR", "PR", "KO", "RTSTRUCT", "RTPLAN", "RTRECORD", "REG", "AU", "ECG", "HD", "EPS", "DOC", "FID", "RWV", "PLAN", "SM",
]);

/** First value of a tag as text; "" when absent. Names take their alphabetic form. */
export function text(dataset: Dataset, tag: string): string {
  const value = dataset[tag]?.Value?.[0];
  if (value === undefined || value === null) return "";
  if (typeof value === "object") return String((value as { Alphabetic?: string }).Alphabetic ?? "");
  return String(value).trim();
}

/** First value of a tag as a number; null when absent or not a number. */
export function number(dataset: Dataset, tag: string): number | null {
  const word = text(dataset, tag);
  const value = Number(word);
  return word !== "" && Number.isFinite(value) ? value : null;
}

/** All values of a tag as numbers; [] when absent. */
export function numbers(dataset: Dataset, tag: string): number[] {
  return (dataset[tag]?.Value ?? []).map(Number).filter(Number.isFinite);
}

export function seriesFrom(study: string, dataset: Dataset): Series {
  return {
    study,
    uid: text(dataset, "0020000E"),
    modality: text(dataset, "00080060"),
    description: text(dataset, "0008103E"),
    number: number(dataset, "00200011"),
    images: number(dataset, "00201209"),
  };
}

/** Series that can be shown, by series number, then as the server gave them. */
export function showable(series: readonly Series[]): Series[] {
  return series
    .filter((one) => one.uid !== "" && !WITHOUT_PICTURES.has(one.modality))
    .sort((a, b) => (a.number ?? Infinity) - (b.number ?? Infinity) || 0);
}

/** The series to begin with: the first real stack, as scouts and captures often come before it. */
export function openFirst(list: readonly Series[]): Series | undefined {
  return list.find((one) => (one.images ?? 0) >= 10) ?? list[0];
}

/** "3 Lung", or what else can name the series. */
export function seriesName(series: Series): string {
  const name = series.description || series.modality || "Series";
  return series.number === null ? name : `${series.number} ${name}`;
}

const REFUSALS: Record<number, string> = {
  401: "You were signed out. Sign in to go on.",
  403: "There is no such study for you.",
  404: "There is no such study for you.",
};

const early = new Map<string, Promise<Dataset[]>>();

/**
 * Asks for what a viewer asks first, while its own code is still on the way: the series of a study, then the
 * metadata of the one it begins with. Each answer waits for one taker; a refusal is told to whoever takes it.
 */
export function askEarly(root: string, study: string, series?: string): void {
  const keep = (path: string): Promise<Dataset[]> => {
    const url = `${root}/studies/${study}/${path}`;
    const answer = fetched(url);
    early.set(url, answer);
    answer.catch(() => undefined);
    return answer;
  };
  const list = keep("series");
  if (series) return void keep(`series/${series}/metadata`);
  list.then((found) => {
    const first = openFirst(showable(found.map((one) => seriesFrom(study, one))));
    if (first) void keep(`series/${first.uid}/metadata`);
  }, () => undefined);
}

function ask(url: string): Promise<Dataset[]> {
  const known = early.get(url);
  early.delete(url);
  return known ?? fetched(url);
}

async function fetched(url: string): Promise<Dataset[]> {
  let answer: Response;
  try {
    answer = await fetch(url, { headers: { Accept: "application/dicom+json" }, credentials: "same-origin" });
  } catch {
    throw new DicomwebError("No connection. The images come as soon as it is back.");
  }
  if (answer.status === 204) return [];
  if (!answer.ok) {
    throw new DicomwebError(REFUSALS[answer.status] ?? "The images cannot be reached at this moment. Try again in a minute.");
  }
  return (await answer.json()) as Dataset[];
}

/** One case's DICOMweb service; `root` ends without a slash. */
export class Dicomweb {
  constructor(readonly root: string) {}

  /** All studies of the case (QIDO-RS search for studies). */
  async studies(): Promise<Study[]> {
    return (await ask(`${this.root}/studies`)).map((one) => ({
      uid: text(one, "0020000D"),
      date: text(one, "00080020"),
      description: text(one, "00081030"),
      modalities: (one["00080061"]?.Value ?? []).map(String),
    }));
  }

  /** The showable series of one study (QIDO-RS search for series). */
  async series(study: string): Promise<Series[]> {
    return showable((await ask(`${this.root}/studies/${study}/series`)).map((one) => seriesFrom(study, one)));
  }

  /** Metadata of each instance of one series (WADO-RS retrieve metadata). */
  async metadata(study: string, series: string): Promise<Dataset[]> {
    return ask(`${this.root}/studies/${study}/series/${series}/metadata`);
  }
}

/** The latest earlier study of the same modality, to compare with; null when there is none. */
export function earlierStudy(studies: readonly Study[], current: string): Study | null {
  const now = studies.find((one) => one.uid === current);
  if (!now) return null;
  const same = (one: Study) => one.modalities.some((modality) => now.modalities.includes(modality));
  const earlier = studies.filter((one) => one.uid !== current && one.date !== "" && one.date < now.date && same(one));
  return earlier.sort((a, b) => b.date.localeCompare(a.date))[0] ?? null;
}
