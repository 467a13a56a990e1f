/** The signed lists as what vouches for a code: which files are asked for, and what follows from them. */

import { equal } from "./bytes.js";
import { isHonestAt } from "./keylist.js";
import * as proof from "./proof.js";
import * as registered from "./registered.js";
import { NOTHING, attempt, listed } from "./sources.js";
import * as statuslist from "./statuslist.js";
import { no, unknown, yes } from "./verdict.js";

const CLOCK_SECONDS = 300; // A clock that differs by more is told.
const FRESH_SECONDS = 30 * 60;
const STALE_SECONDS = 7 * 24 * 3600; // After its end a list still counts for amber that long.

export class Lists {
  /** `got`: the key list; `host`: origin, fetch and held; `clock`: of this device, s UTC. */
  constructor(got, host, clock) {
    this.got = got;
    this.keyList = got.value;
    this.host = host;
    this.clock = clock;
    this.behind = false;
    this.heard = [got];
  }

  /** The latest of the clock and all verified times, s UTC. */
  get now() {
    return Math.max(this.clock, ...this.heard.filter((got) => got.value).map((got) => got.value.iat));
  }

  /** Of a signature by an unknown key: red only under the key list that a fresh status list names. */
  async stranger(issuer) {
    const { keyList } = this;
    if (!keyList) return unknown("signature", ["absent", "wrong"].includes(this.got.kind) ? "wronglist" : "nokey");
    const { authorities } = keyList;
    const authority = authorities.get(issuer) ?? authorities.get([...authorities.keys()].sort()[0]);
    if (!authority) return unknown("signature", "nokey");
    const got = await this.statusList(authority, 0, false);
    this.heard.push(got);
    const { now } = this;
    const fresh = got.kind === "bytes" && !got.isWrong(now) && !this.got.isWrong(now);
    if (!fresh || now - got.value.iat > FRESH_SECONDS) return unknown("signature", "nokey");
    this.compare(got.value);
    const exactly = got.value.version === keyList.version && equal(got.value.digest, keyList.digest);
    return exactly ? no("signature", "badsig") : unknown("signature", "nokey");
  }

  /** Of a code whose signature holds. `token`: its SHA-256. */
  async evidence(paper, key, token) {
    const authority = this.keyList.authorities.get(key.authority);
    const [bucket, status, honest] = await Promise.all([
      this.covering((again) => this.bucket(token, again), paper),
      authority ? this.covering((again) => this.statusList(authority, paper.list, again), paper) : [NOTHING],
      this.honest(key, token),
    ]);
    this.heard.push(...bucket, ...status);
    const list = status.at(-1);
    if (list.value) this.compare(list.value);
    const { now } = this;
    const alone = [this.got, list, bucket.at(-1)].every((one) => one.kind === "silent" && !one.rollback);
    const registration = registrationOf(bucket.at(-1), paper, token, now, alone);
    const lines = registration.outcome === "could-not-check" && !registration.reason ? ["l.noregistration"] : [];
    if (bucket.at(-1).rollback || list.rollback) lines.push("l.rollback");
    return {
      now,
      listed: list.value ? list.value.iat : null,
      registered: registration,
      status: statusOf(list, paper, now),
      honest,
      list: this.believed(now),
      lines,
    };
  }

  /** By how many seconds this clock is off, or null. A host's date is a hint: it is not signed. */
  off() {
    const ahead = this.now - this.clock;
    if (ahead > CLOCK_SECONDS) return ahead;
    const hints = this.heard.filter((got) => got.date !== null).map((got) => got.date - this.clock);
    return hints.find((hint) => Math.abs(hint) > CLOCK_SECONDS) ?? null;
  }

  statusList(authority, number, again) {
    const uri = statuslist.uriOf(authority.statusUri, number);
    const asked = { keyList: this.keyList, origin: this.host.origin, authority: authority.id, uri };
    const path = statuslist.pathOf(authority.statusUri, number);
    return listed(path, (data) => statuslist.openSigned(data, asked), this.host, again);
  }

  bucket(token, again) {
    const asked = { keyList: this.keyList, origin: this.host.origin, token };
    return listed(registered.pathOf(token), (data) => registered.openSigned(data, asked), this.host, again);
  }

  /** What was answered, and once more if it is older than the paper: the last counts. */
  async covering(get, paper) {
    const got = await get(false);
    return got.kind === "bytes" && got.value.iat <= paper.issued ? [got, await get(true)] : [got];
  }

  /** A status list of a newer key list than ours, or of another one of the same version. */
  compare({ version, digest }) {
    const { keyList } = this;
    this.behind = version > keyList.version || (version === keyList.version && !equal(digest, keyList.digest));
  }

  believed(now) {
    if (this.got.isWrong(now)) return unknown("key", "wronglist");
    return this.behind ? unknown("key", "nokey") : yes("key");
  }

  /** A compromised key counts for what the log places before; only the log knows, times prove nothing. */
  async honest(key, token) {
    if (key.state !== "compromised") return yes("key");
    const path = proof.pathOf(token);
    const answer = await this.host.fetch(path, false);
    if (answer.kind === "absent") return no("key", "key");
    const data = answer.kind === "silent" ? await this.host.held.get(path) : answer.bytes;
    if (!data) return unknown("key", answer.kind === "silent" ? "offline" : "wronglist");
    const index = await attempt(() => proof.proved(data, token, { keyList: this.keyList, origin: this.host.origin }));
    if (index === null) return unknown("key", "wronglist");
    await this.host.held.put(path, data);
    return isHonestAt(key, index) ? yes("key") : no("key", "key");
  }
}

/** `alone`: nothing answered at all. Else whoever keeps back this one file would hide that it is not in it. */
function registrationOf(got, paper, token, now, alone) {
  if (got.isWrong(now)) return unknown("registered", "wronglist");
  if (got.value && got.value.iat > paper.issued) {
    return registered.holds(got.value, token) ? yes("registered") : no("registered", "unregistered");
  }
  return unknown("registered", alone ? null : "offline"); // Without reason: a line of its own says it.
}

/** By the list's age, but for what is final. Source: docs/formats/certificate-code.md, the table of freshness. */
function statusOf(got, paper, now) {
  if (got.isWrong(now)) return unknown("status", "wronglist");
  const list = got.value;
  if (!list || list.iat <= paper.issued) return unknown("status", "offline");
  const entry = statuslist.at(list, paper.index);
  if (entry === statuslist.INVALID) return no("status", "revoked");
  if (now >= list.exp + STALE_SECONDS) return unknown("status", "offline");
  if (entry !== statuslist.VALID) return no("status", entry === statuslist.SUSPENDED ? "suspended" : "withdrawn");
  return now < list.exp ? yes("status") : unknown("status", "stale");
}
