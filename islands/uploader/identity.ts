/** Does a study belong to this patient? Name, birth date and sex are compared; the patient ID never is. */

export type Person = { name: string; birthDate: string; sex: string };
export type Difference = "name" | "birthDate" | "sex";
export type Verdict = { verdict: "match" | "look" | "conflict"; differs: Difference[] };
type NameLikeness = "good" | "close" | "family-differs" | "far" | "missing";

const PARTICLES = new Set(
  "de del della di da do dos das du des la le las los el al van von der den ter zu zum y e i bin binti ibn abu san st af av".split(" "));
const TITLES = new Set("dr prof mr mrs ms miss sr jr ii iii iv md phd herr frau".split(" "));
const NOBODY = /^(anon|anonym|anonymous|anonymi[sz]ed|unknown|noname|none|nn|test|patient|x+)$/;

/**
 * MATCH: name good and birth date equal. LOOK: one soft difference (a slip, a married name, a missing or swapped date,
 * another sex), or a file that names nobody. CONFLICT: two of them, another birth date, or another name.
 */
export function compareIdentity(patient: Person, found: Person): Verdict {
  const name = compareNames(patient.name, found.name);
  const date = compareDates(patient.birthDate, found.birthDate);
  const sexDiffers = differentSex(patient.sex, found.sex);
  const differs: Difference[] = [];
  if (name !== "good") differs.push("name");
  if (date !== "equal") differs.push("birthDate");
  if (sexDiffers) differs.push("sex");

  const otherName = name === "far" || (name === "family-differs" && date !== "equal");
  const unknown = name === "missing" && date === "missing";
  const conflict = date === "different" || otherName || (differs.length > 1 && !unknown);
  return { verdict: conflict ? "conflict" : differs.length ? "look" : "match", differs };
}

/** Case, accents, particles, order, middle names and writing groups (`=`) do not matter; typing slips are `close`. */
export function compareNames(patient: string, found: string): NameLikeness {
  const order: NameLikeness[] = ["good", "close", "family-differs", "missing", "far"];
  const results = groups(patient).flatMap((a) => groups(found).map((b) => likeness(a, b)));
  return results.sort((a, b) => order.indexOf(a) - order.indexOf(b))[0] ?? "missing";
}

/** Birth dates that programs write when they know none. */
const STAND_INS = new Set(["19000101", "19010101", "18000101", "18991230", "11111111"]);

/** Dates as 1971-03-14 or 19710314; 1900-01-01 and impossible ones stand for "not known". */
export function compareDates(patient: string, found: string): "equal" | "swapped" | "missing" | "different" {
  const [a, b] = [digits(patient), digits(found)];
  if (!a || !b) return "missing";
  if (a === b) return "equal";
  const swapped = b.slice(0, 4) + b.slice(6, 8) + b.slice(4, 6);
  return a === swapped ? "swapped" : "different";
}

function digits(date: string): string | null {
  const plain = date.replace(/[^0-9]/g, "");
  return plain.length === 8 && !STAND_INS.has(plain) && !plain.startsWith("0000") ? plain : null;
}

function differentSex(patient: string, found: string): boolean {
  const letter = (sex: string): string => sex.trim().charAt(0).toUpperCase();
  const [a, b] = [letter(patient), letter(found)];
  return /[MF]/.test(a) && /[MF]/.test(b) && a !== b;
}

type Name = { family: string[]; given: string[]; split: boolean };

function groups(text: string): Name[] {
  return text.split("=").map(parse).filter((name) => name.family.length + name.given.length > 0);
}

/** `DELGADO^ROSA`, `Delgado, Rosa` and `Rosa Delgado`; only the first two say which part is the family name. */
function parse(text: string): Name {
  const parts = text.includes("^") ? text.split("^").slice(0, 3) : text.split(",");
  const [family = "", ...given] = parts;
  const name = { family: words(family), given: words(given.join(" ")), split: parts.length > 1 && Boolean(given.join("").trim()) };
  return [...name.family, ...name.given].every((word) => NOBODY.test(word)) ? { family: [], given: [], split: false } : name;
}

function words(text: string): string[] {
  const folded = text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase()
    .replace(/ß/g, "ss").replace(/[øœ]/g, "o").replace(/æ/g, "a").replace(/ł/g, "l").replace(/đ/g, "d").replace(/ı/g, "i")
    .replace(/([aou])e/g, "$1").replace(/['’`.]/g, "");
  return folded.split(/[^\p{L}\p{N}]+/u).filter((word) => word && !PARTICLES.has(word) && !TITLES.has(word));
}

function likeness(a: Name, b: Name): NameLikeness {
  if (!a.split || !b.split) return unordered([...a.family, ...a.given], [...b.family, ...b.given]);
  const straight = ordered(a, b);
  if (straight === "good") return straight;
  const turned = ordered(a, { family: b.given, given: b.family, split: true });
  return turned === "good" ? turned : straight;
}

function ordered(a: Name, b: Name): NameLikeness {
  const family = nearness(a.family, b.family, false);
  const given = nearness(a.given, b.given, true);
  if (given === "far") return "far";
  if (family === "far") return given === "same" ? "family-differs" : "far";
  return family === "same" && given === "same" ? "good" : "close";
}

function unordered(a: string[], b: string[]): NameLikeness {
  if (a.length < 2 || b.length < 2) return "missing";
  const near = nearness(a, b, false);
  return near === "same" ? "good" : near === "near" ? "close" : "far";
}

/** `same`: the same words in any order (a missing middle name allowed); `near`: a slip, a part of a double name, an initial. */
function nearness(a: string[], b: string[], middleMayLack: boolean): "same" | "near" | "far" {
  if (!a.length || !b.length) return a.length === b.length ? "same" : "near";
  if (a.join("") === b.join("") || [...a].sort().join(" ") === [...b].sort().join(" ")) return "same";
  const [few, many] = a.length <= b.length ? [a, b] : [b, a];
  if (few.every((word) => many.includes(word))) return middleMayLack ? "same" : "near";
  const close = (x: string): boolean => many.some((y) => slip(x, y) || initial(x, y));
  return few.every(close) || slip(a.join(""), b.join("")) ? "near" : "far";
}

function initial(x: string, y: string): boolean {
  return (x.length === 1 && y.startsWith(x)) || (y.length === 1 && x.startsWith(y));
}

/** One slip in short words, two in words of six letters and more. */
function slip(x: string, y: string): boolean {
  const allowed = Math.min(x.length, y.length) >= 6 ? 2 : Math.min(x.length, y.length) >= 4 ? 1 : 0;
  return x === y || distance(x, y) <= allowed;
}

/** Edits between two words; two letters that changed places count as one. */
function distance(x: string, y: string): number {
  const rows = [Array.from({ length: y.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= x.length; i++) {
    const row = [i];
    for (let j = 1; j <= y.length; j++) {
      const cost = x[i - 1] === y[j - 1] ? 0 : 1;
      let best = Math.min(rows[i - 1]![j]! + 1, row[j - 1]! + 1, rows[i - 1]![j - 1]! + cost);
      const turned = i > 1 && j > 1 && x[i - 1] === y[j - 2] && x[i - 2] === y[j - 1];
      if (turned) best = Math.min(best, rows[i - 2]![j - 2]! + 1);
      row.push(best);
    }
    rows.push(row);
  }
  return rows[x.length]![y.length]!;
}
