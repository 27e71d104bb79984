/** Window presets: the usual ones for CT in Hounsfield units, and one of the reader's own. */

export interface Window {
  center: number;
  width: number;
}
export interface Preset {
  readonly name: string;
  readonly word: string;
  readonly window: Window | null;
}

/** Shift+1 to Shift+5; the fifth is kept on this device. */
export const PRESETS: readonly Preset[] = [
  { name: "lung", word: "Lung", window: { center: -600, width: 1500 } },
  { name: "soft", word: "Soft tissue", window: { center: 40, width: 400 } },
  { name: "bone", word: "Bone", window: { center: 480, width: 2500 } },
  { name: "brain", word: "Brain", window: { center: 40, width: 80 } },
  { name: "own", word: "My own", window: null },
];

/** Hounsfield presets mean nothing on other modalities. */
export function presetFits(preset: Preset, modality: string): boolean {
  return preset.window === null || modality === "CT";
}

export function presetName(window: Window): string {
  const same = (one: Preset) => one.window?.center === Math.round(window.center) && one.window.width === Math.round(window.width);
  return PRESETS.find(same)?.word.toLowerCase() ?? "";
}

const key = (modality: string) => `konsil:own-window:${modality}`;

export function ownWindow(modality: string, store: Storage = localStorage): Window | null {
  const kept = store.getItem(key(modality));
  return kept === null ? null : (JSON.parse(kept) as Window);
}

export function keepOwnWindow(modality: string, window: Window, store: Storage = localStorage): void {
  store.setItem(key(modality), JSON.stringify(window));
}

/** Lower and upper grey value of a linear window (PS3.3 C.11.2.1.2.1, as Cornerstone counts). */
export function rangeOf(window: Window): { lower: number; upper: number } {
  return { lower: window.center - 0.5 - (window.width - 1) / 2, upper: window.center - 0.5 + (window.width - 1) / 2 };
}

export function windowOf(range: { lower: number; upper: number }): Window {
  return { width: Math.abs(range.upper - range.lower) + 1, center: (range.upper + range.lower + 1) / 2 };
}
