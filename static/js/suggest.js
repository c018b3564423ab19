// Proposals under the search field: the combobox pattern (arrow keys, Enter, Escape). Without it the field is a plain form.
(() => {
  "use strict";
  const DELAY = 150;
  const attach = (input) => {
    const address = input.form.dataset.suggest;
    if (!address || input.dataset.combobox) { return; }
    input.dataset.combobox = "1";
    const box = document.createElement("div");
    box.className = "suggest"; box.id = `${input.id}-suggestions`; box.hidden = true;
    const voice = document.createElement("span");
    voice.className = "visually-hidden"; voice.setAttribute("role", "status");
    input.after(box, voice);
    const set = (pairs) => Object.entries(pairs).forEach(([name, value]) => input.setAttribute(name, value));
    const list = `${input.id}-listbox`;
    set({ role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", autocapitalize: "none" });
    let timer = 0, asked = "", request = null, chosen = -1;
    // The list exists only once it was asked for: the field names it while it stands open.
    const open = () => { box.hidden = false; set({ "aria-expanded": "true", "aria-controls": list }); };
    const options = () => [...box.querySelectorAll("[role=option]")];
    const close = () => { box.hidden = true; chosen = -1; set({ "aria-expanded": "false" }); ["aria-controls", "aria-activedescendant"].forEach((name) => input.removeAttribute(name)); };
    // What is still on its way must not open the list again after Escape, a choice or a way out of the field.
    const leave = () => { clearTimeout(timer); request?.abort(); asked = ""; close(); };
    const mark = (place) => {
      const all = options();
      if (!all.length) { return; }
      chosen = (place + all.length) % all.length;
      all.forEach((option, number) => option.setAttribute("aria-selected", String(number === chosen)));
      set({ "aria-activedescendant": all[chosen].id });
      all[chosen].scrollIntoView({ block: "nearest" });
    };
    const take = (option) => { input.value = option.dataset.text; leave(); input.form.requestSubmit(); };
    const ask = async () => {
      const text = input.value.trim();
      if (text === asked) { return; }
      asked = text; request?.abort(); request = new AbortController();
      if (text.length < 2) { close(); return; }
      try {
        const answer = await fetch(`${address}?q=${encodeURIComponent(text)}`, { signal: request.signal, headers: { "X-Requested-With": "fetch" } });
        const found = await answer.text();
        if (text !== input.value.trim()) { return; }
        if (!answer.ok || document.activeElement !== input) { close(); return; }
        box.replaceChildren(document.createRange().createContextualFragment(found));
        box.querySelector("[role=listbox]")?.setAttribute("id", list);
        options().forEach((option) => { option.id = `${input.id}-${option.id}`; });
        close();
        if (options().length) { open(); }
        voice.textContent = box.querySelector("[data-count]")?.textContent ?? "";
      } catch (error) { if (error.name !== "AbortError") { close(); } }
    };
    const soon = () => { clearTimeout(timer); timer = setTimeout(ask, DELAY); };
    input.addEventListener("input", (event) => { if (!event.isComposing) { soon(); } });
    input.addEventListener("compositionend", soon);
    input.form.addEventListener("submit", leave);
    input.addEventListener("keydown", (event) => {
      if (event.isComposing || event.keyCode === 229) { return; }  // these keys belong to the input method
      if (event.key === "Escape" && !box.hidden) { event.preventDefault(); leave(); return; }
      if (event.key === "Escape") { leave(); return; }
      if (event.key === "ArrowDown" && box.hidden && asked && options().length) { event.preventDefault(); open(); mark(0); return; }
      if (event.key === "ArrowDown" && box.hidden) { ask(); return; }
      if (box.hidden) { return; }
      if (event.key === "ArrowDown") { event.preventDefault(); mark(chosen + 1); }
      else if (event.key === "ArrowUp") { event.preventDefault(); mark(chosen - 1); }
      else if (event.key === "Enter" && chosen >= 0) { event.preventDefault(); take(options()[chosen]); }
      else if (event.key === "Tab") { leave(); }
    });
    box.addEventListener("mousedown", (event) => { const option = event.button === 0 && event.target.closest("[role=option]"); if (option) { event.preventDefault(); take(option); } });
    input.addEventListener("blur", () => setTimeout(() => { if (document.activeElement !== input) { leave(); } }, 100));
  };
  document.addEventListener("DOMContentLoaded", () => document.querySelectorAll("form[data-suggest] input[name=q]").forEach(attach));
})();
