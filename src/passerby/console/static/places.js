// Draws the zones and lines of a camera on its redacted picture, with the rules beside them. The server checks every change, and saves.
import { Editor, node, remover } from "./editing.js";
import { RuleList } from "./rules.js";
import { arrow, label, outline, spots, toSegment, unfinished } from "./shapes.js";
import { _ } from "./words.js";

const editor = document.getElementById("editor");
const SNAP = 8; // screen pixels

class Drawing extends Editor {
  constructor(element) {
    super(element, "/places", element.dataset.places);
    this.shapes = element.querySelector("#shapes");
    this.selected = null; // { kind, index, corner }
    this.open = null; // points of a shape that is being drawn; count, done: points for a rule
    this.rules = new RuleList(this, (count, what, done) => this.pick(count, what, done));
    this.listen();
    this.begin();
  }

  taken() {
    this.selected = this.open = null;
  }

  all() {
    const zones = this.state.zones.map((shape, index) => ({ kind: "zones", index, shape, points: shape.polygon_px }));
    const lines = this.state.lines.map((shape, index) => ({
      kind: "lines", index, shape, points: [shape.from_px, shape.to_px],
    }));
    return [...zones, ...lines];
  }

  move(kind, index, corner, point) {
    const shape = this.state[kind][index];
    if (kind === "zones") shape.polygon_px[corner] = point;
    else shape[corner ? "to_px" : "from_px"] = point;
  }

  shift(kind, index, dx, dy) {
    const shape = this.state[kind][index];
    const points = kind === "zones" ? shape.polygon_px : [shape.from_px, shape.to_px];
    const xs = points.map((p) => p[0]);
    const ys = points.map((p) => p[1]);
    dx = Math.min(Math.max(dx, -Math.min(...xs)), this.width - Math.max(...xs));
    dy = Math.min(Math.max(dy, -Math.min(...ys)), this.height - Math.max(...ys));
    points.forEach((p, corner) => this.move(kind, index, corner, [p[0] + dx, p[1] + dy]));
  }

  snapped(point, except) {
    const near = SNAP * this.scale();
    let best = null;
    for (const { kind, index, points } of this.all()) {
      points.forEach((other, corner) => {
        if (except && except.kind === kind && except.index === index && except.corner === corner) return;
        const far = Math.hypot(other[0] - point[0], other[1] - point[1]);
        if (far < near && (!best || far < best.far)) best = { far, point: other };
      });
    }
    if (best) return [...best.point];
    const edge = (v, most) => (v < near ? 0 : v > most - near ? most : v);
    return [edge(point[0], this.width), edge(point[1], this.height)];
  }

  // ---- drawing
  draw() {
    const nodes = [];
    for (const one of this.all()) {
      const mine = this.selected && this.selected.kind === one.kind && this.selected.index === one.index;
      const css = `${one.kind === "zones" ? "zone" : "count"}${mine ? " selected" : ""}`;
      nodes.push(outline(one, css));
      if (one.kind === "lines") nodes.push(arrow(one.points, this.scale()));
      one.points.forEach((point, corner) => {
        const held = mine && this.selected.corner === corner;
        nodes.push(node("circle", {
          cx: point[0], cy: point[1], r: 6 * this.scale(), class: `corner${held ? " selected" : ""}`,
          "data-kind": one.kind, "data-index": one.index, "data-corner": corner,
        }));
      });
      nodes.push(label(one, this.scale()));
    }
    if (this.open) nodes.push(...unfinished(this.open.points, this.scale()));
    this.shapes.replaceChildren(...nodes, ...spots(this.state.rules, this.scale()));
    this.list();
    this.rules.draw();
    this.showUndo();
  }

  list() {
    const active = document.activeElement?.dataset?.field;
    if (active && this.element.querySelector("#names").contains(document.activeElement)) return this.marks();
    this.element.querySelector("#names").replaceChildren(...this.all().map((one) => this.row(one)));
  }

