// The journal pane: a day by master. It is fetched again when the stand-in's own webhook says so.
import { get } from "./api.js";
import { isoDay, longDay, minuteOfDay } from "./clock.js";
import { at, coalesced, el } from "./dom.js";

const BOARD = at("journal");
const DATE = at("day");
const SWITCHES = [...document.querySelectorAll("[data-day]")];
const HOUR = 96; // pixels, also in journal.css
const COLUMN = 100; // pixels at least
const GLOW = 4000; // milliseconds a new record stays marked

let shown = ""; // ISO date; "" until the first answer
let day = null;
let report = () => {};
const fresh = new Map(); // record id → when its mark ends

export function startJournal({ onError }) {
  report = onError;
  for (const button of SWITCHES) {
    button.addEventListener("click", () => show(isoDay(Number(button.dataset.day))));
  }
  DATE.addEventListener("change", () => DATE.value && show(DATE.value));
}

// A webhook came: follow the record to its day; a new or moved one is marked.
export async function journalChanged({ record, status, day: date }) {
  if (status !== "delete") {
    fresh.set(record, performance.now() + GLOW);
    setTimeout(dim, GLOW, record);
  }
  if (date) shown = date;
  await refreshJournal();
  const block = BOARD.querySelector(`[data-record="${record}"]`);
  block?.scrollIntoView({ block: "nearest", inline: "nearest" });
}

export function show(date) {
  shown = date;
  return refreshJournal();
}

export const refreshJournal = coalesced(async () => {
  const asked = shown;
  try {
    const answer = await get(asked ? `journal?date=${asked}` : "journal");
    if (asked !== shown) return;
    day = answer;
    shown = answer.date;
    draw();
  } catch (error) {
    report(error);
  }
});

// Called every second: "today" may have become another day, the line moves on.
export function journalTick() {
  if (!day) return;
  for (const button of SWITCHES) {
    const chosen = isoDay(Number(button.dataset.day)) === shown;
    button.setAttribute("aria-pressed", String(chosen));
  }
  const line = BOARD.querySelector(".board-now");
  const minute = minuteOfDay();
  const visible = shown === isoDay() && minute >= day.open && minute <= day.close;
  if (!line) return;
  line.hidden = !visible;
  line.style.marginTop = `${px(minute - day.open)}px`;
}

function draw() {
  const { scrollLeft, scrollTop } = BOARD;
  DATE.value = day.date;
  const count = day.staff.reduce((sum, { records }) => sum + records.length, 0);
  at("day-text").textContent = `${longDay(day.date)} · ${records(count)}`;
  if (!day.staff.length) {
    BOARD.replaceChildren(el("p", { class: "board-empty muted" }, "В этот день никто не работает."));
    return;
  }
  const board = el("div", { class: "board" });
  board.style.gridTemplateColumns = `48px repeat(${day.staff.length}, minmax(0, 1fr))`;
  board.style.minWidth = `${48 + day.staff.length * COLUMN}px`;
  board.append(el("div", { class: "board-corner" }));
  for (const { name } of day.staff) board.append(el("h2", { class: "board-master" }, name));
  board.append(hours(), ...day.staff.map(column), el("div", { class: "board-now", hidden: true }));
  BOARD.replaceChildren(board);
  BOARD.scrollTo(scrollLeft, scrollTop);
  journalTick();
}

function hours() {
  const node = el("div", { class: "board-hours" });
  node.style.height = `${px(day.close - day.open)}px`;
  for (let minute = day.open; minute < day.close; minute += 60) {
    const mark = el("span", {}, clock(minute));
    mark.style.top = `${px(minute - day.open)}px`;
    node.append(mark);
  }
  return node;
}

function column({ name, slots, records: list }, index) {
  const node = el("div", { class: "board-column", role: "list", "aria-label": name });
  // Named, since the line of the current time lies over the whole row.
  node.style.gridColumn = String(index + 2);
  for (const [from, to] of slots) node.append(placed(el("div", { class: "board-slot" }), from, to));
  for (const record of list) {
    const { id, from, to, services, client, by_program: byProgram } = record;
    const title = `${clock(from)}–${clock(to)}, ${services.join(", ")}, ${client}, ${name}`;
    const kind = byProgram ? "by-program" : "by-hand";
    const short = to - from <= 30 ? " short" : "";
    const block = el(
      "article",
      { class: `visit ${kind}${short}`, role: "listitem", title, "data-record": id },
      el("p", { class: "visit-who" }, el("time", {}, clock(from)), ` ${client}`),
      el("p", { class: "visit-what" }, services.join(", ")),
    );
    if ((fresh.get(id) ?? 0) > performance.now()) block.classList.add("fresh");
    node.append(placed(block, from, to));
  }
  return node;
}

function placed(node, from, to) {
  node.style.top = `${px(from - day.open)}px`;
  node.style.height = `${px(to - from)}px`;
  return node;
}

function dim(record) {
  fresh.delete(record);
  BOARD.querySelector(`[data-record="${record}"]`)?.classList.remove("fresh");
}

const px = (minutes) => (minutes * HOUR) / 60;

const clock = (minute) =>
  `${String(Math.floor(minute / 60)).padStart(2, "0")}:${String(minute % 60).padStart(2, "0")}`;

function records(count) {
  if (!count) return "записей пока нет";
  const forms = { one: "запись", few: "записи", many: "записей", other: "записи" };
  return `${count} ${forms[new Intl.PluralRules("ru").select(count)]}`;
}
