// A form half filled: it survives a new drawing of the screen, and the end of the browser.

import { PREFIX } from "./session-queue.js";

const TYPED = "input:not([type=hidden]):not([data-session-filter]):not([data-session-keys-off]), "
  + "textarea, select";

export function fieldsOf(form) {
  return [...form.elements].filter((field) => field.name && field.matches(TYPED));
}

function touched(field) {
  if (field.type === "checkbox") return field.checked !== field.defaultChecked;
  if (field.tagName === "SELECT") {
    const chosen = [...field.options].findIndex((option) => option.defaultSelected);
    return field.selectedIndex !== Math.max(chosen, 0);
  }
  return field.value !== field.defaultValue;
}

export function dirty(form) {
  return fieldsOf(form).some(touched);
}

// A vote is of one point: half filled for one, it is not the vote of another. A note stays on the
// point where it was begun.
export function nameOf(form) {
  const hidden = (name) => form.elements.namedItem(name)?.value ?? "";
  const item = form.dataset.item && form.dataset.follows === undefined ? form.dataset.item : "";
  return [form.dataset.entryLabel, hidden("kind"), hidden("about"), item].join("|");
}

export class Drafts {
  constructor(store) {
    this.name = `${PREFIX}${store}:brouillons`;
  }

  get kept() {
    try {
      return JSON.parse(localStorage.getItem(this.name) ?? "{}");
    } catch {
      return {};
    }
  }

  save(kept) {
    try {
      if (Object.keys(kept).length) localStorage.setItem(this.name, JSON.stringify(kept));
      else localStorage.removeItem(this.name);
    } catch {
      // Nothing can be kept here: what is typed stays in the page.
    }
  }

  note(form) {
    const { [nameOf(form)]: former, ...kept } = this.kept;
    if (dirty(form)) {
      kept[nameOf(form)] = {
        item: form.elements.namedItem("item")?.value ?? "",
        fields: fieldsOf(form).map((field) => [
          field.name, field.type === "checkbox" ? field.checked : field.value,
        ]),
      };
    } else if (former === undefined) {
      return;
    }
    this.save(kept);
  }

  // Put back what was being typed when the page ended.
  restore(root) {
    const { kept } = this;
    for (const form of root.querySelectorAll("form[data-entry]")) {
      const draft = kept[nameOf(form)];
      if (!draft || dirty(form)) continue;
      for (const [at, field] of fieldsOf(form).entries()) {
        const [name, value] = draft.fields[at] ?? [];
        if (name !== field.name) continue;
        if (field.type === "checkbox") field.checked = value;
        else field.value = value;
      }
      const item = form.elements.namedItem("item");
      if (form.dataset.follows !== undefined && item?.type === "hidden" && draft.item) {
        item.value = draft.item;
      }
      const details = form.closest("details");
      if (details) details.open = true;
    }
  }
}
