// An address to copy: the button puts it in the clipboard, and says so.

export function start(box) {
  const input = box.querySelector("input");
  const said = box.querySelector("[data-ui-said]");
  box.querySelector("[data-ui-copy-button]").addEventListener("click", async () => {
    input.select();
    let done = false;
    try {
      await navigator.clipboard.writeText(input.value);
      done = true;
    } catch {
      // Without a secure address there is no clipboard: the old way, or the hand.
      done = document.execCommand("copy");
    }
    said.textContent = done ? "Copié." : "Sélectionné : copiez avec Ctrl + C.";
  });
  input.addEventListener("focus", () => input.select());
}
