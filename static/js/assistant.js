// Focus follows the conversation: into the field when the panel opens and after an answer, back to its handle on Escape, to the
// thanks after a thumb. Everything works without this file.
(() => {
  "use strict";
  const field = (within) => within.querySelector("#assistant-q");
  document.addEventListener("htmx:afterRequest", (event) => {
    const { elt, successful, requestConfig } = event.detail;
    const form = elt.closest?.("[data-assistant]");
    if (!form || !successful || requestConfig.verb !== "post") { return; }
    field(form).value = "";
    field(form).focus({ preventScroll: true });
  });
  document.addEventListener("htmx:afterSettle", (event) => {
    const panel = event.target.closest?.(".assistant-door");
    if (panel && event.detail.requestConfig?.verb === "get") { field(panel)?.focus(); }
    const thanks = event.target.closest?.(".turn__rate") ?? event.target.querySelector?.(":scope > .turn__rate[role=status]");
    if (thanks) { (thanks.querySelector("input:not([type=hidden])") ?? thanks).focus(); }
  });
  document.addEventListener("keydown", (event) => {
    const panel = event.key === "Escape" && event.target.closest?.(".assistant-door[open]");
    if (!panel) { return; }
    panel.open = false;
    panel.querySelector("summary").focus();
  });
})();
