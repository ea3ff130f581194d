// The settings of each rule beside the drawing, as forms that the server makes from the models of the configuration.
import { number, remover } from "./editing.js";
import { _ } from "./words.js";

export class RuleList {
  // drawing: the editor with `state.rules`. picked: lets a person click `n` points in the picture.
  constructor(drawing, picked) {
    this.drawing = drawing;
    this.picked = picked;
    this.element = drawing.element.querySelector("#rule-list");
    this.forms = new Map(JSON.parse(this.element.dataset.forms).map((form) => [form.kind, form]));
    this.kind = drawing.element.querySelector("#rule-kind");
    for (const form of this.forms.values()) this.kind.add(new Option(form.label, form.kind));
    this.opened = null;
    this.faults = [];
  }

  add() {
    const { place_key: key, kind } = this.forms.get(this.kind.value);
    const [place] = this.places(key);
    if (place === undefined) return this.drawing.say(key === "line" ? _("This rule needs a line: draw one first.") : _("This rule needs a zone: draw one first."));
    this.change(() => this.rules.push({ kind, [key]: place }), this.rules.length);
  }

  // A zone or line has a new name: rules follow it.
  follow(kind, from, to) {
    for (const rule of this.rules) {
      for (const key of kind === "zones" ? ["zone", "track"] : ["line"]) if (rule[key] === from) rule[key] = to;
    }
  }

  // A field that somebody types in shows its change itself; everything else is drawn again, with the focus where it was.
  draw() {
    if (this.shown === this.content()) return this.names();
    this.shown = this.content();
    const active = this.element.contains(document.activeElement) && document.activeElement.closest("[data-key]")?.dataset.key;
    this.element.replaceChildren(...this.rules.map((rule, index) => this.row(rule, index)));
    if (active) this.element.querySelector(`[data-key="${active}"]`)?.querySelector("input, select, button")?.focus();
    this.mark();
  }

  content() {
    return JSON.stringify([this.rules, this.places("zone"), this.places("line")]);
  }

  // Show the problems of a check beside the fields that they are about.
  show(problems) {
    this.faults = problems.map((text) => /\.rules\[(\d+)\](?:\.(\w+))?[^:]*: (.*)/s.exec(text)).filter(Boolean)
      .map(([, index, key, what]) => ({ index: Number(index), key: key ?? "kind", what }));
    this.mark();
  }

  // A problem of a rule, with the rule by its name.
  named(problem) {
    const [, index, rest] = /^rules\[(\d+)\]\.?(.*)/s.exec(problem) ?? [];
    return this.rules[index] ? `${title(this.rules[index], this.forms)}: ${rest.replace(/^: /, "")}` : problem;
  }

  get rules() {
    return this.drawing.state.rules;
  }

  places(key) {
    const { zones, lines } = this.drawing.state;
    return (key === "line" ? lines : zones).map((one) => one.name);
  }

  change(act, opened = this.opened) {
    this.drawing.remember();
    act();
    this.opened = opened;
    this.drawing.changed();
  }

  names() {
    this.element.querySelectorAll("details").forEach((row, index) => {
      row.querySelector("summary").textContent = title(this.rules[index], this.forms);
    });
  }

  mark() {
    for (const field of this.element.querySelectorAll("[data-key]")) {
      const fault = this.faults.find(({ index, key }) => field.dataset.key === `${index}.${key}`);
      field.querySelector(".fault").textContent = fault?.what ?? "";
      field.querySelector("input, select")?.setAttribute("aria-invalid", String(Boolean(fault)));
    }
    this.element.querySelectorAll("details").forEach((row, at) => row.classList.toggle("faulty", this.faults.some(({ index }) => index === at)));
  }

  row(rule, index) {
    const form = this.forms.get(rule.kind);
    const item = document.createElement("details");
    item.open = this.opened === index;
    item.addEventListener("toggle", () => { if (item.open) this.opened = index; else if (this.opened === index) this.opened = null; });
    const head = document.createElement("summary");
    head.textContent = title(rule, this.forms);
    const about = document.createElement("p");
    about.className = "hint";
    about.textContent = form.meaning;
    const place = { key: form.place_key, label: form.place_label, input: "choice", words: this.places(form.place_key), unit: "", meaning: "", is_required: true };
    const fields = [place, ...form.fields].map((field) => this.field(rule, field, index));
    const gone = remover(head.textContent, () => this.change(() => this.rules.splice(index, 1), null));
    item.append(head, about, ...fields, gone);
    return item;
  }

