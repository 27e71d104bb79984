/** Looks at picked files in small batches: sorts them, reads image headers, keeps nothing but facts and File handles. */
import { classify, HEAD_BYTES, servesProgram } from "./classify";
import type { Picked } from "./collect";
import { readFacts } from "./dicom-head";
import { fingerprint, place } from "./fingerprint";
import type { Person } from "./identity";
import type { Item, Load } from "./state";
import { addToStudies } from "./studies";

/** Few at a time: a CD drive that is asked for four places at once still turns, for forty it stalls. */
const BATCH = 4;

export type Survey = {
  load: Load; patient: Person; parcel: string;
  /** `place()` of every file the server has already. */
  there: Set<string>;
  told(done: number, all: number): void;
};

/** Adds everything in `picked` to the load; resolves with the number of files that were new. */
export async function survey(picked: Picked[], task: Survey): Promise<number> {
  let done = 0;
  let added = 0;
  for (let at = 0; at < picked.length; at += BATCH) {
    const batch = await Promise.all(picked.slice(at, at + BATCH).map((one) => look(one, task)));
    for (const item of batch) if (item && task.load.add(item)) added += 1;
    done += batch.length;
    task.told(done, picked.length);
  }
  leaveProgramFiles(task.load);
  return added;
}

/** null when this very file was looked at before. */
async function look({ file, path }: Picked, task: Survey): Promise<Item | null> {
  const id = fingerprint(file, path, task.parcel);
  if (task.load.items.has(id)) return null;
  const item: Item = { id, file, path, size: file.size, kind: "other", state: "ready", passed: 0 };
  try {
    const head = new Uint8Array(await file.slice(0, HEAD_BYTES).arrayBuffer());
    Object.assign(item, classify(path, file.size, head));
    if (item.kind === "image") await recognise(item, task);
  } catch {
    item.state = "refused";
    item.why = "We could not read this file. The CD may be scratched; clean it and try again.";
  }
  if (item.kind !== "skip" && task.there.has(place(path, file.size))) alreadyThere(item);
  return item;
}

/** A doubtful study of which something is there was claimed on an earlier visit. */
function alreadyThere(item: Item): void {
  item.state = "sent";
  if (item.study?.choice === "leave") item.study.choice = "mine";
}

async function recognise(item: Item, task: Survey): Promise<void> {
  const facts = await readFacts(item.file);
  if (!facts) return;
  if (facts.contents) Object.assign(item, { kind: "skip", reason: "contents" });
  else item.study = addToStudies(task.load.studies, facts, item.size, task.patient);
}

/** Styles, texts and little pictures that lie with the viewing program go with it. */
function leaveProgramFiles(load: Load): void {
  const homes = new Set(load.skipped().filter((item) => item.reason === "viewer").map((item) => folder(item.path)));
  for (const item of load.items.values()) {
    const rest = item.kind !== "skip" && item.kind !== "image" && item.state === "ready" && servesProgram(item.path);
    if (rest && livesWith(homes, folder(item.path))) Object.assign(item, { kind: "skip", reason: "viewer" });
  }
}

function folder(path: string): string {
  return path.slice(0, path.lastIndexOf("/") + 1);
}

/** In the same folder, or below a program's folder that is not the top of the CD. */
function livesWith(homes: Set<string>, home: string): boolean {
  return homes.has(home) || [...homes].some((one) => one.split("/").length > 2 && home.startsWith(one));
}
