/** What was not needed, under a disclosure with reasons, and what the server did not take. */
import chevron from "lucide-static/icons/chevron-down.svg?raw";
import fileX from "lucide-static/icons/file-x.svg?raw";
import minus from "lucide-static/icons/minus.svg?raw";
import { h } from "../page/dom";
import { icon } from "../page/icons";
import type { Reason } from "./classify";
import type { Item, Load } from "./state";
import { count, notNeeded, notTaken, number, SAY, SKIPPED } from "./words";

const EACH_SHOWN = 20;

export class SkippedView {
  readonly root = h("div", { class: "stack stack-s" });
  private drawn = "";

  show(load: Load): void {
    const [skipped, refused] = [load.skipped(), load.refused()];
    const now = `${skipped.length}|${refused.length}`;
    if (now === this.drawn) return;
    this.drawn = now;
    const open = this.root.querySelector("details[data-kind=skipped]")?.hasAttribute("open") ?? false;
    this.root.replaceChildren(...[
      refused.length > 0 && this.box("refused", notTaken(refused.length), refusedRows(refused), true),
      skipped.length > 0 && this.box("skipped", notNeeded(skipped.length), skippedRows(skipped), open),
    ].filter((part): part is HTMLDetailsElement => Boolean(part)));
  }

  private box(kind: string, title: string, rows: HTMLElement[], open: boolean): HTMLDetailsElement {
    return h("details", { "data-kind": kind, open },
      h("summary", {}, icon(chevron), ` ${title}`),
      h("ul", { class: "plain files sheet sheet-flush bleed" }, ...rows));
  }
}

function skippedRows(items: Item[]): HTMLElement[] {
  const rows: HTMLElement[] = [];
  for (const reason of Object.keys(SKIPPED) as Reason[]) {
    const some = items.filter((item) => item.reason === reason);
    if (!some.length) continue;
    const { title, why } = SKIPPED[reason];
    if (reason === "empty") rows.push(...each(some, () => why));
    else rows.push(h("li", {}, icon(minus), h("span", {}, title), h("span", { class: "small quiet status" }, count(some.length, "file")), h("span", { class: "sub" }, why)));
  }
  return rows;
}

function refusedRows(items: Item[]): HTMLElement[] {
  return each(items, (item) => item.why || SAY.refusedWithout);
}

function each(items: Item[], why: (item: Item) => string): HTMLElement[] {
  const rows = items.slice(0, EACH_SHOWN).map((item) => h("li", {},
    icon(fileX), h("span", {}, item.path.slice(item.path.lastIndexOf("/") + 1)), h("span"), h("span", { class: "sub" }, why(item))));
  if (items.length > EACH_SHOWN) rows.push(h("li", {}, icon(minus), h("span", {}, `and ${number(items.length - EACH_SHOWN)} more`)));
  return rows;
}
