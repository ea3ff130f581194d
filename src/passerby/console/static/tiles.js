// Live pictures: the page asks for those of all its tiles together, and marks what is old.
import { _, plain } from "./words.js";

const root = document.body.dataset.root;
const EVERY_MS = 500;
const REFUSED_MS = 10_000; // until the next request after one that was refused because too many people watch
const STALE_S = 3;
const ASKED = { cache: "no-store" };
const within = () => AbortSignal.timeout(5000);

// The newest redacted picture of a camera, if it is not the one with this tag.
export function picture(camera, tag) {
  const headers = tag ? { "if-none-match": tag } : {};
  return fetch(`${root}/live/${encodeURIComponent(camera)}`, { headers, ...ASKED, signal: within() });
}

class Tile {
  constructor(figure) {
    this.figure = figure;
    this.image = figure.querySelector("img");
    this.age = figure.querySelector(".age");
    this.number = "";
  }

  // Takes the state of the camera, and its picture if it is a new one.
  take({ status, number, age_s: ageS }, blob) {
    if (blob) this.show(blob, number);
    this.figure.classList.toggle("waiting", status === 204);
    if (status === 200 || status === 304) this.mark(ageS);
    else this.mark(Infinity, status === 204 ? _("no picture yet") : _("not available"));
  }

  show(blob, number) {
    const before = this.address;
    this.address = URL.createObjectURL(blob);
    this.image.src = this.address;
    this.number = number;
    if (before) setTimeout(() => URL.revokeObjectURL(before), 1000);
  }

  mark(ageS, words) {
    const stale = !(ageS < STALE_S);
    this.figure.classList.toggle("stale", stale);
    this.age.textContent = stale ? (words ?? _("picture is %(age)s s old", { age: plain(ageS, 0) })) : "";
  }

  end() {
    if (this.address) URL.revokeObjectURL(this.address);
  }
}

let shown = []; // the tiles of the page
let isAsking = false;

async function keepAsking() {
  if (isAsking) return;
  isAsking = true;
  while (shown.length) {
    const status = document.hidden ? 0 : await ask(shown);
    await new Promise((done) => setTimeout(done, status === 503 ? REFUSED_MS : EVERY_MS));
    for (const tile of shown.filter((tile) => !tile.figure.isConnected)) tile.end();
    shown = shown.filter((tile) => tile.figure.isConnected);
  }
  isAsking = false;
}

// Returns the status of the answer; 0 if there is none.
async function ask(tiles) {
  const wanted = new URLSearchParams(tiles.map((tile) => ["tile", `${tile.number}:${tile.figure.dataset.camera}`]));
  try {
    const answer = await fetch(`${root}/live?${wanted}`, { ...ASKED, signal: within() });
    if (answer.ok) {
      const form = await answer.formData();
      const states = JSON.parse(await form.get("tiles").text());
      tiles.forEach((tile, at) => tile.take(states[at], form.get(`${at}`)));
    } else for (const tile of tiles) tile.take({ status: answer.status });
    return answer.status;
  } catch {
    for (const tile of tiles) tile.mark(Infinity, _("no connection"));
    return 0;
  }
}

export function start(container = document) {
  for (const figure of container.querySelectorAll(".tile[data-camera]:not([data-started])")) {
    figure.dataset.started = "1";
    shown.push(new Tile(figure));
  }
  keepAsking();
}

// Shows the cameras in this order, and keeps the tiles that are there.
export function arrange(container, cameras) {
  const tiles = new Map([...container.children].map((tile) => [tile.dataset.camera, tile]));
  for (const camera of cameras) {
    let tile = tiles.get(camera);
    if (!tile) {
      tile = container.firstElementChild.cloneNode(true);
      delete tile.dataset.started;
      tile.dataset.camera = camera;
      tile.classList.add("stale");
      tile.querySelector("img").removeAttribute("src");
      tile.querySelector("img").alt = _("Live picture of %(camera)s, redacted", { camera });
      tile.querySelector("figcaption").firstChild.textContent = `${camera} `;
    }
    tiles.delete(camera);
    container.append(tile);
  }
  for (const tile of tiles.values()) tile.remove();
  start(container);
}
