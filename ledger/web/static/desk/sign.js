// Signs a proposal on this device: with a passkey, or with a key file that is read here and sent nowhere.
import { bytes, failed } from "./device.js";
import { send } from "./send.js";

const text = (octets) => btoa(String.fromCharCode(...octets));

const octets = (hex) => Uint8Array.from(hex.match(/../g), (pair) => parseInt(pair, 16));

// CBOR of one byte string of fewer than 65536 bytes. Source: RFC 8949, section 3.1.
function written(data) {
  const size = data.length;
  const head = size < 24 ? [0x40 + size] : size < 256 ? [0x58, size] : [0x59, size >> 8, size & 255];
  return [...head, ...data];
}

async function byPasskey(form) {
  const publicKey = {
    challenge: bytes(form.dataset.challenge),
    rpId: form.dataset.host,
    allowCredentials: [{ type: "public-key", id: bytes(form.dataset.credential) }],
    userVerification: "required",
  };
  const { response } = await navigator.credentials.get({ publicKey });
  const parts = [response.authenticatorData, response.clientDataJSON, response.signature];
  return [0x83, ...parts.flatMap((part) => written(new Uint8Array(part)))];
}

async function byFile(form) {
  const pem = await form.querySelector("input[type=file]").files[0].text();
  const inside = /-----BEGIN PRIVATE KEY-----([\s\S]+)-----END PRIVATE KEY-----/.exec(pem);
  const key = await crypto.subtle.importKey("pkcs8", bytes(inside[1].replace(/\s/g, "")), "Ed25519", false, ["sign"]);
  return [...new Uint8Array(await crypto.subtle.sign("Ed25519", key, octets(form.dataset.signing)))];
}

const SIGN = { passkey: [byPasskey, "webauthn"], file: [byFile, "ed25519"] };

async function sign(form) {
  const [ask, kind] = SIGN[form.dataset.sign];
  form.elements.assertion.value = text(await ask(form));
  form.elements.assertion_kind.value = kind;
  await send(form);
}

function offer() {
  for (const form of document.querySelectorAll("form[data-sign]")) {
    form.querySelector("[data-with]").hidden = false;
    form.querySelector("[data-without]").hidden = true;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      sign(form).catch(() => failed(form));
    });
  }
}

offer();
document.addEventListener("shown", offer);
