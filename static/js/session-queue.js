// What was typed and has not reached the town hall's server yet. Kept in the browser, in order,
// under one meeting and one person; the name disappears as soon as everything has arrived.

const PREFIX = "parvis-seance:";
const KEPT = 48 * 3600 * 1000;

// Not crypto.randomUUID: it is missing where the page is not served over https.
export function freshKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return [[0, 8], [8, 12], [12, 16], [16, 20], [20, 32]].map(([a, b]) => hex.slice(a, b)).join("-");
}

export class Queue {
  constructor(store) {
    this.name = PREFIX + store;
    // Nothing is left for the next person who uses this laptop.
    const person = store.split(":")[1];
    for (const name of Object.keys(localStorage)) {
      const other = name.startsWith(PREFIX) && name.split(":")[2] !== person;
      if (other) localStorage.removeItem(name);
    }
    this.entries = [];
    try {
      this.entries = JSON.parse(localStorage.getItem(this.name) ?? "[]");
    } catch {
      localStorage.removeItem(this.name);
    }
    this.entries = this.entries.filter((entry) => Date.now() - entry.at < KEPT);
    this.save();
  }

  save() {
    if (this.entries.length) localStorage.setItem(this.name, JSON.stringify(this.entries));
    else localStorage.removeItem(this.name);
  }

  add(entry) {
    this.entries.push(entry);
    this.save();
  }

  first() {
    return this.entries.find((entry) => !entry.refused);
  }

  remove(key) {
    this.entries = this.entries.filter((entry) => entry.key !== key);
    this.save();
  }

  refuse(key, reason) {
    const entry = this.entries.find((one) => one.key === key);
    if (entry) entry.refused = reason;
    this.save();
  }

  get waiting() {
    return this.entries.filter((entry) => !entry.refused);
  }

  get refused() {
    return this.entries.filter((entry) => entry.refused);
  }
}
