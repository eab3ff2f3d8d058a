// The pairing code: asked for with a phone number, shown with the time it lives.
import { gettext } from "../texts.js";

const FORM = document.getElementById("pairing");
const ASK = document.getElementById("pairing-ask");
const SHOW = document.getElementById("pairing-show");
const INPUT = document.getElementById("phone");
const BUTTON = document.getElementById("pairing-send");
const ERROR = document.getElementById("phone-error");
const CODE = document.getElementById("code");
const LEFT = document.getElementById("code-left");
const COPY = document.getElementById("code-copy");

// A code that did not come by then is asked for again by the person (milliseconds).
const PATIENCE = 20000;
const OURS = new Set(["bad_phone", "pairing_refused", "pairing_wait"]);

export class Pairing {
  #options;
  #timer = 0;
  #patience = 0;
  #waiting = false;
  #code = "";

  constructor(options) {
    this.#options = options;
    FORM.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#submit();
    });
    COPY.addEventListener("click", () => this.#copy());
  }

  // A code is awaited or shown: the QR has to wait.
  get active() {
    return this.#waiting || !SHOW.hidden;
  }

  show(code, seconds) {
    this.#waits(false);
    const plain = code.replace(/[^0-9A-Za-z]/g, "");
    this.#code = plain;
    CODE.textContent = `${plain.slice(0, 4)}-${plain.slice(4)}`;
    ASK.hidden = true;
    SHOW.hidden = false;
    const deadline = performance.now() + seconds * 1000;
    clearInterval(this.#timer);
    const tick = () => {
      const left = Math.ceil((deadline - performance.now()) / 1000);
      if (left > 0) {
        LEFT.textContent = gettext("works for {seconds} s", { seconds: left });
        return;
      }
      this.reset();
      this.#fail(gettext("The code has run out. Get a new one."));
      this.#options.onUnused();
      this.#options.onEnd();
    };
    tick();
    this.#timer = setInterval(tick, 1000);
  }

  reset() {
    clearInterval(this.#timer);
    this.#waits(false);
    ASK.hidden = false;
    SHOW.hidden = true;
  }

  // An error that answers our question about a code belongs under the field.
  takesError(code, message) {
    if (!OURS.has(code)) return false;
    this.reset();
    this.#fail(message);
    return true;
  }

  #submit() {
    this.#fail("");
    const digits = INPUT.value.replace(/\D/g, "");
    if (digits.length < 10 || digits.length > 15) {
      this.#fail(gettext("Type the whole number, such as +7 900 123-45-67."));
      INPUT.focus();
      return;
    }
    if (!this.#options.ask(INPUT.value.trim())) {
      this.#fail(gettext("No connection to the server. Try in a few seconds."));
      return;
    }
    this.#waits(true);
    this.#patience = setTimeout(() => {
      this.reset();
      this.#fail(gettext("No code came. Try again."));
      this.#options.onEnd();
    }, PATIENCE);
  }

  #waits(waiting) {
    clearTimeout(this.#patience);
    this.#waiting = waiting;
    BUTTON.disabled = waiting;
    BUTTON.textContent = waiting ? gettext("Getting it…") : gettext("Get a code");
  }

  #fail(text) {
    ERROR.textContent = text;
    ERROR.hidden = !text;
    INPUT.setAttribute("aria-invalid", String(Boolean(text)));
  }

  async #copy() {
    try {
      await navigator.clipboard.writeText(this.#code);
      COPY.textContent = gettext("Copied");
    } catch {
      // Inside YCLIENTS's iframe the clipboard may be closed: select it for the person.
      getSelection().selectAllChildren(CODE);
      COPY.textContent = gettext("Selected");
    }
    setTimeout(() => {
      COPY.textContent = gettext("Copy");
    }, 2000);
  }
}
