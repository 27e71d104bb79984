/** Groups images into studies, the unit people think in: "CT of the chest, Nov 12, 1,204 images". */
import type { Facts } from "./dicom-head";
import { compareIdentity, type Person, type Verdict } from "./identity";

export type Study = {
  key: string; title: string; date: string; place: string; modality: string; who: Person;
  series: Map<string, number>; images: number; bytes: number; identity: Verdict;
  /** What is to happen with it; a conflict starts as "left out" and a person decides. */
  choice: "send" | "leave" | "mine";
};

/** Two patients under one study number are two studies: the key holds the name and birth date too. */
export function studyKey(facts: Facts): string {
  return [facts.study, facts.name, facts.birthDate].join("|");
}

/** Adds one image to `studies`; the first image of a study names it, later ones fill gaps. */
export function addToStudies(studies: Map<string, Study>, facts: Facts, size: number, patient: Person): Study {
  const key = studyKey(facts);
  const study = studies.get(key) ?? opened(key, facts, patient);
  studies.set(key, study);
  study.images += 1;
  study.bytes += size;
  study.series.set(facts.series, (study.series.get(facts.series) ?? 0) + 1);
  study.place ||= facts.place;
  study.date ||= facts.date;
  return study;
}

/** Studies of one other person belong to one decision. */
export function byPerson(studies: Study[]): Study[][] {
  const people = new Map<string, Study[]>();
  for (const study of studies) {
    const key = `${study.who.name}|${study.who.birthDate}`;
    people.set(key, [...(people.get(key) ?? []), study]);
  }
  return [...people.values()];
}

/** All at once, for lists of facts. */
export function groupStudies(list: { facts: Facts; size: number }[], patient: Person): Study[] {
  const studies = new Map<string, Study>();
  for (const { facts, size } of list) addToStudies(studies, facts, size, patient);
  return byDate(studies.values());
}

/** Newest first; those without a date last. */
export function byDate(studies: Iterable<Study>): Study[] {
  return [...studies].sort((a, b) => b.date.localeCompare(a.date));
}

function opened(key: string, facts: Facts, patient: Person): Study {
  const who = { name: facts.name, birthDate: facts.birthDate, sex: facts.sex };
  const identity = compareIdentity(patient, who);
  return {
    key, who, identity, title: title(facts), date: facts.date, place: facts.place, modality: facts.modality,
    series: new Map(), images: 0, bytes: 0, choice: identity.verdict === "conflict" ? "leave" : "send",
  };
}

const MODALITIES: Record<string, string> = {
  CT: "CT", MR: "MRI", CR: "X-ray", DX: "X-ray", RG: "X-ray", US: "Ultrasound", PT: "PET", NM: "Nuclear medicine scan", MG: "Mammogram",
  XA: "Angiogram", RF: "Fluoroscopy", ES: "Endoscopy", SM: "Microscope slides", SR: "Scan report", PR: "Marks on images",
  SEG: "Outlines on images", RTSTRUCT: "Treatment plan", RTPLAN: "Treatment plan", RTDOSE: "Treatment plan",
  DOC: "Document", OT: "Images", SC: "Images", XC: "Photographs", OP: "Eye images", OPT: "Eye scan", ECG: "Heart tracing",
};

/** "CT, Chest with contrast"; the scanner's own description is kept as it is written, only its capitals are calmed. */
function title(facts: Facts): string {
  const kind = MODALITIES[facts.modality] ?? (facts.modality ? `Images (${facts.modality})` : "Images");
  const told = calm(facts.description || facts.bodyPart);
  if (!told) return kind;
  return told.toLowerCase().includes(kind.toLowerCase()) ? told : `${kind}, ${told}`;
}

const ABBREVIATIONS = /\b(ct|cta|mr|mri|mra|pet|xr|us|ap|pa|iv|c spine|t spine|l spine)\b/gi;

function calm(text: string): string {
  const plain = text.replace(/[_^]+/g, " ").replace(/\s+/g, " ").trim();
  if (plain !== plain.toUpperCase() || plain.length < 5) return plain;
  return (plain.charAt(0) + plain.slice(1).toLowerCase()).replace(ABBREVIATIONS, (word) => word.toUpperCase());
}
