/** `data-copy="#id"` or `data-copy="text"` copies, and says so in the button for two seconds. */

export function startCopy(): void {
  document.addEventListener("click", (event) => {
    const button = (event.target as Element).closest<HTMLElement>("[data-copy]");
    if (button) void copy(button);
  });
}

async function copy(button: HTMLElement): Promise<void> {
  const what = button.dataset.copy ?? "";
  const source = what.startsWith("#") ? document.getElementById(what.slice(1)) : null;
  const text = source instanceof HTMLInputElement ? source.value : source?.textContent?.trim() ?? what;
  const done = await write(text, source);
  const word = button.querySelector<HTMLElement>("[data-copy-word]") ?? button;
  const before = button.dataset.copyBefore ?? word.textContent ?? "";
  button.dataset.copyBefore = before;
  button.setAttribute("aria-live", "polite");
  word.textContent = done ? "Copied" : "Select it and copy by hand";
  setTimeout(() => {
    word.textContent = before;
  }, 2000);
}

/** Without clipboard access the text is at least selected. */
async function write(text: string, source: HTMLElement | null): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    if (source) getSelection()?.selectAllChildren(source);
    return false;
  }
}
