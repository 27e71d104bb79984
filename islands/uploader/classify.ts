/** Says what a file is from its name and first bytes, before anything is sent. */

export type Kind = "image" | "document" | "picture" | "slide" | "other" | "skip";
export type Reason = "viewer" | "contents" | "system" | "empty";
export type Sort = { kind: Kind; reason?: Reason };

/** How many bytes `classify` wants to see. */
export const HEAD_BYTES = 512;

const PROGRAM = /\.(exe|dll|inf|ini|jar|class|msi|cab|ocx|sys|bat|cmd|com|scr|vbs|ps1|so|dylib|dmg|pkg|apk|deb|rpm|lnk|chm|hlp|pdb|manifest|config|ico|cur|icns|swf|mui|tlb)$/i;
const INSIDE_PROGRAM = /(^|\/)[^/]+\.(app|framework|bundle)\//i;
const AUTORUN = /^(autorun|run|start|startup)(\.[a-z]{2,4})?$/i;
const SYSTEM = /^(\.ds_store|thumbs\.db|ehthumbs\.db|desktop\.ini|\._.*|\.spotlight.*|\.trashes|\.fseventsd|\.localized|icon\r)$/i;
const SYSTEM_FOLDER = /(^|\/)(__MACOSX|\.Spotlight-V100|\.Trashes|\.fseventsd|System Volume Information|\$RECYCLE\.BIN)\//i;
const CONTENTS = /^dicomdir([-_. ].*)?$/i;
const BESIDE_PROGRAM = /\.(css|js|map|lng|res|pak|cfg|conf|properties|dat|bin|xsl|xslt|dtd|xsd|ttf|gif|ico|db|log)$/i;
const DOCUMENT = /\.(pdf|docx?|odt|rtf|txt|md|xml|html?|csv|xlsx?|pptx?|eml|msg|json|hl7)$/i;
const PICTURE = /\.(jpe?g|png|heic|heif|webp|tiff?|bmp|gif|avif)$/i;
const SLIDE = /\.(svs|ndpi|scn|mrxs|bif|vms|vmu|czi|isyntax)$/i;

/**
 * `path` with its folders, `size` in bytes, `head` the first bytes (may be shorter than HEAD_BYTES).
 * Contents win over names: a DICOM file called `setup.ini` is an image, a program called `scan.dcm` is not.
 */
export function classify(path: string, size: number, head: Uint8Array): Sort {
  const name = path.slice(path.lastIndexOf("/") + 1);
  if (SYSTEM.test(name) || SYSTEM_FOLDER.test(path)) return { kind: "skip", reason: "system" };
  if (size === 0) return { kind: "skip", reason: "empty" };
  if (CONTENTS.test(name)) return { kind: "skip", reason: "contents" };
  if (isPart10(head)) return { kind: "image" };
  if (isProgram(head) || INSIDE_PROGRAM.test(path)) return { kind: "skip", reason: "viewer" };
  if (PROGRAM.test(name) || AUTORUN.test(name)) return { kind: "skip", reason: "viewer" };
  if (looksLikeRawDataset(head)) return { kind: "image" };
  return { kind: byContent(head) ?? byName(name) };
}

/** Part 10 of the standard: 128 bytes of anything, then "DICM". */
export function isPart10(head: Uint8Array): boolean {
  return ascii(head, 128, 4) === "DICM";
}

/** Old scanners wrote no preamble: the file starts with group 0008 (or 0002) in little endian order. */
export function looksLikeRawDataset(head: Uint8Array): boolean {
  if (head.length < 16 || head[1] !== 0 || head[3] !== 0) return false;
  if (head[0] === 0x02) return head[2]! <= 0x02 && /^(UL|OB|UI)$/.test(ascii(head, 4, 2));
  if (head[0] !== 0x08 || ![0x00, 0x01, 0x05, 0x08, 0x12, 0x16, 0x18].includes(head[2]!)) return false;
  const explicit = /^(UL|CS|UI|DA|TM|SH|LO)$/.test(ascii(head, 4, 2));
  return explicit || (head[6] === 0 && head[7] === 0);
}

/** Windows (MZ), Linux (ELF), macOS (Mach-O) programs and Java classes, whatever they are called. */
export function isProgram(head: Uint8Array): boolean {
  const start = ascii(head, 0, 4);
  if (start.startsWith("MZ") || start === "\x7fELF") return true;
  const number = head.length < 4 ? 0 : ((head[0]! << 24) | (head[1]! << 16) | (head[2]! << 8) | head[3]!) >>> 0;
  return [0xfeedface, 0xfeedfacf, 0xcefaedfe, 0xcffaedfe, 0xcafebabe].includes(number);
}

/** A file that only serves the viewing program in whose folder it lies: its styles, texts and small pictures. */
export function servesProgram(path: string): boolean {
  return BESIDE_PROGRAM.test(path);
}

function byContent(head: Uint8Array): Kind | null {
  if (ascii(head, 0, 5) === "%PDF-") return "document";
  if (head[0] === 0xff && head[1] === 0xd8 && head[2] === 0xff) return "picture";
  if (ascii(head, 1, 3) === "PNG") return "picture";
  return ascii(head, 4, 4) === "ftyp" && /^(heic|heix|mif1|msf1|avif)$/.test(ascii(head, 8, 4)) ? "picture" : null;
}

function byName(name: string): Kind {
  if (SLIDE.test(name)) return "slide";
  if (DOCUMENT.test(name)) return "document";
  return PICTURE.test(name) ? "picture" : "other";
}

function ascii(bytes: Uint8Array, from: number, length: number): string {
  return String.fromCharCode(...bytes.subarray(from, from + length));
}
