// A picture or PDF: read by the server after the reader said so, and a PDF compared here with what was issued.
import { equal } from "./bytes.js";
import { scanned } from "./digits.js";
import * as documents from "./document.js";
import { decode, parts } from "./keylist.js";
import { ask } from "./net.js";
import { sha256 } from "./webcrypto.js";

export const LARGEST = 10 * 2 ** 20; // bytes
const PATIENCE = 30_000; // ms for the way there and the reading

/** `{text}`, or `{why}` in the server's words, null where it did not answer. `file` leaves the phone. */
export async function readThere(file, lang) {
  const body = new FormData();
  body.append("file", file);
  try {
    const response = await fetch(new URL("../periksa/baca", location.href), {
      method: "POST",
      body,
      credentials: "omit",
      headers: { "Accept-Language": lang },
      signal: AbortSignal.timeout(PATIENCE),
    });
    const answer = await response.json();
    return response.ok ? { text: String(answer.text) } : { why: String(answer.detail ?? answer.title) };
  } catch {
    return { why: null };
  }
}

/** "same", "other" or "unknown", of a PDF and the code that was in it; null for a picture. */
export async function compared(file, text, { held, origin, base }) {
  if (file.type !== "application/pdf") return null;
  try {
    const token = await sha256(scanned(text, base));
    const sheet = await sha256(new Uint8Array(await file.arrayBuffer()));
    const keyList = await decode(parts(await held.get("keys/list")).list);
    const answer = await ask(documents.pathOf(token));
    const { sheets } = await documents.openSigned(answer.bytes, { keyList, origin, token });
    return sheets.some((one) => equal(one, sheet)) ? "same" : "other";
  } catch {
    return "unknown";
  }
}
