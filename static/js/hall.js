// The hall's screens: a tone for each new call, a clock, a word when the connection is lost, home after idling.
(() => {
  "use strict";
  const body = document.body;
  const clock = document.querySelector("[data-clock]");
  if (clock) {
    const tick = () => { clock.textContent = new Date().toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" }); };
    tick(); setInterval(tick, 5000);
  }

  // Browsers allow sound only after a touch, unless the screen's own browser is told to: one button, once, where it is needed.
  const Sound = window.AudioContext;
  const button = document.querySelector("[data-sound]");
  const sound = button && Sound ? new Sound() : null;
  let allowed = false;
  const ring = () => {
    if (!allowed) { return; }
    [[880, 0], [660, 0.25]].forEach(([pitch, after]) => {
      const tone = sound.createOscillator(), loud = sound.createGain(), at = sound.currentTime + after;
      tone.frequency.value = pitch; loud.gain.setValueAtTime(0.4, at); loud.gain.exponentialRampToValueAtTime(0.001, at + 0.6);
      tone.connect(loud).connect(sound.destination); tone.start(at); tone.stop(at + 0.6);
    });
  };
  const allow = () => { allowed = true; button.hidden = true; };
  if (sound) {
    button.hidden = false;
    const ready = () => { if (sound.state === "running") { allow(); } };
    sound.addEventListener("statechange", ready); ready();
    button.addEventListener("click", () => { sound.resume(); allow(); ring(); });
  }

  // A tone for whoever is called (again), none for who leaves.
  const called = () => [...document.querySelectorAll("[data-call]")].map((row) => row.dataset.call);
  let known = new Set(called());
  document.addEventListener("htmx:afterSwap", () => {
    const now = called();
    if (now.some((call) => !known.has(call))) { ring(); }
    known = new Set(now);
  });

  const lost = document.querySelector("[data-lost]");
  const say = (text) => { if (lost && lost.textContent !== text) { lost.textContent = text; } if (lost) { lost.hidden = !text; } };
  const missing = () => say(body.dataset.offline || "");
  document.addEventListener("htmx:afterRequest", (event) => { event.detail.successful ? say("") : missing(); });
  ["htmx:sendError", "htmx:timeout"].forEach((kind) => document.addEventListener(kind, missing));

  // ---- The kiosk
  if (!body.dataset.home) { return; }
  const code = document.getElementById("code");
  // Without a connection the browser would show its own error page and stay there: ask first.
  const home = (query = "") => fetch(body.dataset.home, { method: "HEAD", cache: "no-store" })
    .then(() => { location.href = body.dataset.home + query; }, () => { missing(); setTimeout(home, 10000); });
  document.addEventListener("submit", (event) => { if (!navigator.onLine) { event.preventDefault(); missing(); } });
  addEventListener("online", () => say(""));

  // A scanner types like a keyboard, wherever the focus is: into the field, or into the next page if this one has none.
  let scanned = "";
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input")) { return; }
    if (event.key === "Enter" && scanned.length > 3) { event.preventDefault(); home(`?code=${encodeURIComponent(scanned)}`); }
    if (event.key.length !== 1 || event.key === " ") { scanned = ""; return; }
    if (code) { code.focus(); } else { scanned += event.key; }
  });

  // Back to the beginning for the next person, said before it happens. A page that nobody has touched stays as it is.
  const still = document.querySelector("[data-still]"), idle = Number(body.dataset.idle), WARNED = 15;
  const untouched = () => code && !code.value && location.pathname === body.dataset.home && !location.search;
  let timers = [];
  const restart = () => {
    timers.forEach(clearTimeout);
    still.hidden = true;
    timers = [
      setTimeout(() => { still.hidden = untouched(); }, (idle - WARNED) * 1000),
      setTimeout(() => { untouched() ? restart() : home(); }, idle * 1000),
    ];
  };
  ["pointerdown", "keydown", "input"].forEach((kind) => document.addEventListener(kind, restart));
  restart();
})();
