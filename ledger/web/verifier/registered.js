/** Registered buckets: the short hashes of all tokens that were issued, by their first byte. */

import { compare, hex, insist } from "./bytes.js";
import { isCount, open, refuseDisorder } from "./published.js";
import { is, isBytes } from "./schema.js";

const SHORT = 8; // bytes of each hash
const FORMAT = {
  context: "peksos/registered/1",
  typ: null,
  role: "receipt",
  iat: "iat",
  fields: [
    ["v", is(1)], ["bucket", isCount], ["iat", isCount], ["exp", isCount], ["size", isCount], ["hashes", isBytes],
  ],
};

/** `token`: SHA-256 of its bytes. */
export function pathOf(token) {
  return `registered/${hex(token.subarray(0, 1))}`;
}

/** Throws: Refused: not the bucket of this token; its age is not asked. Source: docs/formats/registered.md. */
export async function openSigned(data, { keyList, origin, token }) {
  const found = await open(data, FORMAT, { keyList, origin });
  const hashes = split(found.get("hashes"));
  refuseDisorder(hashes);
  insist(found.get("bucket") === token[0], "another bucket");
  return { iat: found.get("iat"), exp: found.get("exp"), hashes };
}

export function holds(bucket, token) {
  const short = token.subarray(0, SHORT);
  return bucket.hashes.some((one) => compare(one, short) === 0);
}

function split(hashes) {
  insist(hashes.length % SHORT === 0, "hashes");
  return Array.from({ length: hashes.length / SHORT }, (_, at) => hashes.subarray(SHORT * at, SHORT * (at + 1)));
}
