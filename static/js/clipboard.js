// What was cut or copied in a list, kept for this tab until it is pasted or forgotten. Only
// identifiers and names leave the page; the rights are those of the server when one pastes.

const PLACE = "parvis.presse-papiers";

function changed() {
  document.dispatchEvent(new CustomEvent("parvis:taken"));
}

export function taken(org) {
  try {
    const held = JSON.parse(sessionStorage.getItem(PLACE));
    return held?.org === org ? held : null;
  } catch {
    return null;
  }
}

export function put(held) {
  sessionStorage.setItem(PLACE, JSON.stringify(held));
  changed();
}

export function forget() {
  sessionStorage.removeItem(PLACE);
  changed();
}
