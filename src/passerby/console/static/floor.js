// Marks known lengths and points on the redacted picture. The server fits the floor, and returns residuals and grid.
import { Editor, caption, metres, node, number, path, remover } from "./editing.js";
import { FloorErrors } from "./floor_errors.js";
import { LearnedFloor } from "./learned_floor.js";
import { _, plain } from "./words.js";

const editor = document.getElementById("floor");
const ROUGH = 0.05; // with a smaller share of the picture no rule with a speed can work
const MOUNTING = ["height_m", "tilt_deg", "hfov_deg"];

class Calibration extends Editor {
  constructor(element) {
    super(element, "/floor", element.dataset.floor);
    this.open = null;
    this.isNew = false;
    this.listed = ""; // what the list shows, as text
    this.learned = new LearnedFloor(element);
    this.errors = new FloorErrors(element, this.width, this.height);
    this.listen();
    this.fill();
    element.querySelector("#mounting").disabled = false; // nobody types before the script has filled in what is known
    this.begin();
  }

  taken() {
    this.open = null;
    this.fill();
  }

  changed() {
    this.isNew = true;
    super.changed();
  }

  // Every end that can be dragged: where it is, and how to move it.
  ends() {
    const lengths = this.state.lengths.flatMap((length, i) => length.px.map((px, end) => ({
      px, kind: "lengths", i, move: (to) => { length.px[end] = to; },
    })));
    const points = this.state.points.map((point, i) => ({ px: point.px, kind: "points", i, move: (to) => { point.px = to; } }));
    return [...lengths, ...points];
  }

  draw() {
    const size = this.scale();
    const nodes = this.state.lengths.flatMap((length, i) => [
      node("polyline", { points: path(length.px), class: "count" }),
      caption(`${i + 1}: ${length.m} ${_("m")}`, middle(length.px), size),
    ]);
    this.state.points.forEach((point, i) => nodes.push(caption(`${i + 1}`, [point.px[0], point.px[1] - 9 * size], size)));
    this.ends().forEach((end, k) => nodes.push(node("circle", { cx: end.px[0], cy: end.px[1], r: 6 * size, class: "corner", "data-end": k })));
    for (const px of this.open?.px ?? []) nodes.push(node("circle", { cx: px[0], cy: px[1], r: 6 * size, class: "corner first" }));
    this.element.querySelector("#marks").replaceChildren(...nodes);
    this.showUndo();
    this.list();
  }

  // The list stays while it shows what is known: a row that somebody is about to click must not be exchanged.
  list() {
    if (this.listed === this.known()) return;
    this.listed = this.known();
    const rows = [
      ...this.state.lengths.map((length, i) => this.row("lengths", i, _("Length %(n)s", { n: i + 1 }), [[_("metres"), length.m, (v) => { length.m = v; }]])),
      ...this.state.points.map((point, i) => this.row("points", i, _("Point %(n)s", { n: i + 1 }), [
        [_("x, metres"), point.m[0], (v) => { point.m[0] = v; }], [_("y, metres"), point.m[1], (v) => { point.m[1] = v; }],
      ])),
    ];
    this.element.querySelector("#names").replaceChildren(...rows);
  }

  known() {
    return JSON.stringify([this.state.lengths.map(({ m }) => m), this.state.points.map(({ m }) => m)]);
  }

  row(kind, index, title, values) {
    const item = document.createElement("li");
    item.append(`${title} `);
    values.forEach(([name, value, put]) => {
      const input = document.createElement("input");
      Object.assign(input, { value, inputMode: "decimal", size: 6 });
      input.setAttribute("aria-label", `${title}, ${name}`);
      input.dataset.field = `${kind}-${index}`;
      this.steps(input);
      input.addEventListener("focus", () => input.select());
      input.addEventListener("input", () => {
        const given = number(input.value);
        if (given === null) return;
        put(given);
        this.listed = this.known();
        this.changed();
      });
      item.append(input, ` ${name} `);
    });
    item.append(remover(title, () => { this.remember(); this.state[kind].splice(index, 1); this.changed(); }));
    return item;
  }

  fill() {
    for (const key of MOUNTING) this.element.querySelector(`#${key}`).value = this.state[key] ?? "";
  }

