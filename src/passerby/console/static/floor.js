// Marks known lengths and points on the redacted picture. The server fits the floor, and returns residuals and grid.
const editor = document.getElementById("floor");
const root = document.body.dataset.root;
const MOUNTING = ["height_m", "tilt_deg", "hfov_deg"];

class Calibration {
  constructor(element) {
    this.element = element;
    this.canvas = element.querySelector("#canvas");
    this.floor = JSON.parse(element.dataset.floor);
    [this.width, this.height] = this.floor.picture_px;
    this.past = [];
    this.open = null;
    this.checks = 0;
    this.isNew = false;
    this.listen();
    this.fill();
    this.draw();
    this.check();
  }

  remember() {
    this.past.push(JSON.stringify(this.floor));
  }

  undo() {
    if (!this.past.length) return;
    this.floor = JSON.parse(this.past.pop());
    this.open = null;
    this.fill();
    this.changed();
  }

  changed() {
    this.isNew = true;
    this.draw();
    clearTimeout(this.later);
    this.later = setTimeout(() => this.check(), 350);
  }

  scale() {
    return this.width / this.canvas.getBoundingClientRect().width;
  }

  at(event) {
    const box = this.canvas.getBoundingClientRect();
    const clip = (v, most) => Math.round(10 * Math.min(Math.max(v, 0), most)) / 10;
    return [clip((event.clientX - box.left) * this.scale(), this.width), clip((event.clientY - box.top) * this.scale(), this.height)];
  }

  // Every end that can be dragged: where it is, and how to move it.
  ends() {
    const lengths = this.floor.lengths.flatMap((length, i) => length.px.map((px, end) => ({
      px, kind: "lengths", i, move: (to) => { length.px[end] = to; },
    })));
    const points = this.floor.points.map((point, i) => ({ px: point.px, kind: "points", i, move: (to) => { point.px = to; } }));
    return [...lengths, ...points];
  }

  draw() {
    const size = this.scale();
    const nodes = this.floor.lengths.flatMap((length, i) => [
      node("polyline", { points: length.px.map((p) => p.join(",")).join(" "), class: "count" }),
      label(`${i + 1}: ${length.m} m`, middle(length.px), size),
    ]);
    this.floor.points.forEach((point, i) => nodes.push(label(`${i + 1}`, [point.px[0], point.px[1] - 9 * size], size)));
    this.ends().forEach((end, k) => nodes.push(node("circle", { cx: end.px[0], cy: end.px[1], r: 6 * size, class: "corner", "data-end": k })));
    for (const px of this.open?.px ?? []) nodes.push(node("circle", { cx: px[0], cy: px[1], r: 6 * size, class: "corner first" }));
    this.element.querySelector("#marks").replaceChildren(...nodes);
    this.button("undo").disabled = !this.past.length;
    if (!this.element.querySelector("#names").contains(document.activeElement)) this.list();
  }

  list() {
    const rows = [
      ...this.floor.lengths.map((length, i) => this.row("lengths", i, `Length ${i + 1}`, [["metres", length.m, (v) => { length.m = v; }]])),
      ...this.floor.points.map((point, i) => this.row("points", i, `Point ${i + 1}`, [
        ["x, metres", point.m[0], (v) => { point.m[0] = v; }], ["y, metres", point.m[1], (v) => { point.m[1] = v; }],
      ])),
    ];
    this.element.querySelector("#names").replaceChildren(...rows);
  }

  row(kind, index, title, values) {
    const item = document.createElement("li");
    item.append(`${title} `);
    values.forEach(([name, value, put]) => {
      const input = document.createElement("input");
      Object.assign(input, { value, inputMode: "decimal", size: 6 });
      input.setAttribute("aria-label", `${title}, ${name}`);
      input.dataset.field = `${kind}-${index}`;
      input.addEventListener("focus", () => { input.select(); this.before = JSON.stringify(this.floor); });
      input.addEventListener("input", () => { const number = read(input.value); if (number !== null) { put(number); this.changed(); } });
      input.addEventListener("change", () => { this.past.push(this.before); this.before = JSON.stringify(this.floor); });
      item.append(input, ` ${name} `);
    });
    const gone = document.createElement("button");
    Object.assign(gone, { type: "button", textContent: "Remove" });
    gone.setAttribute("aria-label", `Remove ${title}`);
    gone.addEventListener("click", () => { this.remember(); this.floor[kind].splice(index, 1); this.changed(); });
    item.append(gone);
    return item;
  }

  fill() {
    for (const key of MOUNTING) this.element.querySelector(`#${key}`).value = this.floor[key] ?? "";
  }

