/** Checkpoints: signed notes with the log's size and root. Source: docs/formats/checkpoint.md. */

import { SPACE, concat, equal, fromBase64, fromUtf8, insist, utf8 } from "./bytes.js";
import { ED25519 } from "./cose.js";
import { isHonestAt } from "./keylist.js";
import { holds, sha256 } from "./webcrypto.js";

const MAX_NOTE = 1_000_000; // bytes
const MAX_LINES = 256;
const MAX_SIZE = 2n ** 63n;
const DASH = "\u2014 ";
const KIND = 1; // Ed25519
const NAME = new RegExp(`^[^${SPACE}+\\x00-\\x1f\\x7f]{1,255}$`, "u");
const TEXT = /^([^\n]+)\n(0|[1-9][0-9]{0,18})\n([A-Za-z0-9+/]{43}=)\n$/;

/**
 * Size (a BigInt) and root of a checkpoint that the log's Ed25519 keys signed; ML-DSA-44 beside them is for auditors.
 *
 * Throws: Refused: another log's, unsigned, or a known key whose signature fails. Safe on untrusted input.
 */
export async function open(data, { keyList, origin }) {
  insist(data.length <= MAX_NOTE, "size");
  const { text, signatures } = split(fromUtf8(data));
  const [, name, digits, root] = TEXT.exec(text) ?? [];
  insist(name === origin && isName(name) && BigInt(digits) < MAX_SIZE, "checkpoint");
  const point = { size: BigInt(digits), root: fromBase64(root) };
  const last = point.size > 0n ? point.size - 1n : 0n;
  const honest = keyList.keys.filter(
    (key) => key.role === "checkpoint" && key.alg === ED25519 && isHonestAt(key, last),
  );
  insist(await areSigned(honest, signatures, utf8(text), origin), "unsigned");
  return point;
}

/** Whether one of the keys signed. Throws: Refused: the signature of one of them fails. */
async function areSigned(keys, signatures, text, origin) {
  let found = false;
  for (const key of keys) {
    const id = (await sha256(concat([utf8(`${origin}\n`), [KIND], key.public]))).subarray(0, 4);
    const own = signatures.find((line) => line.name === origin && equal(line.raw.subarray(0, 4), id));
    if (own === undefined) continue;
    insist(own.raw.length === 68 && (await holds(key.public, own.raw.subarray(4), text)), "signature");
    found = true;
  }
  return found;
}

function split(whole) {
  const blank = whole.lastIndexOf("\n\n");
  insist(blank >= 0 && whole.endsWith("\n"), "blank line");
  const lines = whole.slice(blank + 2, -1).split("\n");
  insist(lines.length <= MAX_LINES, "lines");
  return { text: whole.slice(0, blank + 1), signatures: lines.map(signature) };
}

function signature(line) {
  insist(line.startsWith(DASH), "signature line");
  const [name, encoded, ...more] = line.slice(DASH.length).split(" ");
  insist(encoded !== undefined && more.length === 0 && isName(name), "signature line");
  const raw = fromBase64(encoded);
  insist(raw.length >= 5, "signature line");
  return { name, raw };
}

function isName(text) {
  return NAME.test(text) && utf8(text).length <= 255;
}
