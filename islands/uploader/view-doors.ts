/** The three ways in: a folder or CD, files, a photograph; and the place to drop onto. */
import camera from "lucide-static/icons/camera.svg?raw";
import fileUp from "lucide-static/icons/file-up.svg?raw";
import folderOpen from "lucide-static/icons/folder-open.svg?raw";
import { h, say } from "../page/dom";
import { icon } from "../page/icons";
import { fromCamera, fromDrop, fromInput, type Picked } from "./collect";
import { SAY } from "./words";

export type Doors = {
  picked(files: Picked[]): void;
  /** Folders the browser could not open. */
  unreadable(names: string[]): void;
};

export class DoorsView {
  readonly root: HTMLElement;
  private readonly heading = h("h2", { id: "uploader-add" }, SAY.add);
  private readonly box: HTMLElement;

  constructor(private readonly doors: Doors) {
    const folders = canOpenFolders();
    this.box = h("div", { class: "drop" },
      folders && this.door(SAY.folder, folderOpen, { webkitdirectory: true, multiple: true }, fromInput),
      this.door(SAY.files, fileUp, { multiple: true }, fromInput),
      this.door(SAY.photo, camera, { accept: "image/*", capture: "environment" }, (files) => fromCamera(files, new Date())));
    this.root = h("section", { class: "stack stack-s", "aria-labelledby": "uploader-add" },
      this.heading, this.box,
      !folders && h("p", { class: "small" }, SAY.noFolder),
      h("p", { class: "small quiet" }, folders ? `${SAY.drop} ${SAY.any}` : SAY.any));
    this.listenForDrops();
  }

  more(something: boolean): void {
    say(this.heading, something ? SAY.addMore : SAY.add);
  }

  private door(word: string, raw: string, attributes: Record<string, string | boolean>, read: (files: FileList) => Picked[]): HTMLElement {
    const input = h("input", { type: "file", class: "hidden-word", tabindex: "-1", "aria-hidden": "true", ...attributes });
    input.addEventListener("change", () => {
      if (input.files?.length) this.doors.picked(read(input.files));
      input.value = "";
    });
    return h("span", {}, h("button", { type: "button", class: "button button-second", onclick: () => input.click() }, icon(raw), ` ${word}`), input);
  }

  /** The whole window takes drops: a file that misses the box must not replace the page. */
  private listenForDrops(): void {
    const over = (event: DragEvent, on: boolean): void => {
      if (!this.root.isConnected || !event.dataTransfer?.types.includes("Files")) return;
      event.preventDefault();
      this.box.classList.toggle("over", on);
    };
    addEventListener("dragover", (event) => over(event, true));
    addEventListener("dragleave", (event) => over(event, false));
    addEventListener("drop", (event) => {
      over(event, false);
      if (this.root.isConnected && event.dataTransfer) void this.dropped(event.dataTransfer);
    });
  }

  private async dropped(data: DataTransfer): Promise<void> {
    const { picked, unreadable } = await fromDrop(data);
    if (unreadable.length) this.doors.unreadable(unreadable);
    if (picked.length) this.doors.picked(picked);
  }
}

function canOpenFolders(): boolean {
  return "webkitdirectory" in HTMLInputElement.prototype && !/iPhone|iPad|Android/.test(navigator.userAgent);
}
