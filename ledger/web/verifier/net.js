// What a path answers: bytes, nothing there, something else, or silence. Relative to this page, so that a copy on any
// host works; cookies never go along.
const SILENT_AFTER = 5000; // ms
const MOST = 4 * 2 ** 20; // bytes of any file that is asked for

/** `path` such as "registered/3f"; `again`: past the browser's own cache. Never throws. */
export async function ask(path, again = false) {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), SILENT_AFTER);
  try {
    return await answered(path, { signal: stop.signal, cache: again ? "reload" : "no-cache", ...PLAIN });
  } catch {
    return { kind: "silent" };
  } finally {
    clearTimeout(timer);
  }
}

const PLAIN = { credentials: "omit", redirect: "manual", referrerPolicy: "no-referrer" };

async function answered(path, options) {
  const response = await fetch(new URL(`../${path}`, location.href), options);
  if (response.status === 404 || response.status === 410) return { kind: "absent" };
  if (response.status !== 200) return { kind: "wrong" };
  const bytes = await whole(response, options.signal);
  const date = Math.floor(Date.parse(response.headers.get("Date")) / 1000);
  return bytes ? { kind: "bytes", bytes, ...(date ? { date } : {}) } : { kind: "wrong" };
}

/** null: cut short or too long, which is an answer, but not a whole one. Raises what the time limit raises. */
async function whole(response, signal) {
  const parts = [];
  let size = 0;
  try {
    for (let reader = response.body.getReader(), part; !(part = await reader.read()).done; ) {
      parts.push(part.value);
      size += part.value.length;
      if (size > MOST) return null;
    }
  } catch (error) {
    if (signal.aborted) throw error;
    return null;
  }
  return new Uint8Array(await new Blob(parts).arrayBuffer());
}
