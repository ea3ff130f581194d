// Finds cameras in the network and their streams; a click fills in the form.
import { _ } from "./words.js";

const root = document.body.dataset.root;
const page = document.getElementById("add-camera");
const field = (name) => page.querySelector(`#${name}`);

async function ask(path, body) {
  const answer = await fetch(`${root}/add-camera/${path}`, {
    method: "POST",
    headers: { "content-type": "application/json", "x-csrf-token": document.body.dataset.csrf },
    body: JSON.stringify(body),
  });
  const found = await answer.json();
  if (!answer.ok) throw new Error(found.detail);
  return found;
}

async function during(words, work) {
  field("searched").textContent = words;
  try {
    field("searched").textContent = await work();
  } catch (error) {
    field("searched").textContent = error.message;
  }
}

function row(text, label, act) {
  const item = document.createElement("li");
  const button = document.createElement("button");
  Object.assign(button, { type: "button", textContent: label });
  button.setAttribute("aria-label", `${label}: ${text}`);
  button.addEventListener("click", act);
  item.append(`${text} `, button);
  return item;
}

function search() {
  return during(_("Searching for 3 s."), async () => {
    const { devices } = await ask("devices", {});
    field("devices").replaceChildren(...devices.map((one) => row(`${one.name || _("camera")} ${one.hardware} ${one.address}`, _("Show streams"), () => show(one))));
    return devices.length ? "" : _("No ONVIF camera has answered. Give the address of the stream.");
  });
}

function show(device) {
  return during(_("Asking the camera. It needs its user and password."), async () => {
    const { streams } = await ask("streams", { address: device.address, user: field("user").value, password: field("password").value });
    field("streams").replaceChildren(...streams.map((one) => row(`${one.name}: ${one.picture_wh.join(" × ")} px, ${one.encoding}`, _("Use"), () => use(device, one))));
    return streams.length ? "" : _("The camera has no streams.");
  });
}

function use(device, stream) {
  field("address").value = stream.address;
  field("onvif").value = device.address;
  if (!field("name").value) field("name").value = device.name;
  field("name").focus();
}

field("search").addEventListener("click", search);
