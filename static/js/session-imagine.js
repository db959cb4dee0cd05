// What the screen will say once an entry has arrived, so that one can go on without network.

import { dirty } from "./session-drafts.js";

function presence(root, person, kind) {
  const form = [...root.querySelectorAll("form[data-presence]")]
    .find((one) => one.elements.namedItem("person").value === person);
  if (!form) return;
  const line = form.closest("[data-name]");
  const here = kind !== "departure";
  line.dataset.here = here ? "1" : "";
  line.classList.toggle("sitting__person--present", here);
  line.classList.toggle("sitting__person--absent", !here);
  form.elements.namedItem("kind").value = here ? "departure" : form.dataset.on;
  line.querySelector(".sitting__where").textContent = here ? "présent" : "absent";
  form.querySelector("button").firstChild.textContent = here ? "Part" : "Arrive";
}

function votable(root, yes) {
  for (const one of root.querySelectorAll("[data-session-votes]")) one.hidden = !yes;
}

// The forms that speak of the current point now speak of this one; the next one is after it.
function point(root, ref) {
  const lines = [...root.querySelectorAll("[data-point]")];
  const line = lines.find((one) => one.dataset.point === ref);
  const before = root.querySelector("[data-point][aria-current]");
  if (!line) return;
  before?.removeAttribute("aria-current");
  if (before) before.dataset.decided ||= "?";
  line.setAttribute("aria-current", "step");
  const words = line.querySelector("[data-point-title]").textContent;
  for (const title of root.querySelectorAll("[data-session-title]")) title.textContent = words;
  for (const form of root.querySelectorAll("form[data-item]")) {
    const item = form.elements.namedItem("item");
    // What is half filled was begun on another point, and stays there.
    if (form.closest("[data-point]") || !item || dirty(form)) continue;
    if (form.elements.namedItem("kind").value === "called") {
      const next = [...lines.slice(lines.indexOf(line) + 1), ...lines]
        .find((one) => one !== line && !one.dataset.decided);
      if (next) item.value = next.dataset.point;
    } else {
      item.value = ref;
      form.dataset.item = ref;
    }
  }
  for (const one of root.querySelectorAll("[data-session-note-point]")) one.textContent = words;
  votable(root, Boolean(line.dataset.votable));
}

function opened(root) {
  for (const one of root.querySelectorAll("[data-session-before]")) one.hidden = true;
  for (const one of root.querySelectorAll("[data-session-after]")) one.hidden = false;
}

export function imagine(root, entry) {
  const fields = new Map(entry.fields ?? []);
  const kind = fields.get("kind");
  if (["present", "arrival", "departure"].includes(kind)) {
    for (const [name, person] of entry.fields) {
      if (name === "person") presence(root, person, kind);
    }
  }
  if (kind === "opened") opened(root);
  if (kind === "called") point(root, fields.get("item"));
  if (kind === "ballot" && !fields.get("about")) votable(root, false);
}

// Everything that waits, in order, what was taken back left out.
export function replay(root, waiting) {
  const gone = new Set(waiting.map((entry) => entry.cancels));
  for (const entry of waiting) if (!gone.has(entry.key)) imagine(root, entry);
}
