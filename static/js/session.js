// The secretary's screen. Each form is one fact: it is kept here first, then sent; what the network
// does not take waits, in order, and leaves again by itself. Without this script the same forms work.

import { Drafts, dirty, nameOf } from "./session-drafts.js";
import { imagine, replay } from "./session-imagine.js";
import { Kept } from "./session-kept.js";
import { narrow, remember } from "./session-places.js";
import { Queue, freshKey } from "./session-queue.js";

const RETRY = 3000;
const PATIENCE = 8000;
const NOBODY = "00000000-0000-0000-0000-000000000000";
const LEFT_OUT = "Un vote commencé n’est pas enregistré. Passer quand même ?";

function plural(count) {
  return count < 2 ? `${count} saisie` : `${count} saisies`;
}

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
    // Keys of what was typed and is not in the journal yet; where it arrived.
    this.recent = this.queue.waiting.filter((one) => !one.cancels).map((one) => one.key);
    this.known = new Map();
    this.sending = false;
    this.stale = this.kept.copied;
    this.saved = "";
    this.out = false;
    this.asked = "";
    this.pressed = false;
    this.composing = false;
    this.listen(root);
    setInterval(() => this.send(), RETRY);
    replay(this.live, this.queue.waiting);
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
    if (careful && this.asked !== careful) {
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
      fields: fields.map(([name, value]) => [name, name === "key" ? key : value]),
    };
    this.take(entry);
    const details = form.closest("details");
    if (details) {
      details.open = false;
      // Taken: what was typed is in the queue, the form is empty again.
      form.reset();
    }
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
    if (!entry.cancels) this.recent.push(entry.key);
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

  // Asked for six seconds, also when the screen is drawn again meanwhile.
  ask(careful, form) {
    this.asked = careful;
    this.askedBy = nameOf(form);
    this.showAsked();
    clearTimeout(this.forget);
    this.forget = setTimeout(() => {
      this.asked = "";
      this.showAsked();
    }, 6000);
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
    const waiting = new Set(this.queue.refused.map((one) => one.key));
    const last = this.recent.filter((key) => !waiting.has(key)).pop();
    if (!last) return;
    this.recent = this.recent.filter((key) => key !== last);
    const words = this.queue.entries.find((one) => one.key === last)?.label ?? "la dernière saisie";
    this.take({
      key: freshKey(), at: Date.now(), cancels: last, uid: this.known.get(last),
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
      return false;
    }
    if (answer.type === "opaqueredirect" || answer.status === 401) {
      this.out = true;
      return false;
    }
    if (answer.ok) {
      const told = await answer.json();
      this.saved = told.saved;
      if (told.entry) this.known.set(entry.key, told.entry);
      this.queue.arrived(entry.key, told.entry);
      return true;
    }
    if (answer.status >= 500 || answer.status === 429) return false;
    // The form may be of before a new sign-in: one look at the page tells.
    if (answer.status === 403 && !again) return (await this.renew()) && this.post(entry, true);
    const told = [403, 409].includes(answer.status) ? (await answer.json()).reason : "";
    this.queue.refuse(entry.key, told || "Le serveur a refusé cette saisie. Rechargez la page.");
    this.recent = this.recent.filter((key) => key !== entry.key);
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
    if (!answer.ok || answer.redirected) {
      this.out = answer.redirected;
      return null;
    }
    return answer.text();
  }

  // After a new sign-in in another tab: go on under the new token, if it is the same person.
  async renew() {
    let page;
    try {
      page = await this.fetchPage();
    } catch {
      return false;
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
    this.recent = [];
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
    replay(this.live, this.queue.waiting);
    document.dispatchEvent(new CustomEvent("htmx:load", { detail: { elt: this.live } }));
    this.dress();
    again();
  }

  // --- what is shown -----------------------------------------------------------------------------

  show() {
    const state = this.root.querySelector("[data-session-state]");
    const waiting = this.queue.waiting;
    const told = this.told(waiting);
    if (told && state.textContent !== told) state.textContent = told;
    state.dataset.tone = waiting.length || this.out || this.root.dataset.sessionKept
      ? "waiting" : "saved";
    const door = this.root.querySelector("[data-session-door]");
    door.hidden = !this.out;
    const list = this.root.querySelector("[data-session-waiting]");
    list.hidden = !waiting.length;
    list.replaceChildren(...waiting.map((entry) => this.line("li", entry.label)));
    const refused = this.root.querySelector("[data-session-refused]");
    refused.hidden = !this.queue.refused.length;
    refused.replaceChildren(...this.queue.refused.map((entry) => {
      const line = this.line("p", `Non enregistré : ${entry.label}. ${entry.refused} `);
      const typed = entry.fields.find(([name]) => name === "text")?.[1];
      if (typed) line.append(this.line("q", typed));
      const seen = this.line("button", "J’ai vu");
      seen.type = "button";
      seen.className = "button button--s";
      seen.addEventListener("click", () => {
        this.queue.remove(entry.key);
        this.show();
        this.refresh();
      });
      line.append(seen);
      return line;
    }));
  }

  told(waiting) {
    const { others } = this.queue;
    if (this.out) {
      return `Vous êtes déconnecté. ${plural(waiting.length)} en attente ici : reconnectez-vous `
        + "sous le même nom, tout partira.";
    }
    const copy = Number(this.root.dataset.sessionKept ?? 0);
    if (copy) {
      const at = new Date(copy).toLocaleString("fr-FR", { dateStyle: "long", timeStyle: "short" });
      return `Sans réseau : écran du ${at}, gardé sur cet ordinateur. Continuez, tout partira `
        + `au retour du réseau${waiting.length ? ` (${plural(waiting.length)})` : ""}.`;
    }
    if (waiting.length) {
      const memory = this.queue.memory ? ". Gardez cette page ouverte" : "";
      return `En attente du réseau (${plural(waiting.length)})${memory}`;
    }
    const saved = this.saved ? `Enregistré ${this.saved}` : "";
    if (this.held) return `${saved}. L’écran suivra quand « ${this.held} » sera enregistré ou vidé.`;
    if (others) {
      return `${plural(others)} d’une autre personne attendent sur cet ordinateur : elles partiront `
        + "quand elle s’y reconnectera.";
    }
    return saved;
  }

  line(tag, words) {
    const element = document.createElement(tag);
    element.textContent = words;
    return element;
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
