// Nothing typed is lost when the line drops: entries of forms marked `data-keep` stay in this tab until they are sent.
const PREFIX = "kept:";
const SECRET = ["password", "file", "hidden"];

const place = (form) => PREFIX + location.pathname + "#" + [...document.forms].indexOf(form);

const entries = (form) =>
  [...form.elements].filter((one) => one.name && !SECRET.includes(one.type) && one.autocomplete !== "one-time-code");

const value = (one) => (["checkbox", "radio"].includes(one.type) ? one.checked : one.value);

function keep(form) {
  const kept = entries(form).map((one) => [one.name, one.type, one.type === "radio" ? one.value : "", value(one)]);
  sessionStorage.setItem(place(form), JSON.stringify(kept));
}

function restore(form) {
  const kept = JSON.parse(sessionStorage.getItem(place(form)) ?? "[]");
  for (const [name, type, choice, was] of kept) {
    const same = entries(form).find((one) => one.name === name && one.type === type && (type !== "radio" || one.value === choice));
    if (same && ["checkbox", "radio"].includes(type)) same.checked = was;
    else if (same && !same.value) same.value = was;
  }
}

function offline(form) {
  const said = document.createElement("p");
  said.className = "alert alert-warning";
  said.setAttribute("role", "alert");
  said.textContent = document.body.dataset.offline;
  form.prepend(said);
}

for (const form of document.querySelectorAll("form[data-keep]")) {
  restore(form);
  form.addEventListener("input", () => keep(form));
  form.addEventListener("submit", (event) => {
    if (!navigator.onLine) {
      event.preventDefault();
      keep(form);
      offline(form);
    }
  });
}

// What was accepted leads to another page: there is nothing left to keep of the one before.
const sent = sessionStorage.getItem("sent");
if (sent && sent !== location.pathname)
  Object.keys(sessionStorage).filter((key) => key.startsWith(PREFIX + sent + "#")).forEach((key) => sessionStorage.removeItem(key));
sessionStorage.removeItem("sent");
addEventListener("submit", (event) => event.defaultPrevented || sessionStorage.setItem("sent", new URL(event.target.action).pathname));
document.getElementById("refusal")?.focus();
