// A verdict in words, as ledger/application/telling.py and ledger/web/verdicts.py say it.
import { day, difference, here, moment, say } from "./say.js";
import { prefixOf } from "./token.js";

const MOMENTS = ["time", "compromised"]; // s UTC
const DAYS = ["begins", "through", "since", "until", "appealed"]; // since 1970-01-01

/** `{colour, action, title, text, further}`; `contact`: whom a reader may ask. */
export function told(verdict, lang, contact) {
  const facts = { contact, ...written(verdict.facts, lang) };
  return {
    colour: say(`colour.${verdict.colour}`, lang),
    action: say(verdict.action, lang),
    title: say(`v.${verdict.reason}.title`, lang, facts),
    text: say(`v.${verdict.reason}.text`, lang, facts),
    further: verdict.lines.map((line) => said(line, lang, facts)),
  };
}

function said(line, lang, facts) {
  if (line !== "v.clock") return say(line, lang, facts);
  return `${say("v.clock.title", lang, facts)}. ${say("v.clock.text", lang)}`;
}

function written(facts, lang) {
  const found = { ...facts };
  for (const name of MOMENTS) if (name in found) found[name] = moment(found[name], lang);
  for (const name of DAYS) if (name in found) found[name] = day(found[name], lang);
  if ("diff" in found) found.diff = difference(found.diff, lang);
  return found;
}

/** As of when: in western Indonesian time, and in the phone's own where that is another. */
export function asOf(verdict, lang) {
  const own = here(verdict.asOf, lang);
  const legal = say("l.asof", lang, { time: moment(verdict.asOf, lang) });
  return own === null ? [legal] : [legal, say("q.asof.here", lang, { time: own })];
}

/** Name, kind and until when: what must be seen at once. */
export function first(paper, verdict, lang) {
  return {
    name: paper.name ?? say("d.erased", lang),
    kind: verdict.lines.filter((line) => line.startsWith("k.")).map((line) => say(line, lang))[0] ?? paper.kind,
    until: until(paper, verdict.colour, lang),
  };
}

/** A red paper's end is only what its code says. */
function until(paper, colour, lang) {
  const last = paper.through === null ? null : day(paper.through, lang);
  const end = last === null ? say("w.endless", lang) : `${say("l.dates.through", lang)} ${last}`;
  return colour === "red" ? say("q.stated", lang, { end: lowered(end) }) : end;
}

function lowered(text) {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

/** What the paper must say, label by label. */
export function rows(verdict, lang) {
  const { paper } = verdict;
  const tested = paper.tested.map((one) => day(one, lang)).join(", ") || say("w.notincode", lang);
  const attended = prefixOf(paper.kind) === "HADIR"; // Nobody was tested.
  return [
    ["l.name", paper.name ?? say("d.erased", lang)],
    ["q.kind", [paper.title, paper.kind].filter(Boolean).join(" · ")],
    ["l.number", paper.number],
    ["l.issuer", [paper.issuer, paper.basis].filter(Boolean).join(" · ")],
    ["l.scope", paper.scope === "*" ? say("w.everywhere", lang) : paper.scope],
    ...(attended ? [] : [["l.dates.tested", tested]]),
    ["l.dates.decided", dated(paper.decided, lang)],
    ["l.dates.signed", dated(paper.signed, lang)],
    ["l.dates.begins", dated(paper.begins, lang)],
    ["l.dates.through", paper.through === null ? say("w.endless", lang) : day(paper.through, lang)],
    ["q.status", status(verdict, lang)],
  ].map(([label, value]) => [say(label, lang), value]);
}

function dated(on, lang) {
  return on === null ? say("w.notincode", lang) : day(on, lang);
}

function status(verdict, lang) {
  const check = verdict.checks.find((one) => one.name === "status");
  if (check?.outcome === "yes") return say("q.status.0", lang);
  return check?.outcome === "no" ? say(`v.${check.reason}.title`, lang) : say("q.status.unknown", lang);
}
