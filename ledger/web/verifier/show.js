// The verdict on the page: what to do on the first screen, then the paper, then what is not proved, then the details.
import { fill, h, sign } from "./dom.js";
import { say } from "./say.js";
import { asOf, first, rows, told } from "./tell.js";

const DOUBTED = ["red", "amber"]; // may be reported
const OPEN = ["amber", "grey"]; // may be asked of the issuer
const LONGEST = 4000; // characters of a code that are handed on

export const UNDECIDED = ["nokey", "wronglist", "offline", "stale"]; // The network may change these.

/** `page`: the configuration in index.html. `act`: what the buttons do. */
export function show(verdict, { lang, page, text, context, compared, act }) {
  const words = told(verdict, lang, page.contact);
  document.title = `${words.title} · ${say("q.app", lang)}`;
  fill("verdict", card(verdict, words, lang, page));
  const place = document.getElementById("verdict");
  place.className = `card ${verdict.colour}`;
  place.dataset.reason = verdict.reason;
  fill(
    "result",
    h("div", { class: "actions" }, actions(verdict, { lang, page, text, act })),
    compared && h("p", { class: "line" }, say(`q.file.${compared}`, lang)),
    verdict.checks[0].outcome === "yes" && since(verdict, lang),
    verdict.paper && paper(verdict, lang),
    verdict.paper && verdict.paper.scope !== "*" && scope(context, lang, act),
    verdict.paper && unproved(page, lang),
    details(verdict, lang),
    h("button", { type: "button", class: "plain", click: () => print() }, say("q.print", lang)),
  );
}

function card(verdict, words, lang, page) {
  const seen = verdict.paper && first(verdict.paper, verdict, lang);
  const further = words.further.filter((_, at) => !verdict.lines[at].startsWith("k."));
  return [
    h("p", { class: "colour" }, sign(verdict.colour), h("span", null, `${words.colour}: ${words.action}`)),
    h("h1", null, words.title),
    h("p", null, words.text),
    seen && holder(seen),
    further.map((line) => h("p", { class: "further" }, line)),
    page.demonstration && h("p", { class: "specimen" }, say("v.demo.title", lang)),
  ];
}

function since(verdict, lang) {
  return h("p", { class: "small" }, asOf(verdict, lang).map((line) => h("span", { class: "asof" }, line)));
}

function holder({ name, kind, until }) {
  return h("div", { class: "holder" }, h("p", { class: "name" }, name), h("p", null, kind), h("p", null, until));
}

/** The first is the one action that this verdict asks for. */
function actions(verdict, { lang, page, text, act }) {
  const { colour, reason } = verdict;
  const report = () => handed("lapor", "b.report", verdict, { lang, page, text });
  const ask = () => handed("konfirmasi", "b.ask", verdict, { lang, page, text });
  const again = () => h("button", { type: "button", click: act.again }, say("a.retry", lang));
  const go = (to, label) => h("button", { type: "button", click: () => act.go(to) }, say(label, lang));
  const asked = OPEN.includes(colour) && reason !== "demo";
  const forms = [asked && ask(), DOUBTED.includes(colour) && report()].filter(Boolean);
  return [
    colour === "green" && go("paper", "l.compare"),
    UNDECIDED.includes(reason) && again(),
    colour === "grey" && !UNDECIDED.includes(reason) && go("ways", "q.other"),
    forms,
    forms.length > 0 && h("p", { class: "small" }, say("q.under", lang)),
  ];
}

/** A form that hands the code over only when it is pressed; nothing of it stands in an address. */
function handed(where, label, verdict, { lang, page, text }) {
  const values = { code: text.slice(0, LONGEST), reason: verdict.reason, asof: verdict.asOf, lang };
  return h(
    "form",
    { method: "post", action: `${page.base}/${where}` },
    Object.entries(values).map(([name, value]) => h("input", { type: "hidden", name, value })),
    h("button", { type: "submit" }, say(label, lang)),
  );
}

function paper(verdict, lang) {
  const lines = rows(verdict, lang).map(([label, value]) => row(label, breakable(value)));
  return h(
    "section",
    { id: "paper", tabindex: "-1", "aria-labelledby": "paper-title" },
    h("h2", { id: "paper-title" }, say("l.compare", lang)),
    h("table", { class: "paper" }, h("tbody", null, lines)),
  );
}

/** Long codes break after a slash, and only there. */
function breakable(value) {
  return value.split(/(?<=\/)/).flatMap((part, at) => (at ? [h("wbr"), part] : [part]));
}

function row(label, ...value) {
  return h("tr", null, h("th", { scope: "row" }, label), h("td", null, value));
}

/** A limited scope counts for whoever belongs to it. */
function scope(context, lang, act) {
  const field = h("input", {
    id: "context",
    maxlength: "40",
    autocapitalize: "characters",
    autocomplete: "off",
    "aria-describedby": "context-about",
    value: context,
  });
  const judge = (event) => {
    event.preventDefault();
    act.within(field.value.trim().toUpperCase());
  };
  return h(
    "form",
    { class: "panel", submit: judge },
    h("label", { for: "context" }, say("w.context", lang)),
    h("p", { class: "small", id: "context-about" }, say("w.context.about", lang)),
    field,
    h("button", { type: "submit", class: "plain" }, say("w.button", lang)),
  );
}

function unproved(page, lang) {
  const host = new URL(page.base).host;
  return h(
    "section",
    { class: "panel" },
    h("h2", null, say("q.notproved", lang)),
    h("ul", null, ["bearer", "pasted", "host"].map((one) => h("li", null, say(`q.notproved.${one}`, lang, { host })))),
  );
}

function details(verdict, lang) {
  const others = verdict.others.map((reason) => say(`v.${reason}.title`, lang)).join(", ");
  return h(
    "details",
    null,
    h("summary", null, say("l.tech", lang)),
    h("table", { class: "checks" }, h("tbody", null, verdict.checks.map((check) => checked(check, lang)))),
    h("p", { class: "small" }, say("w.reason", lang, { code: verdict.reason })),
    others && h("p", { class: "small" }, say("q.also", lang, { list: others })),
    h("p", { class: "small" }, say("l.uncert", lang)),
  );
}

function checked(check, lang) {
  const why = check.reason && h("span", { class: "small" }, ` · ${say(`v.${check.reason}.title`, lang)}`);
  return row(say(`check.${check.name}`, lang), say(`outcome.${check.outcome}`, lang), why);
}
