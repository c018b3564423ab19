// The few things a page does by itself. Everything works without this file.
(() => {
  "use strict";
  const live = () => document.getElementById("announce");
  const say = (text) => { const box = live(); if (box) { box.textContent = ""; setTimeout(() => { box.textContent = text; }, 50); } };

  // Focus goes where the eye should: an error summary first, else what a fragment marks.
  const focusMarked = (root) => {
    const target = root.querySelector?.("[data-focus]") ?? (root.matches?.("[data-focus]") ? root : null);
    if (target) { target.focus(); }
    return target;
  };
  document.addEventListener("DOMContentLoaded", () => { focusMarked(document); prepare(document); });

  // A fragment announces itself: data-announce holds the sentence a screen reader should hear.
  document.addEventListener("htmx:afterSwap", (event) => {
    const root = event.detail.target.isConnected ? event.detail.target : document.getElementById(event.detail.target.id);
    if (!root) { return; }
    prepare(root);
    const note = root.querySelector("[data-announce]") ?? (root.matches("[data-announce]") ? root : null);
    if (note) { say(note.dataset.announce); }
    focusMarked(root);
  });
  document.addEventListener("htmx:responseError", ({ detail: { xhr } }) => {
    const { errorText, busyText } = document.body.dataset;
    const seconds = xhr.status === 429 && xhr.getResponseHeader("Retry-After");
    say(seconds && busyText ? busyText.replace("{n}", seconds) : errorText || String(xhr.status));
  });
  document.addEventListener("htmx:sendError", () => { say(document.body.dataset.offlineText || ""); });

  // A filter that was swapped in is part of the address: the page's other languages are asked for the same.
  document.addEventListener("htmx:pushedIntoHistory", () => {
    const links = [...document.querySelectorAll(".menu__list a[hreflang]")];
    if (!links.some((link) => link.pathname === location.pathname)) { return; }
    links.forEach((link) => { link.search = location.search; });
  });

  // "Noch 14 Minuten": counts down to data-until (ISO time), speaks at five and one minute, never moves the page.
  // The server's clock counts (data-now): that of a phone may be minutes off.
  const tick = (box) => {
    const left = Math.max(0, Math.ceil((Date.parse(box.dataset.until) - Date.parse(box.dataset.now) - performance.now()) / 60000));
    const text = left === 0 ? box.dataset.over : (left === 1 ? box.dataset.one : box.dataset.many).replace("{n}", left);
    if (box.textContent !== text) { box.textContent = text; if (left === 5 || left <= 1) { say(text); } }
    if (left > 0) { setTimeout(() => tick(box), 5000); }
  };

  const prepare = (root) => {
    root.querySelectorAll("[data-until]").forEach(tick);
    root.querySelectorAll("[data-needs-script]").forEach((part) => { part.hidden = false; });
    root.querySelectorAll("[data-with-script-hidden]").forEach((part) => { part.hidden = true; });
  };

  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-print], .error-summary a[href^='#']");
    if (!link) { document.querySelectorAll("details.menu[open]").forEach((menu) => { if (!menu.contains(event.target)) { menu.open = false; } }); return; }
    if (link.matches("[data-print]")) { window.print(); return; }
    const field = document.getElementById(decodeURIComponent(link.hash.slice(1)));
    const input = field && (field.matches("input, select, textarea") ? field : field.querySelector("input:not([type=hidden]), select, textarea"));
    if (input) { event.preventDefault(); (input.closest(".kern-form-input, .kern-fieldset") ?? input).scrollIntoView(); input.focus({ preventScroll: true }); }
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") { return; }
    document.querySelectorAll("details.menu[open]").forEach((menu) => { menu.open = false; menu.querySelector("summary").focus(); });
  });
  // Pressed twice is sent once; the button stays in the form data because it is only marked, not disabled.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post" || form.hasAttribute("hx-post")) { return; }
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "1"; setTimeout(() => { delete form.dataset.sent; }, 4000);
  });
})();
