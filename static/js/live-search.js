// Results under the search of the top bar: Escape puts them away, the arrows go through them.

export function start(box) {
  const field = box.querySelector("input");
  const panel = box.querySelector(".live-search__panel");
  field.addEventListener("input", () => {
    if (!field.value.trim()) panel.replaceChildren();
  });
  box.addEventListener("htmx:beforeRequest", (event) => {
    if (!field.value.trim()) event.preventDefault();
  });
  // Enter leads to the page of results instead of filling the panel.
  box.querySelector("form").addEventListener(
    "submit",
    (event) => {
      event.preventDefault();
      event.stopImmediatePropagation();
      event.target.submit();
    },
    { capture: true },
  );
  box.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      panel.replaceChildren();
      field.focus();
      return;
    }
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) return;
    const links = [...panel.querySelectorAll("a[href]")];
    if (!links.length) return;
    event.preventDefault();
    const to = links.indexOf(document.activeElement) + step;
    (links[to] ?? field).focus();
  });
}
