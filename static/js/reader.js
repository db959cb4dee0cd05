// The reader of PDF files: pages one under the other, drawn when they come near, with their text.
// Works under a content policy without eval and without WebAssembly.

const NEAR = "900px 0px"; // drawn this far before they are seen
const KEPT = 8; // pages on each side whose picture stays in memory
const LARGEST = 16_000_000; // pixels of one canvas, what a modest phone can hold
const STEPS = [0.5, 0.75, 1, 1.25, 1.5, 2, 3, 4];

const ICONS = document.querySelector("svg use")?.getAttribute("href")?.split("#")[0] ?? "";

function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `${ICONS}#${name}`);
  svg.append(use);
  return svg;
}

// `minor` tools leave a narrow bar: scrolling and pinching do the same there.
function tool(label, shape, act, minor = false) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = `button button--quiet button--s${minor ? " reader__minor" : ""}`;
  const words = document.createElement("span");
  words.textContent = label;
  words.className = "visually-hidden";
  button.append(icon(shape), words);
  button.addEventListener("click", act);
  return button;
}

class Reader {
  constructor(root, lib, pdf) {
    this.root = root;
    this.lib = lib;
    this.pdf = pdf;
    this.zoom = 1; // against the width of the frame
    this.pages = [];
    this.current = 1;
  }

  async open(first) {
    const page = await this.pdf.getPage(1);
    this.usual = page.getViewport({ scale: 1 });
    this.fallback = [...this.root.children];
    this.root.replaceChildren(this.bar(), this.frame());
    for (let number = 1; number <= this.pdf.numPages; number += 1) this.pages.push(this.sheet(number));
    this.holder.append(...this.pages.map((sheet) => sheet.element));
    this.layOut();
    this.watch();
    this.show();
    if (first > 1) this.goTo(first);
    this.root.dataset.state = "ready";
  }

  bar() {
    const bar = document.createElement("div");
    bar.className = "reader__bar";
    bar.setAttribute("role", "group");
    bar.setAttribute("aria-label", "Lecture");
    const where = document.createElement("label");
    where.className = "reader__where";
    const word = document.createElement("span");
    word.textContent = "Page";
    this.number = document.createElement("input");
    this.number.className = "input";
    this.number.inputMode = "numeric";
    this.number.value = "1";
    this.number.addEventListener("change", () => {
      const asked = Number.parseInt(this.number.value, 10);
      if (asked) this.goTo(asked);
      this.show();
    });
    this.number.addEventListener("keydown", (event) => {
      // Enter turns the page instead of sending a form around the reader.
      if (event.key === "Enter") {
        event.preventDefault();
        this.number.dispatchEvent(new Event("change"));
      }
    });
    const total = document.createElement("span");
    total.textContent = `/ ${this.pdf.numPages}`;
    where.append(word, this.number, total);
    const link = document.createElement("a");
    link.className = "button button--quiet button--s";
    link.href = this.root.querySelector("a")?.href ?? this.root.dataset.src;
    link.download = "";
    const words = document.createElement("span");
    words.textContent = "Télécharger";
    words.className = "reader__word";
    link.append(icon("download"), words);
    bar.append(
      tool("Page précédente", "chevron-up", () => this.goTo(this.current - 1), true),
      tool("Page suivante", "chevron-down", () => this.goTo(this.current + 1), true),
      where,
      tool("Réduire", "zoom-out", () => this.step(-1)),
      tool("Agrandir", "zoom-in", () => this.step(1)),
      tool("Ajuster à la largeur", "refresh-cw", () => this.setZoom(1), true),
      link,
    );
    return bar;
  }

