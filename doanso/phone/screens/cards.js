// @ts-check
// The cards of the start that lead to what else the pack brought: stands, events, shops. A phone without any does not load them.

import * as clock from "../clock.js";
import { h, icon } from "../dom.js";
import { words as eventWords } from "../event_words.js";
import * as packs from "../pack.js";
import { words as shopWords } from "../shop_words.js";
import { counts } from "../stand_turns.js";
import { words as standWords } from "../stand_words.js";
import { list } from "../turn_log.js";
import { day } from "../words.js";
import { go } from "./frame.js";

/** Stands that are shown at once; a helper's own is among the first. */
const AT_ONCE = 2;

/** @param {string} id @param {string} place @param {string} shape @param {string | null} state @param {string} title @param {string} small */
const card = (id, place, shape, state, title, small) => h("button", { type: "button", class: "ds-card door-row door-pair", id, onclick: () => go(place) },
  h("span", { class: "ds-ic", "data-s": state }, icon(shape)), h("span", { class: "grow" }, h("b", {}, title), h("span", {}, small)), icon("chevron-right"));

/**
 * The way to the shops, with how many should be looked at.
 * @param {PackShops | null} kept @param {Record<string, string>} done today on this phone
 */
function shopsCard(kept, done) {
  if (!kept || !kept.shops.length) return null;
  const due = kept.shops.filter((shop) => !done[shop.business] && packs.isOverdue(shop)).length;
  const w = shopWords.card;
  return card("shops", "/shops", "building-store", due ? "behind" : "on", w.title, due ? w.due(due) : w.done);
}

/**
 * The way to today's event, or to the coming ones.
 * @param {PackEvents | null} kept
 */
function eventsCard(kept) {
  if (!kept || !kept.events.length) return null;
  const today = kept.events.filter((event) => event.day === clock.day());
  const { id, title, day: on, begins } = kept.events[0];
  const w = eventWords.card;
  return card("events", today.length === 1 ? `/gate/${id}` : "/events", "calendar-event", today.length ? "on" : null,
    today.length > 1 ? w.several(today.length) : title, today.length ? w.open(begins) : w.coming(day(on)));
}

/** @param {PackStand} stand */
async function standCard(stand) {
  const { helped, left } = counts(await list(stand.id), stand);
  const shown = card(`stand-${stand.id}`, `/stand/${stand.id}`, "users", "on", stand.place, standWords.card(stand.kept === false ? stand.pair.first.name : "", helped, left, stand.waiting));
  shown.setAttribute("data-stand", stand.id);
  return shown;
}

/**
 * The nearest stands, and the others of the unit below a line that unfolds.
 * @param {PackStand[]} stands in the server's order
 */
async function standCards(stands) {
  const shown = await Promise.all(stands.map(standCard));
  const others = shown.slice(AT_ONCE);
  return [shown.slice(0, AT_ONCE), others.length ? h("details", { class: "ds-more" }, h("summary", {}, standWords.more(others.length)), others) : null];
}

/**
 * Those that stand above the pair, and those below it.
 * @param {Record<string, string>} done shops that were checked today on this phone
 */
export async function cards(done) {
  const [stands, kept, shops] = [await packs.stands(), await packs.events(), await packs.shops()];
  return { above: [await standCards(stands), eventsCard(kept)], below: shopsCard(shops, done) };
}
