/** Opens a PDF with pdf.js and says in words why one cannot be opened. */
import { getDocument, GlobalWorkerOptions, type PDFDocumentProxy } from "pdfjs-dist";
import worker from "pdfjs-dist/build/pdf.worker.min.mjs?url";
import { BuiltFiles } from "./assets";

/** Opens the document at `url`; rejects with pdf.js's own errors, see `refusalWords`. */
export async function openDocument(url: string): Promise<PDFDocumentProxy> {
  GlobalWorkerOptions.workerSrc = worker;
  // This version of pdf.js has no eval; XFA forms and scripting stay off.
  return getDocument({
    url, withCredentials: true, enableXfa: false, useWorkerFetch: false,
    BinaryDataFactory: BuiltFiles, cMapUrl: "built/", cMapPacked: true, standardFontDataUrl: "built/", wasmUrl: "built/",
  }).promise;
}

/** The sentence for a document that cannot be shown (interface, errors). */
export function refusalWords(reason: unknown): string {
  const { name, status } = (reason ?? {}) as { name?: string; status?: number };
  if (name === "PasswordException") return "This PDF has a password. Send it without, or tell us the password by phone.";
  if (name === "InvalidPDFException") return "This PDF is broken and cannot be shown. Download it, or ask for a new copy.";
  if (status === 401) return "You were signed out. Sign in to go on.";
  if (status === 403 || status === 404) return "There is no such file for you.";
  return "This PDF cannot be reached at this moment. Try again in a minute.";
}
