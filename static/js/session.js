// The secretary's screen. Each form is one fact: it is kept here first, then sent; what the network
// does not take waits, in order, and leaves again by itself. Without this script the same forms work.

import { Drafts, dirty, nameOf } from "./session-drafts.js";
import { imagine, replay } from "./session-imagine.js";
import { Kept } from "./session-kept.js";
import { narrow, remember } from "./session-places.js";
import { Queue, freshKey } from "./session-queue.js";
import { show } from "./session-shown.js";

const RETRY = 3000;
const PATIENCE = 8000;
const NOBODY = "00000000-0000-0000-0000-000000000000";
const LEFT_OUT = "Un vote commencé n’est pas enregistré. Passer quand même ?";

function writing(element) {
  return element instanceof HTMLElement
    && (element.isContentEditable || /^(TEXTAREA|SELECT)$/.test(element.tagName)
      || (element.tagName === "INPUT" && !/^(checkbox|radio)$/.test(element.type)));
}

class Screen {
  constructor(root) {
    this.root = root;
    this.live = root.querySelector("#sitting");
    this.queue = new Queue(root.dataset.uiSession);
    this.drafts = new Drafts(root.dataset.uiSession);
    this.kept = new Kept(root);
    // What the server drew last; `fetched`, newer, waits until nothing under the fingers would move.
    this.page = this.live.innerHTML;
    this.fetched = null;
    this.typed = 0;
    this.drawings = 0;
    if (!this.kept.copied) this.queue.drawn();
    this.sending = false;
    this.away = this.kept.copied;
    this.stale = this.kept.copied;
    this.saved = "";
    this.out = false;
    this.asked = "";
    this.pressed = false;
    this.composing = false;
    this.listen(root);
    setInterval(() => this.send(), RETRY);
    replay(this.live, this.queue.undrawn);
    this.drafts.restore(this.live);
    this.dress();
    this.show();
    this.send();
    this.kept.start(this.page).then((reopens) => {
      this.reopens = reopens;
      this.dress();
    });
  }

  listen(root) {
    root.addEventListener("submit", (event) => this.submit(event));
    document.addEventListener("keydown", (event) => this.press(event));
    root.addEventListener("pointerdown", (event) => { this.pressed = event.button === 0; });
    for (const name of ["pointerup", "pointercancel"]) {
      document.addEventListener(name, () => this.release());
    }
    // An accent in two keys is one letter: nothing is drawn between the two.
    root.addEventListener("compositionstart", () => { this.composing = true; });
    root.addEventListener("compositionend", () => {
      this.composing = false;
      setTimeout(() => this.catchUp());
    });
    root.addEventListener("focusout", () => setTimeout(() => this.catchUp()));
    root.addEventListener("input", (event) => this.input(event));
    root.addEventListener("change", (event) => this.silence(event));
    globalThis.addEventListener("online", () => this.send());
    globalThis.addEventListener("storage", (event) => {
      if (event.key === this.queue.name) this.show();
    });
    globalThis.addEventListener("beforeunload", (event) => {
      if (this.queue.waiting.length && !this.out) event.preventDefault();
    });
    document.addEventListener("visibilitychange", () => {
      if (this.out) this.renew();
      else this.send();
    });
  }

  // --- what is typed -----------------------------------------------------------------------------

