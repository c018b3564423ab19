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
      if (field) { field.closest("details")?.setAttribute("open", ""); field.focus(); event.preventDefault(); }
      return;
    }
    if (event.key.length === 1 && press(event.key)) { event.preventDefault(); }
  });

  // What was typed into form[data-guard] and not saved: the browser asks before another page takes its place.
  document.addEventListener("input", (event) => { const form = event.target.closest("form[data-guard]"); if (form) { form.dataset.guard = "unsaved"; } });
  document.addEventListener("submit", (event) => { if (event.target.matches("form[data-guard]")) { event.target.dataset.guard = "sent"; } });
  window.addEventListener("beforeunload", (event) => { if (document.querySelector('form[data-guard="unsaved"]')) { event.preventDefault(); } });

  // Django's own forms: a table of rows names its columns, its fields do not; and an icon that has a name is a picture.
  const name = (table) => {
    const title = table.closest("fieldset")?.querySelector("h2")?.textContent.trim() ?? "";
    const heads = [...table.tHead.rows[0].cells].flatMap((cell) => Array(cell.colSpan).fill(cell));
    heads.filter((cell) => !cell.textContent.trim()).forEach((cell) => {
      cell.append(Object.assign(document.createElement("span"), { className: "visually-hidden", textContent: title }));
    });
    table.querySelectorAll("tbody tr:not(.empty-form)").forEach((row) => [...row.cells].forEach((cell) => {
      const label = heads[cell.cellIndex]?.textContent.trim();
      cell.querySelectorAll("input:not([type=hidden]), select, textarea").forEach((field) => {
        if (label && !field.labels?.length && !field.hasAttribute("aria-label")) { field.setAttribute("aria-label", label); }
      });
    }));
  };
  const nameAll = () => {
    document.querySelectorAll(".tabular.inline-related table").forEach(name);
    document.querySelectorAll(".help-tooltip[aria-label]").forEach((icon) => icon.setAttribute("role", "img"));
  };
  if (document.querySelector("form .form-row, form .inline-group")) {
    nameAll();
    addEventListener("load", () => setTimeout(nameAll));
    document.addEventListener("formset:added", nameAll);
  }
})();
