// State lights from /readyz: a filled dot works, a crossed one does not, and the words say so too.
const LIGHTS = [...document.querySelectorAll(".light")];
const EVERY = 10000;

export function startLights() {
  const look = async () => {
    if (document.hidden) return;
    let parts = {};
    try {
      ({ parts } = await (await fetch("/readyz")).json());
    } catch {
      // Nobody answers: nothing is known to work.
    }
    for (const light of LIGHTS) {
      const works = parts[light.dataset.part] === true;
      light.dataset.state = works ? "on" : "off";
      light.title = works ? "Работает" : "Не отвечает";
    }
  };
  look();
  setInterval(look, EVERY);
}
