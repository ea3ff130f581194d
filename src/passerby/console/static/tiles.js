// Live pictures: each tile asks for its next picture when the last one is there, and marks what is old.
import { _, plain } from "./words.js";

const root = document.body.dataset.root;
const EVERY_MS = 500;
const REFUSED_MS = 10_000; // until the next request after one that was refused because too many people watch
const STALE_S = 3;

// The newest redacted picture of a camera, if it is not the one with this tag.
export function picture(camera, tag) {
  const headers = tag ? { "if-none-match": tag } : {};
  return fetch(`${root}/live/${encodeURIComponent(camera)}`, { headers, cache: "no-store", signal: AbortSignal.timeout(5000) });
}

class Tile {
  constructor(figure) {
    this.figure = figure;
    this.image = figure.querySelector("img");
    this.age = figure.querySelector(".age");
    this.tag = "";
    this.shownAt = 0;
    this.loop();
  }

  async loop() {
    while (this.figure.isConnected) {
      const status = document.hidden ? 0 : await this.ask();
      await new Promise((done) => setTimeout(done, status === 503 ? REFUSED_MS : EVERY_MS));
    }
    if (this.address) URL.revokeObjectURL(this.address);
  }

  // Returns the status of the answer; 0 if there is none.
  async ask() {
    try {
      const answer = await picture(this.figure.dataset.camera, this.tag);
      if (answer.status === 200) this.show(await answer.blob(), answer.headers.get("etag"));
      this.figure.classList.toggle("waiting", answer.status === 204);
      if (answer.status === 200 || answer.status === 304) this.mark(Number(answer.headers.get("x-age-s")));
      else this.mark(Infinity, answer.status === 204 ? _("no picture yet") : _("not available"));
      return answer.status;
    } catch {
      this.mark(Infinity, _("no connection"));
      return 0;
    }
  }

  show(blob, tag) {
    const before = this.address;
    this.address = URL.createObjectURL(blob);
    this.image.src = this.address;
    this.tag = tag;
    if (before) setTimeout(() => URL.revokeObjectURL(before), 1000);
  }

  mark(ageS, words) {
    const stale = !(ageS < STALE_S);
    this.figure.classList.toggle("stale", stale);
    this.age.textContent = stale ? (words ?? _("picture is %(age)s s old", { age: plain(ageS, 0) })) : "";
  }
}

export function start(container = document) {
  for (const figure of container.querySelectorAll(".tile[data-camera]:not([data-started])")) {
    figure.dataset.started = "1";
    new Tile(figure);
  }
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
