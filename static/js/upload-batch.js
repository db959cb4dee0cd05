// Everything that was dropped, as one thing: one bar, one answer for all the names that are taken,
// one list of what became of each file.

import { Failed, Stopped, Taken, prepare, send, stop } from "./upload-send.js";

const AT_ONCE = 3;
const LINES = 300; // beyond, only the files that need somebody get a line
const PATHS_PER_QUESTION = 100;
const NAMES_PER_QUESTION = 2000;
const TAKEN = "Ce nom existe déjà";

export function make(tag, className, text = "") {
  const element = document.createElement(tag);
  element.className = className;
  element.textContent = text;
  return element;
}

function size(bytes) {
  if (bytes < 1024) return `${bytes} octets`;
  const units = ["Ko", "Mo", "Go"];
  let value = bytes / 1024;
  while (value >= 1000 && units.length > 1) {
    value /= 1024;
    units.shift();
  }
  return `${value.toLocaleString("fr-FR", { maximumFractionDigits: value < 10 ? 1 : 0 })} ${units[0]}`;
}

const count = (n, one, many = `${one}s`) => `${n.toLocaleString("fr-FR")} ${n < 2 ? one : many}`;

function duration(seconds) {
  if (seconds < 60) return "moins d’une minute";
  const minutes = Math.round(seconds / 60);
  return minutes < 60 ? count(minutes, "minute") : `${count(Math.floor(minutes / 60), "heure")} ${minutes % 60} min`;
}

class Item {
  constructor(batch, file, path) {
    Object.assign(this, { batch, file, path, form: batch.form, field: batch.field });
    // Where it goes; with folders to make, known once they are.
    this.addresses = batch.form.dataset.uiPrepare ? null : { upload: batch.form.action };
    this.sent = 0;
    this.state = "waiting";
    this.line = null;
  }

  get shownName() {
    return this.path ? `${this.path}/${this.file.name}` : this.file.name;
  }

  get over() {
    return ["done", "skipped", "failed", "cancelled"].includes(this.state);
  }

  show(state, words, reason = "") {
    this.state = state;
    if (!this.line && (this.batch.list.childElementCount < LINES || state === "failed" || state === "conflict")) {
      this.line = make("li", "drop__file");
      this.name = make("span", "drop__name", this.shownName);
      this.words = make("span", "drop__state tabular");
      this.line.append(this.name, this.words);
      this.batch.list.append(this.line);
    }
    if (!this.line) return;
    this.line.dataset.state = state;
    this.words.textContent = words;
    for (const part of this.line.querySelectorAll(".drop__reason")) part.remove();
    if (reason) this.line.append(make("p", "drop__reason", reason));
  }

  progress(sent) {
    if (this.stopped) return;
    this.sent = Math.min(sent, this.file.size);
    const percent = this.file.size ? Math.floor((this.sent / this.file.size) * 100) : 100;
    this.show("sending", percent < 100 ? `${percent} %` : "Vérification…");
    this.batch.draw();
  }

  checking() {
    this.show("sending", "Vérification…");
  }

  waitsForNetwork() {
    this.show("sending", "Connexion perdue, nouvel essai…");
  }

  arrived(answer) {
    this.sent = this.file.size;
    const told = answer.message && answer.message !== "Déposé." ? answer.message : "";
    this.show("done", "Déposé", told);
    if (!this.line) return;
    if (answer.url) {
      const link = make("a", "", this.path ? `${this.path}/${answer.title}` : answer.title);
      link.href = answer.url;
      this.name.replaceChildren(link);
    }
    for (const same of answer.same ?? []) {
      const hint = make("p", "drop__reason", "Ce fichier existe déjà : ");
      const link = make("a", "", `« ${same.title} »`);
      link.href = same.url;
      hint.append(link, same.folder ? ` dans « ${same.folder} ».` : ".");
      this.line.append(hint);
    }
  }
}

export class Batch {
  constructor(form, say, ended) {
    Object.assign(this, { form, say, ended });
    this.field = form.querySelector("[data-ui-files]").name;
    this.place = form.querySelector("[data-ui-batch]");
    this.items = [];
    this.running = 0;
    this.preparing = 0;
    this.choice = "";
    this.build();
    window.addEventListener("online", () => {
      if (form.isConnected) this.retry((item) => item.network);
    });
  }

  get busy() {
    return this.running > 0 || this.preparing > 0 || this.items.some((item) => item.state === "waiting");
  }

  build() {
    this.headline = make("p", "drop__headline tabular");
    this.bar = document.createElement("progress");
    this.bar.setAttribute("aria-label", "Avancement du dépôt");
    this.actions = make("div", "actions");
    this.cancelButton = this.button("Annuler le dépôt", "button button--s", () => this.cancel());
    this.retryButton = this.button("Réessayer", "button button--primary button--s", () => this.retry(() => true));
    this.clearButton = this.button("Effacer cette liste", "button button--quiet button--s", () => this.clear());
    this.actions.append(this.cancelButton, this.retryButton, this.clearButton);
    this.question = make("div", "drop__question");
    this.question.hidden = true;
    this.details = document.createElement("details");
    this.details.className = "drop__details";
    this.list = make("ul", "drop__list");
    this.list.setAttribute("aria-label", "Fichiers du dépôt");
    this.details.append(make("summary", "", "Voir les fichiers"), this.list);
    this.place.append(this.headline, this.bar, this.question, this.actions, this.details);
  }

