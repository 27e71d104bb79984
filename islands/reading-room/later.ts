/** What the reader needs a moment after the first image: it waits, so that the image comes sooner. */
const AT_THE_LATEST = 2500;

/** Loads each `<link data-after-image href>` as a module once the first image stands, or soon anyway. */
export function startLater(load: (url: string) => Promise<unknown> = (url) => import(/* @vite-ignore */ url)): void {
  const links = document.querySelectorAll<HTMLLinkElement>("link[data-after-image]");
  let begun = false;
  const begin = (): void => {
    if (begun) return;
    begun = true;
    for (const link of links) void load(link.href);
  };
  if (!document.querySelector("dicom-viewer")) return begin();
  document.addEventListener("viewer-ready", begin, { once: true });
  setTimeout(begin, AT_THE_LATEST);
}
