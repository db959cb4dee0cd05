// Several files at once, each sent alone with its progress; a name already taken is asked about.
// Without this module the form posts its files in the ordinary way.

const AT_ONCE = 2;
let unfinished = 0;

window.addEventListener("beforeunload", (event) => {
  if (unfinished > 0) event.preventDefault();
});

function make(tag, className, text = "") {
  const element = document.createElement(tag);
  element.className = className;
  element.textContent = text;
  return element;
}

function size(bytes) {
  if (bytes < 1024) return `${bytes} octets`;
  const [value, unit] = bytes < 1024 * 1024 ? [bytes / 1024, "Ko"] : [bytes / 1048576, "Mo"];
  return `${value.toLocaleString("fr-FR", { maximumFractionDigits: value < 10 ? 1 : 0 })} ${unit}`;
}

function reasonOf(request) {
  try {
    const reason = JSON.parse(request.responseText).reason;
    if (reason) return reason;
  } catch {
    // Not our answer: a proxy or a lost connection speaks.
  }
  if (request.status === 0) return "La connexion s’est interrompue : le fichier n’a pas été déposé.";
  if (request.status === 413) return "Ce fichier est trop gros pour être déposé ici.";
  if (request.status === 403) return "Vous ne pouvez pas déposer dans ce dossier.";
  return "Le fichier n’a pas été déposé. Réessayez dans un instant.";
}

class Sending {
  constructor(owner, file) {
    this.owner = owner;
    this.file = file;
    this.line = make("li", "drop__file");
    this.name = make("span", "drop__name", file.name);
    this.state = make("span", "drop__state tabular", `En attente — ${size(file.size)}`);
    this.line.append(this.name, this.state);
  }

  start(confirmed = false) {
    this.clear();
    this.line.dataset.state = "sending";
    const bar = document.createElement("progress");
    bar.max = 100;
    bar.value = 0;
    bar.setAttribute("aria-label", `Dépôt de ${this.file.name}`);
    this.line.append(bar);
    this.state.textContent = "0 %";
    const request = new XMLHttpRequest();
    request.open("POST", this.owner.form.action);
    request.setRequestHeader("Accept", "application/json");
    request.upload.addEventListener("progress", (event) => {
      if (!event.lengthComputable) return;
      const percent = Math.floor((event.loaded / event.total) * 100);
      bar.value = percent;
      this.state.textContent = percent < 100 ? `${percent} %` : "Vérification…";
    });
    request.addEventListener("loadend", () => {
      bar.remove();
      this.owner.ended(this);
      if (request.status >= 200 && request.status < 300) this.done(request);
      else if (request.status === 409) this.conflict(request);
      else this.failed(reasonOf(request));
    });
    const body = new FormData();
    for (const [key, value] of new FormData(this.owner.form)) {
      if (!(value instanceof File)) body.append(key, value);
    }
    if (confirmed) body.append("confirm", "1");
    body.append(this.owner.field.name, this.file, this.file.name);
    request.send(body);
  }

  clear() {
    for (const part of this.line.querySelectorAll("progress, .actions, .drop__reason")) part.remove();
  }

  done(request) {
    let answer = {};
    try {
      answer = JSON.parse(request.responseText);
    } catch {
      // The view answered with a page: deposited all the same.
    }
    this.line.dataset.state = "done";
    this.state.textContent = "Déposé";
    if (answer.url) {
      const link = make("a", "", answer.title ?? this.file.name);
      link.href = answer.url;
      this.name.replaceChildren(link);
    }
    if (answer.message && answer.message !== "Déposé.") this.line.append(make("p", "drop__reason", answer.message));
    this.owner.say(`${this.file.name} : déposé.`);
  }

  conflict(request) {
    this.line.dataset.state = "conflict";
    this.state.textContent = "Ce nom existe déjà";
    let reason = "";
    try {
      reason = JSON.parse(request.responseText).reason ?? "";
    } catch {
      reason = "";
    }
    this.line.append(make("p", "drop__reason", reason || "Un document porte déjà ce nom dans ce dossier."));
    this.choices(
      ["Déposer comme nouvelle version", "button button--primary button--s", () => this.owner.again(this, true)],
      ["Ne pas déposer", "button button--quiet button--s", () => this.line.remove()],
    );
    this.owner.say(`${this.file.name} : ce nom existe déjà, une réponse est attendue.`);
  }

  failed(reason) {
    this.line.dataset.state = "failed";
    this.state.textContent = "Non déposé";
    this.line.append(make("p", "drop__reason", reason));
    this.choices(
      ["Réessayer", "button button--s", () => this.owner.again(this, false)],
      ["Retirer de la liste", "button button--quiet button--s", () => this.line.remove()],
    );
    this.owner.say(`${this.file.name} : ${reason}`);
  }

