// A list put in order by dragging or with its little buttons; each move is saved at once.

// Headings stand among the items and do not move.
const isItem = (line) => line.classList.contains("sortable__item");

function renumber(list) {
  const lines = [...list.children];
  lines.forEach((line, index) => {
    if (!isItem(line)) return;
    line.querySelector('[data-ui-move="up"]').disabled = index === 0;
    line.querySelector('[data-ui-move="down"]').disabled = index === lines.length - 1;
  });
}

function whereabouts(lines, item) {
  const items = lines.filter(isItem);
  const above = lines.slice(0, lines.indexOf(item)).findLast((line) => !isItem(line));
  const heading = above ? `, ${above.textContent.trim()}` : "";
  return `Position ${items.indexOf(item) + 1} sur ${items.length}${heading}.`;
}

async function save(form, item) {
  const body = new FormData(form);
  body.set("moved", item.dataset.id);
  const answer = await fetch(form.action, {
    method: "POST",
    body,
    redirect: "manual",
    headers: { Accept: "application/json" },
  });
  // A redirection after the POST is the usual good answer; it arrives opaque.
  if (!answer.ok && answer.type !== "opaqueredirect") {
    const said = await answer.json().catch(() => ({}));
    throw new Error(said.reason ?? "");
  }
}

export async function start(form) {
  const list = form.querySelector(".sortable");
  const said = form.querySelector("[data-ui-said]");
  let order = [...list.children];
  let queue = Promise.resolve();

  const moved = (item) => {
    const before = order;
    const after = [...list.children];
    if (before.every((line, index) => line === after[index])) return;
    order = after;
    renumber(list);
    for (const line of after) line.classList.toggle("sortable__item--moved", line === item);
    said.textContent = whereabouts(after, item);
    queue = queue.then(() => save(form, item)).then(
      () => form.dispatchEvent(new CustomEvent("ui:sorted", { bubbles: true })),
      (error) => {
        list.append(...before);
        order = before;
        renumber(list);
        item.classList.remove("sortable__item--moved");
        said.classList.remove("visually-hidden");
        said.textContent = error.message || "Le nouvel ordre n’a pas pu être enregistré : l’ancien est remis.";
      },
    );
  };

  list.addEventListener("click", (event) => {
    const button = event.target.closest("[data-ui-move]");
    if (!button) return;
    event.preventDefault();
    const item = button.closest(".sortable__item");
    const up = button.dataset.uiMove === "up";
    const neighbour = up ? item.previousElementSibling : item.nextElementSibling;
    if (!neighbour) return;
    if (up) neighbour.before(item);
    else neighbour.after(item);
    moved(item);
    const again = button.disabled ? item.querySelector("[data-ui-move]:not(:disabled)") : button;
    again?.focus();
  });

  renumber(list);
  await import(form.dataset.uiLibrary);
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  window.Sortable.create(list, {
    handle: "[data-ui-handle]",
    animation: still ? 0 : 140,
    ghostClass: "sortable__item--ghost",
    onEnd: (event) => moved(event.item),
  });
}