  marks() {
    this.element.querySelectorAll("#names li").forEach((row, i) => {
      const one = this.all()[i];
      const mine = one && this.selected && this.selected.kind === one.kind && this.selected.index === one.index;
      row.classList.toggle("selected", Boolean(mine));
    });
  }

  row({ kind, index, shape }) {
    const item = document.createElement("li");
    const mine = this.selected && this.selected.kind === kind && this.selected.index === index;
    item.classList.toggle("selected", Boolean(mine));
    const name = document.createElement("input");
    Object.assign(name, { value: shape.name, maxLength: 64 });
    name.dataset.field = `${kind}-${index}`;
    name.setAttribute("aria-label", kind === "zones" ? _("Name of the zone") : _("Name of the line"));
    this.steps(name);
    name.addEventListener("focus", () => { this.selected = { kind, index, corner: null }; this.draw(); });
    name.addEventListener("input", () => {
      this.rules.follow(kind, shape.name, name.value);
      shape.name = name.value;
      this.changed();
    });
    item.append(name, kind === "zones" ? this.kinds(shape) : `${_("line")} `);
    item.append(remover(shape.name, () => this.drop(kind, index)));
    return item;
  }

  kinds(shape) {
    const select = document.createElement("select");
    select.setAttribute("aria-label", _("Kind of %(name)s", { name: shape.name }));
    for (const kind of this.element.dataset.kinds.split(" ")) select.add(new Option(_(kind), kind, false, kind === shape.kind));
    select.addEventListener("change", () => { this.remember(); shape.kind = select.value; this.changed(); });
    return select;
  }

  drop(kind, index) {
    this.remember();
    this.state[kind].splice(index, 1);
    this.selected = null;
    this.changed();
  }

  // ---- hands
  listen() {
    this.canvas.addEventListener("pointerdown", (event) => this.down(event));
    this.canvas.addEventListener("pointermove", (event) => this.drag(event));
    this.canvas.addEventListener("pointerup", () => this.up());
    this.canvas.addEventListener("dblclick", (event) => this.insert(event));
    document.addEventListener("keydown", (event) => this.key(event));
  }

  act(what) {
    if (what === "undo") this.undo();
    if (what === "redo") this.redo();
    if (what === "save") this.save();
    if (what === "rule") this.rules.add();
    if (what === "trial") this.tryOut();
    if (what === "zone" || what === "line") {
      this.open = { what, points: [], count: what === "line" ? 2 : Infinity };
      this.say(what === "zone" ? _("Click the corners; Enter or a click on the first corner closes the zone, Escape drops it.") : _("Click both ends; walking from the first to the second, in is on the right."));
      this.canvas.focus();
      this.draw();
    }
  }

  down(event) {
    if (this.open) return this.add(event);
    const { kind, index, corner } = event.target.dataset ?? {};
    if (kind === undefined) { this.selected = null; return this.draw(); }
    this.selected = { kind, index: Number(index), corner: corner === undefined ? null : Number(corner) };
    this.held = { from: this.at(event), before: this.text(), moved: false };
    this.canvas.setPointerCapture(event.pointerId);
    this.draw();
  }

  drag(event) {
    if (!this.held) return;
    const { kind, index, corner } = this.selected;
    const point = this.at(event);
    const far = Math.hypot(point[0] - this.held.from[0], point[1] - this.held.from[1]);
    if (!this.held.moved && far < 3 * this.scale()) return;
    this.held.moved = true;
    if (corner === null) {
      this.shift(kind, index, point[0] - this.held.from[0], point[1] - this.held.from[1]);
      this.held.from = point;
    } else {
      this.move(kind, index, corner, this.snapped(point, this.selected));
    }
    this.draw();
  }

  up() {
    const held = this.held;
    this.held = null;
    if (!held?.moved) return;
    this.remember(held.before);
    this.changed();
  }

