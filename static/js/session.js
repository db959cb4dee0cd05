// The secretary's screen. Each form is one fact: it is kept here first, then sent; what the network
// does not take waits, in order, and leaves again by itself. Without this script the same forms work.

import { Queue, freshKey } from "./session-queue.js";

const RETRY = 3000;
const PATIENCE = 8000;

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
    this.sending = false;
    this.saved = "";
    this.out = false;
    this.asked = "";
    this.pressed = false;
    root.addEventListener("submit", (event) => this.submit(event));
    document.addEventListener("keydown", (event) => this.press(event));
    root.addEventListener("pointerdown", (event) => { this.pressed = event.button === 0; });
    for (const name of ["pointerup", "pointercancel"]) {
      document.addEventListener(name, () => this.release());
    }
    root.addEventListener("input", (event) => this.filter(event));
    root.addEventListener("change", (event) => this.silence(event));
    globalThis.addEventListener("online", () => this.send());
    globalThis.addEventListener("beforeunload", (event) => {
      if (this.queue.waiting.length) event.preventDefault();
    });
    document.addEventListener("visibilitychange", () => this.send());
    setInterval(() => this.send(), RETRY);
    this.dress();
    this.show();
    this.send();
  }

  // --- what is typed -----------------------------------------------------------------------------

  submit(event) {
    const form = event.target.closest("form[data-entry], form[data-cancel]");
    if (!form) return;
    event.preventDefault();
    const { careful } = form.dataset;
    if (careful && this.asked !== careful) {
      this.ask(careful);
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
    this.queue.add(entry);
    form.closest("details")?.removeAttribute("open");
    this.imagine(form, entry);
    this.show();
    this.send();
  }

  label(form) {
    const hour = new Date().toLocaleTimeString("fr-FR", { hour: "2-digit", minute: "2-digit" });
    const said = form.querySelector("[type=submit]")?.textContent.trim().replace(/\s+/g, " ") ?? "";
    const what = form.dataset.cancel !== undefined ? said : form.dataset.entryLabel;
    const more = form.dataset.presence !== undefined ? ` (${said.split(" : ")[0]})` : "";
    return `${what}${more}, ${hour}`;
  }

  // Asked for six seconds, also when the screen is drawn again meanwhile.
  ask(careful) {
    this.asked = careful;
    this.showAsked();
    clearTimeout(this.forget);
    this.forget = setTimeout(() => {
      this.asked = "";
      this.showAsked();
    }, 6000);
  }

  showAsked() {
    for (const form of this.root.querySelectorAll("form[data-careful]")) {
      const words = form.querySelector("[type=submit] span");
      const { careful } = form.dataset;
      words.dataset.plain ??= words.textContent;
      words.textContent = careful === this.asked ? `${careful} Confirmer` : words.dataset.plain;
    }
  }

  // What the screen will say once the entry has arrived, so that one can go on without network.
  imagine(form, entry) {
    const kind = new Map(entry.fields).get("kind");
    if (form.dataset.presence !== undefined) {
      const line = form.closest("[data-name]");
      const here = kind === "departure";
      line.dataset.here = here ? "" : "1";
      line.classList.toggle("sitting__person--present", !here);
      line.classList.toggle("sitting__person--absent", here);
      form.elements.namedItem("kind").value = here ? form.dataset.on : "departure";
      line.querySelector(".sitting__where").textContent = here ? "absent" : "présent";
      form.querySelector("button").firstChild.textContent = here ? "Arrive" : "Part";
    }
    if (kind === "called") this.imaginePoint(new Map(entry.fields).get("item"));
    if (kind === "ballot" && !new Map(entry.fields).get("about")) this.votable(false);
    // Taken: what was typed is in the queue, the form is empty again.
    if (form.closest("details")) form.reset();
  }

  votable(yes) {
    for (const one of this.root.querySelectorAll("[data-session-votes]")) one.hidden = !yes;
  }

  imaginePoint(ref) {
    const lines = [...this.root.querySelectorAll("[data-point]")];
    const line = lines.find((one) => one.dataset.point === ref);
    const before = this.root.querySelector("[data-point][aria-current]");
    if (!line) return;
    before?.removeAttribute("aria-current");
    if (before) before.dataset.decided ||= "?";
    line.setAttribute("aria-current", "step");
    const title = this.root.querySelector("[data-session-title]");
    if (title) title.textContent = line.querySelector("[data-point-title]").textContent;
    // The vote forms are the same for every point: they now speak of this one.
    for (const form of this.root.querySelectorAll("form[data-item]")) {
      const item = form.elements.namedItem("item");
      if (form.closest("[data-point]") || !item) continue;
      if (form.elements.namedItem("kind").value === "called") {
        const next = [...lines.slice(lines.indexOf(line) + 1), ...lines]
          .find((one) => one !== line && !one.dataset.decided);
        if (next) item.value = next.dataset.point;
      } else {
        item.value = ref;
      }
    }
    this.votable(Boolean(line.dataset.votable));
  }

  // --- sending -----------------------------------------------------------------------------------

  async send() {
    if (this.sending || this.out) return;
    this.sending = true;
    let changed = false;
    try {
      for (let entry = this.queue.first(); entry; entry = this.queue.first()) {
        // One after the other: an entry rests on those before it.
        // eslint-disable-next-line no-await-in-loop
        if (!(await this.post(entry))) break;
        changed = true;
        this.show();
      }
    } finally {
      this.sending = false;
    }
    if ((changed || this.stale) && !this.queue.waiting.length) await this.refresh();
    this.show();
  }

  async post(entry) {
    const token = document.querySelector("[name=csrfmiddlewaretoken]").value;
    const body = new URLSearchParams(entry.fields);
    // The moment of the key, whatever the laptop's clock says the hour is.
    body.set("ago", String(Math.max(0, Date.now() - entry.at)));
    let answer;
    try {
      answer = await fetch(entry.url, {
        method: "POST",
        body,
        headers: { Accept: "application/json", "X-CSRFToken": token },
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
      this.saved = (await answer.json()).saved;
      this.queue.remove(entry.key);
      return true;
    }
    if (answer.status >= 500) return false;
    const told = answer.status === 409 ? (await answer.json()).reason : "";
    this.queue.refuse(entry.key, told || "Le serveur a refusé cette saisie. Rechargez la page.");
    return true;
  }

  // The click comes after the release: what waited for it is drawn after both.
  release() {
    if (!this.pressed) return;
    this.pressed = false;
    setTimeout(() => this.send());
  }

  // A form half filled is never replaced under the fingers: the screen catches up afterwards.
  get busy() {
    return [...this.live.querySelectorAll("input, textarea, select")].some((field) => {
      if (field.type === "hidden" || field.matches("[data-session-filter], [data-session-keys-off]")) {
        return false;
      }
      if (field.type === "checkbox") return field.checked !== field.defaultChecked;
      if (field.tagName === "SELECT") {
        const chosen = [...field.options].findIndex((option) => option.defaultSelected);
        return field.selectedIndex !== Math.max(chosen, 0);
      }
      return field.value !== field.defaultValue;
    });
  }

  async refresh() {
    this.stale = true;
    let page;
    try {
      const answer = await fetch(location.href, {
        headers: { "HX-Request": "true", "HX-Target": "sitting" },
        signal: AbortSignal.timeout(PATIENCE),
      });
      if (!answer.ok || answer.redirected) return;
      page = await answer.text();
    } catch {
      return;
    }
    // Nor is a button replaced while it is pressed: the click would be lost.
    if (this.queue.waiting.length || this.busy || this.pressed) return;
    this.stale = false;
    const again = this.remember(document.activeElement);
    this.live.innerHTML = page;
    document.dispatchEvent(new CustomEvent("htmx:load", { detail: { elt: this.live } }));
    this.dress();
    again();
    if (this.undo) {
      this.undo = false;
      this.pressButton("Z");
    }
  }

  // The keyboard stays where it was: on the same name, in the search, or on the point's title;
  // what was unfolded stays unfolded.
  remember(focused) {
    const titles = [...this.live.querySelectorAll("details[open] > summary")]
      .map((one) => one.textContent);
    const unfold = () => {
      for (const one of this.live.querySelectorAll("details > summary")) {
        if (titles.includes(one.textContent)) one.parentElement.open = true;
      }
    };
    if (!this.live.contains(focused)) return unfold;
    if (focused.matches("[data-session-filter]")) {
      const typed = focused.value;
      return () => {
        unfold();
        const field = this.root.querySelector("[data-session-filter]");
        if (!field) return;
        field.value = typed;
        field.focus();
        this.narrow(typed);
      };
    }
    const asking = focused.closest("form[data-careful]")?.dataset.careful;
    const name = focused.closest("[data-name]")?.dataset.name;
    return () => {
      unfold();
      if (asking) {
        this.root.querySelector(`form[data-careful="${CSS.escape(asking)}"] [type=submit]`)?.focus();
        return;
      }
      const line = [...this.root.querySelectorAll("[data-name]")]
        .find((one) => one.dataset.name === name);
      (line?.querySelector("button") ?? this.root.querySelector("[data-session-title]"))?.focus();
    };
  }

  // --- what is shown -----------------------------------------------------------------------------

  show() {
    const state = this.root.querySelector("[data-session-state]");
    const waiting = this.queue.waiting;
    const told = this.out
      ? `Vous êtes déconnecté. Reconnectez-vous : ${plural(waiting.length)} gardées ici.`
      : waiting.length
        ? `En attente du réseau (${plural(waiting.length)})`
        : this.saved ? `Enregistré ${this.saved}` : "";
    if (told && state.textContent !== told) state.textContent = told;
    state.dataset.tone = waiting.length ? "waiting" : "saved";
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
      // The journal does not show the last entry yet: it is taken back once it does.
      this.undo = true;
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
      this.narrow("");
      event.target.blur();
    }
    if (event.key !== "Enter") return;
    event.preventDefault();
    const first = [...this.root.querySelectorAll("[data-name]")].find((one) => !one.hidden);
    if (!event.target.value.trim() || !first) return;
    event.target.value = "";
    first.querySelector("form").requestSubmit();
    this.narrow("");
  }

  filter(event) {
    if (event.target.matches("[data-session-filter]")) this.narrow(event.target.value);
  }

  narrow(typed) {
    const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
    const words = plain(typed).split(/\s+/).filter(Boolean);
    for (const line of this.root.querySelectorAll("[data-name]")) {
      const parts = plain(line.dataset.name).split(/[\s-]+/);
      line.hidden = !words.every((word) => parts.some((part) => part.startsWith(word)));
    }
  }
}

export function start(root) {
  return new Screen(root);
}
