// What happens in a salon and to its services: each button does it in a stand-in, nothing is pretended here.
import { post } from "./api.js";
import { at } from "./dom.js";

const MOVE = at("move-visit");
const DOWN = at("yclients-down");

export function showTroubles(down) {
  DOWN.setAttribute("aria-pressed", String(down));
  DOWN.textContent = down ? "Вернуть YCLIENTS" : "YCLIENTS не отвечает";
}

export function startTroubles({ refresh, onError }) {
  const act = async (button, path, body) => {
    button.disabled = true;
    try {
      await post(path, body);
    } catch (error) {
      onError(error);
      return;
    } finally {
      button.disabled = false;
    }
    await refresh();
  };
  MOVE.addEventListener("click", () => act(MOVE, "visit"));
  DOWN.addEventListener("click", () => {
    act(DOWN, "yclients", { down: DOWN.getAttribute("aria-pressed") === "false" });
  });
}
