/** Bytes: compared, joined, written as text; and what every reader of these modules throws. */

/** Inside a class of a pattern: what Python calls white space, so that both readers take a text alike. */
export const SPACE = "\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000";

/** What came from outside is not as its format says. */
export class Refused extends Error {}

export function insist(holds, why) {
  if (!holds) throw new Refused(why);
}

export function equal(some, others) {
  return some.length === others.length && some.every((byte, at) => byte === others[at]);
}

/** Below 0, 0 or above 0, as bytes of one length sort. */
export function compare(some, others) {
  const at = some.findIndex((byte, place) => byte !== others[place]);
  return at < 0 ? 0 : some[at] - others[at];
}

export function concat(parts) {
  const joined = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}

export function hex(bytes) {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export function utf8(text) {
  return new TextEncoder().encode(text);
}

/** Throws: Refused: no UTF-8. A byte order mark stays, for others to refuse. */
export function fromUtf8(bytes) {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new Refused("utf-8");
  }
}

/** Throws: Refused: not written as we would write it: no bytes have two spellings (RFC 4648, section 3.5). */
export function fromBase64(text) {
  let raw = "";
  try {
    raw = atob(text);
  } catch {
    throw new Refused("base64");
  }
  insist(raw !== "" && btoa(raw) === text, "base64");
  return Uint8Array.from(raw, (letter) => letter.charCodeAt(0));
}
