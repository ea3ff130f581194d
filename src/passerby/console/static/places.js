// Draws the zones and lines of a camera on its redacted picture, with the rules beside them. The server checks every change, and saves.
import { Editor, node } from "./editing.js";
import { PlaceHands } from "./place_hands.js";
import { PlaceList } from "./place_list.js";
import { RuleList } from "./rules.js";
import { arrow, label, outline, spots, unfinished } from "./shapes.js";
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
    this.names = new PlaceList(this);
    this.hands = new PlaceHands(this);
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
    this.names.draw();
    this.rules.draw();
    this.showUndo();
  }

  drop(kind, index) {
    this.remember();
    this.state[kind].splice(index, 1);
    this.selected = null;
    this.changed();
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

  named(problem) {
    return this.rules.named(super.named(problem));
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
