// What was typed stays in this tab until it was accepted: a reload or a dropped line loses none of it.
const PREFIX = "kept:";
const UNTOLD = ["password", "file", "hidden", "submit"];
const ACT = ["once", "seen"]; // Sent again after a reload it is still the same act, on the same version of the record.
const TICKED = ["checkbox", "radio"];

const officer = () => document.body.dataset.officer ?? "";

// By where it is and where it leads, in whichever language.
function place(form) {
  const to = new URL(form.action);
  to.searchParams.delete("lang");
  return `${PREFIX}${location.pathname} ${to.pathname}${to.search}`;
}

const read = (form) => JSON.parse(sessionStorage.getItem(place(form)) ?? "{}");

const told = (one) => one.name && (ACT.includes(one.name) || !UNTOLD.includes(one.type)) && one.autocomplete !== "one-time-code";

const entries = (form) => [...form.elements].filter(told);

const key = (one) => (TICKED.includes(one.type) ? `${one.name}=${one.value}` : one.name);

const value = (one) => (TICKED.includes(one.type) ? one.checked : one.value);

function given(one) {
  if (TICKED.includes(one.type)) return one.defaultChecked;
  return one.options ? ([...one.options].find((choice) => choice.defaultSelected) ?? one.options[0])?.value : one.defaultValue;
}

// Only of somebody who is signed in, and only what is not as the page had it.
export function keep(form) {
  if (!officer()) return;
  const kept = read(form);
  for (const one of entries(form))
    if (ACT.includes(one.name) || Object.hasOwn(kept, key(one)) || value(one) !== given(one)) kept[key(one)] = value(one);
  try {
    sessionStorage.setItem(place(form), JSON.stringify(kept));
  } catch {
    // The browser has no room for it: it stays on the page alone.
  }
}

// Accepted: only which act it was is known from now on. Who goes back, and sends it again, is given the same answer.
export function forget(form) {
  const act = entries(form).filter((one) => ACT.includes(one.name));
  sessionStorage.setItem(place(form), JSON.stringify(Object.fromEntries(act.map((one) => [one.name, one.value]))));
}

function restore(form) {
  const kept = read(form);
  const accepted = Object.keys(kept).every((name) => ACT.includes(name));
  if (accepted && performance.getEntriesByType("navigation")[0]?.type === "navigate") return; // Another act.
  for (const one of entries(form)) {
    if (!Object.hasOwn(kept, key(one))) continue;
    if (TICKED.includes(one.type)) one.checked = kept[key(one)];
    else one.value = kept[key(one)];
  }
}

// What one officer typed is shown to nobody else, and to nobody after the session has ended.
export function guard() {
  if ((sessionStorage.getItem("officer") ?? "") === officer()) return;
  sessionStorage.clear();
  sessionStorage.setItem("officer", officer());
}

guard();
document.querySelectorAll("form[data-keep]").forEach(restore);
document.addEventListener("input", ({ target }) => target.form?.matches("[data-keep]") && keep(target.form));
