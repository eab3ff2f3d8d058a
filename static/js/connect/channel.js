// The WebSocket to our server: reconnects with backoff, and asks /status meanwhile.
const FIRST_DELAY = 3000;
const LONGEST_DELAY = 30000;
const POLL_EVERY = 5000;
// Our own close codes: without a token nothing helps, from a foreign origin /status still may.
const TOKEN = 4401;
const ORIGIN = 4403;

export class Channel {
  #options;
  #socket = null;
  #delay = FIRST_DELAY;
  #retry = 0;
  #poll = 0;
  #stopped = false;

  constructor(options) {
    this.#options = options;
  }

  open() {
    clearTimeout(this.#retry);
    if (this.#stopped || this.#socket) return;
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    // A browser cannot set headers here, and a token in the address would reach access logs.
    const socket = new WebSocket(`${scheme}://${location.host}/marketplace`, [
      "aiadmin.v1",
      `bearer.${this.#options.token}`,
    ]);
    this.#socket = socket;
    socket.addEventListener("message", (event) => this.#receive(event.data));
    socket.addEventListener("close", (event) => this.#closed(event.code));
  }

  // True when the frame left; false while there is no connection.
  send(frame) {
    if (this.#socket?.readyState !== WebSocket.OPEN) return false;
    this.#socket.send(JSON.stringify(frame));
    return true;
  }

  // The person is back: no reason to wait for the backoff.
  wake() {
    this.#delay = FIRST_DELAY;
    this.open();
  }

  stop() {
    this.#stopped = true;
    clearTimeout(this.#retry);
    this.#stopPolling();
    this.#socket?.close();
  }

  #receive(data) {
    let frame;
    try {
      frame = JSON.parse(data);
    } catch {
      return;
    }
    // A refusal is an `error` frame, then a close: only a real answer ends the backoff.
    if (frame.type !== "error") {
      this.#delay = FIRST_DELAY;
      this.#stopPolling();
      this.#options.onOnline();
    }
    this.#options.onFrame(frame);
  }

  #closed(code) {
    this.#socket = null;
    if (this.#stopped || code === TOKEN) {
      this.stop();
      return;
    }
    this.#options.onOffline();
    this.#startPolling();
    if (code === ORIGIN) return;
    this.#retry = setTimeout(() => this.open(), this.#delay * (0.8 + Math.random() * 0.4));
    this.#delay = Math.min(this.#delay * 2, LONGEST_DELAY);
  }

  // The current code over HTTP; while it is being made (503) the next poll asks again.
  async fetchQr() {
    const { token, onFrame } = this.#options;
    try {
      const answer = await fetch(`/marketplace/qr/${token}`);
      if (answer.ok) onFrame({ type: "qr", ...(await answer.json()) });
    } catch {
      // The server is away.
    }
  }

  #startPolling() {
    if (this.#poll) return;
    this.#poll = setInterval(() => this.#ask(), POLL_EVERY);
    this.#ask();
  }

  #stopPolling() {
    clearInterval(this.#poll);
    this.#poll = 0;
  }

  async #ask() {
    if (document.hidden) return;
    const { token, company, onFrame } = this.#options;
    try {
      const answer = await fetch(`/marketplace/status/${company}`, {
        headers: { Authorization: `Bearer ${token}` },
      });
      const body = await answer.json();
      if (!this.#poll) return;
      if (answer.ok) onFrame({ type: "status", ...body });
      else if (answer.status === 401) onFrame({ type: "error", code: body.code, message: body.error });
    } catch {
      // The server is away; the next question comes in five seconds.
    }
  }
}
