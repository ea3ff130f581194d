// The floor that walking people gave, beside the drawn one: its grid, and how far both are apart.
import { metres } from "./editing.js";
import { _, plain } from "./words.js";

export class LearnedFloor {
  constructor(element) {
    this.grid = element.querySelector("#learned-grid");
    this.compared = element.querySelector("#compared");
    this.proposal = element.querySelector("#proposal");
    this.shown = element.querySelector("#show-learned");
    this.shown.addEventListener("change", () => this.draw());
  }

  // learned: as the server answers; null until enough people have walked past.
  show(learned) {
    this.learned = learned;
    this.proposal.hidden = !learned;
    this.compared.replaceChildren(...this.lines());
    this.draw();
  }

  draw() {
    this.grid.replaceChildren(...(this.learned && this.shown.checked ? metres(this.learned.grid) : []));
  }

  lines() {
    if (!this.learned) return [line(_("There is no floor from people yet. It needs at least 20 people who walk past, and the field of view of the lens or a drawing that determines it."))];
    const { walkers, sd, ratio, is_apart: isApart } = this.learned;
    const about = line(_("From %(walkers)s people; a metre is known to %(sd)s %.", { walkers, sd: plain(100 * sd, 0) }));
    if (!ratio) return [about];
    const [median, low, high] = ratio.map((value) => plain(value, 2));
    const found = line(_("A metre of the drawing is %(median)s m by the height of people (%(low)s to %(high)s m over the picture).", { median, low, high }));
    if (!isApart) return [about, found, line(_("Both agree within this error."), "good")];
    return [about, found, line(_("Both differ by more than this error: check the lengths of the drawing, or whether the camera was moved."), "error")];
  }
}

function line(text, css = "") {
  const made = document.createElement("p");
  made.className = css;
  made.textContent = text;
  return made;
}
