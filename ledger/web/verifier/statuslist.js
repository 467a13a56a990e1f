/** Status lists: two bits for each token of an authority. Source: docs/formats/status-list.md. */

import { Refused, insist } from "./bytes.js";
import { isCount, open } from "./published.js";
import { bytesOf, fields, is, isBytes, isList, isMap, isText } from "./schema.js";

export const VALID = 0;
export const INVALID = 1; // Revoked or annulled; and every index that nobody holds.
export const SUSPENDED = 2;
const ENTRIES = 2 ** 17;
const PACKED = 2 ** 15; // bytes
const SUBJECT = 2, EXPIRES = 4, ISSUED = 6, LIST = 65533, TTL = 65534, KEYS = -70002;
const isDigest = bytesOf(32);
const isVersion = (value) => isList(value) && value.length === 2 && isCount(value[0]) && isDigest(value[1]);
const FORMAT = {
  context: "peksos/status/1",
  typ: "application/statuslist+cwt",
  role: "status",
  iat: ISSUED,
  fields: [
    [SUBJECT, isText], [EXPIRES, isCount], [ISSUED, isCount], [LIST, isMap], [TTL, isCount], [KEYS, isVersion],
  ],
};

/** The canonical address of an authority's list: what its signature names. */
export function uriOf(statusUri, number) {
  return `${statusUri}/${number}`;
}

/** Where any host has that list: the address without scheme, host and leading slashes. */
export function pathOf(statusUri, number) {
  const [, path] = /^(?:[a-z][a-z0-9+.-]*:)?(?:\/\/[^/?#]*)?([^?#]*)/i.exec(uriOf(statusUri, number));
  return path.replace(/^\/+/, "");
}

/** Throws: Refused: not this authority's list of this address; its age is not asked. */
export async function openSigned(data, { keyList, origin, authority, uri }) {
  const found = await open(data, FORMAT, { keyList, origin, authority });
  const packed = await unpacked(found.get(LIST));
  insist(found.get(SUBJECT) === uri, "another list");
  const [version, digest] = found.get(KEYS);
  return { iat: found.get(ISSUED), exp: found.get(EXPIRES), version, digest, packed };
}

/** What the list says of an index; past its end nobody holds one. */
export function at(list, index) {
  return index < ENTRIES ? (list.packed[index >> 2] >> (2 * (index & 3))) & 3 : INVALID;
}

/** At most what a list holds is unpacked, whatever the bytes promise. */
async function unpacked(value) {
  const packed = fields(value, [["bits", is(2)], ["lst", isBytes]]).get("lst");
  const reader = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate")).getReader();
  const whole = new Uint8Array(PACKED);
  let size = 0;
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      whole.set(next.value, size); // Throws past the end.
      size += next.value.length;
    }
  } catch {
    throw new Refused("lst"); // Damaged, cut off, or with more bytes behind.
  } finally {
    reader.cancel().catch(() => {});
  }
  insist(size === PACKED, "lst");
  return whole;
}
