/** Takes the view on the screen into the report, and leads from a picture in the text back to that view. */
import { isSignedOut, refusal, writing } from "../page/answers";
import { address, caseId, NOT_REACHED, tell } from "./room";
import type { Stage } from "./stage";

type Taken = { blob: Blob; source: Record<string, unknown>; alt: string };
type Kept = { id: string; caption: string; alt: string };
type Editor = HTMLElement & { insertKeyImage(image: Kept): void };
type Evidence = { kind: string; id: string; target?: string };

let last: Editor | null = null;

export function startPictures(stage: Stage): void {
  document.addEventListener("focusin", (event) => {
    last = (event.target as Element).closest<Editor>("report-editor") ?? last;
  });
  document.addEventListener("keyimage", (event) => void take((event as CustomEvent<Taken>).detail, event.target as Element));
  document.addEventListener("show-evidence", (event) => void show(stage, (event as CustomEvent<Evidence>).detail));
}

/** Where an image goes: the text written last, else the last section that can be written. */
function goal(): Editor | null {
  if (last?.isConnected && !last.hasAttribute("read-only")) return last;
  const open = Array.from(document.querySelectorAll<Editor>(".sec:not([data-question]) report-editor:not([read-only])"));
  return open.at(-1) ?? document.querySelector<Editor>("report-editor:not([read-only])");
}

async function take(taken: Taken, viewer: Element): Promise<void> {
  const editor = goal();
  if (!editor) return tell("This opinion takes no more images: it is signed, or not in review.", 8000);
  if (!viewer.getAttribute("root")?.includes(caseId())) return tell("These images are of another case. Load the page again.", 10_000);
  const form = new FormData();
  form.set("image", taken.blob, "view.png");
  form.set("source", JSON.stringify(taken.source));
  form.set("alt", taken.alt);
  form.set("case", caseId());
  tell("Keeping the image");
  try {
    const answer = await fetch(address("opinion/key-images/"), { method: "POST", body: form, credentials: "same-origin", headers: writing() });
    if (isSignedOut(answer)) return tell("You were signed out. Sign in, then take the image again.", 10_000);
    if (!answer.ok) return tell((await refusal(answer)) ?? NOT_REACHED, 10_000);
    editor.insertKeyImage((await answer.json()) as Kept);
    tell(`The image stands in “${editor.getAttribute("label") ?? "the text"}”.`);
  } catch {
    tell(NOT_REACHED, 10_000);
  }
}

async function show(stage: Stage, evidence: Evidence): Promise<void> {
  if (evidence.kind !== "key_image") return void stage.openItem(evidence.id);
  const answer = await fetch(address(`opinion/key-images/${encodeURIComponent(evidence.id)}/source/`), { credentials: "same-origin" }).catch(() => null);
  if (!answer?.ok) return tell(answer ? "This image is not in the record any more." : NOT_REACHED, 8000);
  const { exhibit, source } = (await answer.json()) as { exhibit: string; source: unknown };
  const viewer = await stage.openItem(exhibit);
  if (!viewer?.show) return tell("The study of this image is not in the record any more.", 8000);
  await viewer.show(source);
}
