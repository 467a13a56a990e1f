// Other ways to a code than the address that was opened: camera, digits, a picture or PDF, the server's own form.
import { fill, h } from "./dom.js";
import { scanning, scannable } from "./camera.js";
import { LARGEST } from "./files.js";
import { say } from "./say.js";

const ACCEPTED = "image/png,image/jpeg,image/webp,image/gif,image/bmp,application/pdf";

/** `act.check(text)`, `act.choose(file)`. `heading`: false on the page that begins with it. */
export function ways({ lang, page, act, heading }) {
  fill(
    "ways",
    heading && h("h2", null, say("q.other", lang)),
    scannable() && camera(lang, act),
    typed(lang, act),
    chosen(lang, act),
    h("p", null, h("a", { href: `${page.base}/periksa?lang=${lang}` }, say("q.number", lang))),
    h("p", { class: "small" }, say("q.private", lang)),
  );
}

function camera(lang, act) {
  const place = h("div", { class: "camera", hidden: true });
  const button = h("button", { type: "button" }, say("b.scan", lang));
  button.addEventListener("click", () => scanning(place, lang, { found: act.check, button }));
  return h("div", null, button, place);
}

function typed(lang, act) {
  const field = h("textarea", { id: "code", rows: "2", spellcheck: "false", autocomplete: "off", inputmode: "url" });
  const refusal = h("p", { class: "refusal", role: "alert", hidden: true });
  const check = (event) => {
    event.preventDefault();
    const text = field.value.trim();
    if (text) return act.check(text);
    refusal.textContent = say("q.code.none", lang);
    refusal.hidden = false;
    return field.focus();
  };
  return h(
    "form",
    { submit: check },
    h("label", { for: "code" }, say("w.code", lang)),
    field,
    refusal,
    h("button", { type: "submit" }, say("w.button", lang)),
  );
}

function chosen(lang, act) {
  const field = h("input", { id: "file", type: "file", accept: ACCEPTED });
  field.addEventListener("change", () => field.files[0] && act.choose(field.files[0]));
  return h(
    "div",
    { class: "chooser" },
    h("label", { for: "file" }, say("b.upload", lang)),
    field,
    h("p", { class: "small" }, say("q.file.drop", lang)),
  );
}

/** A file was chosen, dropped or shared: nothing leaves before the button is pressed. */
export function offered(file, { lang, act }) {
  const large = file.size > LARGEST;
  const send = h("button", { type: "button", id: "send", click: act.send }, say("q.file.send", lang));
  fill(
    "offer",
    h("p", null, h("strong", null, say("q.file.chosen", lang, { name: file.name }))),
    h("p", null, say(large ? "q.file.large" : "q.file.leaves", lang)),
    !large && send,
  );
}

/** Why the file was not read: the server's own words, or that it did not answer. */
export function unread(why, { lang, act }) {
  fill(
    "offer",
    h("p", { class: "refusal", role: "alert" }, why ?? say("q.file.silent", lang)),
    h("button", { type: "button", click: act.send }, say("a.retry", lang)),
  );
}
