// @ts-check
// Today: who walks along, what was left half-way, which doors are next.

import * as clock from "../clock.js";
import { button, h, icon, note } from "../dom.js";
import * as drafts from "../drafts.js";
import * as outing from "../outing.js";
import * as packs from "../pack.js";
import * as store from "../store.js";
import { address, begin } from "../steps.js";
import * as update from "../update.js";
import { day, initials, longDay, words } from "../words.js";
import { needs } from "./bar.js";
import { restoreButton } from "./enrol.js";
import { attempt, careful, go, mainButton, sayNext, show } from "./frame.js";

const w = words.home;
let newVersion = false;

/** A new version lies ready: said on this screen only, never in the middle of a visit. */
export function versionReady() {
  newVersion = true;
  if (location.hash === "" || location.hash === "#/") go("/");
}

/**
 * Somebody there asked to be visited by today.
 * @param {PackDoor} door
 */
function asked(door) {
  return Boolean(door.follow_up_on) && /** @type {string} */ (door.follow_up_on) <= clock.day();
}

/**
 * Doors that were visited today, on this phone: sent, waiting, or known from the pack alone.
 * @param {PackDoor} door @param {outing.Outing} today
 */
function doneToday(door, today) {
  return today.done[door.id] || (door.last && door.last.on === clock.day() ? door.last.outcome : "");
}

/**
 * In the order of a walk, those who asked for today first.
 * @param {Pick<Pack, "doors">} pack @param {outing.Outing} today
 */
export function sorted(pack, today) {
  const due = [];
  const open = [];
  const done = [];
  for (const door of pack.doors) {
    if (doneToday(door, today)) done.push(door);
    else if (asked(door)) due.push(door);
    else open.push(door);
  }
  return { due, open, done };
}

/**
 * Begin a visit at a door, and go there.
 * @param {Pack} pack @param {{door?: PackDoor, place?: any, drive?: string | null}} where @param {(place: string) => void} [walk]
 */
export async function start(pack, where, walk = go) {
  await attempt(async () => {
    const today = await outing.get();
    if (!today.chosen) return go(`/pair/${where.door ? where.door.id : ""}`);
    const { door } = where;
    const begun = door ? (await halfWay()).find((draft) => draft.body.door === door.id && !draft.body.amends) : undefined;
    if (begun) return walk(`/visit/${begun.id}`);
    const second = today.second ? { teammate: today.second.teammate, name: today.second.name, kind: today.second.kind } : null;
    const draft = await drafts.begin(begin({ ...where, pack, second, stamp: clock.stamp(), day: clock.day() }));
    walk(`/visit/${draft.id}`);
  });
}

/** @param {PackDoor} door @param {Pack} pack */
function about(door, pack) {
  const where = pack.neighbourhoods.find((one) => one.id === door.neighbourhood);
  const parts = [where ? where.name : ""];
  if (asked(door)) parts.push(w.due_on(day(/** @type {string} */ (door.follow_up_on))));
  else if (door.last) parts.push(w.last_on(/** @type {any} */ (w.last)[door.last.outcome] || "", day(door.last.on)));
  if (door.residents.length) parts.push(w.people(door.residents.length));
  return parts.filter(Boolean).join(" · ");
}

/** @param {PackDoor} door @param {Pack} pack @param {string} [done] */
function row(door, pack, done) {
  return h("li", {}, h("button", { type: "button", class: "door-row", "data-door": door.id, onclick: () => void start(pack, { door }) },
    h("span", { class: "ds-ic", "data-s": done ? "on" : asked(door) ? "behind" : null },
      icon(done ? "check" : door.kind === "business" ? "building-store" : "home")),
    h("span", { class: "grow" }, h("b", {}, address(door)), h("span", {}, done ? /** @type {any} */ (w.last)[done] : about(door, pack))),
    icon("chevron-right")));
}

/** @param {string} title @param {string} small @param {any} rows */
function section(title, small, rows) {
  return rows.length ? [h("div", { class: "ds-sec mt" }, h("h2", {}, title), h("span", { class: "ds-quiet" }, small)), h("ul", { class: "ds-card ds-list ds-over" }, rows)] : null;
}

