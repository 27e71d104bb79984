/** Asks the server what it already has of this parcel, so that nothing is sent twice. */
import { place } from "./fingerprint";

type Entry = { path: string; size: number; state?: string };

/** States in which a file is not safely there yet. */
const NOT_THERE = new Set(["receiving", "partial", "uploading", "missing", "refused"]);

/** `place()` of each file that is there; an empty set when the server cannot say (nothing is lost by sending again). */
export async function filesThere(parcelUrl: string): Promise<Set<string>> {
  try {
    const answer = await fetch(`${parcelUrl}manifest/`, { headers: { Accept: "application/json" }, credentials: "same-origin" });
    if (!answer.ok) return new Set();
    return thereFrom(await answer.json());
  } catch {
    return new Set();
  }
}

export function thereFrom(body: unknown): Set<string> {
  const files = (body as { files?: Entry[] } | null)?.files;
  if (!Array.isArray(files)) return new Set();
  return new Set(files.filter((file) => !NOT_THERE.has(file.state ?? "")).map((file) => place(file.path, file.size)));
}
