/** Hands pdf.js its own character maps, fonts and decoders from our build, each under its hashed name. */

type Files = Record<string, string>;

// Found at build time; only the addresses are in the bundle, the files are fetched when a document needs them.
const maps = import.meta.glob<string>("/node_modules/pdfjs-dist/cmaps/*.bcmap", { query: "?url", import: "default", eager: true });
const fonts = import.meta.glob<string>("/node_modules/pdfjs-dist/standard_fonts/*.{pfb,ttf}", { query: "?url", import: "default", eager: true });
const wasm = import.meta.glob<string>("/node_modules/pdfjs-dist/wasm/{openjpeg,jbig2,qcms_bg}.wasm", { query: "?url", import: "default", eager: true });

/** Addresses by plain file name. */
export function byName(files: Files): Map<string, string> {
  return new Map(Object.entries(files).map(([path, url]) => [path.slice(path.lastIndexOf("/") + 1), url]));
}

const KINDS: Record<string, Map<string, string>> = {
  cMapUrl: byName(maps),
  standardFontDataUrl: byName(fonts),
  wasmUrl: byName(wasm),
};

/** What pdf.js calls when its worker needs one of its files. */
export class BuiltFiles {
  async fetch({ kind, filename }: { kind: string; filename: string }): Promise<Uint8Array> {
    const url = KINDS[kind]?.get(filename);
    if (!url) throw new Error(`No ${kind} file ${filename} in this build.`);
    const answer = await fetch(url);
    if (!answer.ok) throw new Error(`${filename}: ${answer.status}`);
    return new Uint8Array(await answer.arrayBuffer());
  }
}
