// The clerk's pages: choose all, reply templates with preview, drawing blurred boxes. Everything works without this file.
(() => {
  "use strict";
  const chooseAll = (box) => box.addEventListener("change", () => {
    box.closest("form").querySelectorAll("input[name=case]").forEach((one) => { one.checked = box.checked; });
  });

  // Without this the page comes back with the text in its form; with it the page stays as it is.
  const templates = (part) => part.querySelectorAll("[data-template-choice]").forEach((choice) => {
    const box = choice.closest("[data-deed]"), button = choice.querySelector("button");
    const target = box.querySelector("textarea"), state = box.querySelector("select[name=move-to]");
    let filled = null, plain = false;
    button.addEventListener("click", async (event) => {
      if (plain) { return; }
      event.preventDefault();
      const answer = await fetch(`${part.dataset.templates}?template=${encodeURIComponent(choice.querySelector("select").value)}`).catch(() => null);
      if (!answer?.ok) { plain = true; button.click(); return; }
      const found = await answer.json();
      if (state && found.state) { state.value = found.state; }
      const own = target.value.trim() && target.value !== filled ? `${target.value.trim()}\n\n` : "";
      target.value = filled = own + found.text;
      target.focus();
    });
  });

  const blur = (frame) => {
    const field = document.getElementById(frame.dataset.blur);
    if (!field) { return; }
    const draw = () => {
      frame.querySelectorAll(".blur__box").forEach((box) => box.remove());
      for (const line of field.value.split("\n")) {
        const [left, top, width, height] = line.split(",").map((part) => parseFloat(part));
        if ([left, top, width, height].some(Number.isNaN)) { continue; }
        const box = document.createElement("div");
        box.className = "blur__box";
        Object.assign(box.style, { left: `${left}%`, top: `${top}%`, width: `${width}%`, height: `${height}%` });
        box.title = line;
        box.addEventListener("dblclick", () => { field.value = field.value.split("\n").filter((other) => other !== line).join("\n"); draw(); });
        frame.append(box);
      }
    };
    let start = null;
    const at = (event) => { const r = frame.getBoundingClientRect(); return [100 * (event.clientX - r.left) / r.width, 100 * (event.clientY - r.top) / r.height]; };
    frame.addEventListener("pointerdown", (event) => { if (event.target.className === "blur__box") { return; } event.preventDefault(); start = at(event); });
    frame.addEventListener("pointerup", (event) => {
      if (!start) { return; }
      const end = at(event), one = (value) => Math.max(0, Math.min(100, value)).toFixed(1);
      const size = [Math.abs(end[0] - start[0]), Math.abs(end[1] - start[1])];
      if (size[0] > 1 && size[1] > 1) {
        field.value = `${field.value.trim()}\n${one(Math.min(start[0], end[0]))}, ${one(Math.min(start[1], end[1]))}, ${one(size[0])}, ${one(size[1])}`.trim();
        draw();
      }
      start = null;
    });
    field.addEventListener("input", draw);
    draw();
  };

  // A page has many boxes: what was typed into one is there again after another one was sent. Only until the tab is closed.
  const keepTyped = () => {
    const boxOf = (control) => control?.closest("[data-deed]") ?? control?.form;
    const page = location.pathname.match(/\/fall\/[^/]+/);
    if (!page) { return; }
    const key = `typed${page[0]}`;
    const fields = () => [...document.querySelectorAll("form[method=post] textarea")].map((field) => [`${field.form.getAttribute("action")} ${field.name}`, field]);
    const kept = JSON.parse(sessionStorage.getItem(key) || "{}");
    for (const [name, field] of fields()) { if (kept[name] && field.value === field.defaultValue) { field.value = kept[name]; } }
    sessionStorage.removeItem(key);
    document.addEventListener("submit", (event) => {
      const typed = fields().filter(([, field]) => boxOf(field) !== (boxOf(event.submitter) ?? event.target) && field.value !== field.defaultValue);
      if (typed.length) { sessionStorage.setItem(key, JSON.stringify(Object.fromEntries(typed.map(([name, field]) => [name, field.value])))); }
    });
  };

  document.addEventListener("DOMContentLoaded", () => {
    document.querySelectorAll("[data-all]").forEach(chooseAll);
    document.querySelectorAll("[data-templates]").forEach(templates);
    keepTyped();
    document.querySelectorAll("[data-blur]").forEach(blur);
  });
})();
