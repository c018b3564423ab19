// One map for all pages: the city's map pictures or, where it names no server for them, its own plan of boundary, districts
// and streets. One finger scrolls the page, two move the map; by keyboard the cross in the middle is the pointer.
(() => {
  "use strict";
  const number = (text) => (text === undefined || text === "" ? NaN : Number(String(text).replace(",", ".")));
  const STREET_NAMES = 16, AREA_NAMES = 15, MOST_NAMES = 40;

  const label = (text, kind) => {
    const icon = L.divIcon({ className: `plan-name plan-name--${kind}`, html: "", iconSize: null });
    const one = L.marker([0, 0], { icon, interactive: false, keyboard: false, pane: "names" });
    one.on("add", () => { one.getElement().textContent = text; });
    return one;
  };
  const middleOf = (line) => line[Math.floor(line.length / 2)];

  const draw = (map, plan) => {
    const still = { interactive: false, fill: true };
    L.polygon(plan.city, { ...still, className: "plan-city" }).addTo(map);
    plan.areas.forEach((area) => L.polygon(area.rings, { ...still, className: "plan-area" }).addTo(map));
    const streets = plan.streets.map(([name, ...line]) => ({ name, line }));
    for (const kind of ["edge", "way"]) {
      L.polyline(streets.map((street) => street.line), { interactive: false, className: `plan-street plan-street--${kind}` }).addTo(map);
    }
    const names = L.layerGroup().addTo(map);
    const show = () => {
      names.clearLayers();
      map.getContainer().dataset.near = String(map.getZoom() >= STREET_NAMES);
      const seen = map.getBounds();
      if (map.getZoom() <= AREA_NAMES) {
        plan.areas.filter((area) => area.rings.length).forEach((area) => { names.addLayer(label(area.name, "area").setLatLng(L.latLngBounds(area.rings[0]).getCenter())); });
      } else {
        const named = streets.map((street) => [street.name, middleOf(street.line.filter((point) => seen.contains(point)))]);
        named.filter(([, at]) => at).slice(0, MOST_NAMES).forEach(([name, at]) => { names.addLayer(label(name, "street").setLatLng(at)); });
      }
    };
    map.on("zoomend moveend", show);
    show();
  };

  // Resolves to the bounds of the plan, or null: then the map shows what the settings say.
  const ground = async (map, box) => {
    if (box.dataset.tiles) {
      L.tileLayer(box.dataset.tiles, { attribution: box.dataset.attribution, maxZoom: 19 }).addTo(map);
      return null;
    }
    const answer = await fetch(box.dataset.plan);
    const plan = answer.ok ? await answer.json() : { city: [], areas: [], streets: [] };
    draw(map, plan);
    const corners = [...plan.city.flat(), ...plan.areas.flatMap((area) => area.rings.flat()), ...plan.streets.flatMap(([, ...line]) => line)];
    if (corners.length) { return L.latLngBounds(corners); }
    box.hidden = true; // neither pictures nor a plan: the list and the address say it all
    box.closest("[data-needs-script]")?.setAttribute("hidden", "");
    return null;
  };

  const start = (box) => [[number(box.dataset.latitude) || 50, number(box.dataset.longitude) || 11], number(box.dataset.zoom) || 12];

  const pointer = (map, box) => {
    const cross = document.createElement("div");
    cross.className = "map-cross";
    cross.setAttribute("aria-hidden", "true");
    box.append(cross);
    box.addEventListener("focus", () => map.scrollWheelZoom.enable()); // not while somebody only scrolls past
    box.addEventListener("blur", () => map.scrollWheelZoom.disable());
  };

  // {map, ground}: a map that can be moved; `still` for a picture of one place.
  window.cityMap = (box, still = false) => {
    const coarse = matchMedia("(pointer: coarse)").matches, free = !still;
    const map = L.map(box, { scrollWheelZoom: false, dragging: free && !coarse, touchZoom: free, keyboard: free, doubleClickZoom: free, boxZoom: free, zoomControl: false, maxZoom: 19, zoomSnap: box.dataset.tiles ? 1 : 0.5, attributionControl: Boolean(box.dataset.tiles) });
    map.createPane("names");
    map.setView(...start(box));
    if (still) { box.removeAttribute("tabindex"); } else {
      L.control.zoom({ zoomInTitle: box.dataset.zoomIn, zoomOutTitle: box.dataset.zoomOut }).addTo(map);
      L.control.scale({ imperial: false }).addTo(map);
      pointer(map, box);
    }
    return { map, ground: ground(map, box) };
  };
})();