  submit(event) {
    const form = event.target.closest("form[data-entry], form[data-cancel]");
    if (!form) return;
    event.preventDefault();
    const careful = form.dataset.careful ?? this.leftOut(form);
    if (careful && (this.asked !== careful || this.askedBy !== nameOf(form))) {
      this.ask(careful, form);
      return;
    }
    this.asked = "";
    const fields = [...new FormData(form)].filter(([name]) => name !== "csrfmiddlewaretoken");
    const key = freshKey();
    const entry = {
      key,
      at: Date.now(),
      url: form.getAttribute("action"),
      label: this.label(form),
      undo: form.dataset.cancel !== undefined,
      fields: fields.map(([name, value]) => [name, name === "key" ? key : value]),
    };
    this.take(entry);
    form.closest("details")?.removeAttribute("open");
    // Taken: what was typed is in the queue, the form is empty again.
    form.reset();
    this.drafts.note(form);
    if (entry.fields.some(([name, value]) => name === "kind" && value === "called")) {
      for (const vote of this.votes()) {
        vote.reset();
        this.drafts.note(vote);
      }
    }
    imagine(this.live, entry);
    this.showAsked();
    this.show();
    this.send();
  }

  take(entry) {
    this.queue.add(entry);
    this.typed += 1;
    this.stale = true;
    this.fetched = null;
  }

  // Keys of what may be taken back and is not in the journal yet, the last one last.
  taken() {
    const gone = new Set(this.queue.undrawn.map((one) => one.cancels));
    return this.queue.undrawn.filter((one) => !one.cancels && !one.undo && !gone.has(one.key))
      .map((one) => one.key);
  }

  votes() {
    return [...this.live.querySelectorAll("[data-session-votes] form[data-item]")].filter(dirty);
  }

  // Votes half filled are of the point that one is about to leave.
  leftOut(form) {
    const called = form.elements.namedItem("kind")?.value === "called";
    return called && this.votes().length ? LEFT_OUT : "";
  }

  label(form) {
    const hour = new Date().toLocaleTimeString("fr-FR", { hour: "2-digit", minute: "2-digit" });
    const said = form.querySelector("[type=submit]")?.textContent.trim().replace(/\s+/g, " ") ?? "";
    const what = form.dataset.cancel !== undefined ? said : form.dataset.entryLabel;
    const more = form.dataset.presence !== undefined ? ` (${said.split(" : ")[0]})` : "";
    return `${what}${more}, ${hour}`;
  }

  // Asked for a quarter of a minute, also when the screen is drawn again meanwhile.
  ask(careful, form) {
    this.asked = careful;
    this.askedBy = nameOf(form);
    this.showAsked();
    clearTimeout(this.forget);
    this.forget = setTimeout(() => {
      this.asked = "";
      this.showAsked();
    }, 15_000);
  }

  showAsked() {
    for (const form of this.live.querySelectorAll("form[data-entry]")) {
      const words = form.querySelector("[type=submit] span:not(.visually-hidden)");
      if (!words) continue;
      const asked = this.asked && nameOf(form) === this.askedBy;
      if (!asked && words.dataset.plain === undefined) continue;
      words.dataset.plain ??= words.textContent;
      words.textContent = asked ? `${this.asked} Confirmer` : words.dataset.plain;
    }
  }

  // The last thing typed is taken back, also while it waits: in its place in the order.
  takeBack() {
    const last = this.taken().pop();
    if (!last) return;
    const { label: words, sent: uid } = this.queue.undrawn.find((one) => one.key === last);
    this.take({
      key: freshKey(), at: Date.now(), cancels: last, uid,
      label: `Annuler : ${words}`,
    });
    this.draw(this.page);
    this.show();
    this.send();
  }

  // --- sending -----------------------------------------------------------------------------------

  async send() {
    if (this.sending || this.out) return;
    this.sending = true;
    try {
      for (let entry = this.queue.first(); entry; entry = this.queue.first()) {
        // One after the other: an entry rests on those before it.
        // eslint-disable-next-line no-await-in-loop
        if (!(await this.post(entry))) break;
        this.stale = true;
        this.show();
      }
    } finally {
      this.sending = false;
    }
    if (this.stale && !this.fetched && !this.queue.waiting.length) await this.refresh();
    this.show();
  }

