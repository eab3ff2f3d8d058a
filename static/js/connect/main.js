// The connect page: takes the token, opens the channel, and turns its frames into what is seen.
import { Channel } from "./channel.js";
import { Pairing } from "./pairing.js";
import { SelfTest } from "./selftest.js";
import { remember } from "./token.js";
import * as view from "./view.js";

// Milliseconds. The server starts a pairing by itself: the page asks only when a code does not come.
const GRACE = 2500;
const PATIENCE = 12000;
// After these nothing comes by itself any more: a person has to press the button.
const ENDS = new Set([
  "qr_expired",
  "pairing_failed",
  "number_taken",
  "single_tenant",
  "whatsapp_disabled",
  "uninstalled",
]);

const root = document.getElementById("connect");
const address = new URL(location.href);
const token = address.searchParams.get("token");
remember(token);
// The token must not stay where screenshots, histories and shared links take it from.
address.searchParams.delete("token");
history.replaceState(null, "", address);
// Forms that need it get it here: it never stands in the page's own text.
for (const field of document.querySelectorAll('input[name="token"]')) field.value = token;
// Nothing is started before the salon agreed: the form opens this page anew.
const asks = document.getElementById("agree") !== null;

const state = { connected: root.dataset.connected === "1", phone: null, stopped: false, timer: 0 };

const channel = new Channel({
  token,
  company: root.dataset.company,
  onFrame: receive,
  onOffline: () => view.offline(true),
  onOnline: () => view.offline(false),
});
const pairing = new Pairing({
  ask: (phone) => channel.send({ type: "request_pairing_code", phone }),
  onEnd: requestQr,
  onUnused: view.offerHelp,
});
const selfTest = new SelfTest(() => channel.send({ type: "request_self_test" }));
const countdown = view.countdown({ onEnd: codeRanOut });

const frames = {
  status(frame) {
    if (frame.whatsapp_connected) {
      connected(frame.whatsapp_phone);
      if (frame.sync) synced(frame.sync);
      selfTest.show(frame.self_test);
      return;
    }
    if (state.connected) disconnected(null);
    else askSoon(GRACE);
  },
  qr({ qr, expires_in: seconds }) {
    if (state.connected) return;
    clearTimeout(state.timer);
    state.stopped = false;
    view.showQr(qr, { keepTitle: pairing.active });
    countdown.start(seconds);
  },
  pairing_code({ code, expires_in: seconds }) {
    if (state.connected) return;
    state.stopped = false;
    pairing.show(code, seconds);
    view.codeShown();
  },
  connected({ phone }) {
    connected(phone);
  },
  disconnected({ reason }) {
    if (state.connected) disconnected(reason);
  },
  sync: synced,
  self_test(frame) {
    selfTest.show(frame);
  },
  error({ code, message }) {
    if (code?.startsWith("token_")) {
      channel.stop();
      clearTimeout(state.timer);
      countdown.stop();
      view.expired();
      return;
    }
    // WhatsApp tells the phone why it links nothing more, never us: a code nobody used shows the causes.
    if (code === "qr_expired" || code === "pairing_wait") view.offerHelp();
    if (pairing.takesError(code, message)) return;
    if (ENDS.has(code) && !state.connected) stop();
    // That the codes are spent is no failure: the button in their place says what to do.
    if (code !== "qr_expired") view.notice(message);
  },
};

function receive(frame) {
  if (Object.hasOwn(frames, frame.type)) frames[frame.type](frame);
}

function connected(phone) {
  state.connected = true;
  state.phone = phone ?? state.phone;
  clearTimeout(state.timer);
  countdown.stop();
  pairing.reset();
  view.showDone(state.phone);
}

function synced(frame) {
  view.sync(frame);
  // A result that came with the snapshot is shown right after this: it makes this request needless.
  if (frame.status === "done") queueMicrotask(() => selfTest.begin());
}

function disconnected(reason) {
  state.connected = false;
  view.showLink(reason);
  requestQr();
}

function askSoon(delay) {
  clearTimeout(state.timer);
  state.timer = setTimeout(requestQr, delay);
}

function requestQr() {
  if (state.connected || state.stopped || countdown.running || pairing.active) return;
  // A forgotten tab must not use up the salon's attempts to link.
  if (document.hidden) return;
  view.waitForQr();
  // Where WebSockets do not pass, the code comes over plain HTTP.
  if (!channel.send({ type: "request_qr" })) channel.fetchQr();
  askSoon(PATIENCE);
}

function codeRanOut() {
  if (pairing.active) {
    view.waitForCode();
    return;
  }
  view.waitForQr();
  // WhatsApp replaces the code by itself; only when it does not, another pairing is asked for.
  askSoon(GRACE);
}

function stop() {
  state.stopped = true;
  clearTimeout(state.timer);
  countdown.stop();
  pairing.reset();
  view.offerNewQr();
}

view.onNewQr(() => {
  view.notice("");
  state.stopped = false;
  requestQr();
});
document.addEventListener("visibilitychange", () => {
  if (document.hidden || asks) return;
  channel.wake();
  if (!countdown.running) askSoon(0);
});

if (!asks) channel.open();
