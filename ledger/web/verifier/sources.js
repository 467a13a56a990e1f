/** Signed files from any host, and what was verified before: fresh, silent or wrong. Source: docs/verifying.md. */

import { Refused, equal, insist } from "./bytes.js";
import { decode, isAnchor, openSigned, parts } from "./keylist.js";

const KEYS = "keys/list";
const MAX_STEPS = 1000; // Key lists between the one held and the newest that are walked.

/** What was got: the newest verified value at hand, and how the host answered: bytes, absent, wrong or silent. */
class Got {
  constructor(value, kind, date = null, rollback = false) {
    Object.assign(this, { value, kind, date, rollback });
  }

  /** A host that answers must answer with a list in its time. `now` in s UTC. */
  isWrong(now) {
    const late = this.kind === "bytes" && now >= this.value.exp;
    return late || this.kind === "absent" || this.kind === "wrong";
  }
}

/** Where nothing could be asked. */
export const NOTHING = new Got(null, "silent");

/** A status list or bucket. `read` verifies it, throwing Refused. */
export async function listed(path, read, { fetch, held }, again) {
  const bytes = await held.get(path);
  const before = bytes && (await attempt(() => read(bytes))); // Anew: its key may be compromised since.
  const answer = await fetch(path, again);
  const date = answer.date ?? null;
  if (answer.kind !== "bytes") return new Got(before, answer.kind, date);
  const found = await attempt(() => read(answer.bytes));
  if (found === null) return new Got(before, "wrong", date);
  if (before && found.iat < before.iat) return new Got(before, "silent", date, true);
  if (before && found.iat === before.iat && !equal(answer.bytes, bytes)) return new Got(before, "wrong", date);
  await held.put(path, answer.bytes);
  return new Got(found, "bytes", date);
}

/** The key list in force, each signed by the roots of the one before; `root`: to believe where nothing is held. */
export async function keys({ origin, root, fetch, held }, again) {
  const bytes = await held.get(KEYS);
  const before = bytes && (await attempt(() => decode(parts(bytes).list)));
  const answer = await fetch(KEYS, again);
  const date = answer.date ?? null;
  if (answer.kind !== "bytes") return new Got(before, answer.kind, date);
  const found = await attempt(() => follow(parts(answer.bytes), before, { origin, root, fetch }));
  if (found === null) return new Got(before, "wrong", date);
  await held.put(KEYS, answer.bytes);
  return new Got(found, "bytes", date);
}

/** What `read` gives, or null where it refuses. */
export async function attempt(read) {
  try {
    return await read();
  } catch (error) {
    if (error instanceof Refused) return null;
    throw error;
  }
}

async function follow(body, before, { origin, root, fetch }) {
  const found = await decode(body.list);
  if (!before) {
    insist(isAnchor(found.roots, root), "anchor");
    return openSigned(body, found.roots, origin);
  }
  if (equal(found.digest, before.digest)) return openSigned(body, before.roots, origin);
  insist(found.version > before.version, "rollback");
  const direct = await attempt(() => openSigned(body, before.roots, origin));
  return after(direct ? before : await walked(before, found.version, { origin, fetch }), body, origin);
}

/** One list after the other: the roots were changed in between. */
async function walked(before, version, { origin, fetch }) {
  insist(version - before.version <= MAX_STEPS, "gap");
  let last = before;
  for (let step = before.version + 1; step < version; step += 1) {
    const answer = await fetch(`keys/${step}`, false);
    insist(answer.kind === "bytes", "gap");
    last = await after(last, parts(answer.bytes), origin);
    insist(last.version === step, "gap");
  }
  return last;
}

/** Signed by the roots before it, and by its own where they differ. */
async function after(before, body, origin) {
  const found = await openSigned(body, before.roots, origin);
  const same = found.roots.fingerprint === before.roots.fingerprint;
  return same ? found : openSigned(body, found.roots, origin);
}
