// The page: takes the code that first.js took from the address, verifies it here, and shows what to do.
import { readHere } from "./camera.js";
import { fill, h } from "./dom.js";
import { compared, readThere } from "./files.js";
import * as holding from "./held.js";
import { ask } from "./net.js";
import { say } from "./say.js";
import { UNDECIDED, show } from "./show.js";
import { verify } from "./verify.js";
import { offered, unread, ways } from "./ways.js";
import { able } from "./webcrypto.js";

const LANGUAGES = ["id", "en"];
const page = JSON.parse(document.getElementById("ledger").textContent);
const seen = { lang: preferred(), text: "", context: "", verdict: null, file: null, compared: null, chosen: null };
// A demonstration begins anew with other roots; a register keeps what it held when its roots change.
const held = await holding.open(page.demonstration ? page.root : page.origin);
let turn = 0; // Of several checks under way the last one counts.

const act = {
  check: (text) => check(text),
  choose: (file) => choose(file),
  send: () => send(),
  again: () => check(seen.text, seen.file, seen.context),
  within: (context) => check(seen.text, seen.file, context),
  go: (to) => {
    document.getElementById(to).scrollIntoView();
    document.getElementById(to).focus();
  },
};

function preferred() {
  const asked = new URLSearchParams(location.search).get("lang");
  const spoken = [asked, ...navigator.languages.map((tag) => tag.split("-")[0].toLowerCase())];
  return spoken.find((one) => LANGUAGES.includes(one)) ?? LANGUAGES[0];
}

/** `file`: out of which the code was read; `seen.chosen`: one that was not sent yet. */
async function check(text, file = null, context = "") {
  const mine = ++turn;
  Object.assign(seen, { text, file, context, verdict: null, compared: null, chosen: null });
  draw();
  const clock = Math.floor(Date.now() / 1000);
  const asked = { ...page, fetch: ask, held, clock, context: context || null };
  const verdict = await verify(text, asked).catch(() => null);
  const same = file && verdict?.paper ? await compared(file, text, { ...page, held }) : null;
  if (mine !== turn) return;
  if (verdict === null) return askTheServer(text);
  Object.assign(seen, { verdict, compared: same });
  draw();
  if (context) document.getElementById("context")?.focus();
  else scrollTo(0, 0);
}

async function choose(file) {
  const mine = ++turn;
  const { text: before, verdict } = seen;
  Object.assign(seen, { text: "", verdict: null, compared: null, chosen: file }); // The verdict was of another paper.
  const text = (await readHere(file)) ?? (await itsOwn(file, before, verdict));
  if (mine !== turn) return null;
  if (text !== null) return check(text, file);
  draw();
  document.getElementById("offer").scrollIntoView();
  return document.getElementById("send")?.focus();
}

/** The code that was checked just now, if the file is what was issued of it: then nothing needs to leave the phone. */
async function itsOwn(file, text, verdict) {
  if (!verdict?.paper) return null;
  return (await compared(file, text, { ...page, held })) === "same" ? text : null;
}

async function send() {
  const mine = ++turn;
  const { chosen, lang } = seen;
  fill("offer", h("p", { class: "busy", role: "status" }, say("q.file.reading", lang)));
  const { text, why } = await readThere(chosen, lang);
  if (mine !== turn) return null;
  if (text === undefined) return unread(why, { lang, act });
  return check(text, chosen);
}

/** What this browser, against all expectation, cannot verify. */
function askTheServer(text) {
  document.documentElement.className = "old";
  document.getElementById("old-code").value = text;
}

function draw() {
  const { lang, text, verdict, context, chosen } = seen;
  document.documentElement.lang = lang;
  languages();
  if (verdict) show(verdict, { lang, page, text, context, compared: seen.compared, act });
  else greet(lang, Boolean(text));
  ways({ lang, page, act, heading: Boolean(verdict) });
  document.getElementById("ways").hidden = Boolean(text) && !verdict;
  if (chosen) offered(chosen, { lang, act });
  else fill("offer");
  const host = say("l.host", lang, { host: new URL(page.base).host });
  fill("foot", h("p", null, host), h("p", null, say("w.privacy", lang)));
}

/** Nothing to show yet: at work, or waiting for a code. */
function greet(lang, working) {
  const demonstration = page.demonstration && h("p", { class: "specimen" }, say("v.demo.title", lang));
  document.title = say(working ? "q.checking" : "q.app", lang);
  const place = document.getElementById("verdict");
  place.className = working ? "card busy" : "card";
  delete place.dataset.reason;
  fill(
    "verdict",
    h("h1", null, say(working ? "q.checking" : "w.check", lang)),
    h("p", null, say(working ? "q.checking.about" : "q.about", lang)),
    demonstration,
  );
  fill("result");
}

function languages() {
  const other = LANGUAGES.find((one) => one !== seen.lang);
  const title = say(`w.language.${other}`, other);
  const button = h("button", { type: "button", lang: other, title, click: () => speak(other) }, other.toUpperCase());
  fill("languages", button);
}

/** Without the server: the code would not survive a new page. */
function speak(lang) {
  seen.lang = lang;
  history.replaceState(null, "", `${location.pathname}?lang=${lang}`);
  draw();
  document.querySelector("#languages button").focus();
}

/** What another app shared with this one; the service worker has put it aside. */
async function shared() {
  if (!new URLSearchParams(location.search).has("dibagikan")) return;
  history.replaceState(null, "", location.pathname);
  const [file, text] = await Promise.all(["file", "text"].map((one) => aside(one)));
  if (file) {
    const name = decodeURIComponent(file.headers.get("X-Name"));
    await choose(new File([await file.blob()], name, { type: file.headers.get("Content-Type") }));
  } else if (text) {
    const said = await text.text();
    await check(/https?:\S+/.exec(said)?.[0] ?? said);
  }
}

async function aside(name) {
  const cache = await caches.open("shared");
  const found = await cache.match(name);
  await cache.delete(name);
  return found;
}

function listen() {
  addEventListener("hashchange", () => begin());
  addEventListener("online", () => UNDECIDED.includes(seen.verdict?.reason) && !seen.chosen && act.again());
  addEventListener("dragover", (event) => event.preventDefault());
  addEventListener("drop", (event) => {
    event.preventDefault();
    const [file] = event.dataTransfer.files;
    if (file) choose(file);
  });
}

async function begin() {
  const text = globalThis.scanned;
  globalThis.scanned = "";
  if (text) await check(text);
}

async function start() {
  globalThis.started = true;
  if (!(await able())) return askTheServer(globalThis.scanned);
  listen();
  draw();
  await begin();
  await shared();
  return navigator.serviceWorker?.register("sw.js").catch(() => null); // Without it the page needs the network.
}

await start();
