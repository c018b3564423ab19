// "Use my position": goes to the same page with the place of the phone, rounded to some hundred metres before it leaves the phone.
(() => {
  "use strict";
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-here]");
    if (!button) { return; }
    const failed = () => {
      const live = document.getElementById("announce");
      button.querySelector(".kern-label").textContent = button.dataset.denied;
      if (live) { live.textContent = button.dataset.denied; }
    };
    if (!navigator.geolocation) { failed(); return; }
    navigator.geolocation.getCurrentPosition(({ coords }) => {
      const at = `${coords.latitude.toFixed(3)},${coords.longitude.toFixed(3)}`;
      window.location.href = `${button.dataset.here}&at=${at}`;
    }, failed, { timeout: 10000, maximumAge: 600000 });
  });
})();
