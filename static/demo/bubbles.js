// One client's chat as bubbles: day separators, ticks by status, reactions.
import { dayName } from "./clock.js";
import { el, svg } from "./dom.js";

const TICKS = {
  queued: "отправляется",
  sent: "отправлено",
  delivered: "доставлено",
  read: "прочитано",
};
const KINDS = {
  image: "Фото",
  video: "Видео",
  audio: "Голосовое сообщение",
  document: "Документ",
  sticker: "Стикер",
  location: "Геопозиция",
  contact: "Контакт",
  poll: "Опрос",
};

export function chatNodes(messages) {
  const nodes = [];
  let day = "";
  for (const message of messages) {
    if (message.day !== day) {
      day = message.day;
      nodes.push(el("p", { class: "talk-day" }, el("span", {}, dayName(day))));
    }
    nodes.push(bubble(message));
  }
  return nodes;
}

function bubble({ id, mine, kind, text, at, tick, reactions }) {
  const node = el("article", { class: `said ${mine ? "mine" : "theirs"}`, "data-id": id });
  node.append(el("span", { class: "hidden-text" }, mine ? "Клиент: " : "Салон: "));
  if (kind !== "text") node.append(attachment(kind));
  if (text) node.append(el("p", { class: "said-text" }, text));
  const meta = el("p", { class: "said-meta" }, el("time", {}, at));
  if (tick) meta.append(ticks(tick));
  node.append(meta);
  if (reactions.length) {
    const label = `Реакция: ${reactions.join(" ")}`;
    node.append(el("p", { class: "said-reactions", "aria-label": label }, reactions.join(" ")));
  }
  return node;
}

function attachment(kind) {
  const picture = svg("0 0 24 24", "said-picture", "M4 17l5-4 3.5 3 3-2.5L20 17", "M9 9.5h.01");
  return el("p", { class: `said-kind ${kind}` }, kind === "image" ? picture : null, KINDS[kind] ?? "Вложение");
}

function ticks(state) {
  const first = "m2 9 3.5 3.5L12 5.5";
  const second = "m9.5 12 .8.5L17 5.5";
  const clock = ["M9 3.5a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11Z", "M9 6v3.2l2 1.3"];
  const paths = { queued: clock, sent: [first], delivered: [first, second], read: [first, second] };
  const mark = el("span", { class: `ticks ${state}`, title: TICKS[state] });
  mark.append(svg("0 0 18 18", "ticks-mark", ...paths[state]));
  mark.append(el("span", { class: "hidden-text" }, TICKS[state]));
  return mark;
}
