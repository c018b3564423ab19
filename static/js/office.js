// Keys in the back office: a button or link with data-key="c" is pressed by c; "/" goes to the search field; "?" lists all keys of the page.
(() => {
  "use strict";
  const typing = (target) => target.closest("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]");
  const visible = (part) => !part.disabled && part.getClientRects().length > 0;

  const press = (key) => {
    const part = [...document.querySelectorAll(`[data-key="${CSS.escape(key)}"]`)].find(visible);
    if (part) { part.matches("input, select, textarea") ? part.focus() : part.click(); }
    return part;
  };
  const list = () => {
    const open = document.querySelector("dialog.keys");
    if (open) { open.close(); return; }
    const box = document.createElement("dialog");
    box.className = "keys box";
    const rows = document.createElement("dl");
    document.querySelectorAll("[data-key]").forEach((part) => {
      if (!visible(part)) { return; }
      const key = document.createElement("dt"); key.append(Object.assign(document.createElement("kbd"), { textContent: part.dataset.key }));
      const meaning = document.createElement("dd"); meaning.textContent = part.dataset.keyLabel || part.getAttribute("aria-label") || part.textContent.trim();
      rows.append(key, meaning);
    });
    box.append(rows); document.body.append(box);
    box.addEventListener("close", () => box.remove());
    box.showModal();
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || typing(event.target)) { return; }
    if (event.key === "?") { list(); event.preventDefault(); return; }
    if (event.key === "/" && !document.querySelector('[data-key="/"]')) {
      const field = document.querySelector("main input[type=search], #searchbar");
      if (field) { field.focus(); event.preventDefault(); }
      return;
    }
    if (event.key.length === 1 && press(event.key)) { event.preventDefault(); }
  });

  // What was typed into form[data-guard] and not saved: the browser asks before another page takes its place.
  document.addEventListener("input", (event) => { const form = event.target.closest("form[data-guard]"); if (form) { form.dataset.guard = "unsaved"; } });
  document.addEventListener("submit", (event) => { if (event.target.matches("form[data-guard]")) { event.target.dataset.guard = "sent"; } });
  window.addEventListener("beforeunload", (event) => { if (document.querySelector('form[data-guard="unsaved"]')) { event.preventDefault(); } });
})();
