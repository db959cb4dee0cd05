// Starts the behaviours that the page asks for with `data-ui-…`, and those that htmx brings later.
// A module exports `start(element)`; it is fetched the first time that an element needs it.

const BEHAVIOURS = {
  "[data-ui-changes]": "./changes.js",
  "[data-ui-confirm]": "./confirm.js",
  "[data-ui-copy]": "./copy.js",
  "[data-ui-editor]": "./editor.js",
  "[data-ui-flash]": "./flash.js",
  "[data-ui-focus]": "./focus.js",
  "[data-ui-folder]": "./folder.js",
  "[data-ui-list]": "./list.js",
  "[data-ui-live-search]": "./live-search.js",
  "[data-ui-menu]": "./menu.js",
  "[data-ui-open-drop]": "./open-drop.js",
  "[data-ui-paste]": "./paste.js",
  "[data-ui-photos]": "./photos.js",
  "[data-ui-pdf]": "./reader.js",
  "[data-ui-selection]": "./selection.js",
  "[data-ui-session]": "./session.js",
  "[data-ui-shortcut]": "./shortcut.js",
  "[data-ui-sortable]": "./sortable.js",
  "[data-ui-theme]": "./theme.js",
  "[data-ui-upload]": "./upload.js",
};

const started = new WeakMap();
let pending = 0;

// `data-ui-ready` on <html>: every behaviour that the page asked for has started.
function settle(change) {
  pending += change;
  document.documentElement.toggleAttribute("data-ui-ready", pending === 0);
}

function startOne(element, selector) {
  const names = started.get(element) ?? new Set();
  if (names.has(selector)) return;
  started.set(element, names.add(selector));
  settle(1);
  import(BEHAVIOURS[selector])
    .then((module) => {
      // Not awaited: a long document opens in its own time.
      Promise.resolve(module.start(element)).catch((error) => console.error(selector, error));
    })
    .catch((error) => console.error(selector, error))
    .finally(() => settle(-1));
}

function startAll(root) {
  for (const selector of Object.keys(BEHAVIOURS)) {
    if (root instanceof Element && root.matches(selector)) startOne(root, selector);
    for (const element of root.querySelectorAll(selector)) startOne(element, selector);
  }
}

settle(0);
startAll(document);
document.addEventListener("htmx:load", (event) => startAll(event.detail.elt));

// While something is being fetched, what will change says so to screen readers.
for (const [name, busy] of [["htmx:beforeRequest", "true"], ["htmx:afterRequest", "false"]]) {
  document.addEventListener(name, (event) => event.detail.target?.setAttribute("aria-busy", busy));
}

// Whoever signs out leaves nothing of a session on the computer; what has not left it yet is said.
document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.getAttribute?.("action")?.endsWith("/connexion/fin/")) return;
  event.preventDefault();
  try {
    const { forget } = await import("./session-kept.js");
    const { unsent } = await import("./session-queue.js");
    const count = unsent();
    if (count && !globalThis.confirm(`${count === 1 ? "Une saisie" : `${count} saisies`} de séance`
      + " attendent encore le réseau sur cet ordinateur. Se déconnecter les efface. Continuer ?")) {
      return;
    }
    await forget();
  } catch (error) {
    console.error(error);
  }
  form.submit();
});
