// The page of one alarm.
import { KEYS, act, isTyping, showKeys } from "./acts.js";
import { follow } from "./stream.js";

const root = document.body.dataset.root;
const id = document.getElementById("alarm").dataset.id;
const clip = document.getElementById("clip");

// The clip goes on playing: only the text around it is exchanged.
async function refresh() {
  const answer = await fetch(location.href, { headers: { "x-passive": "1" } });
  if (!answer.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const focused = document.activeElement?.dataset?.act;
  for (const part of ["#heading", ".acts", "section[aria-labelledby=facts]", "section[aria-labelledby=timeline]"]) {
    const fresh = page.querySelector(`#alarm ${part}`);
    const shown = document.querySelector(`#alarm ${part}`);
    if (fresh && shown) shown.replaceWith(fresh);
  }
  if (!clip && page.getElementById("clip")) location.reload();
  if (focused) document.querySelector(`[data-act=${focused}]`)?.focus();
}

document.getElementById("alarm").addEventListener("click", (event) => {
  const button = event.target.closest("button[data-act]");
  if (button) act(id, button.dataset.act, refresh);
});
document.getElementById("help").addEventListener("click", showKeys);
document.addEventListener("keydown", (event) => {
  if (isTyping(event)) return;
  if (event.key === "?") showKeys();
  else if (event.key === "b") location.assign(`${root}/`);
  else if (event.key === " " && clip && event.target.tagName !== "BUTTON") clip.paused ? clip.play() : clip.pause();
  else if (event.key in KEYS) act(id, KEYS[event.key], refresh);
  else return;
  event.preventDefault();
});

const mine = (message) => (message.id === id || message.alarm === id) && refresh();
follow({ alarm: mine, act: mine, recovered: refresh, reload: refresh });
