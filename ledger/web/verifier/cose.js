/** COSE_Sign1 statements, read as `ledger/signing/cose.py` reads them; the algorithm is the key's. */

import { insist, utf8 } from "./bytes.js";
import { decode, encode } from "./cbor.js";
import { bytesOf, fields, is, isBytes, isList, isMap, isNumber } from "./schema.js";
import { refuseWeak } from "./points.js";
import { holds, sha256 } from "./webcrypto.js";

export const LIMIT = 65_535; // bytes of a statement, and of any part of one
export const ED25519 = -19; // RFC 9864; never the deprecated -8.
export const ML_DSA_65 = -49; // RFC 9964; beside others on key lists. Phones cannot check it.
const ML_DSA_44 = -48; // A key of the log's notes.
const SIGNATURE_SIZE = new Map([[ED25519, 64], [ML_DSA_65, 3309]]); // bytes
const AKP_SIZE = new Map([[ML_DSA_44, 1312], [ML_DSA_65, 1952]]); // bytes of a public key; FIPS 204, table 2
const TAG = 0xd2; // 18, COSE_Sign1.

/** What every signature covers beside its bytes: what it is for, and in which ledger. */
export function aad(context, origin) {
  return utf8(`${context}\0${origin}`);
}

/**
 * A statement that is well formed; its signature is not checked yet.
 *
 * `typ`: what header 16 must say, null: it must be absent. `detached`: of a key list, without payload.
 * Throws: Refused. Source: RFC 9052, section 4.2. Safe on untrusted input.
 */
export function parse(data, { limit = LIMIT, typ = null, detached = false } = {}) {
  insist(data.length <= limit && data[0] === TAG, "tag");
  const parts = decode(data.subarray(1), limit);
  insist(isList(parts) && parts.length === 4, "shape");
  const [headers, unprotected, payload, signature] = parts;
  insist(isPart(headers) && isMap(unprotected) && unprotected.size === 0 && isPart(signature), "shape");
  insist(detached ? payload === null : isPart(payload), "shape");
  const named = fields(decode(headers, LIMIT), [[1, isNumber], [4, bytesOf(8)], ...(typ ? [[16, is(typ)]] : [])]);
  const alg = named.get(1);
  insist(alg === ED25519 || (detached && alg === ML_DSA_65), "algorithm");
  insist(signature.length === SIGNATURE_SIZE.get(alg), "signature");
  return { headers, alg, kid: named.get(4), payload, signature };
}

/**
 * The one of these keys that signed, or null. Ids of keys can collide: each is tried, and asked for its algorithm.
 *
 * `payload`: of a detached statement. Source: RFC 9052, section 4.4.
 */
export async function signer(statement, keys, external, payload = statement.payload) {
  const signed = encode(["Signature1", statement.headers, external, payload]);
  for (const key of keys) {
    const own = statement.alg === ED25519 && key.alg === ED25519;
    if (own && (await holds(key.public, statement.signature, signed))) return key;
  }
  return null;
}

/** Public bytes, algorithm, id of a COSE_Key. Throws: Refused. Source: RFC 9053, section 7.2; RFC 9964, section 3. */
export async function readKey(value) {
  const key = isMap(value) && value.get(1) === 7 ? readAkp(value) : readOkp(value);
  return { ...key, kid: (await sha256(encode(value))).subarray(0, 8) };
}

function readOkp(value) {
  const raw = fields(value, [[1, is(1)], [-1, is(6)], [-2, isBytes]]).get(-2);
  refuseWeak(raw);
  return { public: raw, alg: ED25519 };
}

function readAkp(value) {
  const known = fields(value, [[1, is(7)], [3, isNumber], [-1, isBytes]]);
  insist(known.get(-1).length === AKP_SIZE.get(known.get(3)), "key");
  return { public: known.get(-1), alg: known.get(3) };
}

function isPart(value) {
  return isBytes(value) && value.length <= LIMIT;
}