  async post(entry, again = false) {
    if (entry.cancels && !entry.uid) {
      // What it takes back never arrived, nor will.
      this.queue.remove(entry.key);
      return true;
    }
    const body = new URLSearchParams(entry.fields ?? []);
    // The moment of the key, whatever the laptop's clock says the hour is.
    body.set("ago", String(Math.max(0, Date.now() - entry.at)));
    let answer;
    try {
      answer = await fetch(entry.url ?? this.root.dataset.cancelUrl.replace(NOBODY, entry.uid), {
        method: "POST",
        body,
        headers: { Accept: "application/json", "X-CSRFToken": this.token },
        redirect: "manual",
        signal: AbortSignal.timeout(PATIENCE),
      });
    } catch {
      this.away = true;
      return false;
    }
    if (answer.type === "opaqueredirect" || answer.status === 401) {
      this.out = true;
      return false;
    }
    this.away = answer.status >= 500;
    if (answer.ok) {
      const told = await answer.json();
      this.saved = told.saved;
      this.queue.arrived(entry.key, told.entry);
      return true;
    }
    if (answer.status >= 500 || answer.status === 429) return false;
    // The form may be of before a new sign-in: one look at the page tells.
    if (answer.status === 403 && !again) {
      const same = await this.renew();
      if (same) return this.post(entry, true);
      if (same === undefined || this.out) return false;
    }
    const told = [403, 409].includes(answer.status) ? (await answer.json()).reason : "";
    this.queue.refuse(entry.key, told || "Le serveur a refusé cette saisie. Rechargez la page.");
    return true;
  }

  get token() {
    return this.renewed ?? document.querySelector("[name=csrfmiddlewaretoken]").value;
  }

  // The page as it is now for who is signed in now; null when it cannot be had.
  async fetchPage() {
    const answer = await fetch(location.href, {
      headers: { "HX-Request": "true", "HX-Target": "sitting" },
      signal: AbortSignal.timeout(PATIENCE),
    });
    if (answer.status >= 500) throw new Error(answer.statusText);
    this.out = answer.redirected;
    return answer.ok && !answer.redirected ? answer.text() : null;
  }

  // After a new sign-in in another tab: go on under the new token, if it is the same person. False
  // when it is not, or may not any more; undefined when nobody can tell yet.
  async renew() {
    let page;
    try {
      page = await this.fetchPage();
    } catch {
      return undefined;
    }
    if (!page) return false;
    const drawn = new DOMParser().parseFromString(page, "text/html");
    const store = drawn.querySelector("[data-session-store]")?.dataset.sessionStore;
    this.out = store !== this.root.dataset.uiSession;
    this.renewed = drawn.querySelector("[name=csrfmiddlewaretoken]")?.value ?? this.renewed;
    if (!this.out && !this.sending) this.send();
    this.show();
    return !this.out;
  }

  // --- drawing -----------------------------------------------------------------------------------

  async refresh() {
    this.stale = true;
    this.drawings += 1;
    const { drawings, typed } = this;
    let page;
    try {
      page = await this.fetchPage();
    } catch {
      return;
    }
    // An older drawing never follows a newer one, nor hides what was typed since it was asked for.
    if (!page || drawings !== this.drawings || typed !== this.typed) return;
    this.fetched = page;
    this.catchUp();
  }

  // The click comes after the release: what waited for it is drawn after both.
  release() {
    if (!this.pressed) return;
    this.pressed = false;
    setTimeout(() => this.catchUp());
  }

  // Draw what came, unless something under the fingers would move: a button pressed (its click would
  // be lost), a letter half made, a list unfolded, a form half filled that is not there any more.
  catchUp() {
    if (this.fetched === null || this.queue.waiting.length || this.pressed || this.composing) return;
    const focused = document.activeElement;
    if (this.live.contains(focused) && focused.tagName === "SELECT") return;
    const next = document.createElement("template");
    next.innerHTML = this.fetched;
    const there = new Set([...next.content.querySelectorAll("form[data-entry]")].map(nameOf));
    this.held = this.halfFilled().find((form) => !there.has(nameOf(form)))?.dataset.entryLabel;
    if (this.held) {
      this.show();
      return;
    }
    this.stale = false;
    this.queue.drawn();
    delete this.root.dataset.sessionKept;
    this.page = this.fetched;
    this.fetched = null;
    this.draw(this.page);
    this.kept.keep(this.page).catch(() => {});
    this.show();
  }

