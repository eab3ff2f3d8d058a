// The demo desk: starts its parts and sends each frame of the socket to the part it is about.
import { get, post } from "./api.js";
import { allowWriting, chatChanged, refreshChat, startChat } from "./chat.js";
import { setClock, startClock } from "./clock.js";
import { showDevice, startDevice } from "./device.js";
import { at, coalesced } from "./dom.js";
import { journalChanged, journalTick, refreshJournal, show, startJournal } from "./journal.js";
import { startLights } from "./lights.js";
import { listen } from "./socket.js";
import { markTab, startTabs } from "./tabs.js";
import { showTroubles, startTroubles } from "./troubles.js";

const NOTICE = at("notice");

function notice(text) {
  NOTICE.textContent = text;
  NOTICE.hidden = !text;
}

const onError = (error) => notice(error.message);

const refreshState = coalesced(async () => {
  try {
    const { salon, device, clock, yclients_down: down } = await get("state");
    notice("");
    at("salon-title").textContent = salon.title;
    setClock(clock);
    showDevice(device, salon);
    showTroubles(down);
    allowWriting();
  } catch (error) {
    onError(error);
  }
});

const frames = {
  device: refreshState,
  chat({ customer }) {
    markTab("phone");
    chatChanged(customer);
  },
  journal(frame) {
    markTab("journal");
    journalChanged(frame);
  },
  async clock() {
    await refreshState();
    await Promise.all([show(""), refreshChat()]);
  },
};

startTabs({ onChange: refreshChat });
startDevice({ refresh: refreshState });
startChat({ onError });
startJournal({ onError });
startLights();
startTroubles({ refresh: refreshState, onError });
startClock({ onTick: journalTick, onError });
listen({
  onFrame: (frame) => Object.hasOwn(frames, frame.type) && frames[frame.type](frame),
  async onOpen() {
    await Promise.all([post("listen").catch(onError), refreshState(), refreshJournal()]);
    await refreshChat();
  },
});
