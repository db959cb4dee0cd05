// The bar of the selection shows when lines of its form are ticked, and says how many.

export function start(bar) {
  const form = bar.closest("form");
  if (!form) return;
  const refresh = () => {
    const ticks = form.querySelectorAll("[data-ui-tick]");
    let count = 0;
    for (const tick of ticks) {
      count += tick.checked;
      tick.closest(".row")?.classList.toggle("row--selected", tick.checked);
    }
    bar.toggleAttribute("data-empty", count === 0);
    bar.querySelector("[data-ui-count]").textContent = count;
    bar.querySelector("[data-ui-count-word]").textContent = count < 2 ? "sélectionné" : "sélectionnés";
  };
  form.addEventListener("change", refresh);
  form.addEventListener("htmx:afterSettle", refresh);
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || bar.hasAttribute("data-empty")) return;
    for (const tick of form.querySelectorAll("[data-ui-tick]:checked")) tick.checked = false;
    refresh();
  });
  refresh();
}
