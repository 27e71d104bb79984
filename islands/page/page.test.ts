/** Page behaviours: what is typed is not lost, a form goes once, and answers are read for people. */
import { beforeEach, describe, expect, it, vi } from "vitest";
import { isSignedOut, refusal } from "./answers";
import { startAutosave } from "./autosave";
import { draftKey, fill, keepable, readDraft, settleSent, writeDraft } from "./drafts";
import { startGuard } from "./guard";
import { startListKeys } from "./list-keys";
import { awaitedTopics } from "./live";

const answer = (status: number, type = "text/html", more = {}) =>
  ({ status, headers: new Headers({ "content-type": type }), redirected: false, url: "", ...more });

beforeEach(() => {
  localStorage.clear();
  document.head.innerHTML = '<meta name="reader" content="r1">';
  document.body.innerHTML = "";
});

function formOf(html: string): HTMLFormElement {
  document.body.innerHTML = `<form action="/cases/1/about/" method="post" data-autosave data-autosave-status="st">${html}</form><p id="st"></p>`;
  return document.querySelector("form")!;
}

describe("answers", () => {
  it("knows a sign-out from a refusal in words", () => {
    expect(isSignedOut(answer(401))).toBe(true);
    expect(isSignedOut(answer(403))).toBe(true);
    expect(isSignedOut(answer(403, "text/plain"))).toBe(false);
    expect(isSignedOut(answer(200, "text/html", { redirected: true, url: "http://x/sign-in/?next=/" }))).toBe(true);
    expect(isSignedOut(answer(200))).toBe(false);
  });

  it("takes the server's sentence only where it is plain text", async () => {
    const headers = { "content-type": "text/plain" };
    expect(await refusal(new Response("This report is signed.", { status: 403, headers }))).toBe("This report is signed.");
    expect(await refusal(new Response("<h1>No</h1>", { status: 404, headers: { "content-type": "text/html" } }))).toBeNull();
  });
});

describe("drafts", () => {
  it("never keeps passwords, codes, card numbers or hidden values", () => {
    const form = formOf(`<input name="a" value="1"><input name="p" type="password" value="s">
      <input name="c" autocomplete="one-time-code" value="123"><input name="cc" autocomplete="cc-number" value="4">
      <input name="csrf" type="hidden" value="t"><input type="checkbox" name="b" value="x" checked>`);
    expect(keepable(form)).toEqual([["a", "1"], ["b", "x"]]);
  });

  it("puts several values of one name back in their order", () => {
    const form = formOf(`<input name="m"><input name="m"><input type="checkbox" name="b" value="x" checked>`);
    fill(form, [["m", "one"], ["m", "two"]]);
    expect(keepable(form)).toEqual([["m", "one"], ["m", "two"]]);
  });

  it("keeps one person's text away from the next person on the same device", () => {
    const form = formOf("");
    const mine = draftKey(form);
    document.head.innerHTML = '<meta name="reader" content="r2">';
    expect(draftKey(form)).not.toBe(mine);
  });

  it("lets a submitted copy go once the reader sees a page, and keeps it when a sign-in page came instead", () => {
    const key = "konsil:form:r1:/x/";
    writeDraft(key, { at: "2026-11-24T14:02:00Z", fields: [["a", "1"]], sent: true });
    document.head.innerHTML = '<meta name="reader" content="">';
    settleSent();
    document.head.innerHTML = '<meta name="reader" content="r1">';
    settleSent();
    expect(readDraft(key)?.fields).toEqual([["a", "1"]]);
    writeDraft(key, { at: "2026-11-24T14:02:00Z", fields: [["a", "1"]], sent: true });
    settleSent();
    expect(readDraft(key)).toBeNull();
  });
});

describe("autosave", () => {
  const typeAndWait = async (answers: Response | Error) => {
    vi.useFakeTimers();
    vi.stubGlobal("fetch", vi.fn(async () => {
      if (answers instanceof Error) throw answers;
      return answers;
    }));
    const form = formOf(`<textarea name="text"></textarea>`);
    startAutosave();
    form.querySelector("textarea")!.value = "I cough at night";
    form.querySelector("textarea")!.dispatchEvent(new Event("input", { bubbles: true }));
    await vi.advanceTimersByTimeAsync(900);
    vi.useRealTimers();
    return form;
  };

  it("says Saved and drops the local copy when the server confirmed", async () => {
    const form = await typeAndWait(new Response(null, { status: 204 }));
    expect(document.getElementById("st")!.textContent).toBe("Saved");
    expect(readDraft(draftKey(form))).toBeNull();
  });

  it("keeps the text and says so when the session has ended, and brings it back on the next visit", async () => {
    const form = await typeAndWait(new Response("", { status: 401 }));
    expect(document.getElementById("st")!.textContent).toContain("You were signed out. Your text is kept on this device.");
    expect(readDraft(draftKey(form))?.fields).toEqual([["text", "I cough at night"]]);
    const again = formOf(`<textarea name="text"></textarea>`);
    startAutosave();
    expect(again.querySelector("textarea")!.value).toBe("I cough at night");
    expect(document.getElementById("st")!.textContent).toContain("We brought back what you typed at");
  });

  it("keeps the text when there is no network", async () => {
    const form = await typeAndWait(new TypeError("network"));
    expect(document.getElementById("st")!.textContent).toContain("No connection");
    expect(readDraft(draftKey(form))).not.toBeNull();
  });
});

describe("guard", () => {
  it("sends a form once and stops the second press", async () => {
    startGuard();
    const form = formOf(`<button>Sign</button>`);
    const press = () => {
      const event = new Event("submit", { bubbles: true, cancelable: true });
      form.dispatchEvent(event);
      return event.defaultPrevented;
    };
    expect(press()).toBe(false);
    await new Promise((done) => setTimeout(done, 5));
    expect(form.querySelector("button")!.getAttribute("aria-disabled")).toBe("true");
    expect(press()).toBe(true);
  });
});

describe("keys and live topics", () => {
  it("steps through rows with J but leaves letters alone in a text box and when keys are off", () => {
    startListKeys();
    document.body.innerHTML = `<input id="q"><table><tr data-list-row><td><a href="#1" id="r1">A</a></td></tr></table>`;
    Object.defineProperty(document.querySelector("[data-list-row]"), "offsetParent", { value: document.body });
    const key = (target: Element) => target.dispatchEvent(new KeyboardEvent("keydown", { key: "j", bubbles: true, cancelable: true }));
    const box = document.getElementById("q")!;
    box.focus();
    key(box);
    expect(document.activeElement).toBe(box);
    document.body.dataset.keys = "off";
    key(document.body);
    expect(document.activeElement).toBe(box);
    delete document.body.dataset.keys;
    key(document.body);
    expect(document.activeElement!.id).toBe("r1");
  });

  it("finds the topics that elements wait for", () => {
    document.body.innerHTML = `<div hx-trigger="live:board from:body, live:messages from:body"></div><div hx-trigger="load"></div>`;
    expect(awaitedTopics()).toEqual(["board", "messages"]);
  });
});
