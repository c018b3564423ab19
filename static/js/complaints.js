// Maps of reports and the second page of the form. Every page works without this file.
(() => {
  "use strict";
  const number = (text) => (text === undefined || text === "" ? NaN : Number(String(text).replace(",", ".")));
  const mark = (count, open) => L.divIcon({
    className: `map-mark${open ? " map-mark--open" : ""}${count === 1 ? " map-mark--one" : ""}`,
    html: "", iconSize: count === 1 ? [18, 18] : count < 100 ? [34, 34] : [44, 44],
  });
  const REACH = 40; // pixels from the cross in the middle to a mark that Enter opens

  // The view stands in the address (#map=zoom/latitude/longitude), so that it can be sent to somebody.
  const linked = () => {
    const found = /^#map=(\d{1,2})\/(-?\d{1,2}\.\d+)\/(-?\d{1,3}\.\d+)$/.exec(location.hash);
    return found && [[Number(found[2]), Number(found[3])], Number(found[1])];
  };

  const listMap = (box) => {
    const { map, ground } = window.cityMap(box), layer = L.layerGroup().addTo(map), note = document.getElementById("map-note");
    let page = "", shown = [], newest = false, asked = 0;
    const words = ([, , count, open, name]) => (count === 1 ? `${name} (${open ? box.dataset.openText : box.dataset.doneText})` : String(count));
    const follow = ([latitude, longitude, , , name]) => { if (name) { location.href = page.replace("NUMBER", name); } else { map.setView([latitude, longitude], Math.min(19, map.getZoom() + 2)); } };
    const atCross = () => {
      const middle = map.latLngToContainerPoint(map.getCenter());
      const away = shown.map((one) => [map.latLngToContainerPoint([one[0], one[1]]).distanceTo(middle), one]).sort((a, b) => a[0] - b[0])[0];
      return away && away[0] <= REACH ? away[1] : null;
    };
    const tell = () => {
      const sum = shown.reduce((total, one) => total + one[2], 0), under = box.matches(":focus-visible") ? atCross() : null;
      note.textContent = `${(newest ? note.dataset.newest : note.dataset.text).replace("{n}", sum.toLocaleString(document.documentElement.lang))}${under ? ` ${note.dataset.under.replace("{mark}", words(under))}` : ""}`;
    };
    const show = async () => {
      const b = map.getBounds(), turn = ++asked;
      const window_ = [b.getWest(), b.getSouth(), b.getEast(), b.getNorth()].map((v) => v.toFixed(5)).join(",");
      const answer = await fetch(`${box.dataset.marks}?box=${window_}&zoom=${Math.round(map.getZoom())}&${box.dataset.query}`);
      if (!answer.ok || turn !== asked) { return; }
      ({ marks: shown, newest, page } = await answer.json());
      layer.clearLayers();
      for (const found of shown) {
        const one = L.marker([found[0], found[1]], { icon: mark(found[2], found[3]), title: words(found), keyboard: false });
        one.on("add", () => { if (found[2] > 1) { one.getElement().textContent = found[2]; } });
        one.on("click", () => follow(found));
        layer.addLayer(one);
      }
      tell();
    };
    const moved = () => { const c = map.getCenter(); history.replaceState(null, "", `#map=${Math.round(map.getZoom())}/${c.lat.toFixed(5)}/${c.lng.toFixed(5)}`); show(); };
    box.addEventListener("focus", tell);
    box.addEventListener("keydown", (event) => { const under = event.key === "Enter" && event.target === box && atCross(); if (under) { event.preventDefault(); follow(under); } });
    ground.then((bounds) => {
      const view = linked();
      if (view) { map.setView(...view); } else if (bounds) { map.fitBounds(bounds, { animate: false }); }
      show();
      map.on("moveend", moved);
    });
  };

  const oneMap = (box) => {
    const { map } = window.cityMap(box, true), [latitude, longitude] = box.dataset.here.split(",").map(Number);
    map.setView([latitude, longitude], 16);
    L.marker([latitude, longitude], { icon: mark(1, true), interactive: false, keyboard: false }).addTo(map);
  };

  const placeForm = (form) => {
    const latitude = form.querySelector("[data-place=latitude]"), longitude = form.querySelector("[data-place=longitude]");
    const topic = form.querySelector("select[name=category]"), box = document.getElementById("place-map");
    let map = null, pin = null, timer = 0;
    const ask = () => {
      clearTimeout(timer);
      timer = setTimeout(() => {
        const part = document.getElementById("report-questions");
        const query = new URLSearchParams({ category: topic.value, latitude: latitude.value, longitude: longitude.value });
        if (window.htmx) { window.htmx.ajax("GET", `${part.dataset.url}?${query}`, { target: part, swap: "outerHTML" }); }
      }, 250);
    };
    const address = form.querySelector("input[name=address]"), list = document.getElementById("addresses"), note = document.getElementById("place-note");
    let ours = ""; // what we wrote into the address field ourselves, or what the pin was found by
    const json = async (url, query) => { const answer = await fetch(`${url}?${new URLSearchParams(query)}`); return answer.ok ? answer.json() : {}; };
    const pinned = (at, look) => {
      latitude.value = at[0].toFixed(6); longitude.value = at[1].toFixed(6);
      if (map) { if (pin) { pin.setLatLng(at); } else { pin = L.marker(at, { icon: mark(1, true), draggable: true, keyboard: false, title: box.dataset.pin, alt: box.dataset.pin }).addTo(map); pin.on("dragend", () => { const p = pin.getLatLng(); put([p.lat, p.lng], false); }); } if (look) { map.setView(at, 17); } }
      ask();
    };
    const put = async (at, look) => {
      pinned(at, look);
      const found = await json(list.dataset.position, { latitude: latitude.value, longitude: longitude.value });
      note.textContent = found.inside === false ? note.dataset.outside : "";
      if (found.address && (!address.value || address.value === ours)) { ours = found.address; address.value = ours; }
    };
    const look_up = async () => {
      if (!address.value || (latitude.value && address.value === ours)) { return; }
      if (latitude.value && !ours) { return; } // the pin was set by hand first: the words describe it
      const found = await json(list.dataset.position, { q: address.value });
      if (found.latitude) { ours = address.value; note.textContent = ""; pinned([found.latitude, found.longitude], true); }
    };
    let typing = 0;
    address.addEventListener("input", () => {
      clearTimeout(typing);
      typing = setTimeout(async () => {
        const found = address.value.trim().length > 2 ? await json(list.dataset.url, { q: address.value }) : {};
        list.replaceChildren(...(found.addresses || []).map((text) => Object.assign(document.createElement("option"), { value: text })));
      }, 200);
    });
    address.addEventListener("change", look_up);
    if (box && window.L) {
      const made = window.cityMap(box);
      map = made.map;
      made.ground.then((bounds) => { if (bounds && !pin) { map.fitBounds(bounds, { animate: false }); } });
      map.on("click", (event) => put([event.latlng.lat, event.latlng.lng], false));
      box.addEventListener("keydown", (event) => { if (event.key === "Enter" && event.target === box) { event.preventDefault(); const c = map.getCenter(); put([c.lat, c.lng], false); } });
      if (latitude.value && longitude.value) { ours = address.value; pinned([number(latitude.value), number(longitude.value)], true); }
    }
    form.querySelectorAll("[data-choose]").forEach((button) => button.addEventListener("click", () => { topic.value = button.dataset.choose; ask(); topic.focus(); }));
    topic.addEventListener("change", ask);
    const locate = form.querySelector("[data-locate]");
    if (locate) { locate.addEventListener("click", () => {
      const failed = () => { const live = document.getElementById("announce"); locate.querySelector(".kern-label").textContent = locate.dataset.denied; if (live) { live.textContent = locate.dataset.denied; } };
      if (!navigator.geolocation) { failed(); return; }
      navigator.geolocation.getCurrentPosition((p) => put([p.coords.latitude, p.coords.longitude], true), failed, { enableHighAccuracy: true, timeout: 10000 });
    }); }
  };

  document.addEventListener("DOMContentLoaded", () => {
    const start = (id, run) => { const box = document.getElementById(id); if (box && window.L) { run(box); } };
    setTimeout(() => { start("case-map", listMap); start("one-map", oneMap); }, 0);
    const form = document.getElementById("place-form");
    if (form) { setTimeout(() => placeForm(form), 0); }
  });
})();