  listen() {
    this.canvas.addEventListener("pointerdown", (event) => this.down(event));
    this.canvas.addEventListener("pointermove", (event) => this.drag(event));
    this.canvas.addEventListener("pointerup", () => this.up());
    for (const button of this.element.querySelectorAll("[data-do]")) button.addEventListener("click", () => this.act(button.dataset.do));
    for (const key of MOUNTING) {
      const input = this.element.querySelector(`#${key}`);
      input.addEventListener("change", () => {
        this.remember();
        this.floor[key] = read(input.value);
        if (key === "hfov_deg") this.floor.focal_px = null;
        this.changed();
      });
    }
    document.addEventListener("keydown", (event) => {
      if (event.target.closest("input")) return;
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "z") { event.preventDefault(); this.undo(); }
      if (event.key === "Escape" && this.open) { this.open = null; this.say(""); this.draw(); }
    });
  }

  button(name) {
    return this.element.querySelector(`[data-do="${name}"]`);
  }

  act(what) {
    if (what === "undo") this.undo();
    if (what === "save") this.save();
    if (what === "length" || what === "point") {
      this.open = { what, px: [] };
      this.say(what === "length" ? "Click both ends of a length on the floor." : "Click a point on the floor.");
    }
  }

  down(event) {
    if (this.open) return this.add(this.at(event));
    const end = event.target.dataset?.end;
    if (end === undefined) return;
    this.held = { end: this.ends()[Number(end)], before: JSON.stringify(this.floor), moved: false };
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
    this.past.push(held.before);
    this.changed();
  }

  add(px) {
    this.open.px.push(px);
    const { what, px: all } = this.open;
    if (what === "length" && all.length < 2) return this.draw();
    this.remember();
    if (what === "length") this.floor.lengths.push({ px: all, m: 1 });
    else this.floor.points.push({ px, m: [0, 0] });
    this.open = null;
    this.say("Give its metres in the list.");
    this.changed();
    const kind = what === "length" ? "lengths" : "points";
    const field = `[data-field="${kind}-${this.floor[kind].length - 1}"]`;
    const enter = () => this.element.querySelector(field)?.focus();
    this.canvas.addEventListener("click", enter, { once: true }); // after the picture has taken the focus itself
  }

  say(words) {
    this.element.querySelector("#advice").textContent = words;
  }

  async ask(path) {
    const answer = await fetch(`${root}/cameras/${encodeURIComponent(this.element.dataset.camera)}/floor${path}`, {
      method: "POST",
      headers: { "content-type": "application/json", "x-csrf-token": document.body.dataset.csrf },
      body: JSON.stringify(this.floor),
    });
    const body = await answer.json();
    return answer.ok ? body : { problems: [body.detail], residuals: [], bands: [], grid: [] };
  }

  async check() {
    const number = ++this.checks;
    let result;
    try {
      result = await this.ask("/check");
    } catch {
      result = { problems: ["no connection; the drawing is kept on this page"], residuals: [], bands: [], grid: [] };
    }
    if (number === this.checks) this.show(result);
  }

  show({ problems, residuals, bands, grid, usable }) {
    const words = problems.map((text) => {
      const line = document.createElement("p");
      line.className = "error";
      line.textContent = text;
      return line;
    });
    if (!words.length) words.push(`A floor was found. Speeds are reliable in ${Math.round(100 * usable)} % of the picture.`);
    this.element.querySelector("#problems").replaceChildren(...words);
    this.rows("#residuals", residuals.map(({ what, cm }) => [what, cm.toFixed(1)]));
    this.rows("#bands", bands.map((band) => [band.y_px, band.px_per_m?.toFixed(0) ?? "no floor", band.speed_sd_mps?.toFixed(2) ?? "too large"]));
    this.element.querySelector("#grid").replaceChildren(...grid.map(({ bold, px }) => node("polyline", {
      points: px.map((p) => p.join(",")).join(" "), class: bold ? "metre bold" : "metre",
    })));
    this.button("save").disabled = problems.length > 0 || !this.isNew;
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

  async save() {
    this.button("save").disabled = true;
    const said = this.element.querySelector("#saved");
    try {
      const result = await this.ask("");
      if (!result.saved) return this.show(result);
      said.textContent = "Saved; the camera restarts.";
      setTimeout(() => location.reload(), 2500);
    } catch {
      said.textContent = "No connection; nothing was saved.";
      this.button("save").disabled = false;
    }
  }
}

function read(text) {
  const number = Number.parseFloat(text.replace(",", "."));
  return Number.isFinite(number) ? number : null;
}

function middle([a, b]) {
  return [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2];
}

function label(text, [x, y], size) {
  const made = node("text", { x, y, "font-size": 14 * size, "text-anchor": "middle" });
  made.textContent = text;
  return made;
}

function node(tag, attributes) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  return made;
}

if (editor) new Calibration(editor);
