// What is seen: texts, the code, the ring, the steps of the sync. No state but the page itself.
import { gettext } from "../texts.js";

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
  TITLE.textContent = gettext("Connect the salon's WhatsApp");
  TEXT.textContent = gettext("Type the number and get a code. The QR code below is scanned from another screen.");
}
// What stands above the code unless something else has to be said.
let home = { head: TITLE.textContent, text: TEXT.textContent };

export function notice(text) {
  NOTICE.textContent = text;
  NOTICE.hidden = !text;
}

export function offline(away) {
  NOTE.textContent = away ? gettext("No connection to the server, trying again…") : gettext("The code renews itself");
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
  WAIT_TEXT.textContent = QR.hidden ? gettext("Preparing the code…") : gettext("Renewing the code…");
  WAIT.hidden = false;
  AGAIN.hidden = true;
}

export function codeShown() {
  notice("");
  title({
    head: gettext("Enter the code in WhatsApp on this phone"),
    text: gettext("WhatsApp sends a notification: open it and enter the code."),
  });
  if (QR.hidden) waitForCode();
}

export function waitForCode() {
  WAIT_TEXT.textContent = gettext("Waiting for the code in WhatsApp on the phone");
  WAIT.hidden = false;
  AGAIN.hidden = true;
  NOTE.textContent = gettext("The QR code comes back when the code runs out");
}

// The codes are spent: the next pairing starts when a person asks for it.
export function offerNewQr() {
  QR.hidden = true;
  WAIT.hidden = true;
  AGAIN.hidden = false;
  NOTE.textContent = gettext("The code renews itself no more");
}

// Nothing followed the code: what the phone itself may say, and what to do about it.
export function offerHelp() {
  at("help").open = true;
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
    head: gettext("The link is too old"),
    text: gettext("Open the app in YCLIENTS again: the link works for 24 hours."),
  });
}

export function showDone(phone) {
  notice("");
  LINK.hidden = true;
  DONE.hidden = false;
  number(at("done-title"), gettext("Done: {number} is connected"), phone ?? "WhatsApp");
  at("done-text").textContent = gettext("From now on the assistant answers your clients' messages.");
  const next = gettext("Write “I want to book” to {number} from another phone.");
  if (phone) number(at("next"), next, phone);
}

// `reason` is null when nothing is known about it.
export function showLink(reason) {
  LINK.hidden = false;
  DONE.hidden = true;
  QR.hidden = true;
  home = {
    head: reason === "logged_out" ? gettext("WhatsApp was unlinked on the phone") : gettext("WhatsApp is disconnected"),
    text: gettext("Nobody answers your clients now. Scan the code to connect again."),
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
    text.textContent = gettext("The salon's data has come over from YCLIENTS.");
  } else if (failed) {
    text.textContent = gettext("Bringing the data was interrupted. We know of it and repeat it.");
  } else {
    text.textContent = gettext("Bringing services, masters and the schedule: {done} of {total}.", { done, total });
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
        NOTE.textContent = gettext("Renewing the code…");
        onEnd();
        return;
      }
      RING.setAttribute("stroke-dashoffset", String(100 - (100 * left) / Math.max(life, 20000)));
      NOTE.textContent = gettext("The code renews in {seconds} s", { seconds: Math.ceil(left / 1000) });
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

// The text with the phone's number in its place, which no line break parts.
function number(element, text, phone) {
  const [before, after] = text.split("{number}");
  const span = document.createElement("span");
  span.className = "nowrap";
  span.textContent = pretty(phone);
  element.replaceChildren(before, span, after);
}

// "+79001234567" → "+7 900 123-45-67"; other countries stay as they are.
function pretty(phone) {
  const found = /^\+?7(\d{3})(\d{3})(\d{2})(\d{2})$/.exec(phone);
  return found ? `+7 ${found[1]} ${found[2]}-${found[3]}-${found[4]}` : phone;
}
