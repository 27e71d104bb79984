/** Folders of any depth and size come in whole; photographs do not overwrite each other. */
import { expect, it } from "vitest";
import { fromCamera, fromDrop } from "./collect";

const file = (path: string) => ({ isFile: true, fullPath: path, file: (yes: (file: File) => void) => yes(new File(["x"], path.split("/").pop()!)) });
/** Hands out a hundred at a time, as browsers do. */
const folder = (path: string, children: unknown[]) => ({
  isFile: false, fullPath: path,
  createReader: () => {
    let at = 0;
    return { readEntries: (yes: (some: unknown[]) => void) => yes(children.slice(at, (at += 100))) };
  },
});
const broken = { isFile: false, fullPath: "/CD/BAD", createReader: () => ({ readEntries: (_: unknown, no: (error: Error) => void) => no(new Error("scratched")) }) };
const dropped = (...entries: unknown[]) => ({ items: entries.map((entry) => ({ webkitGetAsEntry: () => entry })), files: [] }) as unknown as DataTransfer;

it("walks every folder, past the first hundred, and names the one that does not open", async () => {
  const many = Array.from({ length: 250 }, (_, i) => file(`/CD/S1/IM${i}`));
  const { picked, unreadable } = await fromDrop(dropped(folder("/CD", [folder("/CD/S1", many), broken, file("/CD/DICOMDIR")]), file("/letter.pdf")));
  expect(picked).toHaveLength(252);
  expect(picked.map((one) => one.path)).toContain("CD/S1/IM249");
  expect(unreadable).toEqual(["CD/BAD"]);
});

it("gives each photograph its own name", () => {
  const both = [new File(["a"], "image.jpg"), new File(["b"], "image.jpg")] as unknown as FileList;
  const paths = fromCamera(both, new Date("2026-11-24T14:02:31Z")).map((one) => one.path);
  expect(paths).toEqual(["photographs/20261124T140231-1.jpg", "photographs/20261124T140231-2.jpg"]);
});
