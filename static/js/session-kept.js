// The screen as the server drew it last, kept on this computer: it opens again without network, at
// the same address, until its person signs out (`forget`), or two days later.
// `session-worker.js` serves it; it is asked for this page alone. See docs/decisions.

import { PREFIX } from "./session-queue.js";

const STATIC = new URL("../", import.meta.url).href;
const WORKER = "/seance-sans-reseau.js";

// Browsers only offer it where nobody can change what is served: https, or this very machine.
const offered = "serviceWorker" in navigator && "caches" in globalThis;

export class Kept {
  constructor(root) {
    this.name = PREFIX + root.dataset.uiSession;
    this.page = location.pathname + location.search;
    this.copied = Boolean(root.dataset.sessionKept);
  }

  // Called with what the page is when it comes from the server.
  async start(live) {
    if (!offered) return false;
    try {
      const person = this.name.split(":")[2];
      for (const name of await caches.keys()) {
        if (name.startsWith(PREFIX) && name.split(":")[2] !== person) await caches.delete(name);
      }
      if (this.copied) return true;
      const answer = await fetch(this.page);
      if (!answer.ok || answer.redirected) return false;
      this.shell = await answer.text();
      this.policy = answer.headers.get("Content-Security-Policy");
      await navigator.serviceWorker.register(WORKER, { scope: location.pathname });
      await this.keep(live);
      return true;
    } catch {
      return false;
    }
  }

  // `live` is the part that is drawn again, as the server wrote it.
  async keep(live) {
    if (!this.shell) return;
    const page = new DOMParser().parseFromString(this.shell, "text/html");
    page.querySelector("#sitting").innerHTML = live;
    page.querySelector("#messages")?.replaceChildren();
    page.querySelector("[data-ui-session]").dataset.sessionKept = String(Date.now());
    const headers = { "Content-Type": "text/html; charset=utf-8", "X-Kept": String(Date.now()) };
    if (this.policy) headers["Content-Security-Policy"] = this.policy;
    const body = `<!DOCTYPE html>${page.documentElement.outerHTML}`;
    const cache = await caches.open(this.name);
    await cache.put(this.page, new Response(body, { headers }));
    await Promise.all(this.pieces().map(async (url) => {
      if (!(await cache.match(url))) await cache.add(url);
    }));
  }

  // What the page is made of: styles, scripts, letters and pictures of Parvis, nothing else.
  pieces() {
    const styles = [...document.querySelectorAll("link[rel=stylesheet]")].map((one) => one.href);
    const loaded = performance.getEntriesByType("resource").map((one) => one.name.split("#")[0])
      .filter((url) => url.startsWith(STATIC));
    return [...new Set([...styles, ...loaded])];
  }
}

// Whoever signs out leaves nothing of a sitting on the computer.
export async function forget() {
  for (const name of Object.keys(localStorage)) {
    if (name.startsWith(PREFIX)) localStorage.removeItem(name);
  }
  if (!offered) return;
  const names = (await caches.keys()).filter((name) => name.startsWith(PREFIX));
  const workers = await navigator.serviceWorker.getRegistrations();
  await Promise.all([
    ...names.map((name) => caches.delete(name)),
    ...workers.map((worker) => worker.unregister()),
  ]);
}