  add(event) {
    const point = this.snapped(this.at(event));
    const [first] = this.open.points;
    const closes = first && this.open.points.length > 2 && Math.hypot(first[0] - point[0], first[1] - point[1]) < 1;
    if (this.open.what === "zone" && closes) return this.close();
    this.open.points.push(point);
    if (this.open.points.length === this.open.count) return this.close();
    this.draw();
  }

  pick(count, what, done) {
    this.open = { count, done, points: [] };
    this.say(_("Click: %(what)s.", { what }));
    this.canvas.focus();
  }

  close() {
    const { what, points, count, done } = this.open;
    if (points.length < (count === Infinity ? 3 : count)) return;
    this.open = null;
    this.say("");
    if (done) return done(points);
    this.remember();
    const kind = what === "zone" ? "zones" : "lines";
    const name = this.free(what === "zone" ? _("zone") : _("line"));
    if (what === "zone") this.state.zones.push({ name, was: "", kind: "area", polygon_px: points });
    else this.state.lines.push({ name, was: "", from_px: points[0], to_px: points[1] });
    this.selected = { kind, index: this.state[kind].length - 1, corner: null };
    this.changed();
  }

  free(what) {
    const used = new Set(this.all().map((one) => one.shape.name));
    for (let n = 1; ; n += 1) if (!used.has(`${what} ${n}`)) return `${what} ${n}`;
  }

  insert(event) {
    const { kind, index } = event.target.dataset ?? {};
    if (kind !== "zones" || event.target.tagName !== "polygon") return;
    const point = this.at(event);
    const points = this.state.zones[Number(index)].polygon_px;
    const far = points.map((a, i) => toSegment(point, a, points[(i + 1) % points.length]));
    const edge = far.indexOf(Math.min(...far));
    if (far[edge] > 20 * this.scale()) return;
    this.remember();
    points.splice(edge + 1, 0, point);
    this.selected = { kind, index: Number(index), corner: edge + 1 };
    this.changed();
  }

  key(event) {
    if (event.target.closest("input, select, textarea")) return;
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "z") {
      event.preventDefault();
      return this.act(event.shiftKey ? "redo" : "undo");
    }
    if (this.open) {
      if (event.key === "Enter") { event.preventDefault(); this.close(); }
      if (event.key === "Escape") { this.open = null; this.say(""); this.draw(); }
      return;
    }
    if (!this.selected || document.activeElement !== this.canvas) return;
    const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (step) { event.preventDefault(); this.nudge(step, event.shiftKey ? 10 : 1); }
    if (event.key === "Delete" || event.key === "Backspace") { event.preventDefault(); this.remove(); }
  }

  nudge([dx, dy], by) {
    const { kind, index, corner } = this.selected;
    this.remember();
    if (corner === null) this.shift(kind, index, dx * by, dy * by);
    else {
      const p = this.all().find((one) => one.kind === kind && one.index === index).points[corner];
      this.move(kind, index, corner, this.inside([p[0] + dx * by, p[1] + dy * by]));
    }
    this.changed();
  }

  remove() {
    const { kind, index, corner } = this.selected;
    const points = kind === "zones" ? this.state.zones[index].polygon_px : [];
    if (corner === null || kind === "lines" || points.length <= 3) return this.drop(kind, index);
    this.remember();
    points.splice(corner, 1);
    this.selected.corner = null;
    this.changed();
  }

  show({ problems, diff = [] }) {
    this.showProblems(problems, _("No problems."));
    this.rules.show(problems);
    this.element.querySelector("#diff").textContent = diff.join("\n") || _("none");
    this.button("save").disabled = this.button("trial").disabled = problems.length > 0 || !diff.length;
  }

  async tryOut() {
    const result = await this.ask("/trial");
    if (result.trial) location.assign(`${location.pathname.replace(/places$/, "trial")}`);
    else this.show(result);
  }
}

if (editor) new Drawing(editor);
