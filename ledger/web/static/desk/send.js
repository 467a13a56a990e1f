// Sends forms without leaving the page, so that a line that drops leaves everything where it was, chosen files too.
import { forget, guard, keep } from "./keep.js";

const SENDING = 400; // milliseconds until the page says that it is sending
const SLOW = 15_000; // milliseconds until sending again is offered; as the same act it is done once
let leaving = false;

addEventListener("submit", (event) => {
  if (event.defaultPrevented || !event.target.matches("[data-keep]")) return;
  event.preventDefault();
  send(event.target, event.submitter);
});

// A page that the browser brings back as it was may be somebody's who has signed out.
addEventListener("pageshow", (event) => event.persisted && location.reload());

export async function send(form, button) {
  if (form.dataset.sending) return; // A second press.
  form.dataset.sending = "yes";
  const soon = setTimeout(tell, SENDING, form, document.body.dataset.sending, "status");
  const slow = setTimeout(() => {
    delete form.dataset.sending;
    tell(form, document.body.dataset.slow);
  }, patience(form));
  try {
    const answer = await fetch(form.action, { method: "POST", body: written(form, button), headers: { Prefer: "return=minimal" } });
    const text = await whole(answer);
    if (form.isConnected) shown(form, answer, text);
  } catch {
    if (!form.isConnected) return;
    keep(form);
    delete form.dataset.sending;
    tell(form, document.body.dataset.offline);
  } finally {
    clearTimeout(soon);
    clearTimeout(slow);
  }
}

// Of long work the page says beforehand how many seconds it takes: twice as many are waited for.
const patience = (form) => (form.closest("[data-patience]")?.dataset.patience ?? 0) * 2000 || SLOW;

function written(form, button) {
  const data = new FormData(form);
  if (button?.name) data.append(button.name, button.value);
  return form.enctype === "multipart/form-data" ? data : new URLSearchParams(data);
}

const attached = (answer) => /^attachment.*filename="([^"]*)"/.exec(answer.headers.get("Content-Disposition"))?.[1];

const leads = (answer) => answer.headers.get("Location") ?? (answer.redirected ? answer.url : "");

// All of it, or an error: half an answer is none, and neither are the words of a proxy before us.
async function whole(answer) {
  if (leads(answer)) return null;
  if (attached(answer)) return answer.blob();
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  if (!page.getElementById("content")) throw new TypeError(String(answer.status));
  return page;
}

function shown(form, answer, found) {
  const name = attached(answer);
  if (leads(answer)) {
    forget(form);
    if (!leaving) location.assign(leads(answer)); // The answer to a second press leads to the same place.
    leaving = true;
  } else if (name) {
    forget(form);
    handOver(form, found, name);
  } else {
    const said = found.querySelector("main [role=alert]");
    const apart = answer.status >= 400 && answer.status !== 401 && !found.querySelector("main form");
    if (apart && said) refused(form, said);
    else replace(form, answer, found);
  }
}

function handOver(form, file, name) {
  delete form.dataset.sending;
  tell(form, "");
  const link = Object.assign(document.createElement("a"), { href: URL.createObjectURL(file), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

// A page that says no and has no form: its words come here, where the entries are.
function refused(form, said) {
  delete form.dataset.sending;
  tell(form, said.innerText.replace(/\s+/g, " ").trim());
}

// The page that answers, with the files that were chosen in the one before.
function replace(form, answer, page) {
  for (const one of page.forms) if (!one.hasAttribute("action")) one.action = answer.url;
  for (const one of form.querySelectorAll("input[type=file]")) {
    const same = page.querySelector(`input[type=file][name="${one.name}"]`);
    if (same) same.files = one.files;
  }
  if (answer.ok && !page.querySelector("form[data-keep]")) forget(form);
  document.title = page.title;
  document.body.replaceWith(document.adoptNode(page.body));
  guard();
  document.dispatchEvent(new Event("shown"));
  scrollTo(0, 0);
  focus();
}

function focus() {
  const first = document.getElementById("refusal") ?? document.getElementById("content");
  first.tabIndex = -1;
  first.focus();
}

function tell(form, text, role = "alert") {
  form.querySelector(":scope > [data-told]")?.remove();
  if (!text) return;
  const said = document.createElement("p");
  said.dataset.told = "";
  said.className = role === "alert" ? "alert alert-warning mt-3" : "form-text";
  said.setAttribute("role", role);
  said.textContent = text;
  form.append(said);
}

if (document.getElementById("refusal")) focus();
