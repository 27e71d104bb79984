/** Takes the view on the screen into the report, and leads from a picture in the text back to that view. */
import { isSignedOut, refusal, writing } from "../page/answers";
import { address, caseId, NOT_REACHED, tell } from "./room";
import type { Stage } from "./stage";

type Taken = { blob: Blob; source: Record<string, unknown>; alt: string };
type Kept = { id: string; caption: string; alt: string };
type Chip = { kind: string; id: string; label: string; target: string };
type Editor = HTMLElement & { insertKeyImage(image: Kept): void; insertEvidence(chip: Chip): void };
type Evidence = { kind: string; id: string; target?: string };
type Place = { page: number; box: unknown };

let last: Editor | null = null;

export function startPictures(stage: Stage): void {
  document.addEventListener("focusin", (event) => {
    last = (event.target as Element).closest<Editor>("report-editor") ?? last;
  });
  document.addEventListener("keyimage", (event) => void take((event as CustomEvent<Taken>).detail, event.target as Element));
  document.addEventListener("evidence", (event) => cite((event as CustomEvent<Place>).detail, event.target as Element));
  document.addEventListener("show-evidence", (event) => void show(stage, (event as CustomEvent<Evidence>).detail));
}

/** Where an image goes: the text written last, else the section about images, else the last section. */
function goal(): Editor | null {
  if (last?.isConnected && !last.hasAttribute("read-only")) return last;
  const open = Array.from(document.querySelectorAll<Editor>(".sec:not([data-question]) report-editor:not([read-only])"));
  return open.find((one) => one.hasAttribute("data-pictures")) ?? open.at(-1) ?? document.querySelector<Editor>("report-editor:not([read-only])");
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
    Array.from(editor.querySelectorAll("figure")).at(-1)?.scrollIntoView({ block: "nearest" });
    tell(`The image stands in “${editor.getAttribute("label") ?? "the text"}”.`);
  } catch {
    tell(NOT_REACHED, 10_000);
  }
}

/** A place in a paper becomes a chip at the cursor that leads back to the page and its box. */
function cite({ page, box }: Place, paper: Element): void {
  const item = paper.closest<HTMLElement>("[data-exhibit]");
  const editor = goal();
  if (!item?.dataset.exhibit || !editor) return tell("This opinion takes no more sources: it is signed, or not in review.", 8000);
  const title = (item.dataset.title ?? "Paper").slice(0, 60);
  editor.insertEvidence({ kind: "paper", id: item.dataset.exhibit, label: `${title}, page ${page}`, target: JSON.stringify({ page, box }) });
  tell(`The source stands in “${editor.getAttribute("label") ?? "the text"}”.`);
}

async function showPaper(stage: Stage, { id, target }: Evidence): Promise<void> {
  await stage.openItem(id);
  const paper = await stage.paper();
  const place = target ? (JSON.parse(target) as Place) : null;
  if (paper && place) paper.open(place.page, place.box);
}

async function show(stage: Stage, evidence: Evidence): Promise<void> {
  if (evidence.kind !== "key_image") return showPaper(stage, evidence).catch(() => tell("This source cannot be shown.", 8000));
  const answer = await fetch(address(`opinion/key-images/${encodeURIComponent(evidence.id)}/source/`), { credentials: "same-origin" }).catch(() => null);
  if (!answer?.ok) return tell(answer ? "This image is not in the record any more." : NOT_REACHED, 8000);
  const { exhibit, source } = (await answer.json()) as { exhibit: string; source: unknown };
  const viewer = await stage.openItem(exhibit);
  if (!viewer?.show) return tell("The study of this image is not in the record any more.", 8000);
  await viewer.show(source);
}
