/** Documents: the hashes of the sheets that were printed of one token, to compare a file without sending it. */

import { equal, hex, insist } from "./bytes.js";
import { isCount, open, refuseDisorder } from "./published.js";
import { bytesOf, is, isList } from "./schema.js";

const isDigest = bytesOf(32);
const FORMAT = {
  context: "peksos/document/1",
  typ: null,
  role: "receipt",
  iat: "iat",
  fields: [
    ["v", is(1)], ["token", isDigest], ["iat", isCount], ["sheets", (value) => isList(value) && value.every(isDigest)],
  ],
};

/** `token`: SHA-256 of its bytes. */
export function pathOf(token) {
  return `document/${hex(token)}`;
}

/** SHA-256 of each sheet of this token. Throws: Refused. Source: docs/formats/document.md. */
export async function openSigned(data, { keyList, origin, token }) {
  const found = await open(data, FORMAT, { keyList, origin });
  refuseDisorder(found.get("sheets"));
  insist(equal(found.get("token"), token), "another document");
  return { iat: found.get("iat"), sheets: found.get("sheets") };
}
