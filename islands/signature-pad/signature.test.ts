/** Signing: by hand, by typing, on paper; an empty pad is never sent as a signature. */
import { beforeEach, describe, expect, it } from "vitest";
import "./index";
import { adds, inkLength, isSignature, type Point } from "./strokes";
import type { SignaturePad } from "./element";

function open(more = ""): { form: HTMLFormElement; pad: SignaturePad } {
  document.body.innerHTML = `<form><signature-pad name="signature" signer="Rosa Delgado" date="November 24, 2026" ${more}><p>without scripts</p></signature-pad><button>Sign</button></form>`;
  return { form: document.querySelector("form")!, pad: document.querySelector("signature-pad") as SignaturePad };
}

function send(form: HTMLFormElement): boolean {
  const event = new Event("submit", { bubbles: true, cancelable: true });
  form.dispatchEvent(event);
  return !event.defaultPrevented;
}

function choose(pad: SignaturePad, way: string): void {
  const radio = pad.querySelector<HTMLInputElement>(`input[value=${way}]`)!;
  radio.checked = true;
  radio.dispatchEvent(new Event("change", { bubbles: true }));
}

beforeEach(() => {
  document.body.innerHTML = "";
});

describe("strokes", () => {
  const line: Point[] = [[0, 0, 0], [30, 40, 10], [60, 80, 20]];
  it("measures ink and does not take a slip of the finger for a signature", () => {
    expect(inkLength([line])).toBe(100);
    expect(isSignature([line])).toBe(true);
    expect(isSignature([[[5, 5, 0]], [[9, 9, 3], [10, 9, 4]]])).toBe(false);
    expect(adds(line, 60, 80.4)).toBe(false);
  });
});

describe("the element", () => {
  it("refuses an empty pad in words that name the other way", () => {
    const { form, pad } = open();
    expect(send(form)).toBe(false);
    expect(pad.querySelector(".error")!.textContent).toBe("Draw your name in the box, or type it instead");
  });

  it("takes a typed name, by keyboard alone, and sends no empty strokes with it", () => {
    const { form, pad } = open();
    choose(pad, "typed");
    expect(send(form)).toBe(false);
    const field = pad.querySelector<HTMLInputElement>("input[type=text]")!;
    field.value = "Rosa Delgado";
    field.dispatchEvent(new Event("input", { bubbles: true }));
    expect(send(form)).toBe(true);
    const data = new FormData(form);
    expect([data.get("signature_way"), data.get("signature_typed"), data.has("signature_strokes")]).toEqual(["typed", "Rosa Delgado", false]);
  });

  it("lets people sign on paper, unless this form does not", () => {
    const { form, pad } = open('paper-url="/forms/1.pdf"');
    choose(pad, "paper");
    expect(pad.querySelector("a")!.getAttribute("href")).toBe("/forms/1.pdf");
    expect(send(form)).toBe(true);
    expect(open("no-paper").pad.querySelector("input[value=paper]")).toBeNull();
  });
});
