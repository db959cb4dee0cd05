// A text box becomes a sober editor: headings, lists, tables, bold, italic. What is posted is the
// HTML of the page, in the box itself; the server reads it, keeps words and these few looks, and
// drops the rest. Without this script the box takes the small signs told under it.

const INLINE = { B: "B", STRONG: "B", I: "I", EM: "I" };
const LINES = new Set(["P", "DIV", "H1", "H2", "H3", "H4", "H5", "H6", "LI", "BLOCKQUOTE", "PRE"]);
const KEPT = new Set(["UL", "OL", "TABLE", "THEAD", "TBODY", "TR", "TH", "TD", "BR"]);
const DROPPED = new Set(["SCRIPT", "STYLE", "HEAD", "META", "LINK", "TITLE", "OBJECT", "IFRAME", "SVG"]);

// The tags alone, before anything is parsed: the content policy refuses even the styles of a
// document that nobody sees. Some programs wrap all they copy in a <b> that says it is not bold.
function bare(html) {
  return html
    .replace(/<!--[\s\S]*?-->/g, "")
    .replace(/<(style|script|head|title)\b[\s\S]*?<\/\1\s*>/gi, "")
    .replace(/<(\/?)([a-z][a-z0-9]*)\b([^>]*)>/gi, (tag, end, name, rest) =>
      `<${end}${/font-weight:\s*normal/i.test(rest) ? "span" : name}>`);
}

// A copy of what was pasted, with the looks that an act may have and nothing else.
function cleaned(node, target) {
  for (const child of node.childNodes) {
    if (child.nodeType === Node.TEXT_NODE) {
      target.append(child.data.replace(/\s+/g, " "));
      continue;
    }
    if (child.nodeType !== Node.ELEMENT_NODE || DROPPED.has(child.tagName)) continue;
    const tag = child.tagName;
    let name = INLINE[tag] ?? (KEPT.has(tag) ? tag : "");
    if (LINES.has(tag)) name = /^H\d$/.test(tag) ? "H2" : tag === "LI" ? "LI" : "P";
    const into = name ? target.appendChild(document.createElement(name)) : target;
    cleaned(child, into);
  }
}

function tool(label, act) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button button--s";
  button.textContent = label;
  // The place in the text is kept while the button is pressed.
  button.addEventListener("mousedown", (event) => event.preventDefault());
  button.addEventListener("click", act);
  return button;
}

const TABLE = `<table class="table table--written"><thead><tr><th>Colonne 1</th><th>Colonne 2</th></tr></thead>
<tbody><tr><td><br></td><td><br></td></tr><tr><td><br></td><td><br></td></tr></tbody></table><p><br></p>`;

export function start(box) {
  const area = box.querySelector("textarea");
  const label = document.querySelector(`label[for="${area.id}"]`);
  const page = document.createElement("div");
  page.className = "input editor__page prose";
  page.contentEditable = "true";
  page.setAttribute("role", "textbox");
  page.setAttribute("aria-multiline", "true");
  if (label) {
    label.id ||= `${area.id}-nom`;
    page.setAttribute("aria-labelledby", label.id);
    label.addEventListener("click", () => page.focus());
  }
  for (const name of ["aria-describedby", "aria-invalid"]) {
    if (area.hasAttribute(name)) page.setAttribute(name, area.getAttribute(name));
  }
  page.append(box.querySelector("template").content.cloneNode(true));
  if (!page.textContent.trim()) page.innerHTML = "<p><br></p>";

  const command = (name, value) => {
    page.focus();
    document.execCommand(name, false, value);
    keep();
  };
  const heading = () => {
    page.focus();
    const now = document.queryCommandValue("formatBlock").toLowerCase();
    command("formatBlock", now === "h2" ? "p" : "h2");
  };
  const bar = document.createElement("div");
  bar.className = "editor__bar";
  bar.setAttribute("role", "group");
  bar.setAttribute("aria-label", "Mise en forme");
  bar.append(
    tool("Titre", heading),
    tool("Gras", () => command("bold")),
    tool("Italique", () => command("italic")),
    tool("Liste", () => command("insertUnorderedList")),
    tool("Tableau", () => command("insertHTML", TABLE)),
  );

  function keep() {
    area.value = page.textContent.trim() ? `<div>${page.innerHTML}</div>` : "";
  }

  // What was not touched is posted as it came.
  page.addEventListener("input", keep);
  page.addEventListener("paste", (event) => {
    const html = event.clipboardData.getData("text/html");
    if (!html) return;
    event.preventDefault();
    const clean = document.createElement("div");
    cleaned(new DOMParser().parseFromString(bare(html), "text/html").body, clean);
    command("insertHTML", clean.innerHTML);
  });

  // « Vu… » in one click: the snippets of the page go where one writes.
  for (const button of area.form.querySelectorAll(`[data-ui-insert="${area.name}"]`)) {
    button.addEventListener("mousedown", (event) => event.preventDefault());
    button.addEventListener("click", (event) => {
      event.preventDefault();
      if (!page.contains(document.getSelection().anchorNode)) {
        page.focus();
        document.getSelection().selectAllChildren(page);
        document.getSelection().collapseToEnd();
      }
      command("insertHTML", button.nextElementSibling.innerHTML);
    });
  }

  document.execCommand("defaultParagraphSeparator", false, "p");
  area.hidden = true;
  box.prepend(bar, page);
}
