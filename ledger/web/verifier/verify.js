/** What to do with a certificate: the verifier, as `ledger/credentials/verifier.py` is. Source: docs/verifying.md. */

import { Refused } from "./bytes.js";
import { Foreign, scanned } from "./digits.js";
import { judge } from "./judge.js";
import { Lists } from "./lists.js";
import { keys } from "./sources.js";
import { no, verdictOf } from "./verdict.js";

export { able } from "./webcrypto.js";

const SPECIMEN_HOST = /(?:^|\.)contoh\.invalid$/; // Nobody can own it. Source: RFC 6761, section 6.4

/**
 * The verdict about the text that a camera gave: our address, or the digits alone.
 *
 * @param text Untrusted.
 * @param origin The ledger's name. `base`: scheme and host of its codes. `root`: fingerprint of the roots to believe.
 * @param fetch (path, again) -> {kind: "bytes", bytes, date?} | {kind: "absent" | "wrong" | "silent"}; date in s UTC;
 *   `again`: past every cache.
 * @param held get(path), put(path, bytes): what was verified before on this device; only verified bytes are put.
 * @param clock Of this device, s UTC.
 * @param context Code of the asker's institution, or null.
 * @param bases Legal basis by authority.
 *
 * Throws nothing of its own on any text or answer.
 */
export async function verify(text, { origin, base, root, fetch, held, clock, context = null, bases = {} }) {
  let data = null;
  try {
    data = scanned(text, base);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return verdictOf([no("format", strange(error))], { asOf: clock });
  }
  const host = { origin, root, fetch, held };
  const first = new Lists(await keys(host, false), host, clock);
  const verdict = await judge(data, first, { context, bases });
  if (!first.behind) return clocked(verdict, first);
  const second = new Lists(await keys(host, true), host, clock); // A status list names a newer key list than ours.
  return clocked(await judge(data, second, { context, bases }), second);
}

/** Why a text that was scanned is no code of ours. */
function strange(refused) {
  if (!(refused instanceof Foreign)) return "unreadable";
  return SPECIMEN_HOST.test(refused.host) ? "demo" : "notours";
}

/** With the line that says by how much this clock is off, if it is. */
function clocked(verdict, lists) {
  const diff = lists.off();
  if (diff === null) return verdict;
  return { ...verdict, lines: [...verdict.lines, "v.clock"], facts: { ...verdict.facts, diff } };
}