  button(label, className, act) {
    const button = make("button", className, label);
    button.type = "button";
    button.addEventListener("click", act);
    return button;
  }

  async take({ files, folders, left }) {
    if (!files.length && !folders.size) return;
    if (!this.busy && this.items.every((item) => item.over)) this.forget();
    const fresh = files.map(({ file, path }) => new Item(this, file, path));
    this.items.push(...fresh);
    this.place.hidden = false;
    this.details.open = this.items.length <= 5;
    for (const item of fresh) item.show("preparing", `En attente — ${size(item.file.size)}`);
    this.left = (this.left ?? 0) + left;
    this.say(`Dépôt de ${count(this.items.length, "fichier")} dans ${this.form.dataset.uiWhere}.`);
    this.place.scrollIntoView({ block: "nearest" });
    await this.prepare(fresh, folders);
  }

  // Their folders, and the names that are taken, before a byte is sent.
  async prepare(fresh, folders) {
    this.preparing += 1;
    this.draw();
    await this.askAbout(fresh, folders);
    this.preparing -= 1;
    this.next();
  }

  async askAbout(fresh, folders) {
    const address = this.form.dataset.uiPrepare;
    const begin = (items) => {
      for (const item of items) if (item.state === "preparing") item.show("waiting", `En attente — ${size(item.file.size)}`);
    };
    if (!address) {
      begin(fresh);
      return;
    }
    for (const [paths, items] of questions(fresh, folders)) {
      const names = {};
      for (const item of items) (names[item.path] ??= []).push(item.file.name);
      let answer;
      try {
        answer = await prepare(this.form, address, paths, names);
      } catch (error) {
        for (const item of items) this.failed(item, error);
        if (!items.length) this.trouble = error.message;
        continue;
      }
      this.made = (this.made ?? 0) + answer.made;
      for (const [path, reason] of Object.entries(answer.refused)) {
        if (!items.some((item) => item.path === path)) this.trouble = `${path} : ${reason}`;
      }
      for (const item of items) {
        if (item.over) continue;
        if (answer.refused[item.path]) this.failed(item, new Failed(answer.refused[item.path]));
        else item.addresses = answer.folders[item.path];
        if (answer.taken[item.path]?.includes(item.file.name) && !item.over) this.taken(item, "");
      }
      begin(items);
      this.next();
    }
  }

  next() {
    while (this.running < AT_ONCE) {
      const item = this.items.find((one) => one.state === "waiting");
      if (!item) break;
      this.running += 1;
      this.start(item);
    }
    this.draw();
    if (!this.busy && this.items.length + (this.made ?? 0)) this.end();
  }

  async start(item) {
    item.show("sending", "0 %");
    try {
      item.arrived(await send(item));
    } catch (error) {
      if (error instanceof Taken && !item.choice) this.taken(item, error.message);
      else if (!(error instanceof Stopped)) this.failed(item, error);
    }
    this.running -= 1;
    this.next();
  }

  failed(item, error) {
    item.network = Boolean(error.network);
    if (!(error instanceof Failed) && !(error instanceof Taken)) console.error(error);
    const known = error instanceof Failed || error instanceof Taken;
    const gone = error.name === "NotFoundError" || error.name === "NotReadableError";
    const reason = gone ? "Ce fichier ne se lit plus sur votre ordinateur." : "Le fichier n’a pas été déposé.";
    item.show("failed", "Non déposé", known ? error.message : reason);
  }

  // One answer for all of those whose name is taken, now and later in this deposit.
  taken(item, reason) {
    if (this.choice) {
      this.answer(item, this.choice);
      return;
    }
    item.show("conflict", TAKEN, reason);
    this.ask();
  }

  ask() {
    const asked = this.items.filter((item) => item.state === "conflict");
    this.question.hidden = asked.length === 0;
    if (!asked.length) return;
    const one = asked.length === 1;
    const names = asked.slice(0, 3).map((item) => `« ${item.file.name} »`).join(", ");
    const others = asked.length > 3 ? ` et ${asked.length - 3} de plus` : "";
    const text = one
      ? `${names} existe déjà à cet endroit. Que faire ?`
      : `${asked.length} noms existent déjà : ${names}${others}. Une réponse pour tous :`;
    const row = make("div", "actions");
    row.append(
      this.button(one ? "Nouvelle version" : "Nouvelles versions", "button button--primary button--s", () => this.decide("version")),
      this.button("Garder les deux", "button button--s", () => this.decide("both")),
      this.button(one ? "Passer ce fichier" : "Passer ces fichiers", "button button--quiet button--s", () => this.decide("skip")),
    );
    this.question.replaceChildren(make("p", "", text), row);
    this.say(text);
    this.draw();
  }

