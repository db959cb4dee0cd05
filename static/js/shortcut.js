// A key that leads to a field, when one is not already writing somewhere.

const keys = new Map();
let listening = false;

function writing(element) {
  return element instanceof HTMLElement
    && (element.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(element.tagName));
}

export function start(field) {
  keys.set(field.dataset.uiShortcut, field);
  if (listening) return;
  listening = true;
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    const target = keys.get(event.key);
    if (!target?.isConnected || writing(event.target)) return;
    event.preventDefault();
    target.focus();
    target.select();
  });
}
