/** A form is sent once: until the answer comes its buttons say no, and coming back re-enables them. */

const sending = new WeakSet<HTMLFormElement>();

export function startGuard(): void {
  document.addEventListener("submit", stopSecond, true);
  document.addEventListener("submit", (event) => hold(event));
  document.addEventListener("htmx:finally:request", (event) => release(formOf(event.target)));
  addEventListener("pageshow", (event) => {
    if (event.persisted) document.querySelectorAll<HTMLFormElement>("form[data-sending]").forEach(release);
  });
}

/** htmx reports on the document when the form was swapped away: then nothing is left to release. */
function formOf(target: EventTarget | null): HTMLFormElement | null {
  return target instanceof Element ? target.closest("form") : null;
}

function stopSecond(event: Event): void {
  if (!sending.has(event.target as HTMLFormElement)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
}

/** Runs after the page's own listeners: a submission they stopped is not one, except that htmx stops and sends it. */
function hold(event: SubmitEvent): void {
  const form = event.target as HTMLFormElement;
  const byHtmx = form.hasAttribute("data-htmx-powered");
  if ((event.defaultPrevented && !byHtmx) || form.method === "dialog" || form.target) return;
  if (form.hasAttribute("data-submit-again") || event.submitter?.hasAttribute("data-submit-again")) return;
  sending.add(form);
  form.setAttribute("data-sending", "");
  // The submitter's own name and value must still be sent, so this waits for the browser to collect them.
  setTimeout(() => {
    if (sending.has(form)) buttons(form).forEach((button) => button.setAttribute("aria-disabled", "true"));
  });
}

function release(form: HTMLFormElement | null): void {
  if (!form) return;
  sending.delete(form);
  form.removeAttribute("data-sending");
  buttons(form).forEach((button) => button.removeAttribute("aria-disabled"));
}

function buttons(form: HTMLFormElement): HTMLElement[] {
  const own = Array.from(form.elements) as HTMLButtonElement[];
  return own.filter((control) => control.type === "submit" && !control.hasAttribute("data-never"));
}
