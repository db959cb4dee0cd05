// What was chosen or dropped, as files with the path of their folder: {file, path}, and the folders
// themselves, the empty ones included.

// What systems leave in folders for their own use.
const LEFTOVER = /^(\.DS_Store|Thumbs\.db|desktop\.ini|\._.*|~\$.*)$/i;

export function fromInput(files) {
  const found = { files: [], folders: new Set(), left: 0 };
  for (const file of files) {
    const path = (file.webkitRelativePath ?? "").split("/").slice(0, -1).join("/");
    add(found, file, path);
  }
  return found;
}

// To be called in the drop itself: what is dropped cannot be asked about later.
export function fromDrop(transfer) {
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
  if (!entries.some((entry) => entry.isDirectory)) {
    return Promise.resolve(fromInput(transfer.files));
  }
  return walk(entries);
}

async function walk(entries) {
  const found = { files: [], folders: new Set(), left: 0 };
  const waiting = entries.map((entry) => [entry, ""]);
  while (waiting.length) {
    const [entry, path] = waiting.pop();
    if (entry.isFile) {
      add(found, await new Promise((resolve, reject) => entry.file(resolve, reject)), path);
      continue;
    }
    const here = path ? `${path}/${entry.name}` : entry.name;
    found.folders.add(here);
    const reader = entry.createReader();
    for (;;) {
      // A hundred at a time, until there are none.
      const some = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
      if (!some.length) break;
      for (const child of some) waiting.push([child, here]);
    }
  }
  return found;
}

function add(found, file, path) {
  if (path && LEFTOVER.test(file.name)) {
    found.left += 1;
    return;
  }
  if (path) found.folders.add(path);
  found.files.push({ file, path });
}