/** @param {Pack} pack @param {outing.Outing} today */
function pairCard(pack, today) {
  const second = today.second;
  const title = !today.chosen ? w.pair_none : second ? second.title : w.pair_alone;
  const small = !today.chosen ? w.pair_none_small : second ? second.body || /** @type {any} */ (words.pair.kinds)[second.kind] : w.pair_alone_small;
  return h("button", { type: "button", class: "ds-card door-row door-pair", id: "pair", onclick: () => go("/pair") },
    h("span", { class: "ds-av", "aria-hidden": "true" }, initials(pack.user.name)),
    second ? h("span", { class: "ds-av ds-av-2", "aria-hidden": "true" }, initials(second.title)) : h("span", { class: "ds-av", "data-s": "behind" }, icon("user-question")),
    h("span", { class: "grow" }, h("b", {}, title), h("span", {}, small)),
    h("span", { class: "door-link" }, today.chosen ? w.change : w.choose));
}

/** What was left half-way; what had reached its receipt was finished at the start. */
/** @returns {Promise<drafts.Draft[]>} */
async function halfWay() {
  const opened = await Promise.all((await drafts.list()).map((one) => drafts.open(one.id).catch(() => null)));
  return /** @type {drafts.Draft[]} */ (opened.filter((one) => one !== null));
}

/** @param {drafts.Draft} draft a visit, or a check of a shop */
const goOn = ({ id, body }) => go(!body.shop ? `/visit/${id}` : body.amends ? `/check/${id}` : `/shop/${body.shop}`);

/** @param {drafts.Draft[]} left */
function unfinished(left) {
  return section(w.unfinished, "", left.map((draft) => h("li", {},
    h("button", { type: "button", class: "door-row", "data-draft": draft.id, onclick: () => goOn(draft) },
      h("span", { class: "ds-ic", "data-s": "behind" }, icon("pencil")),
      h("span", { class: "grow" }, h("b", {}, address(draft.body.place)), h("span", {}, draft.elsewhere ? w.elsewhere : draft.body.amends ? words.amend.unfinished : draft.body.shop ? w.shop_unfinished : w.unfinished_small(draft.body.step))),
      icon("chevron-right")))));
}

/**
 * The ways to what else the pack brought; without a network perhaps not loaded yet, and then the doors alone are shown.
 * @param {outing.Outing} today
 */
async function cards(today) {
  const none = { above: null, below: null };
  return (await packs.hasMore()) ? import("./cards.js").then((made) => made.cards(today.done)).catch(() => none) : none;
}

/**
 * What the phone itself has to say.
 * @param {() => void} again
 */
async function warnings(again) {
  const found = [];
  const lost = await store.evicted();
  if (lost && lost.unsent) {
    found.push(note("risk", h("p", {}, w.evicted(lost.unsent)), h("p", { class: "ds-acts" }, restoreButton(() => { store.evictionSeen(); again(); }),
      button(w.evicted_seen, () => { store.evictionSeen(); again(); }, { kind: "q" }))));
  }
  const space = await store.room();
  if (space.full) found.push(note("risk", h("p", {}, w.full)));
  else if (space.low) found.push(note("behind", h("p", {}, w.low)));
  const minutes = clock.warning();
  if (minutes) found.push(note("behind", h("p", {}, w.clock(Math.abs(minutes)))));
  if (newVersion) {
    found.push(note("", h("p", {}, w.update), h("p", { class: "ds-acts" }, button(w.update_go, () => void update.apply(), { kind: "p" }))));
  }
  return found.length ? h("div", { class: "ds-notes" }, found) : null;
}

/** @param {PackDrive} drive @param {string | null} near @param {boolean} several */
function takeButton(drive, near, several) {
  return button(several ? w.take_of(drive.name) : w.take, () => void attempt(async () => {
    const before = /** @type {Pack} */ (await packs.get()).doors.length;
    const pack = await packs.take({ drive: drive.id, want: 8, near });
    sayNext("on", w.taken(pack.doors.length - before));
    go("/");
  }), { icon: "download", id: several ? undefined : "take" });
}