  frame() {
    this.holder = document.createElement("div");
    this.holder.className = "reader__pages";
    this.holder.tabIndex = 0;
    this.holder.setAttribute("role", "region");
    this.holder.setAttribute("aria-label", this.root.dataset.title ?? "Document");
    this.holder.addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.key === "+" || event.key === "=") this.step(1);
      else if (event.key === "-") this.step(-1);
      else if (event.key === "0") this.setZoom(1);
      else return;
      event.preventDefault();
    });
    return this.holder;
  }

  sheet(number) {
    const element = document.createElement("div");
    element.className = "reader__page";
    element.dataset.number = number;
    element.setAttribute("role", "group");
    element.setAttribute("aria-label", `Page ${number}`);
    return { number, element, size: null, drawn: 0, task: null };
  }

  get room() {
    const style = getComputedStyle(this.holder);
    return this.holder.clientWidth - Number.parseFloat(style.paddingLeft) * 2;
  }

  scaleOf(sheet) {
    const size = sheet.size ?? this.usual;
    return Math.max(0.1, (Math.min(this.room, 1100) / size.width) * this.zoom);
  }

  layOut() {
    const keep = this.pages[this.current - 1]?.element;
    const before = keep ? keep.offsetTop - this.holder.scrollTop : 0;
    for (const sheet of this.pages) this.measure(sheet);
    if (keep) this.holder.scrollTop = keep.offsetTop - before;
  }

  measure(sheet) {
    const size = sheet.size ?? this.usual;
    const scale = this.scaleOf(sheet);
    sheet.element.style.width = `${Math.floor(size.width * scale)}px`;
    sheet.element.style.height = `${Math.floor(size.height * scale)}px`;
    sheet.element.style.setProperty("--total-scale-factor", scale);
    sheet.element.style.setProperty("--scale-round-x", "1px");
    sheet.element.style.setProperty("--scale-round-y", "1px");
  }

  watch() {
    const near = new IntersectionObserver((seen) => {
      for (const { target, isIntersecting } of seen) {
        if (isIntersecting) this.draw(this.pages[target.dataset.number - 1]);
      }
    }, { root: this.holder, rootMargin: NEAR });
    for (const sheet of this.pages) near.observe(sheet.element);
    this.near = near;
    let waiting = 0;
    this.holder.addEventListener("scroll", () => {
      waiting ||= requestAnimationFrame(() => {
        waiting = 0;
        this.follow();
      });
    }, { passive: true });
    let width = this.holder.clientWidth;
    new ResizeObserver(() => {
      if (Math.abs(this.holder.clientWidth - width) < 2) return;
      width = this.holder.clientWidth;
      this.layOut();
      this.redraw();
    }).observe(this.holder);
  }

  follow() {
    const middle = this.holder.scrollTop + this.holder.clientHeight / 3;
    let [low, high] = [0, this.pages.length - 1];
    while (low < high) {
      const half = Math.ceil((low + high) / 2);
      if (this.pages[half].element.offsetTop <= middle) low = half;
      else high = half - 1;
    }
    if (this.current === low + 1) return;
    this.current = low + 1;
    this.show();
  }

  show() {
    this.number.value = String(this.current);
    this.number.style.width = `${String(this.pdf.numPages).length + 3}ch`;
    this.root.dispatchEvent(new CustomEvent("ui:page", { bubbles: true, detail: this.current }));
  }

  goTo(number) {
    const sheet = this.pages[Math.min(Math.max(number, 1), this.pages.length) - 1];
    this.holder.scrollTop = sheet.element.offsetTop - 8;
    this.current = sheet.number;
    this.show();
  }

  step(way) {
    const next = way > 0
      ? STEPS.find((value) => value > this.zoom + 0.01)
      : STEPS.findLast((value) => value < this.zoom - 0.01);
    if (next) this.setZoom(next);
  }

  setZoom(zoom) {
    this.zoom = zoom;
    this.layOut();
    this.redraw();
  }

  redraw() {
    for (const sheet of this.pages) {
      if (sheet.drawn && sheet.drawn !== this.scaleOf(sheet)) {
        this.near.unobserve(sheet.element);
        this.near.observe(sheet.element);
      }
    }
  }

  async draw(sheet) {
    let scale = this.scaleOf(sheet);
    if (sheet.drawn === scale) return;
    sheet.task?.cancel();
    sheet.drawn = scale;
    try {
      const page = await this.pdf.getPage(sheet.number);
      if (!sheet.size) {
        sheet.size = page.getViewport({ scale: 1 });
        const above = sheet.element.offsetTop < this.holder.scrollTop;
        const height = sheet.element.offsetHeight;
        this.measure(sheet);
        if (above) this.holder.scrollTop += sheet.element.offsetHeight - height;
        scale = this.scaleOf(sheet);
        sheet.drawn = scale;
      }
      const viewport = page.getViewport({ scale });
      const dense = Math.min(
        window.devicePixelRatio || 1, 2, Math.sqrt(LARGEST / (viewport.width * viewport.height)),
      );
      const canvas = document.createElement("canvas");
      canvas.width = Math.floor(viewport.width * dense);
      canvas.height = Math.floor(viewport.height * dense);
      canvas.setAttribute("aria-hidden", "true");
      sheet.task = page.render({
        canvas,
        viewport,
        transform: dense === 1 ? null : [dense, 0, 0, dense, 0, 0],
      });
      await sheet.task.promise;
      const text = document.createElement("div");
      text.className = "reader__text";
      const layer = new this.lib.TextLayer({
        textContentSource: page.streamTextContent(), container: text, viewport,
      });
      await layer.render();
      if (sheet.drawn !== scale) return;
      sheet.element.replaceChildren(canvas, text);
      sheet.element.dataset.drawn = "";
      this.forget(sheet.number);
    } catch (error) {
      if (error?.name === "RenderingCancelledException") return;
      sheet.drawn = 0;
      const words = document.createElement("p");
      words.className = "reader__state";
      words.textContent = "Cette page n’a pas pu être affichée. Téléchargez le document pour la lire.";
      sheet.element.replaceChildren(words);
      console.error(error);
    }
  }

  forget(near) {
    for (const sheet of this.pages) {
      const far = Math.abs(sheet.number - near) > KEPT && Math.abs(sheet.number - this.current) > KEPT;
      if (sheet.drawn && far) {
        sheet.element.replaceChildren();
        delete sheet.element.dataset.drawn;
        sheet.drawn = 0;
        this.near.unobserve(sheet.element);
        this.near.observe(sheet.element);
      }
    }
  }
}

function say(root, words) {
  const line = document.createElement("p");
  line.className = "reader__state";
  line.setAttribute("role", "status");
  line.textContent = words;
  root.prepend(line);
  return line;
}

export async function start(root) {
  const { src, library, worker, fonts, wasm, page } = root.dataset;
  const waiting = say(root, "Ouverture du document…");
  try {
    const lib = await import(library);
    lib.GlobalWorkerOptions.workerSrc = worker;
    const pdf = await lib.getDocument({
      url: src,
      standardFontDataUrl: fonts,
      wasmUrl: wasm,
      useWasm: false,
      isEvalSupported: false,
      enableXfa: false,
      disableAutoFetch: true,
      withCredentials: true,
    }).promise;
    const asked = /#page=(\d+)/.exec(window.location.hash)?.[1] ?? page;
    await new Reader(root, lib, pdf).open(Number.parseInt(asked, 10) || 1);
  } catch (error) {
    waiting.textContent = error?.name === "PasswordException"
      ? "Ce PDF est protégé par un mot de passe : téléchargez-le pour l’ouvrir avec le mot de passe."
      : "Ce PDF n’a pas pu être affiché ici. Téléchargez-le pour le lire.";
    root.dataset.state = "failed";
    console.error(error);
  }
}
