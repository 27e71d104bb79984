/** Carries out what a button or key asks for. */
import { type Hand, HANDS, MARKING } from "./engine";
import { keepOwnWindow, ownWindow, presetFits, PRESETS } from "./presets";
import type { Wish } from "./toolbar";
import type { Viewer } from "./viewer";

type Deed = (viewer: Viewer) => unknown;

const ZOOM_STEP = 1.25;

const DEEDS: Partial<Record<Wish, Deed>> = {
  back: (viewer) => viewer.active.step(-1),
  on: (viewer) => viewer.active.step(1),
  "ten-back": (viewer) => viewer.active.step(-10),
  "ten-on": (viewer) => viewer.active.step(10),
  first: (viewer) => viewer.active.go(0),
  last: (viewer) => viewer.active.go(viewer.active.stack.length - 1),
  "series-back": (viewer) => viewer.turnSeries(-1),
  "series-on": (viewer) => viewer.turnSeries(1),
  "zoom-in": (viewer) => viewer.active.zoomBy(ZOOM_STEP),
  "zoom-out": (viewer) => viewer.active.zoomBy(1 / ZOOM_STEP),
  fit: (viewer) => viewer.active.fit(),
  invert: (viewer) => viewer.active.invert(),
  reset: (viewer) => viewer.active.reset(),
  "as-sent": (viewer) => viewer.active.asSent(),
  "hide-marks": (viewer) => viewer.hideMarks(!viewer.marksHidden),
  "remove-mark": (viewer) => viewer.marks.removeChosen(),
  undo: (viewer) => viewer.marks.undo(),
  compare: (viewer) => viewer.compare(),
  link: (viewer) => viewer.setLinked(!viewer.linked),
  "only-image": (viewer) => onlyImage(viewer.host),
  "keep-own": (viewer) => keepOwn(viewer),
};

/** Does what was wished; "key-image" is the element's own, as it ends in an event. */
export function fulfil(viewer: Viewer, wish: Wish): void {
  if (wish in HANDS) return takeHand(viewer, wish as Hand);
  if (wish.startsWith("preset-")) return applyPreset(viewer, Number(wish.slice(7)) - 1);
  if (wish !== "undo" && viewer.active.stack.length === 0) return;
  void DEEDS[wish]?.(viewer);
}

function takeHand(viewer: Viewer, hand: Hand): void {
  if (MARKING.includes(hand) && viewer.settings.readOnly) return viewer.active.say("You can look at these marks, but not change them.");
  if (MARKING.includes(hand) && viewer.marksHidden) viewer.hideMarks(false);
  viewer.tools.take(hand);
  viewer.refresh();
}

function applyPreset(viewer: Viewer, index: number): void {
  const { active } = viewer;
  const preset = PRESETS[index];
  const modality = active.series?.modality ?? "";
  if (!preset || active.window === null) return;
  if (!presetFits(preset, modality)) return active.say(`The ${preset.word.toLowerCase()} window is for CT images.`);
  const window = preset.window ?? ownWindow(modality);
  if (!window) return active.say("You have kept no window of your own yet. Set one, then choose Keep this window as my own.");
  active.setWindow(window);
  active.say(`${preset.word} window`);
}

function keepOwn(viewer: Viewer): void {
  const { window, series } = viewer.active;
  if (!window || !series) return;
  keepOwnWindow(series.modality, window);
  viewer.active.say("Kept. Shift 5 brings this window back.");
}

/** The whole screen where the browser allows it, else the whole page. */
function onlyImage(host: HTMLElement): void {
  if (document.fullscreenElement) return void document.exitFullscreen();
  if (host.hasAttribute("data-alone")) return host.removeAttribute("data-alone");
  if (!host.requestFullscreen) return host.setAttribute("data-alone", "");
  host.requestFullscreen().catch(() => host.setAttribute("data-alone", ""));
}
