// After an answer the field is empty and keeps the focus. Everything works without this file.
(() => {
  "use strict";
  document.addEventListener("htmx:afterRequest", (event) => {
    const form = event.detail.elt.closest?.("[data-assistant]");
    if (!form || !event.detail.successful || event.detail.requestConfig.verb !== "post") { return; }
    const field = form.querySelector("#assistant-q");
    field.value = ""; field.focus({ preventScroll: true });
  });
})();
