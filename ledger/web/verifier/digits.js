/** The code's digits, and the address before them. Source: docs/formats/certificate-code.md. */

import { Refused, SPACE, concat, insist } from "./bytes.js";

const CHUNK = 7; // bytes
const CHUNK_DIGITS = 17;
const TAIL_BYTES = new Map([[3, 1], [5, 2], [8, 3], [10, 4], [13, 5], [15, 6]]); // digits -> bytes
const DIGITS = /^[0-9]{1,1000}$/; // No more are looked at.
const WHITE = new RegExp(`[${SPACE}]`);
const HOST = new RegExp(`^https?://(?:[^/?#@${SPACE}]*@)?([^/?#:@${SPACE}]+)`, "iu");

/** The address of another host. */
export class Foreign extends Refused {
  constructor(host) {
    super("foreign");
    this.host = host;
  }
}

/** Throws: Refused: another character, an impossible length, a chunk out of range: bytes have one spelling only. */
export function decode(text) {
  insist(DIGITS.test(text), "digits");
  const chunks = [];
  for (let at = 0; at < text.length; at += CHUNK_DIGITS) {
    chunks.push(chunk(text.slice(at, at + CHUNK_DIGITS)));
  }
  return concat(chunks);
}

/** The token in what a camera gives: our address with digits, or the digits alone. Throws: Foreign, Refused. */
export function scanned(text, base) {
  const written = trimmed(text);
  const lower = written.toLowerCase();
  const prefix = `${base}/q/#`;
  if (lower.startsWith(prefix.toLowerCase())) return decode(written.slice(prefix.length));
  const foreign = HOST.exec(written);
  if (foreign && !lower.startsWith(`${base}/`.toLowerCase())) throw new Foreign(foreign[1].toLowerCase());
  return decode(written);
}

/** Letter by letter: a pattern for the end would begin anew at every space before it. */
function trimmed(text) {
  let [start, end] = [0, text.length];
  while (start < end && WHITE.test(text[start])) start += 1;
  while (end > start && WHITE.test(text[end - 1])) end -= 1;
  return text.slice(start, end);
}

function chunk(digits) {
  const size = digits.length === CHUNK_DIGITS ? CHUNK : TAIL_BYTES.get(digits.length);
  insist(size !== undefined, "length");
  const number = BigInt(digits);
  insist(number < 1n << BigInt(8 * size), "chunk");
  return Uint8Array.from({ length: size }, (_, at) => Number((number >> BigInt(8 * (size - 1 - at))) & 255n));
}
