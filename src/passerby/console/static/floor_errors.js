// The map of the error of a speed over the picture: the darker, the less a speed is worth.
import { node } from "./editing.js";

const RELIABLE_MPS = 0.2;

export class FloorErrors {
  constructor(element, width, height) {
    this.size = [width, height];
    this.cells = element.querySelector("#errors");
    this.choice = element.querySelector("#error-map");
    this.legend = element.querySelector("#error-legend");
    this.shown = element.querySelector("#show-errors");
    this.shown.addEventListener("change", () => this.draw());
    this.errors = [];
  }

  // errors: of each cell, m/s, rows from the top; null for no speed.
  show(errors) {
    this.errors = errors;
    this.choice.hidden = !errors.length;
    this.draw();
  }

  draw() {
    const isShown = this.shown.checked && this.errors.length > 0;
    this.legend.hidden = !isShown;
    this.cells.replaceChildren(...(isShown ? this.errors.flatMap((row, y) => row.map((sd, x) => this.cell(sd, x, y))).filter(Boolean) : []));
  }

  cell(sd, x, y) {
    if (sd !== null && sd <= RELIABLE_MPS) return null;
    const width = this.size[0] / this.errors[0].length;
    const height = this.size[1] / this.errors.length;
    return node("rect", { x: x * width, y: y * height, width, height, class: sd === null ? "unknown" : "rough" });
  }
}
