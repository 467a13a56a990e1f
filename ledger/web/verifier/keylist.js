/** Key lists: which key may sign what, signed by the roots. Source: docs/formats/key-list.md. */

import { equal, hex, insist } from "./bytes.js";
import { decode as decodeCbor, encode } from "./cbor.js";
import { ED25519, LIMIT, ML_DSA_65, aad, parse, readKey, signer } from "./cose.js";
import { bytesOf, fields, is, isBytes, isList, isMap, isName, isNumber, isText } from "./schema.js";
import { sha256 } from "./webcrypto.js";

const CONTEXT = "peksos/keys/1";
const MAX_SIGNATURES = 32; // Of two root sets, and room.
const ROLES = ["event", "certificate", "status", "checkpoint", "receipt"];
const ROLES_OF_AUTHORITY = ["certificate", "status"]; // The others are the ledger's own.
const STATES = ["active", "retired", "compromised"];
const ML_DSA_44 = -48;

const LIST = [
  ["v", is(1)], ["version", isNumber], ["iat", isNumber], ["exp", isNumber],
  ["roots", isMap], ["authorities", isMap], ["keys", isList],
];
const AUTHORITY = [["status_uri", isName], ["grants", isList]];
const GRANT = [["name", isName], ["scope", isName], ["schemes", isList], ["from", isNumber]];
const KEY = [
  ["kid", bytesOf(8)], ["key", isMap], ["alg", isNumber], ["role", isText], ["from", isNumber], ["state", isText],
];
const KEY_MAYBE = [["authority", isText], ["to", isNumber], ["compromised_index", isNumber]];

/** `list` and `signed` of a published key list. Throws: Refused. */
export function parts(data) {
  const body = fields(decodeCbor(data, 2 * LIMIT), [["list", isBytes], ["signed", isList]]);
  insist(body.get("signed").every(isBytes), "signed");
  return { list: body.get("list"), signed: body.get("signed") };
}

/**
 * Read a list of which no signature is checked yet. Days since 1970-01-01 in grants, s UTC elsewhere.
 *
 * Throws: Refused. Safe on untrusted input.
 */
export async function decode(data) {
  const got = fields(decodeCbor(data, LIMIT), LIST);
  const list = {
    version: got.get("version"),
    iat: got.get("iat"),
    exp: got.get("exp"),
    roots: await readRoots(got.get("roots")),
    authorities: new Map([...got.get("authorities")].map(([id, value]) => [id, readAuthority(id, value)])),
    keys: await Promise.all(got.get("keys").map(readRecord)),
    digest: await sha256(data),
  };
  refuseContradictions(list);
  return list;
}

/**
 * Read a list that enough of these roots signed. Strangers' signatures are ignored; a root's that fails refuses it.
 *
 * ML-DSA-65 is not asked for: browsers cannot check it yet. Throws: Refused.
 */
export async function openSigned({ list, signed }, roots, origin) {
  insist(signed.length <= MAX_SIGNATURES, "signed");
  const statements = signed.map((item) => parse(item, { detached: true }));
  const found = new Set();
  for (const statement of statements.filter((one) => one.alg === ED25519)) {
    const named = roots.keys.filter((root) => root.alg === ED25519 && equal(root.kid, statement.kid));
    const root = await signer(statement, named, aad(CONTEXT, origin), list);
    insist(root !== null || named.length === 0, "signature");
    if (root) found.add(root);
  }
  insist(found.size >= roots.threshold, "unsigned");
  return decode(list);
}

/** Whether the fingerprint from outside is of this root set, however it is grouped. */
export function isAnchor(roots, anchor) {
  return roots.fingerprint === anchor.toLowerCase().replace(/[^0-9a-f]/g, "");
}

/** The keys that may have signed at the second `at`, compromised ones not among them: try every one. */
export function entitled(list, kid, role, { authority = null, at }) {
  return named(list, kid).filter(
    (key) =>
      key.role === role &&
      (authority === null || key.authority === authority) &&
      holdsAt(key, at) &&
      key.state !== "compromised",
  );
}

export function named(list, kid) {
  return list.keys.filter((key) => equal(key.kid, kid));
}

/** Whether the key's period covers the second `at`. */
export function holdsAt(key, at) {
  return key.from <= at && (key.to === null || at < key.to);
}

/** Whether what it signed at this log index counts. */
export function isHonestAt(key, index) {
  return key.compromisedIndex === null || index < key.compromisedIndex;
}

async function readRoots(value) {
  const got = fields(value, [["keys", isList], ["threshold", isNumber]]);
  return {
    keys: await Promise.all(got.get("keys").map(readKey)),
    threshold: got.get("threshold"),
    fingerprint: hex(await sha256(encode(value))),
  };
}

function readAuthority(id, value) {
  insist(isName(id), "authority");
  const got = fields(value, AUTHORITY);
  const grants = got.get("grants").map(readGrant);
  insist(grants.length > 0, "grants");
  return { id, statusUri: got.get("status_uri"), grants };
}

function readGrant(value) {
  const got = fields(value, GRANT, [["to", isNumber]]);
  const [from, to, schemes] = [got.get("from"), got.get("to") ?? null, got.get("schemes")];
  insist(schemes.length > 0 && schemes.every(isName) && (to === null || from <= to), "grant");
  return { name: got.get("name"), scope: got.get("scope"), schemes, from, to };
}

async function readRecord(value) {
  const got = fields(value, KEY, KEY_MAYBE);
  const key = await readKey(got.get("key"));
  insist(equal(got.get("kid"), key.kid) && got.get("alg") === key.alg, "kid");
  return {
    ...key,
    role: got.get("role"),
    authority: got.get("authority") ?? null,
    from: got.get("from"),
    to: got.get("to") ?? null,
    state: got.get("state"),
    compromisedIndex: got.get("compromised_index") ?? null,
  };
}

/** What the types alone do not say. */
function refuseContradictions({ version, iat, exp, roots, authorities, keys }) {
  const voters = roots.keys.filter((key) => key.alg === ED25519);
  const publics = [...roots.keys, ...keys].map((key) => hex(key.public));
  insist(version >= 1, "version");
  insist(0 <= iat && iat < exp, "exp");
  insist(roots.keys.every((key) => key.alg === ED25519 || key.alg === ML_DSA_65), "roots");
  insist(1 <= roots.threshold && roots.threshold <= voters.length, "threshold");
  insist(new Set(publics).size === publics.length, "one key for one role");
  insist(keys.every((key) => isSound(key, authorities)), "key");
}

function isSound(key, authorities) {
  const fits = key.alg === ED25519 || (key.role === "checkpoint" && key.alg === ML_DSA_44);
  const owned = ROLES_OF_AUTHORITY.includes(key.role) ? authorities.has(key.authority) : key.authority === null;
  const period = key.from >= 0 && (key.to === null || key.from < key.to);
  const compromised = key.compromisedIndex !== null && key.compromisedIndex >= 0;
  const state = STATES.includes(key.state) && compromised === (key.state === "compromised");
  const ended = key.state !== "retired" || key.to !== null;
  return ROLES.includes(key.role) && fits && owned && period && state && ended;
}
