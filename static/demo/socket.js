// The desk's WebSocket: frames say what changed. After a break everything is asked for again.
const FIRST_DELAY = 1000;
const LONGEST_DELAY = 15000;

export function listen({ onFrame, onOpen }) {
  let delay = FIRST_DELAY;
  const open = () => {
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    const socket = new WebSocket(`${scheme}://${location.host}/demo/ws`);
    socket.addEventListener("open", () => {
      delay = FIRST_DELAY;
      onOpen();
    });
    socket.addEventListener("message", (event) => onFrame(JSON.parse(event.data)));
    socket.addEventListener("close", () => {
      setTimeout(open, delay);
      delay = Math.min(delay * 2, LONGEST_DELAY);
    });
  };
  open();
}
