/** After the last file: tells the server that this was all, then shows what it makes of it. */
import { isSignedOut, writing } from "../page/answers";

const SOON = 300;
const EVERY = 2000;

export type Counts = { images: number; papers: number; others: number; refused: number; skipped: number; leftOut: number };

/** POST `done=1` with the counts as form fields; false when the server did not take it. */
export async function tellDone(parcelUrl: string, counts: Counts): Promise<boolean> {
  const body = new URLSearchParams({ done: "1", refused: String(counts.refused), skipped: String(counts.skipped), left_out: String(counts.leftOut) });
  try {
    const answer = await fetch(parcelUrl, { method: "POST", body, headers: writing(), credentials: "same-origin" });
    return answer.ok && !isSignedOut(answer);
  } catch {
    return false;
  }
}

/** Fetches `state/` into `region`, soon at first, then every two seconds, until something in it carries `data-finished`. */
export async function follow(parcelUrl: string, region: HTMLElement): Promise<void> {
  let pause = SOON;
  while (region.isConnected) {
    const html = await fragment(`${parcelUrl}state/`);
    if (html === null) return;
    if (html !== undefined && region.dataset.shown !== html) {
      region.dataset.shown = html;
      region.innerHTML = html;
      region.dispatchEvent(new CustomEvent("parcel-state", { bubbles: true }));
    }
    if (region.querySelector("[data-finished]")) return;
    await new Promise((done) => setTimeout(done, pause));
    pause = Math.min(pause * 1.5, EVERY);
  }
}

/** The fragment; undefined when it should be asked again, null when there is none for this reader. */
async function fragment(url: string): Promise<string | null | undefined> {
  try {
    const answer = await fetch(url, { headers: { "HX-Request": "true", Accept: "text/html" }, credentials: "same-origin" });
    if (answer.ok && !isSignedOut(answer)) return await answer.text();
    return answer.status >= 500 ? undefined : null;
  } catch {
    return undefined;
  }
}
