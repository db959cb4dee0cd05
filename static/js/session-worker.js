// Serves the secretary's screen when the network does not: the copy that the page itself kept
// (session-kept.js), for two days, and only to navigations to that page. It keeps nothing by itself.

const PREFIX = "parvis-seance:";
const KEPT = 48 * 3600 * 1000;
const PATIENCE = 5000;
// The pieces of a page that came from the copy come from there too, without waiting for each.
const LATELY = 20_000;
let away = 0;

async function copies() {
  const names = (await caches.keys()).filter((name) => name.startsWith(PREFIX));
  return Promise.all(names.map((name) => caches.open(name)));
}

async function found(url) {
  for (const cache of await copies()) {
    const copy = await cache.match(url);
    const at = Number(copy?.headers.get("X-Kept") ?? Date.now());
    if (copy && Date.now() - at < KEPT) return copy;
    if (copy) await cache.delete(url);
  }
  return undefined;
}

// The page, while the network hesitates.
async function page(request) {
  let answer;
  try {
    answer = await fetch(request, { signal: AbortSignal.timeout(PATIENCE) });
  } catch (error) {
    const copy = await found(request.url);
    if (!copy) throw error;
    away = Date.now();
    return copy;
  }
  if (answer.status >= 500) {
    const copy = await found(request.url);
    if (copy) away = Date.now();
    return copy ?? answer;
  }
  // Signed out, or no right any more: what was kept goes too.
  if (!answer.ok) {
    for (const cache of await copies()) await cache.delete(request.url);
  }
  return answer;
}

async function piece(request) {
  if (Date.now() - away < LATELY) {
    const copy = await found(request.url);
    if (copy) return copy;
  }
  try {
    return await fetch(request);
  } catch (error) {
    const copy = await found(request.url);
    if (!copy) throw error;
    return copy;
  }
}

globalThis.addEventListener("install", () => globalThis.skipWaiting());
globalThis.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET" || new URL(request.url).origin !== location.origin) return;
  if (request.mode === "navigate") {
    // Its sheets and its other pages, under the same address, are not its business.
    if (`${location.origin}${new URL(request.url).pathname}` === globalThis.registration.scope) {
      event.respondWith(page(request));
    }
  } else if (["style", "script", "font", "image"].includes(request.destination)) {
    event.respondWith(piece(request));
  }
});
