/** The keys of the room, and the way of an image from the viewer into the text. */
import { afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { wishOf } from "./keys";
import { startPictures } from "./pictures";
import { Stage } from "./stage";

const press = (key: string, more = {}) => ({ key, ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, ...more });
const CASE = "7c0f6a52-0000-4000-8000-000000000001";

beforeAll(() => startPictures(new Stage(document.createElement("main"))));
beforeEach(() => {
  document.head.innerHTML = `<meta name="case" content="${CASE}"><meta name="csrf-token" content="token">`;
  document.body.innerHTML = `<a data-item="x1" href="/cases/${CASE}/reading/x1/">CT</a><a data-item="x2" href="/cases/${CASE}/reading/x2/">Letter</a>
    <div id="stage"><dicom-viewer root="/cases/${CASE}/dicomweb" data-exhibit="x1"></dicom-viewer></div><p id="room-says"></p>
    <div class="sec" data-question="1"><report-editor label="Answer to question 1"></report-editor></div>
    <div class="sec"><report-editor label="What I found"></report-editor></div>`;
});
afterEach(() => vi.restoreAllMocks());

test("letters lead nowhere while somebody writes, chords do", () => {
  expect(wishOf(press("g"), false, false)).toBe("goto");
  expect(wishOf(press("g"), true, false)).toBeNull();
  expect(wishOf(press("m"), false, true)).toBeNull();
  expect(wishOf(press("?", { shiftKey: true }), false, false)).toBe("map");
  expect(wishOf(press("s", { ctrlKey: true }), true, true)).toBe("save");
  expect(wishOf(press("S", { ctrlKey: true, shiftKey: true }), true, false)).toBe("sign");
  expect(wishOf(press("PageDown"), false, false)).toBe("item-on");
  expect(wishOf(press("g", { altKey: true }), false, false)).toBeNull();
});

function image(root: string): Event {
  document.querySelector("dicom-viewer")!.setAttribute("root", root);
  const detail = { blob: new Blob(["png"]), source: { study: "1.2" }, alt: "A spot" };
  return new CustomEvent("keyimage", { bubbles: true, detail });
}

test("an image goes into the text with the page's own case; images of another case go nowhere", async () => {
  const insert = vi.fn();
  for (const editor of document.querySelectorAll("report-editor")) Object.assign(editor, { insertKeyImage: insert });
  const kept = { id: "k1", caption: "", alt: "A spot" };
  const sent = vi.spyOn(globalThis, "fetch").mockResolvedValue(new Response(JSON.stringify(kept), { status: 201, headers: { "content-type": "application/json" } }));
  const viewer = document.querySelector("dicom-viewer")!;

  viewer.dispatchEvent(image(`/cases/${CASE}/dicomweb`));
  await vi.waitFor(() => expect(insert).toHaveBeenCalledWith(kept));

  const [url, options] = sent.mock.calls[0]!;
  expect(url).toBe(`/cases/${CASE}/opinion/key-images/`);
  expect((options!.body as FormData).get("case")).toBe(CASE);
  expect(insert.mock.contexts[0]).toBe(document.querySelector("[label='What I found']"));

  viewer.dispatchEvent(image("/cases/another/dicomweb"));
  expect(sent).toHaveBeenCalledTimes(1);
  expect(document.getElementById("room-says")!.textContent).toContain("another case");
});

test("a refusal is said in the server's words and the text stays as it was", async () => {
  const insert = vi.fn();
  for (const editor of document.querySelectorAll("report-editor")) Object.assign(editor, { insertKeyImage: insert });
  vi.spyOn(globalThis, "fetch").mockResolvedValue(new Response("This study is not in the record of this case.", { status: 422, headers: { "content-type": "text/plain" } }));

  document.querySelector("dicom-viewer")!.dispatchEvent(image(`/cases/${CASE}/dicomweb`));

  await vi.waitFor(() => expect(document.getElementById("room-says")!.textContent).toContain("not in the record"));
  expect(insert).not.toHaveBeenCalled();
});
