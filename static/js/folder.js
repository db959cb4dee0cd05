// The keyboard of a folder's list: F2 renames, Delete throws away, Space ticks, Ctrl+X and Ctrl+C
// take, Escape forgets. The focus comes back to the same line, or to its neighbour when it left.

import { forget, put, taken } from "./clipboard.js";

const HERE = () => `parvis.ligne:${location.pathname}`;

function lines(form) {
  return [...form.querySelectorAll(".row")].filter((line) => line.querySelector("[data-ui-tick]"));
}

function key(line) {
  return line.querySelector("[data-ui-tick]").value;
}

function nameOf(line) {
  return line.querySelector(".row__title").textContent;
}

// What a key acts on: the ticked lines, otherwise the one that has the focus.
function subjects(form, line) {
  const ticked = lines(form).filter((each) => each.querySelector("[data-ui-tick]").checked);
  return ticked.length ? ticked : line ? [line] : [];
}

function remember(line) {
  if (line) sessionStorage.setItem(HERE(), key(line));
}

function bringBack(form) {
  const wanted = sessionStorage.getItem(HERE());
  if (!wanted) return;
  sessionStorage.removeItem(HERE());
  const line = lines(form).find((each) => key(each) === wanted);
  // Not when something else asks for it, a message to answer or a field.
  if (line && (document.activeElement === document.body || !document.activeElement)) {
    line.querySelector("a.row__title").focus();
  }
}

function send(form, gesture, chosen) {
  for (const line of lines(form)) line.querySelector("[data-ui-tick]").checked = chosen.includes(line);
  form.querySelector(`button[name=geste][value=${gesture}]`)?.click();
}

// The line that will be there once these are gone: the next one, else the one before.
function neighbour(form, chosen) {
  const all = lines(form);
  const last = all.indexOf(chosen.at(-1));
  return all.slice(last + 1).find((line) => !chosen.includes(line))
    ?? all.slice(0, last).reverse().find((line) => !chosen.includes(line));
}

function showCut(form) {
  const held = taken(form.dataset.org);
  for (const line of lines(form)) {
    line.classList.toggle("row--cut", held?.way === "couper" && held.keys.includes(key(line)));
  }
}

export function start(form) {
  form.addEventListener("click", (event) => {
    const link = event.target.closest("a.row__title");
    if (link) remember(link.closest(".row"));
    if (!event.target.closest("[data-ui-tick-all]")) return;
    const ticks = lines(form).map((line) => line.querySelector("[data-ui-tick]"));
    const wanted = ticks.some((tick) => !tick.checked);
    for (const tick of ticks) tick.checked = wanted;
    form.dispatchEvent(new Event("change"));
  });
  form.addEventListener("keydown", (event) => {
    const line = event.target.closest(".row");
    const chosen = subjects(form, line);
    const control = (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey;
    const pressed = control ? `Ctrl+${event.key.toLowerCase()}` : event.key;
    const may = (gesture) => form.querySelector(`button[name=geste][value=${gesture}]`);
    const acts = {
      " ": () => {
        if (!line || event.target.matches("[data-ui-tick]")) return false;
        const tick = line.querySelector("[data-ui-tick]");
        tick.checked = !tick.checked;
        form.dispatchEvent(new Event("change"));
      },
      F2: () => {
        if (!line || !may("deplacer")) return false;
        remember(line);
        location.assign(`${line.querySelector("a.row__title").href}renommer/?liste=1`);
      },
      Delete: () => {
        if (!chosen.length || !may("corbeille")) return false;
        remember(neighbour(form, chosen));
        send(form, "corbeille", chosen);
      },
      "Ctrl+a": () => {
        if (!line) return false;
        for (const each of lines(form)) each.querySelector("[data-ui-tick]").checked = true;
        form.dispatchEvent(new Event("change"));
      },
      "Ctrl+x": () => {
        if (!chosen.length || !may("deplacer")) return false;
        put({ org: form.dataset.org, way: "couper", from: form.elements.dossier.value, keys: chosen.map(key), names: chosen.map(nameOf) });
      },
      "Ctrl+c": () => {
        if (!chosen.length || String(getSelection())) return false;
        put({ org: form.dataset.org, way: "copier", from: form.elements.dossier.value, keys: chosen.map(key), names: chosen.map(nameOf) });
      },
      Escape: () => {
        if (!taken(form.dataset.org) || form.querySelector("[data-ui-tick]:checked")) return false;
        forget();
      },
    };
    if (acts[pressed] && acts[pressed]() !== false) event.preventDefault();
  });
  document.addEventListener("parvis:taken", () => showCut(form));
  // After another page of the same list, the first line takes the focus that its link has lost.
  form.addEventListener("htmx:afterSettle", () => {
    showCut(form);
    if (document.activeElement === document.body) {
      lines(form)[0]?.querySelector("a.row__title").focus();
    }
  });
  showCut(form);
  bringBack(form);
}
