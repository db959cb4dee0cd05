// What the screen says of itself: what is saved, what waits, what was refused and why.

function plural(count) {
  return count < 2 ? `${count} saisie` : `${count} saisies`;
}

function sentence(screen, waiting) {
  const { others } = screen.queue;
  if (screen.out) {
    return `Vous êtes déconnecté. ${plural(waiting.length)} en attente ici : reconnectez-vous `
      + "sous le même nom, tout partira.";
  }
  const copy = Number(screen.root.dataset.sessionKept ?? 0);
  if (copy) {
    const at = new Date(copy).toLocaleString("fr-FR", { dateStyle: "long", timeStyle: "short" });
    return `Sans réseau : écran du ${at}, gardé sur cet ordinateur. Continuez, tout partira `
      + `au retour du réseau${waiting.length ? ` (${plural(waiting.length)})` : ""}.`;
  }
  if (waiting.length) {
    const memory = screen.queue.memory ? ". Gardez cette page ouverte" : "";
    return `En attente du réseau (${plural(waiting.length)})${memory}`;
  }
  const saved = screen.saved ? `Enregistré ${screen.saved}` : "";
  if (screen.held) return `${saved}. L’écran suivra quand « ${screen.held} » sera enregistré ou vidé.`;
  if (others) {
    return `${plural(others)} d’une autre personne attendent sur cet ordinateur : elles partiront `
      + "quand elle s’y reconnectera.";
  }
  return saved;
}

function element(tag, words) {
  const made = document.createElement(tag);
  made.textContent = words;
  return made;
}

// Without the server nobody says whether the quorum is there: only who was ticked.
function countAgain(live) {
  const here = live.querySelectorAll("[data-name][data-here='1']").length;
  const people = here < 2 ? `${here} personne pointée` : `${here} personnes pointées`;
  const words = `${people} dans la salle. Le quorum sera recompté au retour du réseau.`;
  for (const line of live.querySelectorAll(".sitting__quorum")) {
    if (line.textContent !== words) line.textContent = words;
    line.classList.remove("sitting__quorum--missing");
  }
}

export function show(screen) {
  const state = screen.root.querySelector("[data-session-state]");
  const waiting = screen.queue.waiting;
  const told = sentence(screen, waiting);
  if (told && state.textContent !== told) state.textContent = told;
  state.dataset.tone = waiting.length || screen.out || screen.root.dataset.sessionKept
    ? "waiting" : "saved";
  const door = screen.root.querySelector("[data-session-door]");
  door.hidden = !screen.out;
  if (screen.away) countAgain(screen.live);
  const list = screen.root.querySelector("[data-session-waiting]");
  list.hidden = !waiting.length;
  list.replaceChildren(...waiting.map((entry) => element("li", entry.label)));
  const refused = screen.root.querySelector("[data-session-refused]");
  refused.hidden = !screen.queue.refused.length;
  refused.replaceChildren(...screen.queue.refused.map((entry) => {
    const line = element("p", `Non enregistré : ${entry.label}. ${entry.refused} `);
    const typed = entry.fields?.find(([name]) => name === "text")?.[1];
    if (typed) line.append(element("q", typed));
    const seen = element("button", "J’ai vu");
    seen.type = "button";
    seen.className = "button button--s";
    seen.addEventListener("click", () => {
      screen.queue.remove(entry.key);
      screen.show();
      screen.refresh();
    });
    line.append(seen);
    return line;
  }));
}
