/** The stage track scrolls inside itself on a phone: the stop where the case stands is brought into view. */
export function startTrack(): void {
  for (const stop of document.querySelectorAll<HTMLElement>(".track-flat > [aria-current='step']")) {
    const track = stop.parentElement!;
    track.scrollLeft = stop.offsetLeft - track.offsetLeft - (track.clientWidth - stop.clientWidth) / 2;
  }
}
