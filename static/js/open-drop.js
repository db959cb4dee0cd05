// « Déposer » at the top of a page opens the choice of files of the form below, of which
// `data-ui-open-drop` is the id; without scripts its link leads to the page of deposit.

export function start(link) {
  link.addEventListener("click", (event) => {
    const form = document.getElementById(link.dataset.uiOpenDrop);
    const field = form?.querySelector("[data-ui-files]");
    if (!field) return;
    event.preventDefault();
    field.click();
  });
}
