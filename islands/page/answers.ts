/** What an HTTP answer means to the person in front of the page. */

export const SIGNED_OUT = "You were signed out. Your text is kept on this device. Sign in to go on.";

/** On document: the server says that the session sleeps; the person woke it. */
export const LOCKED_EVENT = "konsil:locked";
export const UNLOCKED_EVENT = "konsil:unlocked";

/** The token every writing request carries in `X-CSRFToken`; empty where the page has none. */
export function csrfToken(): string {
  return document.querySelector<HTMLMetaElement>('meta[name="csrf-token"]')?.content ?? "";
}

/** Headers for a fetch that writes. */
export function writing(more: Record<string, string> = {}): Record<string, string> {
  return { "X-CSRFToken": csrfToken(), "X-Requested-With": "fetch", ...more };
}

type Answer = Pick<Response, "status" | "headers" | "redirected" | "url">;

/**
 * True when the session ended: 401, a redirect that landed on a sign-in page, or 403 that gives no reason.
 * A 403 as text/plain is a refusal in words (the seat ended, the report is signed), not a sign-out.
 */
export function isSignedOut(answer: Answer): boolean {
  if (isLocked(answer)) document.dispatchEvent(new Event(LOCKED_EVENT));
  if (answer.status === 401) return true;
  if (answer.redirected && isSignInPage(answer.url)) return true;
  return answer.status === 403 && !isPlain(answer);
}

/** True when the session sleeps and one proof wakes it; the page then asks for it (lock.ts). */
export function isLocked(answer: Pick<Response, "status" | "headers">): boolean {
  return answer.status === 401 && answer.headers.has("X-Konsil-Locked");
}

/** True for the address of a page where people sign in. */
export function isSignInPage(url: string): boolean {
  return /\/(sign-in|login)\b/.test(url);
}

/** The server's own sentence where it sent one as text/plain, else null. At most 400 characters. */
export async function refusal(answer: Response): Promise<string | null> {
  if (answer.ok || !isPlain(answer)) return null;
  return (await answer.text()).trim().slice(0, 400) || null;
}

function isPlain(answer: Pick<Response, "headers">): boolean {
  return (answer.headers.get("content-type") ?? "").startsWith("text/plain");
}

/** Where to sign in and come back; a page may name another place in `<meta name="sign-in">`. */
export function signInUrl(): string {
  const base = document.querySelector<HTMLMetaElement>('meta[name="sign-in"]')?.content || "/account/login/";
  return `${base}?next=${encodeURIComponent(location.pathname + location.search)}`;
}

/** Who reads this page: an opaque id, "" when signed out, null where the page does not say. */
export function reader(): string | null {
  return document.querySelector<HTMLMetaElement>('meta[name="reader"]')?.content ?? null;
}