  listen() {
    this.canvas.addEventListener("pointerdown", (event) => this.down(event));
    this.canvas.addEventListener("pointermove", (event) => this.drag(event));
    this.canvas.addEventListener("pointerup", () => this.up());
    for (const key of MOUNTING) {
      const input = this.element.querySelector(`#${key}`);
      input.addEventListener("change", () => {
        this.remember();
        this.state[key] = number(input.value);
        if (key === "hfov_deg") this.state.focal_px = null;
        this.changed();
      });
    }
    document.addEventListener("keydown", (event) => {
      if (event.target.closest("input")) return;
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "z") { event.preventDefault(); this.act(event.shiftKey ? "redo" : "undo"); }
      if (event.key === "Escape" && this.open) { this.open = null; this.say(""); this.draw(); }
    });
  }

  act(what) {
    if (what === "undo") this.undo();
    if (what === "redo") this.redo();
    if (what === "save") this.save();
    if (what === "learned") this.save("/learned");
    if (what === "length" || what === "point") {
      this.open = { what, px: [] };
      this.say(what === "length" ? _("Click both ends of a length on the floor.") : _("Click a point on the floor."));
    }
  }

  down(event) {
    if (this.open) return this.add(this.at(event));
    const end = event.target.dataset?.end;
    if (end === undefined) return;
    this.held = { end: this.ends()[Number(end)], before: this.text(), moved: false };
    this.canvas.setPointerCapture(event.pointerId);
  }

  drag(event) {
    if (!this.held) return;
    this.held.moved = true;
    this.held.end.move(this.at(event));
    this.draw();
  }

  up() {
    const held = this.held;
    this.held = null;
    if (!held?.moved) return;
    this.remember(held.before);
    this.changed();
  }

  add(px) {
    this.open.px.push(px);
    const { what, px: all } = this.open;
    if (what === "length" && all.length < 2) return this.draw();
    this.remember();
    if (what === "length") this.state.lengths.push({ px: all, m: 1 });
    else this.state.points.push({ px, m: [0, 0] });
    this.open = null;
    this.say(_("Give its metres in the list."));
    this.changed();
    const kind = what === "length" ? "lengths" : "points";
    const field = `[data-field="${kind}-${this.state[kind].length - 1}"]`;
    const enter = () => this.element.querySelector(field)?.focus();
    this.canvas.addEventListener("click", enter, { once: true }); // after the picture has taken the focus itself
  }

  show({ problems, residuals = [], bands = [], grid = [], usable, learned, errors = [] }) {
    this.result(problems, usable);
    this.rows("#residuals", residuals.map(({ what, cm }) => [what, plain(cm, 1)]));
    this.rows("#bands", bands.map((band) => [band.y_px, shown(band.px_per_m, 0, _("no floor")), shown(band.speed_sd_mps, 2, _("too large"))]));
    this.element.querySelector("#grid").replaceChildren(...metres(grid));
    this.errors.show(errors);
    if (learned !== undefined) this.learned.show(learned);
    this.button("save").disabled = problems.length > 0 || !this.isNew;
  }

  // Nobody has to act before something is marked: what to do is no problem.
  result(problems, usable) {
    const said = _("A floor was found. Speeds are reliable in %(share)s % of the picture.", { share: plain(100 * usable, 0) });
    if (this.isEmpty()) this.showProblems([], _("Nothing is known yet. Mark three or more lengths, near and far, along and across the picture; or four or more points; or fill in height, tilt and field of view."));
    else if (problems.length || usable >= ROUGH) this.showProblems(problems, said);
    else this.showProblems([said, _("Click the length or point with the largest residual again, and mark longer ones.")], "");
  }

  isEmpty() {
    return !this.state.lengths.length && !this.state.points.length && MOUNTING.every((key) => this.state[key] === null);
  }

  named(problem) {
    const text = super.named(problem).replace(/^calibration[.:] ?/, "");
    const key = MOUNTING.find((one) => text.startsWith(`${one}: `));
    return key ? text.replace(key, this.element.querySelector(`label[for=${key}]`).textContent) : text;
  }

  rows(table, rows) {
    this.element.querySelector(table).hidden = !rows.length;
    this.element.querySelector(`${table} tbody`).replaceChildren(...rows.map((cells) => {
      const row = document.createElement("tr");
      cells.forEach((text, i) => {
        const cell = row.insertCell();
        cell.textContent = text;
        if (i || table === "#bands") cell.className = "number";
      });
      return row;
    }));
  }
}

function shown(number, decimals, otherwise) {
  return number === null ? otherwise : plain(number, decimals);
}

function middle([a, b]) {
  return [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2];
}

if (editor) new Calibration(editor);
