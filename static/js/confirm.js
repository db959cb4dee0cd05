// Asks before sending a small form: the question takes the place of the button, no box opens.
// What is irreversible has a page of its own; this is for what costs time or is only annoying.

function ask(form, question, send) {
  const asking = document.createElement("div");
  asking.className = "confirm";
  asking.setAttribute("role", "group");
  const words = document.createElement("p");
  words.id = `question-${crypto.getRandomValues(new Uint32Array(1))[0]}`;
  words.textContent = question;
  asking.setAttribute("aria-labelledby", words.id);
  const yes = document.createElement("button");
  yes.type = "button";
  yes.className = "button button--primary button--s";
  yes.textContent = "Confirmer";
  const no = document.createElement("button");
  no.type = "button";
  no.className = "button button--quiet button--s";
  no.textContent = "Annuler";
  asking.append(words, yes, no);

  const button = form.querySelector("[type=submit]");
  const stop = () => {
    asking.remove();
    button.hidden = false;
    button.focus();
  };
  no.addEventListener("click", stop);
  asking.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      event.stopPropagation();
      stop();
    }
  });
  yes.addEventListener("click", () => {
    yes.disabled = true;
    send();
  });
  button.hidden = true;
  form.append(asking);
  yes.focus();
}

export function start(form) {
  let agreed = false;
  form.addEventListener(
    "submit",
    (event) => {
      if (agreed) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      if (form.querySelector(".confirm")) return;
      ask(form, form.dataset.uiConfirm, () => {
        agreed = true;
        form.requestSubmit();
      });
    },
    { capture: true },
  );
}
