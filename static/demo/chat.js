// The clients' chats: who writes, what was said, what is sent. Messages come from the stand-in.
import { get, post } from "./api.js";
import { chatNodes } from "./bubbles.js";
import { isLinked } from "./device.js";
import { at, coalesced, el } from "./dom.js";

const TALK = at("talk");
const FORM = at("composer");
const LETTER = at("letter");
const PEOPLE = [...document.querySelectorAll(".person")];
const SENDERS = [...document.querySelectorAll("#suggestions .chip, #composer button")];

let current = PEOPLE[0].dataset.phone;
let drawn = "";
// How many messages of the salon each client has looked at.
const seen = new Map();
let report = () => {};

export function startChat({ onError }) {
  report = onError;
  for (const person of PEOPLE) {
    person.addEventListener("click", () => choose(person.dataset.phone));
  }
  for (const chip of document.querySelectorAll("#suggestions .chip")) {
    chip.addEventListener("click", () => send(chip.textContent, false));
  }
  FORM.addEventListener("submit", (event) => {
    event.preventDefault();
    send(LETTER.value, false);
  });
  at("picture").addEventListener("click", () => send(LETTER.value, true));
  LETTER.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    FORM.requestSubmit();
  });
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) refreshChat();
  });
}

// The salon's number exists for clients only once it is linked.
export function allowWriting() {
  const linked = isLinked();
  for (const control of [...SENDERS, LETTER]) control.disabled = !linked;
  LETTER.placeholder = linked ? "Сообщение" : "Привяжите телефон";
  // The words in an empty chat say which of both it is.
  if (drawn === "[]" || (!linked && !drawn)) draw([]);
}

// News about a chat: the open one is drawn again, another one may get its mark.
export function chatChanged(customer) {
  if (customer === current) return refreshChat();
  return markUnread(customer);
}

export const refreshChat = coalesced(async () => {
  if (!isLinked() && !drawn) return;
  const asked = current;
  try {
    const { messages } = await get(`chat/${asked}`);
    if (asked !== current) return;
    draw(messages);
    await looked(asked, messages);
  } catch (error) {
    report(error);
  }
});

async function looked(customer, messages) {
  const count = incoming(messages);
  if (document.hidden || !TALK.offsetParent || seen.get(customer) === count) return;
  const fresh = count > 0;
  seen.set(customer, count);
  if (fresh) await post(`chat/${customer}/read`);
}

async function markUnread(customer) {
  const person = PEOPLE.find(({ dataset }) => dataset.phone === customer);
  if (!person) return;
  const { messages } = await get(`chat/${customer}`);
  if (incoming(messages) > (seen.get(customer) ?? 0)) person.dataset.unread = "";
}

const incoming = (messages) => messages.filter(({ mine }) => !mine).length;

function choose(phone) {
  current = phone;
  drawn = "";
  for (const person of PEOPLE) {
    person.setAttribute("aria-pressed", String(person.dataset.phone === phone));
    if (person.dataset.phone === phone) delete person.dataset.unread;
  }
  draw([]);
  refreshChat();
}

async function send(text, image) {
  if (!image && !text.trim()) return;
  LETTER.value = "";
  try {
    await post(`chat/${current}`, { text, image });
  } catch (error) {
    LETTER.value = text;
    report(error);
  }
  await refreshChat();
}

function draw(messages) {
  const picture = JSON.stringify(messages);
  if (picture === drawn && picture !== "[]") return;
  const atEnd = TALK.scrollHeight - TALK.scrollTop - TALK.clientHeight < 80 || !drawn;
  drawn = picture;
  TALK.replaceChildren(...(messages.length ? chatNodes(messages) : [empty()]));
  if (atEnd) TALK.scrollTop = TALK.scrollHeight;
}

function empty() {
  const text = isLinked()
    ? "Напишите салону как обычный клиент или нажмите готовое сообщение ниже."
    : "Здесь появится переписка клиента с салоном, когда телефон салона будет привязан.";
  return el("p", { class: "talk-empty muted" }, text);
}
