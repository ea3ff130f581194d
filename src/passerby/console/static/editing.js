// A drawing on the redacted picture of a camera: its state, undo, positions, and the server that checks and saves it.
import { picture } from "./tiles.js";
import { _ } from "./words.js";

export const root = document.body.dataset.root;
const CHECK_AFTER_MS = 350;
const MOST_UNDONE = 200;
const FRESH_MS = 2000; // while the background is learned, each picture shows more of the floor

export class Editor {
  // path: below the camera's address. state: what is drawn, as JSON; the subclass draws and shows it.
  constructor(element, path, state) {
    this.element = element;
    this.path = path;
    this.canvas = element.querySelector("#canvas");
    this.state = JSON.parse(state);
    [this.width, this.height] = this.state.picture_px;
    this.past = [];
    this.future = [];
    this.checks = 0;
    this.keepFresh(this.canvas.querySelector("image"));
    for (const button of element.querySelectorAll("[data-do]")) button.addEventListener("click", () => this.act(button.dataset.do));
  }

  begin() {
    this.draw();
    this.check();
  }

  // ---- changes, and their undoing
  text() {
    return JSON.stringify(this.state);
  }

  remember(before = this.text()) {
    this.past.push(before);
    if (this.past.length > MOST_UNDONE) this.past.shift();
    this.future = [];
  }

  undo() {
    this.travel(this.past, this.future);
  }

  redo() {
    this.travel(this.future, this.past);
  }

  travel(from, to) {
    if (!from.length) return;
    to.push(this.text());
    this.state = JSON.parse(from.pop());
    this.taken();
    this.changed();
  }

  changed() {
    this.draw();
    clearTimeout(this.later);
    this.later = setTimeout(() => this.check(), CHECK_AFTER_MS);
  }

  // A field that changes the state while somebody types is one step of undo.
  steps(input) {
    input.addEventListener("focus", () => { this.before = this.text(); });
    input.addEventListener("change", () => { this.remember(this.before); this.before = this.text(); this.draw(); });
  }

  // ---- positions
  scale() {
    return this.width / this.canvas.getBoundingClientRect().width;
  }

  at(event) {
    const box = this.canvas.getBoundingClientRect();
    return this.inside([(event.clientX - box.left) * this.scale(), (event.clientY - box.top) * this.scale()]);
  }

  inside([x, y]) {
    const clip = (v, most) => Math.round(10 * Math.min(Math.max(v, 0), most)) / 10;
    return [clip(x, this.width), clip(y, this.height)];
  }

  // ---- the page
  async keepFresh(image) {
    let tag = "";
    for (;;) {
      await new Promise((done) => setTimeout(done, FRESH_MS));
      const answer = document.hidden ? null : await picture(this.element.dataset.camera, tag).catch(() => null);
      if (answer?.status !== 200) continue;
      tag = answer.headers.get("etag");
      const before = image.getAttribute("href");
      image.setAttribute("href", URL.createObjectURL(await answer.blob()));
      if (before.startsWith("blob:")) setTimeout(() => URL.revokeObjectURL(before), FRESH_MS / 2);
    }
  }

  button(name) {
    return this.element.querySelector(`[data-do="${name}"]`);
  }

  say(words) {
    this.element.querySelector("#advice").textContent = words;
  }

  showUndo() {
    this.button("undo").disabled = !this.past.length;
    this.button("redo").disabled = !this.future.length;
  }

  showProblems(problems, well) {
    const words = problems.map((text) => {
      const line = document.createElement("p");
      line.className = "error";
      line.textContent = this.named(text);
      return line;
    });
    this.element.querySelector("#problems").replaceChildren(...(words.length ? words : [well]));
  }

  // A problem of this camera, without its address in the configuration file.
  named(problem) {
    return problem.replace(/^cameras\[\d+\]\./, "");
  }

  // ---- the server
  async ask(path) {
    const answer = await fetch(`${root}/cameras/${encodeURIComponent(this.element.dataset.camera)}${this.path}${path}`, {
      method: "POST",
      headers: { "content-type": "application/json", "x-csrf-token": document.body.dataset.csrf },
      body: this.text(),
    });
    const body = await answer.json();
    return answer.ok ? body : { problems: [body.detail] };
  }

  async check() {
    const number = ++this.checks;
    let result;
    try {
      result = await this.ask("/check");
    } catch {
      result = { problems: [_("no connection; the drawing is kept on this page")] };
    }
    if (number === this.checks) this.show(result);
  }

  // path: below that of the editor.
  async save(path = "") {
    clearTimeout(this.later);
    this.button("save").disabled = true;
    const said = this.element.querySelector("#saved");
    try {
      const result = await this.ask(path);
      if (!result.saved) return this.show(result);
      said.textContent = _("Saved; the camera restarts.");
      setTimeout(() => location.assign(location.pathname), 2500);
    } catch {
      said.textContent = _("No connection; nothing was saved.");
      this.button("save").disabled = false;
    }
  }
}

export function node(tag, attributes) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  return made;
}

export function path(points) {
  return points.map((p) => p.join(",")).join(" ");
}

// The lines of a floor at whole metres.
export function metres(grid) {
  return grid.map(({ bold, px }) => node("polyline", { points: path(px), class: bold ? "metre bold" : "metre" }));
}

export function caption(text, [x, y], size) {
  const made = node("text", { x, y, "font-size": 14 * size, "text-anchor": "middle" });
  made.textContent = text;
  return made;
}

export function remover(name, drop) {
  const made = document.createElement("button");
  Object.assign(made, { type: "button", textContent: _("Remove") });
  made.setAttribute("aria-label", _("Remove %(name)s", { name }));
  made.addEventListener("click", drop);
  return made;
}

export function number(text) {
  const value = Number.parseFloat(text.replace(",", "."));
  return Number.isFinite(value) ? value : null;
}
