/** What the signed lists have in common: a strict map, and a key of the right role that was entitled then. */

import { compare, insist } from "./bytes.js";
import { decode } from "./cbor.js";
import { aad, parse, signer } from "./cose.js";
import { entitled } from "./keylist.js";
import { countTo, fields } from "./schema.js";

const LIMIT = 2 ** 20; // bytes that are looked at

/** An unsigned number that a second, to the end of the year 9998, or a size can be. */
export const isCount = countTo(253_370_739_600);

/**
 * The map of a list that an entitled key signed at the time `iat` that it names. Throws: Refused.
 *
 * `format`: context, typ, role, fields and the label of the time. `authority`: whose key, null: the ledger's own.
 */
export async function open(data, format, { keyList, origin, authority = null }) {
  const statement = parse(data, { limit: LIMIT, typ: format.typ });
  const found = fields(decode(statement.payload, LIMIT), format.fields);
  const keys = entitled(keyList, statement.kid, format.role, { authority, at: found.get(format.iat) });
  insist((await signer(statement, keys, aad(format.context, origin))) !== null, "signature");
  return found;
}

/** Throws: Refused: not in order, or one twice. */
export function refuseDisorder(items) {
  insist(items.every((item, at) => at === 0 || compare(items[at - 1], item) < 0), "order");
}
