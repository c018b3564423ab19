// The desk by keyboard, and an honest word when the connection is lost. Everything works without this file.
(() => {
  "use strict";
  const desk = document.querySelector("[data-desk]");
  if (!desk) { return; }

  const warn = (text) => {
    let box = document.getElementById("desk-lost");
    if (!box) {
      box = document.createElement("div");
      box.id = "desk-lost"; box.className = "desk-alert"; box.setAttribute("role", "alert");
      desk.prepend(box);
    }
    box.textContent = text; box.hidden = !text;
  };
  // A click without a connection stays on the page and says so; nothing is lost silently.
  desk.addEventListener("submit", (event) => {
    if (!navigator.onLine) { event.preventDefault(); event.stopImmediatePropagation(); warn(desk.dataset.lost); }
  }, true);
  document.addEventListener("htmx:sendError", () => warn(desk.dataset.lost));
  document.addEventListener("htmx:afterRequest", (event) => { if (event.detail.successful) { warn(""); } });

  const typing = (target) => target.closest("input, textarea, select, [contenteditable]");
  const rows = () => [...desk.querySelectorAll("tbody tr")];
  const move = (by) => {
    const all = rows(), here = all.indexOf(document.activeElement.closest("tr"));
    const next = all[Math.min(all.length - 1, Math.max(0, here + by))];
    const button = next?.querySelector("button, a");
    if (button) { button.focus(); }
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) { return; }
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      if (rows().length) { event.preventDefault(); move(event.key === "ArrowDown" ? 1 : -1); }
      return;
    }
    if (event.key === "/") {
      const search = desk.querySelector("[data-key='/']");
      if (search) { event.preventDefault(); search.focus(); search.select(); }
      return;
    }
    const near = document.activeElement.closest("tr") ?? (rows().length ? null : desk);
    const button = near?.querySelector(`[data-step='${CSS.escape(event.key)}']`);
    if (button) { event.preventDefault(); button.click(); }
  });
  desk.addEventListener("click", (event) => { if (event.target.closest("[data-print]")) { window.print(); } });
})();
