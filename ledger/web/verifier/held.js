// What was verified before on this phone, by path. Only verified bytes are put here; verify.js sees to that.
const NAME = "held";

/** `{get(path), put(path, bytes)}`; where the browser keeps nothing (a private window) it lasts as long as the page. */
export async function open() {
  const base = await opened().catch(() => null);
  if (base === null) return inMemory();
  return {
    get: (path) => asked(base, "readonly", (store) => store.get(path)).then((found) => found ?? null, () => null),
    put: (path, bytes) => asked(base, "readwrite", (store) => store.put(bytes, path)).catch(() => null),
  };
}

function inMemory() {
  const kept = new Map();
  return {
    get: async (path) => kept.get(path) ?? null,
    put: async (path, bytes) => void kept.set(path, bytes),
  };
}

function opened() {
  const request = indexedDB.open(NAME, 1);
  request.onupgradeneeded = () => request.result.createObjectStore(NAME);
  return answer(request);
}

function asked(base, mode, question) {
  return answer(question(base.transaction(NAME, mode).objectStore(NAME)));
}

function answer(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
