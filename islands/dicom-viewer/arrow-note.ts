/** Asks, on the image itself, what an arrow points at; no words means no arrow. */
import { make } from "./dom";

/** Shows the question in `place`; `keep` gets the words, or "" when the arrow is left out. */
export function askArrowWords(place: HTMLElement, keep: (words: string) => void): void {
  place.querySelector(".dv-note")?.dispatchEvent(new Event("leave"));
  const input = make("input", { type: "text", maxlength: 80, autocomplete: "off" });
  const label = make("label", {}, "What does the arrow point at?", input);
  const leave = make("button", { type: "button", class: "dv-button" }, "Leave it out");
  const form = make("form", { class: "dv-note" }, label, make("button", { class: "dv-button" }, "Keep the arrow"), leave);
  const end = (words: string) => {
    form.remove();
    keep(words);
    place.focus();
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    end(input.value.trim());
  });
  form.addEventListener("keydown", (event) => {
    event.stopPropagation();
    if (event.key === "Escape") end("");
  });
  for (const name of ["pointerdown", "mousedown", "touchstart"]) form.addEventListener(name, (event) => event.stopPropagation());
  form.addEventListener("leave", () => end(""));
  leave.addEventListener("click", () => end(""));
  place.append(form);
  input.focus();
}
