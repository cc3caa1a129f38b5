// @ts-check
// The shops and stalls whose payment codes are looked after: due ones first, in the order of a walk, found by name or number.

import { areas, indexed, search, where } from "../checks.js";
import * as clock from "../clock.js";
import { button, field, h, icon } from "../dom.js";
import * as outing from "../outing.js";
import * as packs from "../pack.js";
import * as scan from "../scan.js";
import { words as w } from "../shop_words.js";
import { day } from "../words.js";
import { needs } from "./bar.js";
import { go, mainButton, show } from "./frame.js";
import { dressed } from "./shop.js";

const AT_ONCE = 40;
/** What was looked for last: one goes back to it from each shop. */
const chosen = { text: "", area: "", shown: AT_ONCE };

/**
 * "12/11", with the year where it is not this one.
 * @param {string} on
 */
const short = (on) => day(on).slice(0, on.slice(0, 4) === clock.day().slice(0, 4) ? 5 : 10);

/** @param {PackShop} shop @param {string} done the state that was written today, or "" */
function row(shop, done) {
  const overdue = !done && packs.isOverdue(shop);
  const state = /** @type {any} */ (w.states)[done === "different" ? "displayed" : done || shop.state];
  const said = shop.changing && !done ? w.changing : done ? state : shop.checked_on ? w.checked_on(state, short(shop.checked_on)) : w.never_checked;
  const look = done === "different" ? "risk" : done ? "on" : overdue ? "behind" : null;
  return h("li", {}, h("button", { type: "button", class: "door-row", "data-shop": shop.business, onclick: () => go(`/shop/${shop.business}`) },
    h("span", { class: "ds-ic", "data-s": look }, icon(done === "different" ? "alert-triangle" : done ? "check" : "building-store")),
    h("span", { class: "grow" }, h("b", {}, shop.name), h("span", {}, where(shop)), h("span", {}, said)), icon("chevron-right")));
}

/** @param {string} title @param {any[]} rows @param {number} all */
function section(title, rows, all) {
  return rows.length ? [h("div", { class: "ds-sec mt" }, h("h2", {}, title), h("span", { class: "ds-quiet" }, String(all))), h("ul", { class: "ds-card ds-list ds-over" }, rows)] : [];
}

/** @param {Pack} pack */
export async function shops(pack) {
  const [kept, today] = [await packs.shops(), await outing.get(), await dressed];
  const leave = () => go("/");
  const head = { title: w.title, small: pack.unit.name, back: leave, needs: needs() };
  if (!kept || !kept.shops.length) {
    return show({ ...head, body: h("div", { class: "ds-card ds-empty" }, icon("building-store"), h("b", {}, w.none), h("span", {}, w.none_small), h("span", {}, w.lead)) });
  }
  // While there is signal: in the market the reader must be there already.
  if (navigator.onLine) scan.prepare();
  const rows = indexed(kept.shops);
  const places = areas(kept.shops);
  if (!places.includes(chosen.area)) chosen.area = "";
  const list = h("div", { id: "shops", role: "region", "aria-label": w.title, "aria-live": "polite" });
  const found = () => search(rows, chosen.text, chosen.area).map((one) => one.shop);
  const doneToday = (/** @type {PackShop} */ shop) => today.done[shop.business] || "";
  const split = () => {
    const all = found();
    const done = all.filter(doneToday);
    const due = all.filter((shop) => !doneToday(shop) && packs.isOverdue(shop));
    return { due, done, rest: all.filter((shop) => !doneToday(shop) && !packs.isOverdue(shop)) };
  };
  const draw = () => {
    const { due, rest, done } = split();
    const all = [...due, ...rest, ...done];
    const shown = new Set(all.slice(0, chosen.shown));
    const part = (/** @type {PackShop[]} */ some) => some.filter((shop) => shown.has(shop)).map((shop) => row(shop, doneToday(shop)));
    action.textContent = due.length ? w.next(where(due[0]) || due[0].name) : w.none_due;
    action.disabled = !due.length;
    const left = Math.min(AT_ONCE, all.length - shown.size);
    list.replaceChildren(
      ...section(w.due, part(due), due.length), ...section(w.rest, part(rest), rest.length), ...section(w.done, part(done), done.length),
      ...(all.length ? [] : [h("div", { class: "ds-card ds-empty mt" }, icon("building-store"), h("b", {}, w.not_found), h("span", {}, w.not_found_small))]),
      ...(left > 0 ? [h("div", { class: "door-more mt" }, button(w.more(left), () => {
        chosen.shown += AT_ONCE;
        draw();
      }, { icon: "plus" }))] : []));
  };
  const filter = (/** @type {Partial<typeof chosen>} */ change) => {
    Object.assign(chosen, change, { shown: AT_ONCE });
    draw();
  };
  /** The first one that is due among those that are looked for. */
  const next = () => split().due[0];
  const action = mainButton("", () => next() && go(`/shop/${next().business}`));
  draw();
  show({
    ...head,
    body: [
      h("div", { class: "door-shop-filters" },
        field({ label: w.search, id: "search", value: chosen.text, most: 60, oninput: (text) => filter({ text }) }),
        places.length > 1 ? field({ label: w.area, id: "area", value: chosen.area, options: [{ value: "", label: w.everywhere }, ...places.map((name) => ({ value: name, label: name }))],
          oninput: (name) => filter({ area: name }) }) : null),
      list,
    ],
    action,
  });
}

