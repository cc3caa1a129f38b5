// Draws the page's list of doors as a plan: streets as lines, doors as marks on their side. Without this the list is the page.
// Everything comes from the list's own data-* attributes, in steps along and away from a street; there are no positions.

const STEP = 44; // pixels from door to door where nothing is zoomed
const ROW = 40; // pixels from the street's line to its first row, and from row to row
const NEAR = -0.5; // from this zoom on a door shows its number

function at(x, y) {
  return [-y * ROW, x * STEP];
}

function words(name, text) {
  const element = document.createElement(name);
  element.textContent = text;
  return element;
}

function read() {
  return [...document.querySelectorAll("[data-street]")].map((street) => ({
    name: street.dataset.name,
    y: Number(street.dataset.y),
    length: Number(street.dataset.length),
    doors: [...street.querySelectorAll("[data-door]")].map((door) => ({
      x: Number(door.dataset.x),
      y: Number(street.dataset.y) + Number(door.dataset.y),
      depth: Number(door.dataset.y),
      mark: door.dataset.mark,
      number: door.dataset.number,
      word: door.dataset.word,
      whose: door.dataset.whose || "",
      url: door.querySelector("a") ? door.querySelector("a").href : "",
    })),
  }));
}

function popup(box, street, door) {
  const content = document.createElement("div");
  content.dataset.doorDetails = "";
  content.append(words("b", `${door.number} · ${street.name}`));
  content.append(words("p", door.word));
  if (door.whose) content.append(words("p", door.whose));
  if (door.url) {
    const link = words("a", box.dataset.open);
    link.href = door.url;
    const line = document.createElement("p");
    line.append(link);
    content.append(line);
  }
  return content;
}

function drawStreet(L, map, box, street) {
  L.polyline([at(-0.7, street.y), at(street.length - 0.3, street.y)], { className: "ds-plan-street", interactive: false }).addTo(map);
  const deepest = new Map();
  for (const door of street.doors) {
    const side = `${door.x}/${Math.sign(door.depth)}`;
    if (Math.abs(door.depth) > Math.abs(deepest.get(side) ? deepest.get(side).depth : 1)) deepest.set(side, door);
  }
  for (const door of deepest.values()) {
    L.polyline([at(door.x, street.y), at(door.x, door.y)], { className: "ds-plan-alley", interactive: false }).addTo(map);
  }
  for (const door of street.doors) {
    const element = document.createElement("div");
    element.dataset.planDoor = "";
    const mark = document.createElement("span");
    mark.className = "ds-mark";
    mark.dataset.mark = door.mark;
    element.append(mark, words("small", door.number));
    const icon = L.divIcon({ className: `ds-plan-door${door.whose ? " held" : ""}`, html: element, iconSize: [STEP - 6, ROW - 6], popupAnchor: [0, -8] });
    L.marker(at(door.x, door.y), { icon, keyboard: false, title: `${door.number}: ${door.word}` })
      .bindPopup(() => popup(box, street, door))
      .addTo(map);
  }
  const name = L.divIcon({ className: "ds-plan-name", html: words("span", street.name), iconAnchor: [0, 10] });
  L.marker(at(-0.7, street.y), { icon: name, interactive: false, keyboard: false, zIndexOffset: 1000 }).addTo(map);
}

function draw(L, box) {
  const streets = read();
  if (!streets.length) return;
  box.hidden = false;
  const map = L.map(box, { crs: L.CRS.Simple, attributionControl: false, zoomControl: false, scrollWheelZoom: false, minZoom: -3, maxZoom: 1, zoomSnap: 0.25, zoomDelta: 0.5 });
  L.control.zoom({ position: "topright", zoomInTitle: box.dataset.closer, zoomOutTitle: box.dataset.farther }).addTo(map);
  const doors = streets.flatMap((street) => street.doors);
  const right = Math.max(...streets.map((street) => street.length));
  const top = Math.min(...doors.map((door) => door.y), ...streets.map((street) => street.y)) - 1;
  const bottom = Math.max(...doors.map((door) => door.y), ...streets.map((street) => street.y)) + 1;
  const bounds = L.latLngBounds(at(-1.5, top), at(right + 0.5, bottom));
  const far = () => box.classList.toggle("far", map.getZoom() < NEAR);
  map.on("zoomend", far);
  // As near as numbers can be read, and the beginning of the first street in sight where the whole does not fit.
  const size = map.getSize();
  const zoom = Math.max(Math.min(map.getBoundsZoom(bounds), 0), NEAR);
  const scale = map.getZoomScale(zoom, 0);
  const start = bounds.getNorthWest();
  const wide = Math.min(size.x / scale, bounds.getEast() - bounds.getWest());
  const high = Math.min(size.y / scale, bounds.getNorth() - bounds.getSouth());
  map.setView([start.lat - high / 2, start.lng + wide / 2], zoom, { animate: false });
  map.setMaxBounds(bounds.pad(0.25));
  L.rectangle(bounds, { className: "ds-plan-area", interactive: false }).addTo(map);
  for (const street of streets) drawStreet(L, map, box, street);
  far();
}

const box = document.querySelector("[data-plan]");
if (box && window.L) draw(window.L, box);
