/** What a reader is told: one closed list of reasons, each with its colour and what to do. Source: docs/verdicts.md. */

import { prefixOf } from "./token.js";

// In the order in which they win.
const REASONS = [
  "unreadable", "notours", "demo", "badsig", "key", "authority", "unregistered", "revoked", "withdrawn", "suspended",
  "notyet", "expired", "nokey", "wronglist", "offline", "stale", "scope",
];
const RED = ["badsig", "key", "authority", "unregistered", "revoked"];
const GREY = ["unreadable", "notours", "demo", "nokey", "wronglist", "offline"];
const GREEN = ["valid", "valid.noend"];
const ACTIONS = { green: "a.accept", amber: "a.ask", red: "a.reject", grey: "a.retry" };
const NOT_FROM_HERE = ["notours", "demo"];
const HIDDEN = "withdrawn"; // Whether data was destroyed must not show.
const TOO_OLD = ["stale", "offline"];
const NOT_REFRESHED_SECONDS = 30 * 60;
const LINES = {
  PEKSOS: "k.competence",
  RELAWAN: "k.psm", // Never the title of the profession.
  HADIR: "k.attend",
  STR: "k.str",
  KTA: "k.kta",
};

export const yes = (name) => ({ name, outcome: "yes", reason: null });
export const no = (name, reason) => ({ name, outcome: "no", reason });
export const unknown = (name, reason = null) => ({ name, outcome: "could-not-check", reason });

/**
 * The first reason wins and the others are listed; green only if no check has a reason against it.
 *
 * `asOf`: s UTC of now; `listed`: of the status list; `lines`: keys of further sentences.
 */
export function verdictOf(checks, { asOf, listed = null, paper = null, lines = [] }) {
  const found = REASONS.filter((reason) => checks.some((check) => check.reason === reason));
  const shown = found.includes(HIDDEN) ? null : paper;
  const known = found.includes(HIDDEN) ? asOf : (listed ?? asOf);
  const reason = found[0] ?? (paper.through === null ? "valid.noend" : "valid");
  const told = shown ? [LINES[prefixOf(shown.kind)]] : [];
  if (asOf - known > NOT_REFRESHED_SECONDS && !TOO_OLD.includes(reason)) told.push("l.notrefreshed");
  return {
    reason,
    colour: colourOf(reason),
    action: NOT_FROM_HERE.includes(reason) ? "a.elsewhere" : ACTIONS[colourOf(reason)],
    others: found.slice(1),
    asOf: known,
    checks,
    lines: [...told, ...lines],
    paper: shown,
    facts: factsOf(known, shown),
  };
}

function colourOf(reason) {
  if (GREEN.includes(reason)) return "green";
  if (RED.includes(reason)) return "red";
  return GREY.includes(reason) ? "grey" : "amber";
}

/** By the names of the placeholders in the sentences: `time` in s UTC, days since 1970-01-01. */
function factsOf(time, paper) {
  const { issuer = null, basis = null, number = null, scope = null, begins = null, through = null } = paper ?? {};
  const facts = { time, issuer, basis, number, scope, begins, through };
  return Object.fromEntries(Object.entries(facts).filter(([, fact]) => fact !== null));
}
