/** What a browser keeps on this device under a key of ours; it may keep nothing (private mode, full). */

/** The kept value, or null where there is none or it cannot be read. */
export function readKept(key: string): unknown {
  try {
    return JSON.parse(localStorage.getItem(key) ?? "null");
  } catch {
    return null;
  }
}

/** False where the browser keeps nothing: the page then must not promise a copy. */
export function writeKept(key: string, value: unknown): boolean {
  try {
    localStorage.setItem(key, JSON.stringify(value));
    return true;
  } catch {
    return false;
  }
}

export function dropKept(key: string): void {
  try {
    localStorage.removeItem(key);
  } catch { /* nothing was kept either */ }
}
