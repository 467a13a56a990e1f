/** The checks of a code, in their order. Source: docs/formats/certificate-code.md, "Verify". */

import { aad, signer } from "./cose.js";
import { holdsAt, named } from "./keylist.js";
import { attempt } from "./sources.js";
import { CONTEXT, parse, prefixOf, read } from "./token.js";
import { no, unknown, verdictOf, yes } from "./verdict.js";
import { sha256 } from "./webcrypto.js";

const SKEW_SECONDS = 300; // Of the time of signing only.
const DAY_SECONDS = 24 * 3600;
const WIB_SECONDS = 7 * 3600; // The legal day; Indonesia has no summer time.

/** The verdict about a token's bytes. `lists`: what vouches for it; `bases`: legal basis by authority. */
export async function judge(data, lists, { context, bases }) {
  const statement = await attempt(() => parse(data));
  const asOf = Math.max(lists.clock, lists.keyList?.iat ?? 0);
  if (!statement) return verdictOf([no("format", "unreadable")], { asOf });
  const paper = await attempt(() => read(statement.payload));
  const known = lists.keyList ? named(lists.keyList, statement.kid) : [];
  if (known.length === 0) return verdictOf([yes("format"), await lists.stranger(paper?.issuer)], { asOf });
  const key = await signer(statement, known, aad(CONTEXT, lists.host.origin));
  if (!key) return verdictOf([yes("format"), no("signature", "badsig")], { asOf });
  if (!paper) return verdictOf([no("format", "unreadable"), yes("signature")], { asOf });
  const found = await lists.evidence(paper, key, await sha256(data));
  const issuer = issuerOf(paper, key, lists.keyList);
  const checks = [
    yes("format"),
    yes("signature"),
    keyCheck(paper, key, lists.keyList, found),
    issuer.check,
    found.registered,
    found.status,
    timeCheck(paper, found.now),
    scopeCheck(issuer.scopes, context),
  ];
  const shown = paperOf(paper, issuer, bases);
  return verdictOf(checks, { asOf: found.now, listed: found.listed, paper: shown, lines: found.lines });
}

function keyCheck(paper, key, keyList, found) {
  if (found.honest.outcome !== "yes") return found.honest;
  if (key.role !== "certificate" || !holdsAt(key, paper.issued)) return no("key", "authority");
  const over = found.list.outcome === "yes" && found.now >= keyList.exp;
  return over ? unknown("key", "nokey") : found.list;
}

/** The grant that holds on the decided day counts; scope is that of the token within that of the grant. */
function issuerOf(paper, key, keyList) {
  const authority = keyList.authorities.get(key.authority);
  const own = authority && [null, authority.id].includes(paper.issuer);
  const grants = own ? authority.grants.filter((grant) => covers(grant, paper)) : [];
  if (grants.length === 0) {
    return { check: no("authority", "authority"), id: key.authority, name: key.authority ?? "", scopes: [] };
  }
  const scopes = new Set(grants.map((grant) => (paper.scope === "*" ? grant.scope : paper.scope)));
  return { check: yes("authority"), id: authority.id, name: grants[0].name, scopes: [...scopes].sort() };
}

/** A grant names whole kinds, or a prefix for all levels of it. */
function covers(grant, paper) {
  const inTime = grant.from <= paper.decided && (grant.to === null || paper.decided <= grant.to);
  const inScope = [grant.scope, paper.scope].includes("*") || grant.scope === paper.scope;
  return inTime && inScope && [paper.kind, prefixOf(paper.kind)].some((kind) => grant.schemes.includes(kind));
}

function timeCheck(paper, now) {
  if (paper.issued > now + SKEW_SECONDS || now < paper.begins) return no("time", "notyet");
  return paper.expires !== null && now >= paper.expires ? no("time", "expired") : yes("time");
}

/** A limited scope is a yes only for whoever says to belong to it. */
function scopeCheck(scopes, context) {
  if (scopes.length === 0) return no("scope", "authority");
  return scopes.includes("*") || scopes.includes(context) ? yes("scope") : no("scope", "scope");
}

/** The code's own words; days since 1970-01-01. What it has no room for is null. */
function paperOf(paper, issuer, bases) {
  return {
    name: paper.name,
    kind: paper.kind,
    title: prefixOf(paper.kind) === "RELAWAN" ? null : paper.title,
    number: paper.number,
    issuer: issuer.name,
    basis: bases[issuer.id] ?? null,
    scope: issuer.scopes.join(", ") || paper.scope,
    tested: [],
    decided: paper.decided,
    signed: legalDay(paper.issued),
    begins: legalDay(paper.begins),
    through: paper.expires === null ? null : legalDay(paper.expires - 1),
  };
}

function legalDay(second) {
  return Math.floor((second + WIB_SECONDS) / DAY_SECONDS);
}
