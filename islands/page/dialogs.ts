/** `data-dialog-open="id"` opens a dialog, `data-dialog-close` within it closes it; focus comes back. */

export function startDialogs(): void {
  document.addEventListener("click", (event) => {
    const target = event.target as Element;
    const opener = target.closest<HTMLElement>("[data-dialog-open]");
    const closer = target.closest<HTMLElement>("[data-dialog-close]");
    if (opener) open(opener, event);
    else if (closer) closer.closest("dialog")?.close();
  });
}

function open(opener: HTMLElement, event: Event): void {
  const dialog = document.getElementById(opener.dataset.dialogOpen ?? "");
  if (!(dialog instanceof HTMLDialogElement)) return;
  event.preventDefault();
  if (dialog.open) return;
  dialog.addEventListener("close", () => opener.isConnected && opener.focus(), { once: true });
  dialog.showModal();
}