/** @param {PackDoor[]} open */
function giveBack(open) {
  return h("div", { class: "mt" }, careful(w.give_back(open.length), () => h("p", {}, w.give_back_sure), w.give_back_yes, async () => {
    await packs.giveBack(open.map((door) => door.id));
    sayNext("on", w.given);
    go("/");
  }, "q"));
}

/**
 * The start.
 * @param {() => boolean} isCurrent whether this place is still the one to show
 */
export async function home(isCurrent) {
  const pack = await packs.get();
  if (!pack) return isCurrent() ? waiting() : undefined;
  const today = await outing.get();
  const left = await halfWay();
  const begun = left.filter((draft) => !draft.body.amends).map((draft) => draft.body.door);
  const { due, open, done } = sorted({ doors: pack.doors.filter((door) => !begun.includes(door.id)) }, today);
  const next = due[0] || open[0];
  const lastDone = done.length ? done[done.length - 1].id : null;
  const drives = pack.drives;
  const none = !pack.doors.length;
  const said = await warnings(() => go("/"));
  const { above, below } = await cards(today);
  if (!isCurrent()) return;
  show({
    title: pack.unit.name, small: longDay(clock.day()), tab: "doors", needs: needs(),
    body: [
      said,
      above,
      pairCard(pack, today),
      below,
      unfinished(left),
      section(w.due, "", due.map((door) => row(door, pack))),
      section(w.doors, w.left(open.length + due.length, pack.doors.length), open.map((door) => row(door, pack))),
      next ? null : h("div", { class: "ds-card ds-empty mt" }, icon("home-heart", ""), h("b", {}, none ? w.empty : w.all_done), h("span", {}, none ? w.empty_small : w.all_done_small)),
      h("div", { class: "door-more mt" },
        drives.map((/** @type {any} */ drive) => takeButton(drive, lastDone, drives.length > 1)),
        button(w.found, () => go(today.chosen ? "/found" : "/pair/found"), { icon: "plus", id: "found" }),
        pack.user.teammate ? button(words.confirm.title, () => go("/confirm"), { kind: "q", icon: "users", id: "confirm" }) : null),
      section(w.done, "", done.map((door) => row(door, pack, doneToday(door, today)))),
      open.length ? giveBack(open) : null,
    ],
    action: next ? mainButton(w.next(address(next)), () => start(pack, { door: next })) : null,
  });
}

/** No list yet: it comes with the first contact. */
function waiting() {
  show({
    title: words.app, tab: "doors", needs: needs(),
    body: h("div", { class: "ds-card ds-empty" }, icon("cloud-off"), h("b", {}, w.no_pack), h("span", {}, w.no_pack_small),
      button(words.enrol.again, () => void attempt(async () => {
        await packs.refresh();
        go("/");
      }))),
  });
}

const RECEIPT = "door.receipt";

/** Which receipt this very tab shows: a page that was only loaded anew, after a photo perhaps, goes on with it. */
export function onScreen() {
  return sessionStorage.getItem(RECEIPT) || "";
}

/** @param {string} id "" when it was left */
export function putOnScreen(id) {
  sessionStorage.setItem(RECEIPT, id);
}

/** So long after the phone went off the two may still stand at that door. */
const STILL_THERE = 30 * 60_000;

/**
 * At the start of the app: a visit whose receipt was on the screen when the phone went off is put among the records, as it was.
 * @param {(draft: {id: string, body: any}) => Promise<void>} finish
 * @returns {Promise<string>} the one that goes on instead, since its second person may still confirm
 */
export async function finishLeftovers(finish) {
  let goesOn = "";
  for (const one of await drafts.list()) {
    if (one.elsewhere) continue;
    const draft = await drafts.open(one.id).catch(() => null);
    if (!draft || draft.elsewhere || draft.body.step !== 5 || draft.body.amends || draft.id === onScreen()) continue;
    const { second, proof } = draft.body;
    if (!goesOn && second && proof.how === "none" && Math.abs(Date.now() - one.changedAt) < STILL_THERE) {
      goesOn = draft.id;
      continue;
    }
    await finish(draft);
    sayNext("on", w.resumed(address(draft.body.place)));
  }
  return goesOn;
}

