/** Holds the text that was not chosen, also across a reload, until the person lets it go. */
import { readDraft, dropDraft, writeDraft, type Draft } from "./drafts";
import { versionNotice } from "./notices";
import type { Body } from "./schema";
import type { Theirs } from "./saver";
import { changed, SAY, setAside, sinceThen, theirText, typedText } from "./words";

export type Desk = {
  /** Where the notice stands. */
  place: HTMLElement;
  current(): Body;
  /** Puts a text into the editor as one undoable step. */
  put(body: Body): void;
  /** Saves a text on top of `revision`. */
  settle(body: Body, revision: number): void;
  /** The server's text stands; nothing of ours is unsaved. */
  accept(revision: number): void;
  revision(): number;
  focus(): void;
};

export class Versions {
  private readonly asideKey: string;

  constructor(private readonly desk: Desk, key: string) {
    this.asideKey = `${key}#aside`;
    const left = readDraft(this.asideKey);
    if (left) this.offerAside(left, setAside("mine", ""));
  }

  /** Somebody saved between our loading and our saving. */
  conflict(theirs: Theirs): void {
    this.show(versionNotice(changed(theirs.by, theirs.at), { title: theirText(theirs.by, theirs.at), body: theirs.body }, [
      { word: SAY.keepMine, act: () => this.keepMine(theirs) },
      { word: SAY.takeTheirs, act: () => this.takeTheirs(theirs, this.desk.current()) },
    ]));
  }

  /** A copy on this device is based on an older text than the server's: the server's stands, the copy is offered. */
  older(draft: Draft): void {
    this.show(versionNotice(sinceThen(draft.at), { title: typedText(draft.at), body: draft.body }, [
      { word: SAY.keepMine, act: () => this.bringBack(draft.body) },
      { word: SAY.takeTheirs, act: () => this.letGoOf(draft) },
    ]));
  }

  private keepMine(theirs: Theirs): void {
    this.desk.settle(this.desk.current(), theirs.revision);
    this.offerAside({ at: theirs.at, revision: theirs.revision, body: theirs.body }, setAside("theirs", theirs.by));
    this.desk.focus();
  }

  private takeTheirs(theirs: Theirs, mine: Body): void {
    this.desk.put(theirs.body);
    this.desk.accept(theirs.revision);
    this.offerAside({ at: new Date().toISOString(), revision: theirs.revision, body: mine }, setAside("mine", ""));
    this.desk.focus();
  }

  private letGoOf(draft: Draft): void {
    this.desk.accept(this.desk.revision());
    this.offerAside(draft, setAside("mine", ""));
    this.desk.focus();
  }

  private bringBack(body: Body): void {
    const before = this.desk.current();
    this.desk.put(body);
    this.desk.settle(body, this.desk.revision());
    this.offerAside({ at: new Date().toISOString(), revision: this.desk.revision(), body: before }, setAside("theirs", ""));
    this.desk.focus();
  }

  private offerAside(aside: Draft, words: string): void {
    writeDraft(this.asideKey, aside);
    this.show(versionNotice(words, { title: typedText(aside.at), body: aside.body }, [
      { word: SAY.bringBack, act: () => this.bringBack(aside.body) },
      { word: SAY.close, act: () => this.close() },
    ]));
  }

  private close(): void {
    dropDraft(this.asideKey);
    this.desk.place.replaceChildren();
    this.desk.focus();
  }

  private show(notice: HTMLElement): void {
    this.desk.place.replaceChildren(notice);
  }
}
