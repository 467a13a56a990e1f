// Asks this device for a passkey, and sends what it answers with the form. Source: W3C Web Authentication, level 3.
import { bytes, failed } from "./device.js";
import { send } from "./send.js";

const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

const named = (key) => ({ ...key, id: bytes(key.id) });

function asked(options) {
  const made = { ...options, challenge: bytes(options.challenge) };
  if (options.user) made.user = { ...options.user, id: bytes(options.user.id) };
  if (options.excludeCredentials) made.excludeCredentials = options.excludeCredentials.map(named);
  if (options.allowCredentials) made.allowCredentials = options.allowCredentials.map(named);
  return made;
}

function answer(credential) {
  const response = {};
  for (const part of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"])
    if (credential.response[part]) response[part] = text(credential.response[part]);
  return JSON.stringify({ id: credential.id, rawId: text(credential.rawId), type: credential.type, response });
}

async function prove(form) {
  const question = await fetch(form.dataset.ask, { method: "POST" });
  if (!question.ok) throw new Error(String(question.status));
  const publicKey = asked(await question.json());
  form.elements.answer.value = answer(await navigator.credentials[form.dataset.passkey]({ publicKey }));
  await send(form);
}

function offer() {
  if (!window.PublicKeyCredential) return;
  for (const form of document.querySelectorAll("form[data-passkey]")) {
    form.querySelector("button").hidden = false;
    form.querySelector("[data-without]").hidden = true;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      prove(form).catch(() => failed(form));
    });
  }
}

offer();
document.addEventListener("shown", offer);
