// Pages taken one after the other, seen small, put in order or taken away, and sent together.
// Without this module the form has one field, which takes several pictures.

const SIDE = 320;

function button(word, label, icon) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "button button--quiet button--s";
  made.textContent = word;
  made.setAttribute("aria-label", label);
  made.dataset.uiPage = icon;
  return made;
}

class Photos {
  constructor(form) {
    this.form = form;
    this.files = [];
    this.field = form.querySelector("[data-ui-photos-field]");
    this.list = form.querySelector("[data-ui-photos-list]");
    this.said = form.querySelector("[data-ui-said]");
    this.save = form.querySelector("[data-ui-photos-save]");
    this.most = Number(form.dataset.most);
    this.field.required = false;
    for (const take of form.querySelectorAll("[data-ui-photos-take]")) {
      take.addEventListener("change", () => {
        this.add([...take.files]);
        take.value = "";
      });
    }
    this.list.addEventListener("click", (event) => this.act(event));
    form.addEventListener("submit", (event) => this.submit(event));
    this.sum();
  }

  add(files) {
    const taken = files.slice(0, Math.max(0, this.most - this.files.length));
    for (const file of taken) {
      const page = { file, item: this.line() };
      this.files.push(page);
      this.list.append(page.item);
      this.draw(page);
    }
    this.sum();
    this.say(
      taken.length < files.length
        ? `Un document réunit au plus ${this.most} photos.`
        : `${this.files.length} ${this.files.length > 1 ? "pages" : "page"}.`,
      taken.length < files.length,
    );
  }

  line() {
    const item = document.createElement("li");
    item.className = "photos__page";
    const canvas = document.createElement("canvas");
    canvas.className = "photos__picture";
    canvas.setAttribute("role", "img");
    const name = document.createElement("strong");
    const actions = document.createElement("span");
    actions.className = "photos__actions";
    for (const [word, act] of [["Avant", "up"], ["Après", "down"], ["Retirer", "out"]]) {
      actions.append(button(word, word, act));
    }
    item.append(canvas, name, actions);
    return item;
  }

  // Drawn small, as the camera held it; a picture that the browser does not read is named instead.
  async draw(page) {
    const canvas = page.item.querySelector("canvas");
    canvas.width = canvas.height = 1;
    try {
      const image = await createImageBitmap(page.file, { imageOrientation: "from-image" });
      const scale = SIDE / Math.max(image.width, image.height);
      canvas.width = Math.max(1, Math.round(image.width * scale));
      canvas.height = Math.max(1, Math.round(image.height * scale));
      canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
      image.close();
    } catch {
      const words = document.createElement("span");
      words.className = "photos__unseen";
      words.textContent = page.file.name;
      canvas.replaceWith(words);
    }
  }

  act(event) {
    const pressed = event.target.closest("[data-ui-page]");
    if (!pressed) return;
    const item = pressed.closest("li");
    const rank = this.files.findIndex((page) => page.item === item);
    const to = { up: rank - 1, down: rank + 1 }[pressed.dataset.uiPage];
    const [page] = this.files.splice(rank, 1);
    if (to === undefined) item.remove();
    else this.files.splice(to, 0, page);
    this.list.append(...this.files.map((one) => one.item));
    this.sum();
    this.say(to === undefined ? `Page ${rank + 1} retirée.` : `Page ${to + 1} sur ${this.files.length}.`);
    const next = to === undefined ? this.files[Math.min(rank, this.files.length - 1)]?.item : item;
    const again = next?.querySelector(`[data-ui-page="${pressed.dataset.uiPage}"]:not(:disabled)`);
    (again ?? next?.querySelector("[data-ui-page]:not(:disabled)") ?? this.taker())?.focus();
  }

  taker() {
    const takers = [...this.form.querySelectorAll("[data-ui-photos-take]")];
    return takers.find((one) => one.offsetParent) ?? takers[0];
  }

  sum() {
    const count = this.files.length;
    this.list.hidden = count === 0;
    this.files.forEach(({ item, file }, index) => {
      const name = `Page ${index + 1}`;
      item.querySelector("strong").textContent = name;
      item.querySelector("canvas")?.setAttribute("aria-label", `${name}, ${file.name}`);
      for (const [act, word] of [["up", "Avant"], ["down", "Après"], ["out", "Retirer"]]) {
        const one = item.querySelector(`[data-ui-page="${act}"]`);
        one.setAttribute("aria-label", `${word} : ${name.toLowerCase()}`);
        one.disabled = (act === "up" && index === 0) || (act === "down" && index === count - 1);
      }
    });
    const first = this.form.querySelector("[data-ui-photos-first]");
    first.hidden = count > 0;
    // One door at a time: take a page, then keep them all.
    first.closest(".button").classList.toggle("button--primary", count === 0);
    this.save.classList.toggle("button--primary", count > 0);
    this.form.querySelector("[data-ui-photos-next]").hidden = count === 0;
  }

  submit(event) {
    if (this.files.length === 0) {
      event.preventDefault();
      this.say("Prenez ou choisissez au moins une photo.", true);
      this.taker()?.focus();
      return;
    }
    const carrier = new DataTransfer();
    for (const { file } of this.files) carrier.items.add(file);
    this.field.files = carrier.files;
    this.say("Envoi des photos…", true);
    // After the form has left: a disabled button would not be part of it.
    setTimeout(() => { this.save.disabled = true; });
    window.addEventListener("pageshow", () => { this.save.disabled = false; }, { once: true });
  }

  say(words, shown = false) {
    this.said.textContent = words;
    this.said.classList.toggle("visually-hidden", !shown);
  }
}

export function start(form) {
  return new Photos(form);
}
