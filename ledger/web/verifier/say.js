// The catalogue's sentences. As ledger/messages/__init__.py: a part in [brackets] is said only if its facts are known.
import { WORDS } from "./words.js";

const PART = /\[([^[\]]*)\]/g;
const PLACEHOLDER = /\{(\w+)\}/g;
const DAY = 86_400; // s
const WIB = 7 * 3600; // s

/** `facts`: texts, already written out in the language. */
export function say(key, lang, facts = {}) {
  const text = WORDS[lang][key] ?? key;
  return text.replace(PART, (_, part) => spoken(part, facts)).trim();
}

function spoken(part, facts) {
  const known = [...part.matchAll(PLACEHOLDER)].every(([, name]) => facts[name] !== undefined && facts[name] !== null);
  return known ? part.replace(PLACEHOLDER, (_, name) => facts[name]) : "";
}

/** 17 Februari 2025. `days` since 1970-01-01. */
export function day(days, lang) {
  const on = new Date(days * DAY * 1000);
  return `${on.getUTCDate()} ${WORDS[lang].months[on.getUTCMonth()]} ${on.getUTCFullYear()}`;
}

/** 17 Februari 2025 pukul 17.05 WIB. `at` in s UTC. */
export function moment(at, lang) {
  return `${written(at + WIB, lang)} WIB`;
}

/** The same in the zone of this phone; null where that is WIB. */
export function here(at, lang) {
  const offset = -60 * new Date(at * 1000).getTimezoneOffset();
  return offset === WIB ? null : `${written(at + offset, lang)} ${zone(offset)}`;
}

function written(at, lang) {
  const clock = new Date(at * 1000).toISOString().slice(11, 16);
  const on = day(Math.floor(at / DAY), lang);
  return lang === "en" ? `${on} at ${clock}` : `${on} pukul ${clock.replace(":", ".")}`;
}

function zone(offset) {
  const sign = offset < 0 ? "-" : "+";
  const [hours, minutes] = [Math.floor(Math.abs(offset) / 3600), (Math.abs(offset) / 60) % 60];
  return `UTC${sign}${hours}${minutes ? `:${String(minutes).padStart(2, "0")}` : ""}`;
}

/** How far two clocks differ, as people say it. */
export function difference(seconds, lang) {
  const by = Math.abs(seconds);
  if (by < 5400) return say("q.diff.minutes", lang, { n: Math.round(by / 60) });
  if (by < 2 * DAY) return say("q.diff.hours", lang, { n: Math.round(by / 3600) });
  return say("q.diff.days", lang, { n: Math.round(by / DAY) });
}
