// The hall's screens: a tone for each new call, a clock, a word when the connection is lost, home after idling.
(() => {
  "use strict";
  const body = document.body;
  const clock = document.querySelector("[data-clock]");
  if (clock) {
    const tick = () => { clock.textContent = new Date().toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" }); };
    tick(); setInterval(tick, 5000);
  }

  // Browsers allow sound only after a touch: one button, once, when the screen is set up.
  let sound = null;
  const button = document.querySelector("[data-sound]");
  const ring = () => {
    if (!sound) { return; }
    [[880, 0], [660, 0.25]].forEach(([pitch, after]) => {
      const tone = sound.createOscillator(), loud = sound.createGain(), at = sound.currentTime + after;
      tone.frequency.value = pitch; loud.gain.setValueAtTime(0.4, at); loud.gain.exponentialRampToValueAtTime(0.001, at + 0.6);
      tone.connect(loud).connect(sound.destination); tone.start(at); tone.stop(at + 0.6);
    });
  };
  if (button) {
    button.hidden = false;
    button.addEventListener("click", () => { sound = new AudioContext(); button.hidden = true; ring(); });
  }

  const lost = document.querySelector("[data-lost]");
  const say = (text) => { if (lost) { lost.textContent = text; lost.hidden = !text; } };
  document.addEventListener("htmx:afterSwap", () => { ring(); });
  document.addEventListener("htmx:afterRequest", (event) => { say(event.detail.successful ? "" : body.dataset.offline || ""); });
  document.addEventListener("htmx:sendError", () => say(body.dataset.offline || ""));

  if (body.dataset.idle) {
    let timer;
    const restart = () => { clearTimeout(timer); timer = setTimeout(() => { location.href = body.dataset.home; }, Number(body.dataset.idle) * 1000); };
    ["pointerdown", "keydown"].forEach((kind) => document.addEventListener(kind, restart));
    restart();
  }
})();
