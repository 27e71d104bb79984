/** The elements of one viewport: image, corners, side letters, lever, progress, and the place for a refusal. */
import { make } from "./dom";

export interface Frame {
  readonly root: HTMLElement;
  readonly head: HTMLElement;
  readonly chooser: HTMLSelectElement;
  readonly view: HTMLElement;
  readonly port: HTMLDivElement;
  readonly corners: Record<"who" | "when" | "which" | "how", HTMLElement>;
  readonly sides: Record<"left" | "right" | "top" | "bottom", HTMLElement>;
  readonly lever: HTMLInputElement;
  readonly progress: HTMLProgressElement;
  readonly loaded: HTMLElement;
  readonly refusal: HTMLElement;
  readonly refusalWords: HTMLElement;
  readonly retry: HTMLButtonElement;
  readonly status: HTMLElement;
}

const corner = (place: string) => make("p", { class: `dv-corner dv-${place}` });
const side = (place: string) => make("span", { class: `dv-side dv-${place}`, "aria-hidden": "true" });

function refusalBox(): Pick<Frame, "refusal" | "refusalWords" | "retry"> {
  const refusalWords = make("p");
  const retry = make("button", { type: "button", class: "dv-button" }, "Try again");
  const refusal = make("div", { class: "dv-refusal", role: "alert", hidden: true }, refusalWords, retry);
  return { refusal, refusalWords, retry };
}

/** Builds the frame; `place` names the viewport for those who cannot see it ("left", "right"). */
export function makeFrame(place: string): Frame {
  const chooser = make("select", { class: "dv-chooser", "aria-label": `Series in the ${place} image` });
  const head = make("div", { class: "dv-head" }, chooser);
  const port = make("div", { class: "dv-port" });
  const corners = { who: corner("tl"), when: corner("tr"), which: corner("bl"), how: corner("br") };
  const sides = { left: side("left"), right: side("right"), top: side("top"), bottom: side("bottom") };
  const lever = make("input", { type: "range", class: "dv-lever", min: 1, max: 1, value: 1, "aria-label": "Image" });
  const progress = make("progress", { class: "dv-progress", max: 1, value: 0, "aria-label": "Images loaded", hidden: true });
  const loaded = make("p", { class: "dv-loaded" });
  const refusal = refusalBox();
  const view = make(
    "div", { class: "dv-view", tabindex: 0, role: "group", "aria-label": "Image" },
    port, refusal.refusal, ...Object.values(corners), ...Object.values(sides), loaded, progress,
  );
  const status = make("p", { class: "dv-hidden-word", role: "status" });
  const stage = make("div", { class: "dv-stage" }, view, lever);
  const root = make("section", { class: "dv-pane", "aria-label": `${place} image` }, head, stage, status);
  return { root, head, chooser, view, port, corners, sides, lever, progress, loaded, ...refusal, status };
}
