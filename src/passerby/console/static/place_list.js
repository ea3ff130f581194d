// The names and kinds of zones and lines beside their drawing.
import { remover } from "./editing.js";
import { _ } from "./words.js";

export class PlaceList {
  // drawing: the editor with the shapes in `state` and `selected`.
  constructor(drawing) {
    this.drawing = drawing;
    this.element = drawing.element.querySelector("#names");
  }

  draw() {
    const active = document.activeElement?.dataset?.field;
    if (active && this.element.contains(document.activeElement)) return this.marks();
    const rows = this.drawing.all().map((one) => this.row(one));
    this.element.replaceChildren(...(rows.length ? rows : [none()]));
  }

  marks() {
    this.element.querySelectorAll("li").forEach((row, i) => {
      const one = this.drawing.all()[i];
      const mine = one && this.drawing.selected && this.drawing.selected.kind === one.kind && this.drawing.selected.index === one.index;
      row.classList.toggle("selected", Boolean(mine));
    });
  }

  row({ kind, index, shape }) {
    const item = document.createElement("li");
    const mine = this.drawing.selected && this.drawing.selected.kind === kind && this.drawing.selected.index === index;
    item.classList.toggle("selected", Boolean(mine));
    const name = document.createElement("input");
    Object.assign(name, { value: shape.name, maxLength: 64 });
    name.dataset.field = `${kind}-${index}`;
    name.setAttribute("aria-label", kind === "zones" ? _("Name of the zone") : _("Name of the line"));
    this.drawing.steps(name);
    name.addEventListener("focus", () => { this.drawing.selected = { kind, index, corner: null }; this.drawing.draw(); });
    name.addEventListener("input", () => {
      this.drawing.rules.follow(kind, shape.name, name.value);
      shape.name = name.value;
      this.drawing.changed();
    });
    item.append(name, kind === "zones" ? this.kinds(shape) : `${_("line")} `);
    item.append(remover(shape.name, () => this.drawing.drop(kind, index)));
    return item;
  }

  kinds(shape) {
    const select = document.createElement("select");
    select.setAttribute("aria-label", _("Kind of %(name)s", { name: shape.name }));
    for (const kind of this.drawing.element.dataset.kinds.split(" ")) select.add(new Option(_(kind), kind, false, kind === shape.kind));
    select.addEventListener("change", () => { this.drawing.remember(); shape.kind = select.value; this.drawing.changed(); });
    return select;
  }
}

function none() {
  const item = document.createElement("li");
  item.className = "hint";
  item.textContent = _("There is none so far. Draw the first one in the picture.");
  return item;
}
