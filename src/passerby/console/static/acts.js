// What staff do about an alarm: by button or key, with a dialog where a text is needed.
import { toLogin } from "./stream.js";
import { _ } from "./words.js";

const root = document.body.dataset.root;
const WORDS = {
  acknowledged: _("Acknowledged."), useful: _("Rated as useful."), not_useful: _("Rated as not useful."),
  resolved: _("Resolved."), reopened: _("Opened again."), shelved: _("Shelved."), handed_over: _("Handed over."), escalated: _("The message is on its way; the alarm shows when it was delivered."),
};
const ASKS = {
  resolved: [_("Resolve the alarm"), _("Reason")],
  shelved: [_("Shelve this kind of alarm here"), _("Reason")],
  handed_over: [_("Hand over to the next person"), _("Note")],
  escalated: [_("Escalate: inform somebody"), _("Note, if needed")],
};
export const KEYS = { a: "acknowledged", u: "useful", n: "not_useful", r: "resolved", s: "shelved", h: "handed_over", e: "escalated" };

export function say(words) {
  const place = document.getElementById("said");
  place.textContent = words;
  place.classList.add("shown");
  clearTimeout(say.timer);
  say.timer = setTimeout(() => place.classList.remove("shown"), 4000);
}

async function send(alarm, act, given = {}) {
  const body = new URLSearchParams({ act, ...given });
  const headers = { "x-csrf-token": document.body.dataset.csrf, accept: "application/json" };
  const answer = await fetch(`${root}/alarms/${encodeURIComponent(alarm)}/acts`, { method: "POST", body, headers });
  if (answer.status === 401) toLogin();
  if (!answer.ok) throw new Error((await answer.json()).detail);
}

export async function act(alarm, name, done) {
  if (!document.getElementById("ask")) return;  // this role may look only
  if (name === "escalated" && !document.getElementById("ask-whom")) return say(_("The configuration names nobody to inform."));
  if (name in ASKS) return ask(alarm, name, done);
  try {
    await send(alarm, name);
    say(WORDS[name]);
    done?.();
  } catch (error) {
    say(_("Not saved: %(why)s", { why: error.message }));
  }
}

function ask(alarm, name, done) {
  const dialog = document.getElementById("ask");
  const note = document.getElementById("ask-note");
  const wrong = document.getElementById("ask-error");
  const before = document.activeElement;
  [document.getElementById("ask-title").textContent, document.getElementById("ask-label").textContent] = ASKS[name];
  document.getElementById("ask-times").hidden = name !== "shelved";
  const whom = document.getElementById("ask-whom");
  if (whom) whom.hidden = name !== "escalated";
  note.required = name !== "escalated";
  note.value = "";
  document.getElementById("ask-camera").checked = false;
  wrong.hidden = true;
  document.getElementById("ask-cancel").onclick = () => dialog.close();
  document.getElementById("ask-form").onsubmit = async (event) => {
    event.preventDefault();
    try {
      await send(alarm, name, {
        note: note.value,
        minutes: document.getElementById("ask-minutes").value,
        whole_camera: document.getElementById("ask-camera").checked,
        recipient: document.getElementById("ask-recipient")?.value ?? "",
      });
      dialog.close();
      say(WORDS[name]);
      done?.();
    } catch (error) {
      wrong.textContent = _("Not saved: %(why)s", { why: error.message });
      wrong.hidden = false;
    }
  };
  // Ctrl-Enter saves, so that hands stay on the keyboard.
  note.onkeydown = (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) dialog.querySelector("[type=submit]").click();
  };
  dialog.onclose = () => before?.isConnected && before.focus();
  dialog.showModal();
  (name === "escalated" ? document.getElementById("ask-recipient") : note).focus();
}

export function isTyping(event) {
  const at = event.target;
  return event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]") !== null
    || ["INPUT", "TEXTAREA", "SELECT"].includes(at.tagName);
}

export function showKeys() {
  document.getElementById("keys").showModal();
}
