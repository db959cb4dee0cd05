// From change to change of a comparison: two buttons, and the keys n and p.

function writing(element) {
  return element instanceof HTMLElement
    && (element.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(element.tagName));
}

export function start(bar) {
  const changes = [...document.querySelectorAll("[data-ui-change]")];
  const where = bar.querySelector("[data-ui-where]");
  const count = Number(changes.at(-1)?.dataset.uiChange ?? 0);
  let here = changes.findIndex((change) => `#${change.id}` === window.location.hash);

  function go(step) {
    if (!changes.length) return;
    here = Math.min(Math.max(here + step, 0), changes.length - 1);
    const change = changes[here];
    change.focus({ preventScroll: true });
    change.scrollIntoView({ block: "center" });
    where.textContent = `${change.dataset.uiChange} / ${count}`;
  }

  for (const button of bar.querySelectorAll("[data-ui-step]")) {
    button.addEventListener("click", () => go(Number(button.dataset.uiStep)));
  }
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    const step = { n: 1, p: -1 }[event.key];
    if (!step || !bar.isConnected || writing(event.target)) return;
    event.preventDefault();
    go(step);
  });
}