  field(owner, field, index, inside = "") {
    const isGroup = ["several", "form"].includes(field.input);
    const made = document.createElement(isGroup ? "fieldset" : "div");
    made.className = "setting";
    made.dataset.key = `${index}.${inside || field.key}`;
    const label = document.createElement(isGroup ? "legend" : "label");
    label.append(["", "px", field.key].includes(field.unit ?? "") ? field.label : `${field.label}, ${field.unit}`);
    const make = { choice: "choice", several: "several", spot: "spot", arrow: "spot", form: "inner" }[field.input] ?? "text";
    const inputs = [this[make](owner, field, index)].flat();
    if (!isGroup) label.append(...inputs);
    const fault = document.createElement("span");
    fault.className = "fault";
    const hint = document.createElement("small");
    hint.textContent = [field.meaning, field.limits].filter(Boolean).join("; ");
    made.append(label, ...(isGroup ? inputs : []), ...(field.can_be_off ? [this.off(owner, field)] : []), fault, hint);
    return made;
  }

  set(owner, key, value) {
    if (value === undefined) delete owner[key];
    else owner[key] = value;
  }

  text(owner, field) {
    const input = document.createElement("input");
    Object.assign(input, { value: owner[field.key] ?? "", placeholder: owner[field.key] === null ? _("off") : field.default, size: 8, autocomplete: "off" });
    if (field.input !== "text") input.inputMode = "decimal";
    this.drawing.steps(input);
    input.addEventListener("input", () => {
      const given = input.value.trim();
      const value = field.input === "text" || !/^[-+]?[\d.,]+$/.test(given) ? given : number(given); // the server says what is wrong with a word
      this.set(owner, field.key, given ? value : undefined);
      this.shown = this.content();
      this.drawing.changed();
    });
    return input;
  }

  off(owner, field) {
    const input = document.createElement("input");
    input.type = "checkbox";
    input.checked = owner[field.key] === null;
    input.addEventListener("change", () => { this.change(() => this.set(owner, field.key, input.checked ? null : undefined)); });
    const label = document.createElement("label");
    label.className = "check";
    label.append(input, _("off"));
    return label;
  }

  choice(owner, field) {
    const select = document.createElement("select");
    const now = owner[field.key] ?? "";
    if (!field.is_required) select.add(new Option(field.default ? _("%(value)s (default)", { value: named(field, field.default) }) : _("as the kind"), ""));
    else if (!field.words.includes(now)) select.add(new Option(now || _("choose"), now));
    for (const word of field.words) select.add(new Option(named(field, word), word));
    select.value = now;
    select.addEventListener("change", () => { this.change(() => this.set(owner, field.key, select.value || undefined)); });
    return select;
  }

  several(owner, field) {
    return field.words.map((word) => {
      const input = document.createElement("input");
      input.type = "checkbox";
      input.checked = (owner[field.key] ?? field.words).includes(word);
      input.setAttribute("aria-label", named(field, word));
      input.addEventListener("change", () => {
          const chosen = new Set(owner[field.key] ?? field.words);
        if (input.checked) chosen.add(word); else chosen.delete(word);
        this.change(() => this.set(owner, field.key, field.words.filter((one) => chosen.has(one))));
      });
      return [input, named(field, word)];
    }).flat();
  }

  // A point, or both ends of an arrow, clicked in the picture.
  spot(owner, field) {
    const button = document.createElement("button");
    const known = owner[field.key];
    Object.assign(button, { type: "button", textContent: known ? _("at %(px)s", { px: known.map((p) => (Array.isArray(p) ? p.map(Math.round).join(",") : Math.round(p))).join(" ") }) : _("click in the picture") });
    button.addEventListener("click", () => this.picked(field.input === "arrow" ? 2 : 1, field.meaning, (points) => this.change(() => {
      owner[field.key] = field.input === "arrow" ? points : points[0];
    })));
    return button;
  }

  inner(owner, field, index) {
    const own = owner[field.key];
    const input = document.createElement("input");
    input.type = "checkbox";
    input.checked = Boolean(own);
    input.setAttribute("aria-label", field.label);
    input.addEventListener("change", () => { this.change(() => this.set(owner, field.key, input.checked ? {} : undefined)); });
    if (!own) return input;
    return [input, ...field.fields.map((one) => this.field(own, one, index, `${field.key}_${one.key}`))];
  }
}

// A value of a choice in words; names of zones and lines stay as they are.
function named(field, value) {
  return field.word_labels?.[value] ?? value;
}

function title(rule, forms) {
  const { label, place_key: key } = forms.get(rule.kind);
  return `${label} · ${rule[key] || "?"}`;
}
