// Keeps the page's files, so that it opens without a network. VERSION and FILES (name -> SHA-256 in hex) stand before
// this text; ledger/web/verifier_files.py writes them.
const PREFIX = "page-"; // Other applications of this host have caches of their own.
const PAGE = PREFIX + VERSION;
const SHARED = "shared"; // What another app handed over, until the page takes it.

self.addEventListener("install", (event) => event.waitUntil(install()));
self.addEventListener("activate", (event) => event.waitUntil(forget()));
self.addEventListener("fetch", (event) => {
  const { method, url } = event.request;
  if (!url.startsWith(registration.scope)) return;
  const name = url.slice(registration.scope.length).replace(/[?#].*$/, "");
  if (method === "POST" && name === "bagikan") event.respondWith(setAside(event.request));
  if (method === "GET" && Object.hasOwn(FILES, name || "index.html")) event.respondWith(kept(name, event.request));
});

/** All of it, each file as it was published, or nothing: whatever fails here leaves the version before at work. */
async function install() {
  const found = await Promise.all(Object.keys(FILES).map(fetched));
  const cache = await caches.open(PAGE);
  await Promise.all(found.map(([address, response]) => cache.put(address, response)));
  await self.skipWaiting();
}

async function fetched(name) {
  const address = addressOf(name);
  const response = await fetch(address, { cache: "no-cache", credentials: "omit", redirect: "error" });
  const digest = await crypto.subtle.digest("SHA-256", await response.clone().arrayBuffer());
  const hex = Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
  if (response.status !== 200 || hex !== FILES[name]) throw new Error(`not as published: ${name}`);
  return [address, response];
}

function addressOf(name) {
  return new URL(name === "index.html" ? "./" : name, registration.scope).href;
}

async function forget() {
  const others = (await caches.keys()).filter((name) => name.startsWith(PREFIX) && name !== PAGE);
  await Promise.all(others.map((name) => caches.delete(name)));
  await clients.claim();
}

/** From the network only where the browser has thrown the file away. */
async function kept(name, request) {
  const cache = await caches.open(PAGE);
  return (await cache.match(addressOf(name || "index.html"))) ?? fetch(request);
}

async function setAside(request) {
  const form = await request.formData();
  const [cache, file] = [await caches.open(SHARED), form.get("file")];
  if (file) {
    const headers = { "Content-Type": file.type, "X-Name": encodeURIComponent(file.name) };
    await cache.put("file", new Response(file, { headers }));
  } else {
    await cache.put("text", new Response(form.get("url") || form.get("text") || form.get("title") || ""));
  }
  return Response.redirect(new URL("./?dibagikan", registration.scope).href, 303);
}
