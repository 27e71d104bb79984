/** What one parcel holds, as data: items, their studies, and what is to happen with each. */
import type { Kind, Reason } from "./classify";
import { byDate, type Study } from "./studies";

export type Item = {
  id: string; file: File; path: string; size: number; kind: Kind; reason?: Reason; study?: Study;
  state: "ready" | "queued" | "sending" | "sent" | "refused";
  /** Bytes of it that the server has while it is under way. */
  passed: number;
  /** The server's sentence when it did not take it. */
  why?: string;
};

export type Group = { key: string; total: number; sent: number; refused: number; active: boolean; waiting: boolean };
export type Totals = { files: number; sent: number; refused: number; bytes: number; sentBytes: number };

const MANY_DOCUMENTS = 6;

export class Load {
  readonly items = new Map<string, Item>();
  readonly studies = new Map<string, Study>();

  /** False when this very file is in the parcel already. */
  add(item: Item): boolean {
    if (this.items.has(item.id)) return false;
    this.items.set(item.id, item);
    return true;
  }

  /** Whatever is meant to be sent: not skipped, and not part of a study that is left out. */
  meant(): Item[] {
    return [...this.items.values()].filter((item) => item.kind !== "skip" && item.study?.choice !== "leave");
  }

  ready(): Item[] {
    return this.meant().filter((item) => item.state === "ready");
  }

  skipped(): Item[] {
    return [...this.items.values()].filter((item) => item.kind === "skip");
  }

  refused(): Item[] {
    return [...this.items.values()].filter((item) => item.state === "refused");
  }

  studyList(): Study[] {
    return byDate(this.studies.values());
  }

  /** Studies of which something is on its way or there. */
  begun(): Set<Study> {
    return new Set([...this.items.values()].flatMap((item) => (item.study && item.state !== "ready" ? [item.study] : [])));
  }

  leftOut(): number {
    return [...this.items.values()].filter((item) => item.study?.choice === "leave").length;
  }

  /** Groups in the order of the page: studies, unread images, slides, documents, pictures, others. */
  groupOf(item: Item): string {
    if (item.study) return `study:${item.study.key}`;
    if (item.kind !== "document") return item.kind;
    return this.documentCount() > MANY_DOCUMENTS ? "document" : `document:${item.id}`;
  }

  private documents = { size: -1, count: 0 };
  private documentCount(): number {
    if (this.documents.size !== this.items.size) {
      const count = [...this.items.values()].filter((item) => item.kind === "document").length;
      this.documents = { size: this.items.size, count };
    }
    return this.documents.count;
  }

  groups(): Map<string, Group> {
    const groups = new Map<string, Group>();
    for (const item of this.items.values()) {
      if (item.kind === "skip") continue;
      const key = this.groupOf(item);
      const group = groups.get(key) ?? { key, total: 0, sent: 0, refused: 0, active: false, waiting: false };
      groups.set(key, group);
      group.total += 1;
      if (item.state === "sent") group.sent += 1;
      if (item.state === "refused") group.refused += 1;
      group.active ||= item.state === "sending";
      group.waiting ||= item.state === "queued";
    }
    return groups;
  }

  /** Counts over what was put on its way. */
  totals(): Totals {
    const totals: Totals = { files: 0, sent: 0, refused: 0, bytes: 0, sentBytes: 0 };
    for (const item of this.meant()) {
      if (item.state === "ready") continue;
      totals.files += 1;
      totals.bytes += item.size;
      if (item.state === "sent") totals.sent += 1;
      if (item.state === "refused") totals.refused += 1;
      totals.sentBytes += item.state === "sent" || item.state === "refused" ? item.size : item.passed;
    }
    return totals;
  }
}

/** Images, papers (documents and pictures) and other files among `items`. */
export function tally(items: Item[]): { images: number; papers: number; others: number } {
  const result = { images: 0, papers: 0, others: 0 };
  for (const item of items) {
    if (item.kind === "image") result.images += 1;
    else if (item.kind === "document" || item.kind === "picture") result.papers += 1;
    else result.others += 1;
  }
  return result;
}
