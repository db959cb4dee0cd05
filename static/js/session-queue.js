// What was typed and has not reached the town hall's server yet. Kept in the browser, in order,
// under one meeting and one person; the name disappears as soon as everything has arrived.
// The browser's store is read again at each step: the same screen may be open in two tabs.

export const PREFIX = "parvis-seance:";
// What never left by then is nobody's any more. The server asks for real hours well before.
const KEPT = 30 * 24 * 3600 * 1000;

// Not crypto.randomUUID: it is missing where the page is not served over https.
export function freshKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return [[0, 8], [8, 12], [12, 16], [16, 20], [20, 32]].map(([a, b]) => hex.slice(a, b)).join("-");
}

function read(name) {
  try {
    const entries = JSON.parse(localStorage.getItem(name) ?? "[]");
    return Array.isArray(entries) ? entries : [];
  } catch {
    return [];
  }
}

function names() {
  return Object.keys(localStorage)
    .filter((name) => name.startsWith(PREFIX) && name.split(":").length === 4);
}

// Neither refused nor arrived.
function waits(entry) {
  return !entry.refused && !entry.sent;
}

// How many entries of any session are still on this computer, whoever typed them.
export function unsent() {
  return names().reduce((sum, name) => sum + read(name).filter(waits).length, 0);
}

export class Queue {
  constructor(store) {
    this.name = PREFIX + store;
    // Where the browser keeps nothing (full, or forbidden), the page does until it is closed.
    this.memory = null;
    for (const name of names()) {
      const entries = read(name).filter((entry) => Date.now() - entry.at < KEPT);
      if (entries.length) localStorage.setItem(name, JSON.stringify(entries));
      else localStorage.removeItem(name);
    }
  }

  get entries() {
    return this.memory ?? read(this.name);
  }

  save(entries) {
    try {
      if (entries.length) localStorage.setItem(this.name, JSON.stringify(entries));
      else localStorage.removeItem(this.name);
      this.memory = null;
    } catch {
      this.memory = entries;
    }
  }

  add(entry) {
    this.save([...this.entries, entry]);
  }

  first() {
    return this.entries.find(waits);
  }

  // It arrived, and is called `uid` there: whatever takes it back knows where to go. It stays until
  // the server has drawn it, so that a screen opened again meanwhile does not go back in time.
  arrived(key, uid) {
    this.save(this.entries.map((entry) => {
      if (entry.key === key) return { ...entry, sent: uid ?? true };
      return entry.cancels === key ? { ...entry, uid } : entry;
    }));
  }

  // The server's drawing shows all that arrived.
  drawn() {
    if (this.entries.some((entry) => entry.sent)) {
      this.save(this.entries.filter((entry) => !entry.sent));
    }
  }

  remove(key) {
    this.save(this.entries.filter((entry) => entry.key !== key));
  }

  // Refused: it stays, to be read; what would have taken it back goes.
  refuse(key, reason) {
    this.save(this.entries
      .filter((entry) => entry.cancels !== key)
      .map((entry) => (entry.key === key ? { ...entry, refused: reason } : entry)));
  }

  get waiting() {
    return this.entries.filter(waits);
  }

  // What the server's last drawing does not show.
  get undrawn() {
    return this.entries.filter((entry) => !entry.refused);
  }

  get refused() {
    return this.entries.filter((entry) => entry.refused);
  }

  // Typed on this computer by somebody else, for this same sitting.
  get others() {
    const [, meeting, , kind] = this.name.split(":");
    return names()
      .filter((name) => name !== this.name && name.split(":")[1] === meeting
        && name.split(":")[3] === kind)
      .reduce((sum, name) => sum + read(name).filter(waits).length, 0);
  }
}
