// The desk by keyboard, a list that refreshes without moving, and an honest word when the connection is lost.
// Everything works without this file.
(() => {
  "use strict";
  const desk = document.querySelector("[data-desk]");
  if (!desk) { return; }

  // ---- A click without an answer says so and stays possible; the versions in the buttons keep it from counting twice.
  const warn = (text) => {
    let box = document.getElementById("desk-lost");
    if (!box) {
      box = document.createElement("div");
      box.id = "desk-lost"; box.className = "desk-alert"; box.setAttribute("role", "alert");
      desk.prepend(box);
    }
    if (box.textContent !== text) { box.textContent = text; }
    box.hidden = !text;
  };
  const lost = () => warn(desk.dataset.lost);
  document.addEventListener("submit", (event) => {
    if (!navigator.onLine && event.target.method === "post") { event.preventDefault(); event.stopImmediatePropagation(); lost(); }
  }, true);
  ["htmx:sendError", "htmx:timeout", "htmx:responseError"].forEach((kind) => document.addEventListener(kind, lost));
  document.addEventListener("htmx:afterRequest", (event) => { if (event.detail.successful) { warn(""); } });
  window.addEventListener("offline", lost);
  window.addEventListener("online", () => warn(""));
  // Nobody looks at a hidden tab: it asks again when it is shown.
  document.addEventListener("htmx:beforeRequest", (event) => {
    if (document.hidden && event.detail.requestConfig.verb === "get") { event.preventDefault(); }
  });

  // ---- A swap leaves the eye and the focus where they are.
  const rows = () => [...desk.querySelectorAll("tbody tr")];
  const isOurs = (event) => ["day", "counter", "counter-waiting"].includes(event.detail.target.id);
  let eye = null, focus = null;
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (!isOurs(event)) { return; }
    const top = rows().find((row) => row.getBoundingClientRect().bottom > 0);
    eye = top && top.getBoundingClientRect().top < innerHeight ? { id: top.id, at: top.getBoundingClientRect().top } : null;
    const row = document.activeElement.closest?.("#day tr");
    focus = row && { ids: rows().slice(rows().indexOf(row)).map((one) => one.id), group: row.closest("section").className, key: document.activeElement.dataset.step };
  });
  document.addEventListener("htmx:afterSwap", (event) => {
    if (!isOurs(event)) { return; }
    const top = eye && document.getElementById(eye.id);
    if (top && window.scrollY > 0) { window.scrollBy({ top: top.getBoundingClientRect().top - eye.at, behavior: "instant" }); }
    if (focus && document.activeElement === document.body) {
      const next = focus.ids.map((id) => document.getElementById(id)).find((row) => row?.closest("section").className === focus.group);
      (next?.querySelector(`[data-step="${focus.key}"]`) ?? next?.querySelector("a, button"))?.focus({ preventScroll: true });
    }
    if (event.detail.target.id === "counter" && document.activeElement === document.body) {
      document.querySelector("#counter .desk-button--primary")?.focus({ preventScroll: true });
    }
  });

  // ---- Keys: on a row those of the row, else those of the page. Never while somebody types.
  const typing = (target) => target.closest("input, textarea, select, [contenteditable]");
  const move = (by) => {
    const all = rows(), here = all.indexOf(document.activeElement.closest("tr"));
    const next = all[Math.min(all.length - 1, Math.max(0, here + by))];
    next?.querySelector("button, a")?.focus();
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat && event.key.length === 1 || typing(event.target)) { return; }
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      if (rows().length) { event.preventDefault(); move(event.key === "ArrowDown" ? 1 : -1); }
      return;
    }
    if (event.key.length !== 1) { return; }
    const wanted = `[data-step="${CSS.escape(event.key)}"]`;
    const button = document.activeElement.closest("tr")?.querySelector(wanted)
      ?? [...desk.querySelectorAll(wanted)].find((one) => !one.closest("tr"));
    if (button) { event.preventDefault(); button.focus({ preventScroll: true }); button.click(); }
  });
})();