  choices(...choices) {
    const row = make("div", "actions");
    for (const [label, className, act] of choices) {
      const button = make("button", className, label);
      button.type = "button";
      button.addEventListener("click", act);
      row.append(button);
    }
    this.line.append(row);
  }
}

class Drop {
  constructor(form) {
    this.form = form;
    this.field = form.querySelector("[data-ui-files]");
    this.list = form.querySelector("[data-ui-uploads]");
    this.said = form.querySelector("[data-ui-said]");
    this.waiting = [];
    this.running = 0;
    this.field.addEventListener("change", () => {
      this.take(this.field.files);
      this.field.value = "";
    });
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.take(this.field.files);
    });
    this.camera();
    this.dropping();
  }

  camera() {
    const photo = this.form.querySelector("[data-ui-photo]");
    this.form.querySelector("[data-ui-camera]")?.addEventListener("click", () => photo.click());
    photo?.addEventListener("change", () => {
      const when = new Date();
      const stamp = new Date(when - when.getTimezoneOffset() * 60000).toISOString().slice(0, 19);
      const named = [...photo.files].map((file) => {
        // Phones call every picture image.jpg: the moment tells them apart.
        const ending = file.name.includes(".") ? file.name.slice(file.name.lastIndexOf(".")) : ".jpg";
        return new File([file], `Photo ${stamp.replace("T", " ").replaceAll(":", " ")}${ending}`, { type: file.type });
      });
      this.take(named);
      photo.value = "";
    });
  }

  dropping() {
    const zone = this.form.hasAttribute("data-ui-anywhere") ? document : this.form;
    let depth = 0;
    let veil = null;
    const carries = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");
    const show = (on) => {
      this.form.toggleAttribute("data-over", on);
      if (zone !== document) return;
      if (on && !veil) {
        veil = make("div", "drop-veil");
        veil.append(make("p", "", `Déposer dans « ${this.form.dataset.uiWhere} »`));
        document.body.append(veil);
      } else if (!on) {
        veil?.remove();
        veil = null;
      }
    };
    zone.addEventListener("dragenter", (event) => {
      if (!carries(event) || !this.form.isConnected) return;
      depth += 1;
      show(true);
    });
    zone.addEventListener("dragleave", (event) => {
      if (!carries(event)) return;
      depth = Math.max(0, depth - 1);
      if (depth === 0) show(false);
    });
    zone.addEventListener("dragover", (event) => {
      if (carries(event) && this.form.isConnected) event.preventDefault();
    });
    zone.addEventListener("drop", (event) => {
      if (!carries(event) || !this.form.isConnected) return;
      event.preventDefault();
      depth = 0;
      show(false);
      const folders = [...event.dataTransfer.items].filter((item) => item.webkitGetAsEntry?.()?.isDirectory);
      const names = new Set(folders.map((item) => item.webkitGetAsEntry().name));
      this.take([...event.dataTransfer.files].filter((file) => !names.has(file.name)));
      if (names.size) this.say("Un dossier entier ne se dépose pas d’un coup : ouvrez-le et déposez ses fichiers.", true);
    });
  }

  take(files) {
    for (const file of files) {
      const sending = new Sending(this, file);
      this.list.append(sending.line);
      this.waiting.push(() => sending.start());
      unfinished += 1;
    }
    this.list.hidden = this.list.children.length === 0;
    this.list.lastElementChild?.scrollIntoView({ block: "nearest" });
    this.next();
  }

  again(sending, confirmed) {
    unfinished += 1;
    this.waiting.push(() => sending.start(confirmed));
    this.next();
  }

  next() {
    while (this.running < AT_ONCE && this.waiting.length) {
      this.running += 1;
      this.waiting.shift()();
    }
  }

  ended() {
    this.running -= 1;
    unfinished -= 1;
    this.next();
    if (this.running === 0) {
      queueMicrotask(() => this.refresh());
    }
  }

  // The list of the folder shows what has just arrived, without losing the lines of this form.
  refresh() {
    const id = this.form.dataset.uiRefresh;
    if (id && document.getElementById(id)) {
      window.htmx?.ajax("GET", window.location.href, { target: `#${id}`, swap: "innerHTML" });
    }
  }

  say(words, shown = false) {
    this.said.textContent = words;
    this.said.classList.toggle("visually-hidden", !shown);
  }
}

export function start(form) {
  return new Drop(form);
}
