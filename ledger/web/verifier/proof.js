/** Receipts: that the event which issued a certificate is in the log, and where. Source: docs/formats/receipt.md. */

import { concat, equal, fromBase64, fromUtf8, hex, insist } from "./bytes.js";
import { decode } from "./cbor.js";
import { aad, parse, signer } from "./cose.js";
import { holdsAt, isHonestAt, named } from "./keylist.js";
import { open as openCheckpoint } from "./note.js";
import { bytesOf, countTo, fields, is, isMap, isNumber, isText } from "./schema.js";
import { sha256 } from "./webcrypto.js";

const HEADER = "c2sp.org/tlog-proof@v1";
const MAX_PROOF = 1_200_000; // bytes
const MAX_ENTRY = 65_535; // bytes
const INDEX = /^index (0|[1-9][0-9]{0,18})$/;
const CONTEXT = "peksos/event/1";
const TYP = "application/vnd.peksos.event+cbor";
const isId = bytesOf(16);
const isIdOrNull = (value) => value === null || isId(value);
const isTextOrNull = (value) => value === null || isText(value);
const isIssue = (value) => value === "certificate.issued" || value === "certificate.reissued";
const EVENT = [
  ["v", is(1)], ["body", isMap], ["kind", isIssue], ["actor", isIdOrNull], ["index", isNumber],
  ["stream", isId], ["version", isNumber], ["capacity", isText], ["recorded", countTo(253_402_214_400_000)],
  ["authority", isTextOrNull], ["effective", isNumber],
];

/** `token`: SHA-256 of its bytes. */
export function pathOf(token) {
  return `proof/${hex(token)}`;
}

/**
 * The log position of the event that issued this token.
 *
 * Throws: Refused: damaged, not under a checkpoint of this log, of another certificate, or not signed by the ledger.
 * Safe on untrusted input.
 */
export async function proved(data, token, { keyList, origin }) {
  const receipt = parseReceipt(data);
  const point = await openCheckpoint(receipt.note, { keyList, origin });
  insist(receipt.index < point.size, "index");
  insist(equal(await rootOver(receipt, point.size), point.root), "inclusion");
  const statement = parse(receipt.entry, { typ: TYP });
  const event = fields(decode(statement.payload, MAX_ENTRY), EVENT);
  const index = event.get("index");
  const own = event.get("body").get("token");
  insist(BigInt(index) === receipt.index && own instanceof Uint8Array && equal(own, token), "another certificate");
  const at = Math.floor(event.get("recorded") / 1000); // s UTC
  const keys = named(keyList, statement.kid).filter(
    (key) => key.role === "event" && holdsAt(key, at) && isHonestAt(key, index),
  );
  insist((await signer(statement, keys, aad(CONTEXT, origin))) !== null, "signature");
  return index;
}

function parseReceipt(data) {
  insist(data.length <= MAX_PROOF, "size");
  const blank = data.findIndex((byte, at) => byte === 10 && data[at + 1] === 10);
  insist(blank >= 0, "blank line");
  const [header, extra, index, ...hashes] = fromUtf8(data.subarray(0, blank)).split("\n");
  insist(header === HEADER && extra?.startsWith("extra "), "header");
  const [, digits] = INDEX.exec(index ?? "") ?? [];
  insist(digits !== undefined, "index");
  const receipt = {
    entry: fromBase64(extra.slice("extra ".length)),
    index: BigInt(digits),
    hashes: hashes.map(fromBase64),
    note: data.subarray(blank + 2),
  };
  insist(receipt.hashes.every(bytesOf(32)), "hash");
  return receipt;
}

/** The root to which the proof leads. Source: RFC 9162, sections 2.1.1 and 2.1.3.2. */
async function rootOver({ entry, index, hashes }, size) {
  let root = await sha256(concat([[0], entry]));
  let [node, last] = [index, size - 1n];
  for (const sibling of hashes) {
    insist(last > 0n, "length");
    const left = (node & 1n) === 1n || node === last;
    root = await sha256(left ? concat([[1], sibling, root]) : concat([[1], root, sibling]));
    while (left && (node & 1n) === 0n && node > 0n) [node, last] = [node >> 1n, last >> 1n];
    [node, last] = [node >> 1n, last >> 1n];
  }
  insist(last === 0n, "length");
  return root;
}
