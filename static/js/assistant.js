// Focus follows the conversation: into the field when the panel opens and after an answer, back to its handle on Escape, to the
// thanks after a thumb. Everything works without this file.
(() => {
  "use strict";
  const field = (within) => within.querySelector("#assistant-q");
  // the choices stand in the log, outside the form: htmx does not look there for the button that was pressed
  document.addEventListener("htmx:configRequest", ({ detail }) => {
    const pressed = detail.triggeringEvent?.submitter;
    if (pressed?.name && detail.elt.matches("[data-assistant]")) { detail.parameters[pressed.name] = pressed.value; }
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    const { elt, successful, requestConfig } = event.detail;
    const form = elt.closest?.("[data-assistant]");
    if (!form || !successful || requestConfig.verb !== "post") { return; }
    if (!requestConfig.triggeringEvent?.submitter?.name) { field(form).value = ""; }  // beside a choice the half-typed question stays
    field(form).focus({ preventScroll: true });
  });
  document.addEventListener("htmx:afterSettle", (event) => {
    const panel = event.target.closest?.(".assistant-door");
    const newest = event.target.closest?.("#assistant-log")?.lastElementChild;
    if (newest) {  // the field stays in view, unless the answer is long: that is read from its first sentence
      document.querySelector("#assistant-form").scrollIntoView({ block: "end", behavior: "instant" });
      if (newest.getBoundingClientRect().top < 0) { newest.scrollIntoView({ behavior: "instant" }); }
    }
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
