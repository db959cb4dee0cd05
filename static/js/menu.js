// A native <details> becomes a menu: Escape and a click elsewhere close it, arrows go through it.

let listening = false;

function close(menu, { back = false } = {}) {
  if (!menu.open) return;
  menu.open = false;
  if (back) menu.querySelector("summary").focus();
}

function items(menu) {
  return [...menu.querySelectorAll(".menu__item")].filter((item) => item.offsetParent !== null);
}

function listen() {
  if (listening) return;
  listening = true;
  document.addEventListener("click", (event) => {
    for (const menu of document.querySelectorAll("[data-ui-menu][open]")) {
      if (!menu.contains(event.target)) close(menu);
    }
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of document.querySelectorAll("[data-ui-menu][open]")) {
      event.preventDefault();
      close(menu, { back: menu.contains(document.activeElement) });
    }
  });
}

export function start(menu) {
  listen();
  menu.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    if (!menu.open) menu.open = true;
    const lines = items(menu);
    const here = lines.indexOf(document.activeElement);
    const next = here < 0 ? (step > 0 ? 0 : lines.length - 1) : here + step;
    lines[(next + lines.length) % lines.length]?.focus();
  });
  menu.addEventListener("focusout", (event) => {
    if (event.relatedTarget && !menu.contains(event.relatedTarget)) close(menu);
  });
}
