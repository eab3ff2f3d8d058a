// Business time of the stand: shown by the salon's wall clock, moved for every process at once.
import { post } from "./api.js";
import { at } from "./dom.js";

const FACE = at("clock-now");
const SHIFT = at("clock-shift");
const DAY = 86400000;

let server = null;
let format = null;

export function setClock({ now, offset, zone }) {
  server = { at: Date.parse(now), seen: performance.now(), zone };
  format = new Intl.DateTimeFormat("ru", {
    weekday: "short",
    day: "numeric",
    month: "long",
    hour: "2-digit",
    minute: "2-digit",
    timeZone: zone,
  });
  SHIFT.hidden = Math.abs(offset) < 60;
  SHIFT.textContent = shift(offset);
  at("clock-reset").disabled = SHIFT.hidden;
  tick();
}

// Milliseconds of business time; real time until the server told.
export const now = () => (server ? server.at + performance.now() - server.seen : Date.now());

// ISO date on the salon's wall clock, `days` from today.
export function isoDay(days = 0) {
  const options = { timeZone: server?.zone, year: "numeric", month: "2-digit", day: "2-digit" };
  return new Intl.DateTimeFormat("sv", options).format(now() + days * DAY);
}

// Minutes since midnight on the salon's wall clock.
export function minuteOfDay() {
  const options = { timeZone: server?.zone, hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
  const [hours, minutes] = new Intl.DateTimeFormat("ru", options).format(now()).split(":");
  return Number(hours) * 60 + Number(minutes);
}

// "сегодня", "завтра" or "чт, 12 марта" for an ISO date.
export function dayName(iso) {
  for (const [days, name] of [
    [0, "сегодня"],
    [1, "завтра"],
    [-1, "вчера"],
  ]) {
    if (iso === isoDay(days)) return name;
  }
  return longDay(iso);
}

export function longDay(iso) {
  const options = { weekday: "short", day: "numeric", month: "long", timeZone: "UTC" };
  return new Intl.DateTimeFormat("ru", options).format(Date.parse(`${iso}T00:00:00Z`));
}

export function startClock({ onTick, onError }) {
  setInterval(() => {
    tick();
    onTick();
  }, 1000);
  for (const button of document.querySelectorAll("[data-move]")) {
    button.addEventListener("click", async () => {
      const { move } = button.dataset;
      try {
        await post("clock", { seconds: move ? Number(move) : null });
      } catch (error) {
        onError(error);
      }
    });
  }
}

function tick() {
  if (format) FACE.textContent = format.format(now());
}

function shift(seconds) {
  const sign = seconds < 0 ? "−" : "+";
  const minutes = Math.round(Math.abs(seconds) / 60);
  const parts = [
    [Math.floor(minutes / 1440), "д"],
    [Math.floor((minutes % 1440) / 60), "ч"],
    [minutes % 60, "мин"],
  ];
  return sign + parts.filter(([n]) => n).map(([n, unit]) => `${n} ${unit}`).join(" ");
}
