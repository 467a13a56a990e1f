// Plays cells of the outage matrix to the verifier, through the page's own network module.

import { ask } from "./net.js";
import { verify } from "./verify.js";

const bytesOf = (base64) => Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));

/** The verdict of a cell: this page says that it stands there, and asks for files relative to itself. */
export async function play({ id, held: before, code, clock, ledger }) {
  history.replaceState(null, "", `/${id}/q/`);
  const held = new Map(Object.entries(before).map(([path, data]) => [path, bytesOf(data)]));
  const kept = { get: async (path) => held.get(path) ?? null, put: async (path, bytes) => void held.set(path, bytes) };
  const { colour, reason, lines } = await verify(code, { ...ledger, fetch: ask, held: kept, clock });
  return { colour, reason, lines };
}
