// @ts-check
// Today's and coming events; today's lead to their gates.

import * as clock from "../clock.js";
import { h, icon } from "../dom.js";
import { words as w } from "../event_words.js";
import * as packs from "../pack.js";
import * as scan from "../scan.js";
import { day, longDay } from "../words.js";
import { needs } from "./bar.js";
import { go, show } from "./frame.js";

/** @param {PackEvent} event */
function row({ id, title, day: on, begins, ends, place }) {
  const today = on === clock.day();
  const about = [h("span", { class: "ds-ic", "data-s": today ? "on" : null }, icon("calendar-event")),
    h("span", { class: "grow" }, h("b", {}, title), h("span", {}, `${begins}–${ends} · ${place}`), today ? null : h("span", {}, longDay(on)),
      today ? null : h("span", {}, w.opens(day(on))))];
  return h("li", {}, today
    ? h("button", { type: "button", class: "door-row", "data-event": id, onclick: () => go(`/gate/${id}`) }, about, icon("chevron-right"))
    : h("div", { class: "door-row", "data-event": id }, about));
}

/** @param {string} title @param {PackEvent[]} events */
const section = (title, events) =>
  events.length ? [h("div", { class: "ds-sec mt" }, h("h2", {}, title)), h("ul", { class: "ds-card ds-list ds-over" }, events.map(row))] : [];

/** @param {Pack} pack */
export async function events(pack) {
  const kept = await packs.events();
  const all = kept ? kept.events : [];
  // While there is signal: at the gate the reader must be there already.
  if (navigator.onLine) scan.prepare();
  show({
    title: w.title, small: pack.unit.name, back: () => go("/"), needs: needs(),
    body: all.length
      ? [section(w.today, all.filter((event) => event.day === clock.day())), section(w.coming, all.filter((event) => event.day > clock.day()))]
      : h("div", { class: "ds-card ds-empty" }, icon("calendar-event"), h("b", {}, w.none), h("span", {}, w.none_small)),
  });
}
