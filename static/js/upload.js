// Several files, or whole folders, at once: chosen or dropped anywhere. What is taken
// goes to a batch, which sends it. Without this module the form posts its files in the ordinary way.

import { Batch, make } from "./upload-batch.js";
import { fromDrop, fromInput } from "./upload-entries.js";

const batches = new Set();

window.addEventListener("beforeunload", (event) => {
  if ([...batches].some((batch) => batch.busy)) event.preventDefault();
});

class Drop {
  constructor(form) {
    this.form = form;
    this.field = form.querySelector("[data-ui-files]");
    this.said = form.querySelector("[data-ui-said]");
    this.batch = new Batch(form, (words) => this.say(words), () => this.refresh());
    batches.add(this.batch);
    this.field.addEventListener("change", () => {
      this.batch.take(fromInput(this.field.files));
      this.field.value = "";
    });
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.batch.take(fromInput(this.field.files));
    });
    this.folder();
    this.dropping();
  }

  folder() {
    const field = this.form.querySelector("[data-ui-folder-field]");
    const button = this.form.querySelector("[data-ui-folder]");
    if (!field || !button) return;
    button.hidden = !("webkitdirectory" in field);
    button.addEventListener("click", () => field.click());
    field.addEventListener("change", () => {
      this.batch.take(fromInput(field.files));
      field.value = "";
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
        veil.append(make("p", "", `Déposer dans « ${this.form.dataset.uiWhere} »`));
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
      fromDrop(event.dataTransfer)
        .then((found) => {
          if (found.folders.size && !this.form.dataset.uiPrepare) {
            this.say("Un dossier entier ne se dépose pas ici : ouvrez-le et déposez ses fichiers.", true);
            return;
          }
          this.batch.take(found);
        })
        .catch(() => this.say("Ce dossier ne se lit pas sur votre ordinateur. Essayez « Déposer un dossier ».", true));
    });
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
