// The band that says what was cut or copied, and pastes it into the folder of the page: its button,
// or Ctrl+V anywhere but in a field.

import { forget, taken } from "./clipboard.js";

function writing(element) {
  return element instanceof HTMLElement
    && (element.isContentEditable || element.matches("textarea, select, input:not([type=checkbox])"));
}

function words(held) {
  const what = held.names.length === 1 ? `« ${held.names[0]} »` : `${held.names.length} éléments`;
  const many = held.names.length > 1 ? "s" : "";
  return `${what} ${held.way === "couper" ? `coupé${many}` : `copié${many}`} : ouvrez le dossier voulu, puis collez.`;
}

function add(form, name, value) {
  const field = document.createElement("input");
  field.type = "hidden";
  field.name = name;
  field.value = value;
  form.append(field);
}

export function start(form) {
  const said = form.querySelector("[data-ui-said]");
  const show = () => {
    const held = taken(form.dataset.org);
    form.hidden = !held;
    said.textContent = held ? words(held) : "";
  };
  const move = form.action;
  form.addEventListener("submit", () => {
    const held = taken(form.dataset.org);
    for (const old of form.querySelectorAll("[name=choix], [name=dossier]")) old.remove();
    for (const key of held?.keys ?? []) add(form, "choix", key);
    // The list where it was cut: the server notices what somebody else has moved since.
    if (held?.from) add(form, "dossier", held.from);
    form.action = held?.way === "copier" ? form.dataset.copy : move;
    if (held?.way === "couper") forget();
    else show();
  });
  form.querySelector("[data-ui-forget]").addEventListener("click", () => {
    forget();
    document.querySelector("[data-ui-folder] a.row__title")?.focus();
  });
  document.addEventListener("keydown", (event) => {
    const pastes = (event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === "v";
    if (!pastes || writing(event.target) || !taken(form.dataset.org)) return;
    event.preventDefault();
    form.requestSubmit();
  });
  document.addEventListener("parvis:taken", show);
  show();
}
