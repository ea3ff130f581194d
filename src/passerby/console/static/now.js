// The first page: alarms, live pictures and states, by keyboard and mouse.
import { KEYS, act, isTyping, say, showKeys } from "./acts.js";
import { follow, toLogin } from "./stream.js";
import { arrange, start } from "./tiles.js";
import { _ } from "./words.js";

const root = document.body.dataset.root;
const alarms = document.getElementById("alarms");
const tiles = document.getElementById("tiles");
// Of one request: a server that answers no more must not end the refreshing.
const LONGEST_MS = 30_000;
let chosen = "";
let fresh = Number(document.getElementById("list").dataset.new);

const items = () => [...alarms.querySelectorAll(".alarm[data-id]")];
const current = () => items().find((item) => item.dataset.id === chosen);

function choose(item, focus = true) {
  for (const other of items()) other.classList.toggle("chosen", other === item);
  chosen = item?.dataset.id ?? "";
  if (item && focus) {
    item.focus({ preventScroll: true });
    item.scrollIntoView({ block: "nearest" });
  }
}

function step(by) {
  const all = items();
  if (!all.length) return;
  const at = all.indexOf(current());
  choose(all[at < 0 ? 0 : Math.min(Math.max(at + by, 0), all.length - 1)]);
}

async function part(name) {
  const signal = AbortSignal.timeout(LONGEST_MS);
  const answer = await fetch(`${root}/now/${name}${location.search}`, { headers: { "x-passive": "1" }, signal });
  if (answer.status === 401) toLogin();
  return answer.ok ? answer.text() : null;
}

async function refreshAlarms() {
  const html = await part("alarms").catch(() => null);
  if (html === null) return;
  const all = items();
  const hadFocus = alarms.contains(document.activeElement);
  const at = Math.max(0, all.indexOf(current()));
  alarms.innerHTML = html;
  const item = current() ?? (chosen ? items()[Math.min(at, items().length - 1)] : undefined);
  choose(item, hadFocus);
  const now = Number(document.getElementById("list").dataset.new);
  if (now > fresh) ring();
  fresh = now;
  document.title = document.title.replace(/^(\(\d+\) )?/, now ? `(${now}) ` : "");
  if (tiles) arrangeTiles();
}

function arrangeTiles() {
  const concerned = items().map((item) => item.dataset.camera).filter(Boolean);
  const shown = [...tiles.children].map((tile) => tile.dataset.camera);
  const known = new Set([...document.querySelectorAll("#state .strip .name")].map((name) => name.textContent));
  const wanted = [...new Set([...concerned.filter((name) => known.has(name)), ...shown, ...known])];
  arrange(tiles, wanted.slice(0, Math.max(shown.length, 1)));
}

let drawn = 0;
async function refreshState() {
  drawn = Date.now();
  const html = await part("state").catch(() => null);
  if (html !== null) document.getElementById("state").innerHTML = html;
}

// One request at a time, because an older answer must not take the place of a newer one, and never more often than
// this, however many messages come.
const PAUSE_MS = 150;
let refreshing = false;
let again = false;
async function soon() {
  again = true;
  if (refreshing) return;
  refreshing = true;
  try {
    while (again) {
      await new Promise((done) => setTimeout(done, PAUSE_MS));
      again = false;
      await refreshAlarms();
    }
  } finally {
    refreshing = false;
  }
}

const sound = document.getElementById("sound");
let audible = false;
sound.addEventListener("click", () => {
  audible = !audible;
  sound.setAttribute("aria-pressed", String(audible));
  sound.textContent = audible ? _("Sound on") : _("Sound off");
  if (audible) ring();
});

function ring() {
  if (!audible) return;
  const context = new AudioContext();
  const tone = context.createOscillator();
  const level = context.createGain();
  tone.frequency.value = 660;
  level.gain.setValueAtTime(0.2, context.currentTime);
  level.gain.exponentialRampToValueAtTime(0.001, context.currentTime + 0.6);
  tone.connect(level).connect(context.destination);
  tone.start();
  tone.stop(context.currentTime + 0.6);
  tone.onended = () => context.close();
}

alarms.addEventListener("click", (event) => {
  const item = event.target.closest(".alarm[data-id]");
  const button = event.target.closest("button[data-act]");
  if (item) choose(item, !button && !event.target.closest("a"));
  if (button) act(item.dataset.id, button.dataset.act, soon);
});
document.getElementById("help").addEventListener("click", showKeys);

document.addEventListener("keydown", (event) => {
  if (isTyping(event)) return;
  if (event.key === "?") showKeys();
  else if (event.key === "j" || event.key === "ArrowDown") step(1);
  else if (event.key === "k" || event.key === "ArrowUp") step(-1);
  else if (event.key === "Enter" && event.target.closest?.(".alarm[data-id]") === event.target) {
    event.target.querySelector("a.open").click();
  } else if (event.key in KEYS) {
    if (current()) act(chosen, KEYS[event.key], soon);
    else say(_("Choose an alarm first: j"));
  } else return;
  event.preventDefault();
});

follow({
  alarm: soon,
  act: soon,
  reload: soon,
  hello: () => { soon(); refreshState(); },
  recovered: () => { soon(); refreshState(); },
  raised: (event) => event.phase === "start" && say([_(event.title), event.place, event.camera].filter(Boolean).join(", ")),
});
// The plan of an open alarm shows where people are now; all else changes by the minute.
setInterval(() => (Date.now() - drawn > (alarms.querySelector(".alarm:not(.over)") ? 2000 : 10000)) && refreshState(), 1000);
setInterval(soon, 30000);
if (tiles) start();
