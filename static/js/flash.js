// A message about what was done may be put away; it never leaves by itself (it may offer to undo).

export function start(flash) {
  flash.querySelector("[data-ui-dismiss]")?.addEventListener("click", () => {
    flash.remove();
    document.getElementById("contenu")?.focus({ preventScroll: true });
  });
}
