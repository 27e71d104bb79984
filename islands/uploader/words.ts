/** Everything the uploader says. One place, so that it can be read through and later translated. */
import type { Reason } from "./classify";
import type { Study } from "./studies";

export const number = (value: number): string => value.toLocaleString("en-US");

export function count(value: number, one: string, many = `${one}s`): string {
  return `${number(value)} ${value === 1 ? one : many}`;
}

/** "1,204 images, 2 papers and 3 other files"; what is zero is left out. */
export function contents(images: number, papers: number, others: number): string {
  const parts = [images && count(images, "image"), papers && count(papers, "paper"), others && count(others, "other file")];
  return list(parts.filter((part): part is string => Boolean(part)));
}

function list(parts: string[]): string {
  return parts.length < 2 ? parts.join("") : `${parts.slice(0, -1).join(", ")} and ${parts[parts.length - 1]}`;
}

/** Decimal units, as computers name them to their users: "980 MB". */
export function bytes(value: number): string {
  if (value < 1e6) return `${Math.max(1, Math.round(value / 1e3))} KB`;
  return value < 1e9 ? `${Math.round(value / 1e6)} MB` : `${(value / 1e9).toFixed(1)} GB`;
}

const MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");

/** 19710314 or 1971-03-14 as "Mar 14, 1971"; "" when it is no date. */
export function day(date: string): string {
  const plain = date.replace(/[^0-9]/g, "");
  const month = MONTHS[Number(plain.slice(4, 6)) - 1];
  return plain.length === 8 && month ? `${month} ${Number(plain.slice(6))}, ${plain.slice(0, 4)}` : "";
}

/** "DELGADO^ROSARIO" as "DELGADO, ROSARIO". */
export function person(name: string): string {
  const [family = "", given = ""] = name.split("=")[0]!.split("^");
  return [family, given].map((part) => part.trim()).filter(Boolean).join(", ");
}

export const SKIPPED: Record<Reason, { title: string; why: string }> = {
  viewer: { title: "The CD’s own viewing program", why: "We show your images without it." },
  contents: { title: "The CD’s table of contents", why: "We make a new one." },
  system: { title: "Files of the computer itself", why: "They hold nothing about you." },
  empty: { title: "Empty files", why: "This file is empty (0 bytes). Copy it again from the CD." },
};

export function studyFacts(study: Study): string {
  const images = count(study.images, "image");
  const size = study.series.size > 1 ? `${count(study.series.size, "series", "series")}, ${images}` : images;
  return [day(study.date) || "No date", study.place, size].filter(Boolean).join(" · ");
}

export const otherNameTitle = (studies: number): string =>
  studies === 1 ? "One study has another name on it" : `${number(studies)} studies have another name on them`;

/** About all studies of one other person. */
export function otherName(studies: Study[]): { before: string; strong: string; after: string } {
  const [first] = studies as [Study];
  const name = person(first.who.name);
  const born = day(first.who.birthDate);
  const images = count(studies.reduce((sum, study) => sum + study.images, 0), "image");
  const one = studies.length === 1;
  return {
    before: one ? `${first.title} (${images}) is marked ` : `${count(studies.length, "study", "studies")} (${images}: ${titles(studies)}) are marked `,
    strong: [name ? `“${name}”` : "without a name", born && `born ${born}`].filter(Boolean).join(", "),
    after: first.choice === "mine"
      ? `. You told us ${one ? "it is" : "they are"} yours. We send ${one ? "it" : "them"}, and a person at the hospital looks at ${one ? "it" : "them"}.`
      : `. ${one ? "It" : "They"} may belong to somebody else. We left ${one ? "it" : "them"} out.`,
  };
}

function titles(studies: Study[]): string {
  const names = [...new Set(studies.map((study) => study.title))];
  return names.length > 3 ? `${names.slice(0, 3).join("; ")} and others` : names.join("; ");
}

export const NEEDS_LOOK = "The name or birth date is written differently. A person at the hospital looks at it.";

/** "2 minutes left"; "" while nothing is known. */
export function timeLeft(seconds: number | null): string {
  if (seconds === null || !Number.isFinite(seconds)) return "";
  if (seconds < 60) return "Less than a minute left";
  if (seconds < 5400) return `${count(Math.round(seconds / 60), "minute")} left`;
  return `About ${count(Math.round(seconds / 3600), "hour")} left`;
}

export const SAY = {
  add: "What would you like to send?",
  addMore: "Add something else",
  folder: "A folder or CD",
  files: "Files",
  photo: "Photograph a page",
  drop: "You can also drag a folder or files here.",
  any: "Any kind of file, up to 20 GB.",
  noFolder: "This device cannot open a whole folder. Use a computer with a CD drive, or choose the files one by one.",
  found: "What we found",
  nothing: "There is nothing in this folder that we can send.",
  unreadFolder: "We could not open this folder. Choose it again, or choose the files one by one.",
  leave: "Leave it out",
  mine: "It is mine, send it too",
  leaveAll: "Leave them out",
  mineAll: "They are mine, send them too",
  pause: "Pause",
  resume: "Go on",
  paused: "Paused. What is sent stays safe.",
  signedOut: "You were signed out. What is sent stays safe. Sign in, choose the same folder again, and we go on where it stopped.",
  signIn: "Sign in",
  unread: "Images we could not read here",
  unreadWhy: "We send them as they are and look at the hospital.",
  others: "Other files",
  othersWhy: "We keep these files and pass them on.",
  slides: "Slide scans",
  documents: "Documents",
  pictures: "Pictures",
  refusedWithout: "The hospital’s computer did not take this file.",
} as const;

export const looking = (done: number, all: number): string => `Looking at ${number(done)} of ${count(all, "file")}`;
export const sent = (done: number, all: number): string => `${number(done)} of ${count(all, "file")} sent`;
export const offline = (done: number, all: number): string =>
  `No connection. ${number(done)} of ${number(all)} are safe; we go on by ourselves.`;
export const here = (files: number): string =>
  `${count(files, "file")} ${files === 1 ? "is" : "are"} already here. Choose the same folder again, and we go on where it stopped.`;
export const notNeeded = (files: number): string => `${count(files, "file")} ${files === 1 ? "was" : "were"} not needed`;
export const notTaken = (files: number): string => `${count(files, "file")} could not be taken`;
export const done = (what: string): string => `All sent: ${what}. You can close this page.`;
