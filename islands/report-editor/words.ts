/** What the editor says. */
import { clock } from "../page/dom";

export const SAY = {
  saving: "Saving",
  offline: "No connection. Your text is kept on this device.",
  notKept: "No connection, and this browser keeps no copy. Leave this page open.",
  trouble: "We could not save just now. Your text is kept on this device.",
  signedOut: "You were signed out. Your text is kept on this device. Sign in to go on.",
  signIn: "Sign in",
  keepMine: "Keep mine",
  takeTheirs: "Take theirs",
  bringBack: "Bring it back",
  close: "Close",
  undo: "Undo",
  unknown: "This section holds something this editor does not know. It is shown as it is and cannot be changed here.",
  caption: "Caption",
  alt: "What the image shows, for those who cannot see it",
  show: "Show",
  remove: "Remove",
} as const;

export const saved = (at: string): string => `Saved ${clock(at, true)}`;
export const restored = (at: string): string => `We brought back what you typed at ${clock(at)} and had not been saved.`;
export const changed = (by: string, at: string): string => `${by || "Someone"} changed this section at ${clock(at)}. Your text is kept below.`;
export const sinceThen = (at: string): string =>
  `This section was changed after you last typed here at ${clock(at)}. What you typed is kept below.`;
export const setAside = (whose: "mine" | "theirs", by: string): string =>
  whose === "mine" ? "Your text is set aside." : `The text of ${by || "the other person"} is set aside.`;
export const theirText = (by: string, at: string): string => `Text of ${by || "the other person"}, ${clock(at)}`;
export const typedText = (at: string): string => `What you typed at ${clock(at)}`;
