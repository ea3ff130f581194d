// The connection to the unit: calls back for each kind of message, shows whether it is alive, and recovers.
import { _ } from "./words.js";

const root = document.body.dataset.root;
const SILENT_MS = 12000;
const AGAIN_MS = 2000;
let isLeaving = false;

export function follow(handlers) {
  const shown = document.getElementById("connection");
  let source;
  let heardAt = 0;
  let lost = false;

  function show(state, words) {
    if (!shown || shown.dataset.state === state) return;
    shown.dataset.state = state;
    shown.textContent = words;
    document.body.classList.toggle("lost", state === "lost");
  }

  function heard() {
    heardAt = Date.now();
    show("live", _("Live"));
    if (lost) {
      lost = false;
      handlers.recovered?.();
    }
  }

  function open() {
    source = new EventSource(`${root}/api/v1/stream`);
    heardAt = Date.now();
    for (const kind of ["hello", "tick", "alarm", "act", "raised", "reload", "expired"]) {
      source.addEventListener(kind, (message) => {
        heard();
        if (kind === "expired") return toLogin();
        handlers[kind]?.(JSON.parse(message.data));
      });
    }
    source.onerror = () => {
      lost = true;
      show("lost", _("Connection lost. What is shown may be old."));
      if (source.readyState === EventSource.CLOSED) retry();
    };
  }

  async function retry() {
    source.close();
    try {
      // A closed stream gives no reason: ask for a part of the page, which answers 401 when the session is over.
      const answer = await fetch(`${root}/now/state`, { headers: { "x-passive": "1" } });
      if (answer.status === 401) return toLogin();
    } catch {
      // The unit cannot be reached; try again.
    }
    setTimeout(open, AGAIN_MS);
  }

  setInterval(() => {
    if (Date.now() - heardAt > SILENT_MS) {
      lost = true;
      show("lost", _("Connection lost. What is shown may be old."));
      source.close();
      open();
    }
  }, 3000);
  open();
}

// A refused act and the stream's own message can both lead here: a second load would clear what is typed already.
export function toLogin() {
  if (isLeaving) return;
  isLeaving = true;
  const here = location.pathname.slice(root.length) || "/";
  location.assign(`${root}/login?after=${encodeURIComponent(here)}`);
}
