// Pointer and keyboard of the drawing of zones and lines: add, select, drag, nudge and remove shapes and their corners.
import { toSegment } from "./shapes.js";

export class PlaceHands {
  // drawing: the editor with the shapes in `state`, `selected` and `open`.
  constructor(drawing) {
    this.drawing = drawing;
    this.listen();
  }

  listen() {
    this.drawing.canvas.addEventListener("pointerdown", (event) => this.down(event));
    this.drawing.canvas.addEventListener("pointermove", (event) => this.drag(event));
    this.drawing.canvas.addEventListener("pointerup", () => this.up());
    this.drawing.canvas.addEventListener("dblclick", (event) => this.insert(event));
    document.addEventListener("keydown", (event) => this.key(event));
  }

  down(event) {
    if (this.drawing.open) return this.add(event);
    const { kind, index, corner } = event.target.dataset ?? {};
    if (kind === undefined) { this.drawing.selected = null; return this.drawing.draw(); }
    this.drawing.selected = { kind, index: Number(index), corner: corner === undefined ? null : Number(corner) };
    this.held = { from: this.drawing.at(event), before: this.drawing.text(), moved: false };
    this.drawing.canvas.setPointerCapture(event.pointerId);
    this.drawing.draw();
  }

  drag(event) {
    if (!this.held) return;
    const { kind, index, corner } = this.drawing.selected;
    const point = this.drawing.at(event);
    const far = Math.hypot(point[0] - this.held.from[0], point[1] - this.held.from[1]);
    if (!this.held.moved && far < 3 * this.drawing.scale()) return;
    this.held.moved = true;
    if (corner === null) {
      this.drawing.shift(kind, index, point[0] - this.held.from[0], point[1] - this.held.from[1]);
      this.held.from = point;
    } else {
      this.drawing.move(kind, index, corner, this.drawing.snapped(point, this.drawing.selected));
    }
    this.drawing.draw();
  }

  up() {
    const held = this.held;
    this.held = null;
    if (!held?.moved) return;
    this.drawing.remember(held.before);
    this.drawing.changed();
  }

  add(event) {
    const point = this.drawing.snapped(this.drawing.at(event));
    const [first] = this.drawing.open.points;
    const closes = first && this.drawing.open.points.length > 2 && Math.hypot(first[0] - point[0], first[1] - point[1]) < 1;
    if (this.drawing.open.what === "zone" && closes) return this.drawing.close();
    this.drawing.open.points.push(point);
    if (this.drawing.open.points.length === this.drawing.open.count) return this.drawing.close();
    this.drawing.draw();
  }

  insert(event) {
    const { kind, index } = event.target.dataset ?? {};
    if (kind !== "zones" || event.target.tagName !== "polygon") return;
    const point = this.drawing.at(event);
    const points = this.drawing.state.zones[Number(index)].polygon_px;
    const far = points.map((a, i) => toSegment(point, a, points[(i + 1) % points.length]));
    const edge = far.indexOf(Math.min(...far));
    if (far[edge] > 20 * this.drawing.scale()) return;
    this.drawing.remember();
    points.splice(edge + 1, 0, point);
    this.drawing.selected = { kind, index: Number(index), corner: edge + 1 };
    this.drawing.changed();
  }

  key(event) {
    if (event.target.closest("input, select, textarea")) return;
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "z") {
      event.preventDefault();
      return this.drawing.act(event.shiftKey ? "redo" : "undo");
    }
    if (this.drawing.open) {
      if (event.key === "Enter") { event.preventDefault(); this.drawing.close(); }
      if (event.key === "Escape") { this.drawing.open = null; this.drawing.say(""); this.drawing.draw(); }
      return;
    }
    if (!this.drawing.selected || document.activeElement !== this.drawing.canvas) return;
    const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (step) { event.preventDefault(); this.nudge(step, event.shiftKey ? 10 : 1); }
    if (event.key === "Delete" || event.key === "Backspace") { event.preventDefault(); this.remove(); }
  }

  nudge([dx, dy], by) {
    const { kind, index, corner } = this.drawing.selected;
    this.drawing.remember();
    if (corner === null) this.drawing.shift(kind, index, dx * by, dy * by);
    else {
      const p = this.drawing.all().find((one) => one.kind === kind && one.index === index).points[corner];
      this.drawing.move(kind, index, corner, this.drawing.inside([p[0] + dx * by, p[1] + dy * by]));
    }
    this.drawing.changed();
  }

  remove() {
    const { kind, index, corner } = this.drawing.selected;
    const points = kind === "zones" ? this.drawing.state.zones[index].polygon_px : [];
    if (corner === null || kind === "lines" || points.length <= 3) return this.drawing.drop(kind, index);
    this.drawing.remember();
    points.splice(corner, 1);
    this.drawing.selected.corner = null;
    this.drawing.changed();
  }
}
