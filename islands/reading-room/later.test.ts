import { beforeEach, expect, it, vi } from "vitest";
import { startLater } from "./later";

const LINKS = '<link data-after-image href="http://localhost/editor.js"><link data-after-image href="http://localhost/pdf.js">';

beforeEach(() => vi.useFakeTimers());

it("loads the editor when the first image stands, once", () => {
  document.body.innerHTML = `${LINKS}<dicom-viewer></dicom-viewer>`;
  const load = vi.fn(() => Promise.resolve());
  startLater(load);
  expect(load).not.toHaveBeenCalled();
  document.querySelector("dicom-viewer")!.dispatchEvent(new CustomEvent("viewer-ready", { bubbles: true }));
  vi.advanceTimersByTime(10_000);
  expect(load.mock.calls.map((call) => (call as unknown[])[0])).toEqual(["http://localhost/editor.js", "http://localhost/pdf.js"]);
});

it("loads the editor soon even when no image comes", () => {
  document.body.innerHTML = `${LINKS}<dicom-viewer></dicom-viewer>`;
  const load = vi.fn(() => Promise.resolve());
  startLater(load);
  vi.advanceTimersByTime(3000);
  expect(load).toHaveBeenCalledTimes(2);
});

it("loads it at once where there is no image to wait for", () => {
  document.body.innerHTML = LINKS;
  const load = vi.fn(() => Promise.resolve());
  startLater(load);
  expect(load).toHaveBeenCalledTimes(2);
});