  halfFilled() {
    return [...this.live.querySelectorAll("form[data-entry]")].filter(dirty);
  }

  // The forms half filled are not drawn again: they come back themselves, as they are.
  draw(page) {
    const again = remember(this.live);
    const forms = this.halfFilled();
    this.live.innerHTML = page;
    for (const form of forms) {
      const place = [...this.live.querySelectorAll("form[data-entry]")]
        .find((one) => nameOf(one) === nameOf(form));
      const key = place?.elements.namedItem("key")?.value;
      if (!place) continue;
      place.replaceWith(form);
      if (key) form.elements.namedItem("key").value = key;
    }
    replay(this.live, this.queue.undrawn);
    document.dispatchEvent(new CustomEvent("htmx:load", { detail: { elt: this.live } }));
    this.dress();
    again();
  }

  // --- what is shown -----------------------------------------------------------------------------

  show() {
    show(this);
  }

  // What only makes sense with the script.
  dress() {
    for (const one of this.root.querySelectorAll("[data-session-find], [data-session-keys]")) {
      one.hidden = false;
    }
    if (this.reopens) {
      for (const one of this.root.querySelectorAll("[data-session-reopens]")) one.hidden = false;
    }
    const off = this.root.querySelector("[data-session-keys-off]");
    if (off) off.checked = sessionStorage.getItem("parvis-sans-raccourcis") === "1";
    this.showAsked();
  }

  // --- keys --------------------------------------------------------------------------------------

  silence(event) {
    if (!event.target.matches("[data-session-keys-off]")) return;
    sessionStorage.setItem("parvis-sans-raccourcis", event.target.checked ? "1" : "");
  }

  press(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (event.target.matches?.("[data-session-filter]")) {
      this.pressInFilter(event);
      return;
    }
    if (writing(event.target) || sessionStorage.getItem("parvis-sans-raccourcis") === "1") return;
    const key = event.key.toUpperCase();
    if (key === "P") {
      event.preventDefault();
      this.root.querySelector("[data-session-filter]")?.focus();
      return;
    }
    if (key === "Z" && (this.queue.waiting.length || this.sending || this.stale)) {
      // The journal does not show the last entry yet.
      event.preventDefault();
      this.takeBack();
      return;
    }
    this.pressButton(key, event);
  }

  pressButton(key, event) {
    const button = [...this.root.querySelectorAll(`[data-key="${CSS.escape(key)}"]`)]
      .find((one) => one.checkVisibility() && !one.closest("form").hidden);
    if (!button) return;
    event?.preventDefault();
    button.form.requestSubmit(button);
  }

  pressInFilter(event) {
    if (event.key === "Escape") {
      event.target.value = "";
      narrow(this.live, "");
      event.target.blur();
    }
    if (event.key !== "Enter") return;
    event.preventDefault();
    const shown = [...this.root.querySelectorAll("[data-name]")].filter((one) => !one.hidden);
    // At the roll call a name typed twice does not leave: whoever is not here yet comes first.
    const first = shown.find((one) => !one.dataset.here
      && one.querySelector("form")?.dataset.on === "present") ?? shown[0];
    if (!event.target.value.trim() || !first) return;
    event.target.value = "";
    first.querySelector("form").requestSubmit();
    narrow(this.live, "");
  }

  input(event) {
    if (event.target.matches("[data-session-filter]")) narrow(this.live, event.target.value);
    const form = event.target.closest("form[data-entry]");
    if (form) this.drafts.note(form);
  }
}

export function start(root) {
  return new Screen(root);
}