  decide(choice) {
    this.choice = choice;
    for (const item of this.items) if (item.state === "conflict") this.answer(item, choice);
    this.question.hidden = true;
    this.cancelButton.focus();
    this.next();
  }

  answer(item, choice) {
    if (choice === "skip") {
      item.show("skipped", "Passé");
      return;
    }
    item.choice = choice;
    item.show("waiting", "En attente");
  }

  cancel() {
    for (const item of this.items) {
      if (item.over) continue;
      stop(item);
      item.sent = 0;
      item.show("cancelled", "Abandonné");
    }
    this.question.hidden = true;
    this.draw();
    this.end();
  }

  retry(which) {
    const again = this.items.filter((item) => ["failed", "cancelled"].includes(item.state) && which(item));
    if (!again.length) return;
    for (const item of again) {
      item.stopped = false;
      item.show(item.addresses ? "waiting" : "preparing", "En attente");
    }
    this.prepare(again.filter((item) => !item.addresses), new Set());
  }

  clear() {
    this.forget();
    this.place.hidden = true;
    this.say("");
    this.form.querySelector("[data-ui-files]").focus();
  }

  forget() {
    this.items = [];
    this.list.replaceChildren();
    Object.assign(this, { choice: "", made: 0, left: 0, trouble: "", samples: null });
    this.question.hidden = true;
  }

  draw() {
    this.drawing ??= requestAnimationFrame(() => {
      this.drawing = null;
      this.redraw();
    });
  }

  redraw() {
    const over = !this.busy && this.items.every((item) => item.over || item.state === "conflict");
    const asking = this.items.some((item) => item.state === "conflict");
    const again = this.items.filter((item) => item.state === "failed" || item.state === "cancelled").length;
    this.bar.hidden = over;
    this.cancelButton.hidden = over && !asking;
    this.clearButton.hidden = !over || asking;
    this.retryButton.hidden = !over || !again;
    this.retryButton.textContent = again > 1 ? `Réessayer les ${again} fichiers` : "Réessayer";
    if (over) {
      this.headline.textContent = asking ? "Une réponse est attendue." : this.summary();
      return;
    }
    const counted = this.items.filter((item) => !["skipped", "failed", "cancelled"].includes(item.state));
    const total = counted.reduce((sum, item) => sum + item.file.size, 0);
    const sent = counted.reduce((sum, item) => sum + item.sent, 0);
    const done = counted.filter((item) => item.state === "done").length;
    this.bar.max = Math.max(total, 1);
    this.bar.value = sent;
    const files = `${count(done, "fichier")} sur ${counted.length.toLocaleString("fr-FR")}`;
    this.headline.textContent = [files, `${size(sent)} sur ${size(total)}`, this.remaining(sent, total)]
      .filter(Boolean)
      .join(" · ");
  }

  // From the speed of the last ten seconds.
  remaining(sent, total) {
    const now = performance.now() / 1000;
    this.samples = (this.samples ?? []).filter(([at]) => now - at < 10);
    this.samples.push([now, sent]);
    const [at, before] = this.samples[0];
    if (now - at < 2 || sent <= before) return "";
    return `encore ${duration(((total - sent) * (now - at)) / (sent - before))}`;
  }

  summary() {
    const of = (state) => this.items.filter((item) => item.state === state).length;
    const parts = [];
    if (this.made) parts.push(count(this.made, "dossier créé", "dossiers créés"));
    if (of("done")) parts.push(count(of("done"), "fichier déposé", "fichiers déposés"));
    if (of("skipped")) parts.push(count(of("skipped"), "passé"));
    if (of("failed")) parts.push(count(of("failed"), "non déposé", "non déposés"));
    if (of("cancelled")) parts.push(count(of("cancelled"), "abandonné"));
    if (this.left) parts.push(`${count(this.left, "fichier technique laissé", "fichiers techniques laissés")} de côté`);
    if (!parts.length) parts.push("Rien de nouveau à déposer");
    return `${parts.join(", ")}.${this.trouble ? ` ${this.trouble}` : ""}`;
  }

  end() {
    this.redraw();
    if (this.items.some((item) => item.state === "failed")) this.details.open = true;
    if (!this.items.some((item) => item.state === "conflict")) this.say(this.summary());
    this.ended();
  }
}

// The questions to ask before sending: some paths and the files that go there, a few at a time.
function* questions(items, folders) {
  const byPath = Map.groupBy
    ? Map.groupBy(items, (item) => item.path)
    : items.reduce((map, item) => map.set(item.path, [...(map.get(item.path) ?? []), item]), new Map());
  for (const path of folders) if (!byPath.has(path)) byPath.set(path, []);
  let paths = [];
  let asked = [];
  for (const [path, files] of byPath) {
    for (let start = 0; start === 0 || start < files.length; start += NAMES_PER_QUESTION) {
      const some = files.slice(start, start + NAMES_PER_QUESTION);
      if (paths.length >= PATHS_PER_QUESTION || asked.length + some.length > NAMES_PER_QUESTION) {
        yield [paths, asked];
        [paths, asked] = [[], []];
      }
      if (path) paths.push(path);
      asked.push(...some);
    }
  }
  if (paths.length || asked.length) yield [paths, asked];
}
