// The self-test after the first sync: asked for, shown check by check, asked for again.
import { gettext } from "../texts.js";

const at = (id) => document.getElementById(id);
const BOX = at("self-test");
const TITLE = at("self-test-title");
const AGAIN = at("self-test-again");

// Milliseconds: a test asks YCLIENTS some thirty questions. Asked for again if nothing came by then.
const PATIENCE = 45000;

export class SelfTest {
  #ask;
  #timer = 0;
  #shown = false;

  constructor(ask) {
    this.#ask = ask;
    AGAIN.addEventListener("click", () => this.#request());
  }

  // The salon's data is here: test it, unless a result is on the page.
  begin() {
    if (!this.#shown && !this.#timer) this.#request();
  }

  // `frame` as the server tells it; null: never tested.
  show(frame) {
    if (!frame) return;
    if (frame.status !== "done") {
      this.#waits();
      at("checks").replaceChildren(...(frame.checks ?? []).map(check));
      return;
    }
    clearTimeout(this.#timer);
    this.#timer = 0;
    this.#shown = true;
    BOX.hidden = false;
    AGAIN.hidden = false;
    TITLE.textContent = frame.title;
    at("checks").replaceChildren(...frame.checks.map(check));
    at("sample").hidden = frame.dialogue.length === 0;
    at("sample-talk").replaceChildren(...frame.dialogue.map(bubble));
    // With something to mend first, "write to this number" would only disappoint.
    at("next").hidden = !frame.ok;
  }

  #request() {
    this.#waits();
    this.#ask();
  }

  #waits() {
    BOX.hidden = false;
    AGAIN.hidden = true;
    TITLE.textContent = gettext("Checking whether everything works…");
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#timer = 0;
      AGAIN.hidden = false;
      TITLE.textContent = gettext("The check did not answer. Try again");
    }, PATIENCE);
  }
}

function check({ state, text, advice }) {
  const item = document.createElement("li");
  item.dataset.state = state;
  const told = document.createElement("p");
  const words = { ok: gettext("Good:"), bad: gettext("To mend:"), wait: gettext("Waiting:") };
  told.append(hidden(`${words[state] ?? ""} `), text);
  item.append(told);
  if (advice) {
    const what = document.createElement("p");
    what.className = "muted";
    what.textContent = advice;
    item.append(what);
  }
  return item;
}

function bubble({ from, text }) {
  const said = document.createElement("p");
  said.className = `bubble ${from === "client" ? "in" : "out"}`;
  said.append(hidden(from === "client" ? gettext("Client: ") : gettext("Assistant: ")), text);
  return said;
}

function hidden(text) {
  const span = document.createElement("span");
  span.className = "hidden-text";
  span.textContent = text;
  return span;
}
