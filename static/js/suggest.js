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
    set({ role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": box.id, autocapitalize: "none" });
    let timer = 0, asked = "", request = null, chosen = -1;
    const options = () => [...box.querySelectorAll("[role=option]")];
    const close = () => { box.hidden = true; chosen = -1; set({ "aria-expanded": "false" }); input.removeAttribute("aria-activedescendant"); };
    const mark = (place) => {
      const all = options();
      if (!all.length) { return; }
      chosen = (place + all.length) % all.length;
      all.forEach((option, number) => option.setAttribute("aria-selected", String(number === chosen)));
      set({ "aria-activedescendant": all[chosen].id });
      all[chosen].scrollIntoView({ block: "nearest" });
    };
    const take = (option) => { input.value = option.dataset.text; close(); input.form.requestSubmit(); };
    const ask = async () => {
      const text = input.value.trim();
      if (text === asked) { return; }
      asked = text; request?.abort(); request = new AbortController();
      if (text.length < 2) { close(); return; }
      try {
        const answer = await fetch(`${address}?q=${encodeURIComponent(text)}`, { signal: request.signal, headers: { "X-Requested-With": "fetch" } });
        if (!answer.ok || document.activeElement !== input) { close(); return; }
        box.replaceChildren(document.createRange().createContextualFragment(await answer.text()));
        options().forEach((option) => { option.id = `${input.id}-${option.id}`; });
        const any = options().length > 0;
        chosen = -1; input.removeAttribute("aria-activedescendant"); box.hidden = !any; set({ "aria-expanded": String(any) });
        voice.textContent = box.querySelector("[data-count]")?.textContent ?? "";
      } catch (error) { if (error.name !== "AbortError") { close(); } }
    };
    input.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(ask, DELAY); });
    input.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && !box.hidden) { event.preventDefault(); close(); return; }
      if (event.key === "ArrowDown" && box.hidden && options().length) { event.preventDefault(); box.hidden = false; set({ "aria-expanded": "true" }); mark(0); return; }
      if (box.hidden) { return; }
      if (event.key === "ArrowDown") { event.preventDefault(); mark(chosen + 1); }
      else if (event.key === "ArrowUp") { event.preventDefault(); mark(chosen - 1); }
      else if (event.key === "Enter" && chosen >= 0) { event.preventDefault(); take(options()[chosen]); }
      else if (event.key === "Tab") { close(); }
    });
    box.addEventListener("mousedown", (event) => { const option = event.target.closest("[role=option]"); if (option) { event.preventDefault(); take(option); } });
    input.addEventListener("blur", () => setTimeout(close, 100));
  };
  document.addEventListener("DOMContentLoaded", () => document.querySelectorAll("form[data-suggest] input[name=q]").forEach(attach));
})();
