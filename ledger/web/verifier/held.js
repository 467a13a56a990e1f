// What was verified before on this phone, by path. Only verified bytes are put here; verify.js sees to that.
const STORE = "held";

/** `{get(path), put(path, bytes)}` of the ledger of this name; where the browser keeps nothing (a private window) it lasts as long as the page. */
export async function open(ledger) {
  const base = await opened(`held ${ledger}`).catch(() => null);
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

function opened(name) {
  const request = indexedDB.open(name, 1);
  request.onupgradeneeded = () => request.result.createObjectStore(STORE);
  return answer(request);
}

function asked(base, mode, question) {
  return answer(question(base.transaction(STORE, mode).objectStore(STORE)));
}

function answer(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
