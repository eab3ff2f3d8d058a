// The salon's handset: scans the code that the owner's page shows, or leaves again.
import { post } from "./api.js";
import { at } from "./dom.js";

const STATE = at("device-state");
const ERROR = at("device-error");
const LINK = at("link");
const SCAN = at("scan");
const LOGOUT = at("logout");
const FORM = at("code-form");

let device = { linked: false, online: false, qr: false };
let busy = false;

export function showDevice(fresh, salon) {
  device = fresh;
  at("device-phone").textContent = salon.phone;
  render();
}

export const isLinked = () => device.linked;

export function startDevice({ refresh }) {
  const act = async (path, body) => {
    busy = true;
    fail("");
    render();
    try {
      await post(path, body);
      FORM.reset();
    } catch (error) {
      fail(error.message);
    } finally {
      busy = false;
      await refresh();
    }
  };
  SCAN.addEventListener("click", () => act("scan"));
  LOGOUT.addEventListener("click", () => act("logout"));
  FORM.addEventListener("submit", (event) => {
    event.preventDefault();
    act("code", { code: at("code-input").value });
  });
}

function render() {
  const waits = device.qr || !device.linked;
  LINK.hidden = !waits;
  LOGOUT.hidden = !device.linked;
  SCAN.disabled = busy || !device.qr;
  STATE.textContent = text();
  STATE.dataset.state = device.linked && device.online ? "on" : "off";
}

function text() {
  if (busy) return "Подключаем…";
  if (device.linked && device.online) return "привязан и на связи";
  if (device.linked && !device.qr) return "привязан, мост переподключается";
  return device.qr ? "код показан, можно сканировать" : "ждём код на экране владельца";
}

function fail(text) {
  ERROR.textContent = text;
  ERROR.hidden = !text;
}
