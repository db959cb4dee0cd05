// One file to the server: whole when it is small, in parts (tus 1.0.0) when it is large, so that a
// cut connection loses at most the part on its way.

const PART = 8 * 1024 * 1024;
const PAUSES = [1000, 2000, 5000, 10000, 20000];

const LOST = "La connexion s’est interrompue : le fichier n’a pas été déposé.";
const LOST_HALFWAY =
  "La connexion s’est interrompue. Ce qui est arrivé est gardé : « Réessayer » continuera où il en était.";
const SIGNED_OUT =
  "Votre session est terminée. Reconnectez-vous dans un autre onglet, puis réessayez.";

// `network`: worth another try by itself when the connection is back.
export class Failed extends Error {
  constructor(reason, { network = false } = {}) {
    super(reason);
    this.network = network;
  }
}

export class Taken extends Error {
  constructor(reason, choices) {
    super(reason);
    this.choices = choices;
  }
}

export class Stopped extends Error {}

function token(form) {
  const cookie = document.cookie.match(/(?:^|; )(?:__Host-csrf|csrftoken)=([^;]+)/);
  return cookie?.[1] ?? form.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "";
}

function ask(item, method, url, { headers = {}, body = null, progress = null } = {}) {
  return new Promise((resolve, reject) => {
    if (item.stopped) {
      reject(new Stopped());
      return;
    }
    const request = new XMLHttpRequest();
    request.open(method, url);
    request.setRequestHeader("Accept", "application/json");
    request.setRequestHeader("X-CSRFToken", token(item.form));
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    if (progress) request.upload.addEventListener("progress", (event) => progress(event.loaded));
    request.addEventListener("loadend", () => {
      item.request = null;
      if (item.stopped) reject(new Stopped());
      else if (/\/connexion\//.test(request.responseURL)) reject(new Failed(SIGNED_OUT));
      else resolve(request);
    });
    item.request = request;
    request.send(body);
  });
}

function said(request) {
  try {
    return JSON.parse(request.responseText);
  } catch {
    return {}; // not our answer: a proxy or a lost connection speaks
  }
}

const passing = (status) => status === 0 || (status >= 500 && status !== 507);

function refusal(request, lost = LOST) {
  const { status } = request;
  const network = passing(status);
  const reason = said(request).reason;
  if (reason) return new Failed(reason, { network });
  if (status === 0) return new Failed(lost, { network });
  if (status === 413) return new Failed("Ce fichier est trop gros pour être déposé ici.");
  if (status === 403) return new Failed("Vous ne pouvez pas déposer dans ce dossier.");
  if (status === 404) return new Failed("Ce dossier n’est plus là, ou vous n’y avez plus accès.");
  return new Failed("Le fichier n’a pas été déposé. Réessayez dans un instant.", { network });
}

function outcome(request) {
  const answer = said(request);
  if (request.status === 409) throw new Taken(answer.reason ?? "", answer.choices ?? []);
  if (request.status < 200 || request.status >= 300 || !answer.title) throw refusal(request);
  return answer;
}

async function pause(item, attempt) {
  item.waitsForNetwork();
  const until = Date.now() + PAUSES[Math.min(attempt, PAUSES.length - 1)];
  // The connection that comes back ends the pause.
  let back = false;
  const wake = () => (back = true);
  window.addEventListener("online", wake, { once: true });
  while (Date.now() < until && !back) {
    if (item.stopped) throw new Stopped();
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  window.removeEventListener("online", wake);
}

async function whole(item) {
  for (let attempt = 0; ; attempt += 1) {
    const body = new FormData();
    for (const [key, value] of new FormData(item.form)) {
      if (!(value instanceof File)) body.append(key, value);
    }
    if (item.choice) body.append("choice", item.choice);
    body.append(item.field, item.file, item.file.name);
    const request = await ask(item, "POST", item.addresses.upload, {
      body,
      progress: (sent) => item.progress(sent),
    });
    if (!passing(request.status) || attempt >= 3) return outcome(request);
    await pause(item, attempt);
  }
}

const TUS = { "Tus-Resumable": "1.0.0" };
const base64 = (text) => btoa(String.fromCodePoint(...new TextEncoder().encode(text)));

// How the server knows the same file again after the page was left: its size, its date and its two
// ends (where the browser computes them).
async function fingerprint(file) {
  const plain = `${file.size}-${file.lastModified}`;
  if (!window.crypto?.subtle) return plain;
  const ends = new Blob([file.slice(0, 65536), file.slice(-65536)]);
  const digest = await crypto.subtle.digest("SHA-256", await ends.arrayBuffer());
  const hex = [...new Uint8Array(digest)].slice(0, 16).map((byte) => byte.toString(16).padStart(2, "0"));
  return `${plain}-${hex.join("")}`;
}

async function begin(item) {
  const mark = await fingerprint(item.file);
  const request = await ask(item, "POST", item.addresses.parts, {
    headers: {
      ...TUS,
      "Upload-Length": String(item.file.size),
      "Upload-Metadata": `filename ${base64(item.file.name)},fingerprint ${base64(mark)}`,
    },
  });
  if (request.status === 201) {
    item.place = new URL(request.getResponseHeader("Location"), window.location.href).href;
    return Number(request.getResponseHeader("Upload-Offset"));
  }
  throw refusal(request);
}

// Where the server is; begun anew when it has forgotten.
async function resume(item) {
  if (item.place) {
    const request = await ask(item, "HEAD", item.place, { headers: TUS });
    if (request.status === 200) return Number(request.getResponseHeader("Upload-Offset"));
    if (request.status !== 404 && request.status !== 410) throw refusal(request, LOST_HALFWAY);
    item.place = null;
  }
  return begin(item);
}

async function inParts(item) {
  let offset = null;
  for (let attempt = 0; ; ) {
    try {
      offset ??= await resume(item);
      item.progress(offset);
      while (offset < item.file.size) {
        const from = offset;
        const request = await ask(item, "PATCH", item.place, {
          headers: { ...TUS, "Upload-Offset": String(from), "Content-Type": "application/offset+octet-stream" },
          body: item.file.slice(from, from + PART),
          progress: (sent) => item.progress(from + sent),
        });
        if (request.status !== 204) {
          const moved = request.status === 409; // elsewhere than we thought: ask where
          throw moved ? new Failed(LOST_HALFWAY, { network: true }) : refusal(request, LOST_HALFWAY);
        }
        offset = Number(request.getResponseHeader("Upload-Offset"));
        attempt = 0;
        item.progress(offset);
      }
      const body = new FormData();
      if (item.choice) body.append("choice", item.choice);
      item.checking();
      const request = await ask(item, "POST", `${item.place}terminer/`, { body });
      if (passing(request.status)) throw refusal(request, LOST_HALFWAY);
      return outcome(request);
    } catch (error) {
      if (!error.network || attempt >= PAUSES.length) throw error;
      await pause(item, attempt);
      attempt += 1;
      offset = null;
    }
  }
}

// The answer of the server, or Failed, Taken, Stopped.
export function send(item) {
  const large = item.addresses.parts && item.file.size > PART;
  return large || item.place ? inParts(item) : whole(item);
}

export function stop(item) {
  item.stopped = true;
  item.request?.abort();
  if (!item.place) return;
  // Best effort: what is not told is forgotten by the server after some days.
  fetch(item.place, {
    method: "DELETE",
    headers: { ...TUS, "X-CSRFToken": token(item.form) },
  }).catch(() => {});
  item.place = null;
}

// Folders made, names that are taken: {folders, refused, taken}.
export async function prepare(form, address, folders, files) {
  const item = { form };
  for (let attempt = 0; ; attempt += 1) {
    const request = await ask(item, "POST", address, {
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ folders, files }),
    });
    if (request.status === 200) return said(request);
    if (!passing(request.status) || attempt >= 2) throw refusal(request);
    await new Promise((resolve) => setTimeout(resolve, PAUSES[attempt]));
  }
}
