/** The error summary takes the focus when it appears, and its links reach the field itself. */

export function startErrors(): void {
  focusSummary();
  document.addEventListener("htmx:after:swap", focusSummary);
  document.addEventListener("click", (event) => {
    const link = (event.target as Element).closest<HTMLAnchorElement>(".error-list a[href^='#']");
    const field = link && document.getElementById(decodeURIComponent(link.hash.slice(1)));
    if (!field) return;
    event.preventDefault();
    (field.matches("input, textarea, select, [tabindex]") ? field : field.querySelector<HTMLElement>("input, textarea, select, button"))?.focus();
    field.closest(".field, fieldset")?.scrollIntoView({ block: "nearest" });
  });
}

const greeted = new WeakSet<Element>();

function focusSummary(): void {
  const summary = document.querySelector<HTMLElement>(".error-list");
  if (!summary || greeted.has(summary)) return;
  greeted.add(summary);
  if (!summary.hasAttribute("tabindex")) summary.tabIndex = -1;
  if (!document.title.startsWith("Error:")) document.title = `Error: ${document.title}`;
  summary.focus();
}
