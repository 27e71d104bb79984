/** Live pages: they mend their own line, and a list under the pointer keeps still. */
import { beforeEach, expect, it, vi } from "vitest";
import { startLive } from "./live";

class Source {
  static readonly CLOSED = 2;
  static all: Source[] = [];
  readyState = 1;
  onopen: () => void = () => undefined;
  onmessage: (event: { data: string }) => void = () => undefined;
  onerror: () => void = () => undefined;
  constructor(readonly url: string) { Source.all.push(this); }
  close() { this.readyState = 2; }
}

const heard: string[] = [];

beforeEach(() => {
  Source.all = [];
  heard.length = 0;
  vi.stubGlobal("EventSource", Source);
  document.body.innerHTML = `<main data-live="/live/"><p data-live-status></p><div data-live-calm="case" id="calm"></div><div hx-trigger="live:board from:body"></div></main>`;
  document.body.addEventListener("live:board", () => heard.push("board"));
});

const open = (): Source => {
  startLive();
  const source = Source.all[Source.all.length - 1]!;
  source.onopen();
  return source;
};

it("passes messages on by topic and ignores what is not one", () => {
  const source = open();
  source.onmessage({ data: '{"topic":"board"}' });
  source.onmessage({ data: "<html>" });
  source.onmessage({ data: '{"n":1}' });
  expect(new Set(heard)).toEqual(new Set(["board"]));
});

it("opens a new line when the server closed it, and asks everyone to look again", async () => {
  vi.useFakeTimers();
  const source = open();
  source.readyState = 2;
  source.onerror();
  await vi.advanceTimersByTimeAsync(3000);
  vi.useRealTimers();
  const next = Source.all[Source.all.length - 1]!;
  expect(next).not.toBe(source);
  heard.length = 0;
  next.onopen();
  expect(heard).toContain("board");
});

it("keeps a list still while the pointer is on it, counts in words, and catches up afterwards", () => {
  const source = open();
  const calm = document.getElementById("calm")!;
  let over = true;
  const original = document.querySelector.bind(document);
  vi.spyOn(document, "querySelector").mockImplementation((selector: string) => (selector.includes(":hover") ? (over ? calm : null) : original(selector)));
  vi.spyOn(calm, "matches").mockImplementation(() => over);
  heard.length = 0;
  for (let i = 0; i < 3; i++) source.onmessage({ data: '{"topic":"board"}' });
  expect(heard).toEqual([]);
  expect(original("[data-live-status]")!.textContent).toBe("3 cases changed");
  over = false;
  calm.dispatchEvent(new Event("pointerleave"));
  expect(heard.length).toBeGreaterThan(0);
  expect(original("[data-live-status]")!.textContent).toBe("");
  vi.restoreAllMocks();
});
