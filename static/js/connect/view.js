// What is seen: texts, the code, the ring, the steps of the sync. No state but the page itself.
const at = (id) => document.getElementById(id);
const LINK = at("link");
const DONE = at("done");
const QR = at("qr");
const WAIT = at("qr-wait");
const WAIT_TEXT = at("qr-wait-text");
const AGAIN = at("qr-again");
const NOTE = at("qr-note");
const RING = at("ring");
const NOTICE = at("notice");
const TITLE = at("link-title");
const TEXT = at("link-text");

// One cannot scan one's own screen: there the pairing code is first, and the words say so.
if (matchMedia("(max-width: 799px) and (pointer: coarse)").matches) {
  TITLE.textContent = "Подключите WhatsApp салона";
  TEXT.textContent = "Введите номер и получите код. QR-код ниже сканируют с другого экрана.";
}
// What stands above the code unless something else has to be said.
let home = { head: TITLE.textContent, text: TEXT.textContent };

export function notice(text) {
  NOTICE.textContent = text;
  NOTICE.hidden = !text;
}

export function offline(away) {
  NOTE.textContent = away ? "Нет связи с сервером, пробуем снова…" : "Код обновляется сам";
}

// `keepTitle`: the person is busy with the pairing code, the fresh QR comes beside it.
export function showQr(source, { keepTitle }) {
  notice("");
  if (!keepTitle) title(home);
  QR.src = source;
  QR.hidden = false;
  WAIT.hidden = true;
  AGAIN.hidden = true;
}

export function waitForQr() {
  WAIT_TEXT.textContent = QR.hidden ? "Готовим код…" : "Обновляем код…";
  WAIT.hidden = false;
  AGAIN.hidden = true;
}

export function codeShown() {
  notice("");
  title({
    head: "Введите код в WhatsApp этого телефона",
    text: "WhatsApp пришлёт уведомление: откройте его и введите код.",
  });
  if (QR.hidden) waitForCode();
}

export function waitForCode() {
  WAIT_TEXT.textContent = "Ждём код в WhatsApp на телефоне";
  WAIT.hidden = false;
  AGAIN.hidden = true;
  NOTE.textContent = "QR-код вернётся, когда код истечёт";
}

// The codes are spent: the next pairing starts when a person asks for it.
export function offerNewQr() {
  QR.hidden = true;
  WAIT.hidden = true;
  AGAIN.hidden = false;
  NOTE.textContent = "Код больше не обновляется";
}

export function onNewQr(listener) {
  AGAIN.addEventListener("click", listener);
}

export function expired() {
  notice("");
  LINK.hidden = false;
  DONE.hidden = true;
  for (const part of LINK.children) part.hidden = !part.contains(TITLE);
  title({
    head: "Ссылка устарела",
    text: "Откройте приложение в YCLIENTS ещё раз: ссылка действует 24 часа.",
  });
}

export function showDone(phone) {
  notice("");
  LINK.hidden = true;
  DONE.hidden = false;
  at("done-title").replaceChildren("Готово: ", phone ? unbroken(pretty(phone)) : "WhatsApp", " подключён");
  at("done-text").textContent = "Теперь на сообщения клиентов отвечает помощник.";
  if (phone) at("next").textContent = `Напишите на ${pretty(phone)} с другого телефона «Хочу записаться».`;
}

// `reason` is null when nothing is known about it.
export function showLink(reason) {
  LINK.hidden = false;
  DONE.hidden = true;
  QR.hidden = true;
  home = {
    head: reason === "logged_out" ? "WhatsApp отключился на телефоне" : "WhatsApp отключился",
    text: "Клиентам сейчас никто не отвечает. Отсканируйте код, чтобы подключить снова.",
  };
  title(home);
}

export function sync({ step, done, total, status }) {
  const finished = status === "done" || (total > 0 && done >= total);
  const failed = status === "failed";
  at("sync").hidden = false;
  at("next").hidden = !finished;
  for (const [index, item] of [...at("sync-steps").children].entries()) {
    if (finished || index < done) item.dataset.state = "done";
    else if (item.dataset.step === step && !failed) item.dataset.state = "now";
    else delete item.dataset.state;
  }
  const text = at("sync-text");
  if (finished) {
    text.textContent = "Данные салона перенесены из YCLIENTS.";
  } else if (failed) {
    text.textContent = "Перенос данных прервался. Мы уже знаем об этом и повторим его.";
  } else {
    text.textContent = `Переносим услуги, мастеров и расписание: ${done} из ${total}.`;
  }
}

export function countdown({ onEnd }) {
  let timer = 0;
  const stop = () => {
    clearInterval(timer);
    timer = 0;
    RING.setAttribute("stroke-dashoffset", "100");
  };
  const start = (seconds) => {
    stop();
    const life = seconds * 1000;
    const deadline = performance.now() + life;
    const tick = () => {
      const left = deadline - performance.now();
      if (left <= 0) {
        stop();
        NOTE.textContent = "Обновляем код…";
        onEnd();
        return;
      }
      RING.setAttribute("stroke-dashoffset", String(100 - (100 * left) / Math.max(life, 20000)));
      NOTE.textContent = `Код обновится через ${Math.ceil(left / 1000)} с`;
    };
    timer = setInterval(tick, 500);
    tick();
  };
  return {
    start,
    stop,
    get running() {
      return timer !== 0;
    },
  };
}

function title({ head, text }) {
  // Unchanged words are not written again: a screen reader would repeat them.
  if (TITLE.textContent !== head) TITLE.textContent = head;
  if (TEXT.textContent !== text) TEXT.textContent = text;
}

function unbroken(text) {
  const span = document.createElement("span");
  span.className = "nowrap";
  span.textContent = text;
  return span;
}

// "+79001234567" → "+7 900 123-45-67"; other countries stay as they are.
function pretty(phone) {
  const found = /^\+?7(\d{3})(\d{3})(\d{2})(\d{2})$/.exec(phone);
  return found ? `+7 ${found[1]} ${found[2]}-${found[3]}-${found[4]}` : phone;
}
