/** "What we found": studies, papers and other things, one row each, with their own progress; never a row per image. */
import circle from "lucide-static/icons/circle.svg?raw";
import check from "lucide-static/icons/circle-check.svg?raw";
import fileText from "lucide-static/icons/file-text.svg?raw";
import imageIcon from "lucide-static/icons/image.svg?raw";
import loader from "lucide-static/icons/loader.svg?raw";
import minus from "lucide-static/icons/minus.svg?raw";
import { h, say } from "../page/dom";
import { icon } from "../page/icons";
import type { Group, Item, Load } from "./state";
import type { Study } from "./studies";
import { bytes, count, NEEDS_LOOK, number, SAY, studyFacts } from "./words";

/** `idle` is what the row says while nothing happens to it, `idleMark` its icon then. */
type Row = { root: HTMLElement; status: HTMLElement; mark: string; idle: string; idleMark: string };
type Told = { title: string; sub: string; note?: string; idle: string };

const NAMES_SHOWN = 3;

export class FoundView {
  readonly root: HTMLElement;
  private readonly list = h("ul", { class: "plain files sheet sheet-flush bleed" });
  private readonly rows = new Map<string, Row>();

  constructor() {
    this.root = h("section", { class: "stack stack-s", "aria-labelledby": "uploader-found", hidden: true },
      h("h2", { id: "uploader-found" }, SAY.found), this.list);
  }

  /** Draws all rows anew: only when something was added or decided. */
  rebuild(load: Load): void {
    const members = new Map<string, Item[]>();
    for (const item of load.items.values()) {
      if (item.kind === "skip") continue;
      const key = load.groupOf(item);
      const list = members.get(key);
      if (list) list.push(item);
      else members.set(key, [item]);
    }
    this.rows.clear();
    const order = [...load.studyList().map((study) => `study:${study.key}`), ...[...members.keys()].filter((key) => !key.startsWith("study:")).sort(byRank)];
    this.list.replaceChildren(...order.filter((key) => members.has(key)).map((key) => this.row(key, members.get(key)!)));
    this.root.hidden = this.rows.size === 0;
    this.update(load.groups());
  }

  /** Only the words and icons at the right change, so that focus and reading place stay. */
  update(groups: Map<string, Group>): void {
    for (const [key, row] of this.rows) {
      const group = groups.get(key);
      if (!group) continue;
      const [words, mark] = standing(group, row);
      say(row.status, words);
      row.status.classList.toggle("quiet", mark !== check);
      if (row.mark === mark) continue;
      row.mark = mark;
      row.root.querySelector(":scope > .i")?.replaceWith(icon(mark));
    }
  }

  private row(key: string, items: Item[]): HTMLElement {
    const study = items[0]!.study;
    const told = study ? ofStudy(study) : ofGroup(items);
    const idle = study ? (study.choice === "leave" ? minus : imageIcon) : items[0]!.kind === "document" ? fileText : imageIcon;
    const status = h("span", { class: "small status" });
    const root = h("li", {}, icon(idle), h("strong", {}, told.title), status, h("span", { class: "sub" }, told.sub), told.note ? h("span", { class: "sub" }, told.note) : null);
    this.rows.set(key, { root, status, mark: idle, idle: told.idle, idleMark: idle });
    return root;
  }
}

/** Word and icon at the right of a row. */
function standing(group: Group, { idle, idleMark }: Row): [words: string, mark: string] {
  if (idle) return [idle, minus];
  const settled = group.sent + group.refused;
  if (settled === group.total) return settledWords(group);
  if (group.active || (settled > 0 && group.waiting)) return [`${number(settled)} of ${number(group.total)}`, loader];
  return group.waiting ? ["Waiting", circle] : ["", idleMark];
}

function settledWords({ sent, refused, total }: Group): [string, string] {
  if (!sent) return ["Not taken", minus];
  return [refused ? `${number(sent)} of ${number(total)} sent` : "Sent", check];
}

function ofStudy(study: Study): Told {
  const told: Told = { title: study.title, sub: studyFacts(study), idle: study.choice === "leave" ? "Left out" : "" };
  return study.identity.verdict === "look" ? { ...told, note: NEEDS_LOOK } : told;
}

function ofGroup(items: Item[]): Told {
  const first = items[0]!;
  const size = bytes(items.reduce((sum, item) => sum + item.size, 0));
  const shown = items.slice(0, NAMES_SHOWN).map((item) => name(item.path)).join(", ");
  const names = items.length > NAMES_SHOWN ? `${shown} and ${number(items.length - NAMES_SHOWN)} more` : shown;
  if (first.kind === "document" && items.length === 1) return { title: paper(first.path), sub: `${name(first.path)} · ${size}`, idle: "" };
  const titles = { image: SAY.unread, document: SAY.documents, picture: SAY.pictures, slide: SAY.slides, other: SAY.others, skip: "" };
  const why = { image: ` · ${SAY.unreadWhy}`, other: ` · ${SAY.othersWhy}` }[first.kind as "image" | "other"] ?? "";
  return { title: titles[first.kind], sub: `${count(items.length, "file")}, ${size} · ${names}${why}`, idle: "" };
}

function paper(path: string): string {
  const ending = /\.([a-z0-9]{2,5})$/i.exec(path)?.[1]?.toUpperCase();
  return ending ? `Document, ${ending}` : "Document";
}

function name(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

const RANK = ["image", "slide", "document", "picture", "other"];
function byRank(a: string, b: string): number {
  return RANK.indexOf(a.split(":")[0]!) - RANK.indexOf(b.split(":")[0]!);
}
