// Where one is on the screen, found again when it is drawn anew.

import { fieldsOf, nameOf } from "./session-drafts.js";

// Only the names whose parts begin with what is typed.
export function narrow(live, typed) {
  const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  const words = plain(typed).split(/\s+/).filter(Boolean);
  for (const line of live.querySelectorAll("[data-name]")) {
    const parts = plain(line.dataset.name).split(/[\s-]+/);
    line.hidden = !words.every((word) => parts.some((part) => part.startsWith(word)));
  }
}

// How to find the same thing in another drawing: the name's button, the form's field, the title.
function placeOf(live, focused) {
  const one = (selector, same) => [...live.querySelectorAll(selector)].find(same);
  if (focused.matches("[data-session-filter]")) {
    return () => live.querySelector("[data-session-filter]");
  }
  const name = focused.closest("[data-name]")?.dataset.name;
  if (name) {
    return () => one("[data-name]", (line) => line.dataset.name === name)?.querySelector("button");
  }
  const form = focused.closest("form[data-entry]");
  if (form) {
    const same = nameOf(form);
    const at = fieldsOf(form).indexOf(focused);
    return () => {
      const found = one("form[data-entry]", (other) => (
        nameOf(other) === same && other.checkVisibility()
      ));
      return found && (fieldsOf(found)[at] ?? found.querySelector("[type=submit]"));
    };
  }
  if (focused.matches("summary")) {
    const words = focused.textContent;
    return () => one("summary", (other) => other.textContent === words);
  }
  return () => null;
}

// The keyboard stays where it was, at the same letter; what was unfolded stays unfolded.
export function remember(live) {
  const titles = [...live.querySelectorAll("details[open] > summary")]
    .map((one) => one.textContent);
  const focused = document.activeElement;
  const find = live.contains(focused) ? placeOf(live, focused) : null;
  const filter = live.querySelector("[data-session-filter]")?.value ?? "";
  const { selectionStart: from = null, selectionEnd: to = null } = find ? focused : {};
  return () => {
    for (const one of live.querySelectorAll("details > summary")) {
      if (titles.includes(one.textContent)) one.parentElement.open = true;
    }
    const field = live.querySelector("[data-session-filter]");
    if (field && filter) {
      field.value = filter;
      narrow(live, filter);
    }
    if (!find) return;
    const found = find() ?? live.querySelector("[data-session-title]");
    found?.focus({ preventScroll: true });
    if (from !== null && found?.setSelectionRange) found.setSelectionRange(from, to);
  };
}
