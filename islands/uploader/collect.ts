/** Turns what people pick, drop or photograph into files with their paths; nothing is read yet. */

export type Picked = { file: File; path: string };

/** From an input: folder pickers give each file its path, others only a name. */
export function fromInput(files: FileList): Picked[] {
  return Array.from(files, (file) => ({ file, path: file.webkitRelativePath || file.name }));
}

/** Phones call every photograph "image.jpg": the time keeps them apart. */
export function fromCamera(files: FileList, now: Date): Picked[] {
  const stamp = now.toISOString().replace(/[-:]/g, "").slice(0, 15);
  return Array.from(files, (file, index) => {
    const ending = /\.[a-z0-9]{2,5}$/i.exec(file.name)?.[0] ?? ".jpg";
    return { file, path: `photographs/${stamp}-${index + 1}${ending.toLowerCase()}` };
  });
}

/**
 * From a drop: walks folders to any depth. The entries must be taken before the first await, or the browser
 * forgets them. Folders that cannot be read are named in `unreadable`; the others go on.
 */
export async function fromDrop(data: DataTransfer): Promise<{ picked: Picked[]; unreadable: string[] }> {
  const entries = Array.from(data.items, (item) => item.webkitGetAsEntry?.() ?? null);
  const loose = Array.from(data.files);
  const found = entries.filter((entry): entry is FileSystemEntry => entry !== null);
  if (!found.length) return { picked: loose.map((file) => ({ file, path: file.name })), unreadable: [] };
  const picked: Picked[] = [];
  const unreadable: string[] = [];
  for (const entry of found) await walk(entry, picked, unreadable);
  return { picked, unreadable };
}

async function walk(entry: FileSystemEntry, picked: Picked[], unreadable: string[]): Promise<void> {
  try {
    if (entry.isFile) {
      const file = await new Promise<File>((yes, no) => (entry as FileSystemFileEntry).file(yes, no));
      picked.push({ file, path: entry.fullPath.replace(/^\//, "") });
    } else {
      for (const child of await children(entry as FileSystemDirectoryEntry)) await walk(child, picked, unreadable);
    }
  } catch {
    unreadable.push(entry.fullPath.replace(/^\//, ""));
  }
}

/** A reader hands out a hundred entries at a time, then none. */
async function children(folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = folder.createReader();
  const all: FileSystemEntry[] = [];
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((yes, no) => reader.readEntries(yes, no));
    if (!some.length) return all;
    all.push(...some);
  }
}

/** The name of the one folder everything came from, else "". */
export function commonFolder(paths: string[]): string {
  const top = new Set(paths.map((path) => (path.includes("/") ? path.slice(0, path.indexOf("/")) : "")));
  return top.size === 1 ? [...top][0]! : "";
}
