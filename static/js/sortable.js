// A list put in order by dragging or with its little buttons; each move is saved at once.

function renumber(list) {
  const items = [...list.children];
  items.forEach((item, index) => {
    item.querySelector('[data-ui-move="up"]').disabled = index === 0;
    item.querySelector('[data-ui-move="down"]').disabled = index === items.length - 1;
  });
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
    said.textContent = `Position ${after.indexOf(item) + 1} sur ${after.length}.`;
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
