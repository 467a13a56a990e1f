/** The browser's own cryptography, and whether it has what we need. */

// The first test of RFC 8032, section 7.1: an empty message.
const PUBLIC = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";
const SIGNATURE =
  "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555" +
  "fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b";

export async function sha256(bytes) {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
}

/** Whether the signature, 64 bytes, is one of the key, 32 bytes and not weak. Source: RFC 8032, section 5.1.7. */
export async function holds(key, signature, message) {
  const imported = await crypto.subtle.importKey("raw", key, "Ed25519", false, ["verify"]);
  return crypto.subtle.verify("Ed25519", imported, signature, message);
}

/** Whether this browser can verify at all: old ones know no Ed25519, and pages without https no cryptography. */
export async function able() {
  try {
    return await holds(fromHex(PUBLIC), fromHex(SIGNATURE), new Uint8Array());
  } catch {
    return false;
  }
}

function fromHex(text) {
  return Uint8Array.from(text.match(/../g), (pair) => parseInt(pair, 16));
}
