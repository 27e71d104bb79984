/** Names a file across visits without reading it: path, size and time of change. */

type Known = { name: string; size: number; lastModified: number };

/** Stable for the same file chosen again from the same folder; `parcel` keeps two parcels apart. */
export function fingerprint(file: Known, path: string, parcel: string): string {
  return ["konsil", parcel, path || file.name, file.size, file.lastModified].map(encodeURIComponent).join("|");
}

/** How the server's manifest names a file: it knows path and size only. */
export function place(path: string, size: number): string {
  return `${size}|${path}`;
}
