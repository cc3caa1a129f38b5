// What a phone needs without signal. Each door lies apart, with the day it goes back: then its names and bits go too.
// @ts-check

import { say } from "./bus.js";
import * as clock from "./clock.js";
import { call } from "./device.js";
import { Problem } from "./problem.js";
import { ask, change, look } from "./store.js";
import * as vault from "./vault.js";

const REST = "rest";
const DOOR = "door:";
/** In a row of its own: hundreds of shops are opened by the screens that show them, and by no other. */
const SHOPS = "shops";
/** Today's and coming events in one row; tickets and members of each event in one of its own, until its day is over. */
const EVENTS = "events";
const GATE = "gate:";
/** Each open stand of today in a row of its own, until its day is over. */
const STAND = "stand:";
/** @param {string} prefix of keys */
const all = (prefix) => IDBKeyRange.bound(prefix, `${prefix}~`);
const DOORS = () => all(DOOR);

/**
 * Whether its time is over.
 * @param {{due_back_at?: string | null}} door
 */
export const isDue = (door) =>
  Boolean(door.due_back_at) && Date.parse(String(door.due_back_at)) <= clock.right().getTime();

/**
 * Whether somebody should look at a shop's code: nobody did for thirty days, or its owner announced a change.
 * @param {PackShop} shop
 */
export const isOverdue = ({ checked_on, changing }) => changing || !checked_on || Date.parse(clock.day()) - Date.parse(checked_on) >= 30 * 864e5;

/**
 * Forget the doors that have gone back by themselves, who is expected at events that are over, and stands of another day; needs no PIN.
 * @returns {Promise<void>}
 */
export async function forgetDue() {
  const now = clock.right().getTime();
  await change(["pack", "sightings"], async (tx) => {
    const pack = tx.objectStore("pack");
    for (const range of [DOORS(), all(GATE), all(STAND)]) {
      for (const key of await ask(pack.getAllKeys(range))) {
        const row = await ask(pack.get(key));
        if (!row.due || row.due > now) continue;
        pack.delete(key);
        await fetchAnew(pack);
        if (row.event) await forgetSightings(tx, (event) => event === row.event);
      }
    }
  });
}

/**
 * What was deleted here comes again where the server has it still: this phone's clock may have been ahead.
 * @param {IDBObjectStore} pack
 */
async function fetchAnew(pack) {
  const rest = await ask(pack.get(REST));
  if (rest && rest.etag) pack.put({ ...rest, etag: "" }, REST);
}

/**
 * Who was seen at an event's gate goes with the event, and who was recorded at a stand with the stand; records that were not sent stay.
 * @param {IDBTransaction} tx @param {(event: string) => boolean} over
 */
async function forgetSightings(tx, over) {
  const sightings = tx.objectStore("sightings");
  const request = sightings.index("event").openKeyCursor();
  for (let cursor = await ask(request); cursor;) {
    if (over(String(cursor.key))) sightings.delete(cursor.primaryKey);
    const following = ask(/** @type {IDBRequest<IDBCursor | null>} */ (request));
    cursor.continue();
    cursor = await following;
  }
}

/**
 * The pack as it lies here, without its shops, events and stands.
 * @returns {Promise<Pack | null>}
 */
export async function get() {
  await forgetDue();
  const { rest, doors } = await look(["pack"], async (tx) => {
    const pack = tx.objectStore("pack");
    return { rest: await ask(pack.get(REST)), doors: await ask(pack.getAll(DOORS())) };
  });
  if (!rest) return null;
  doors.sort((one, other) => one.place - other.place);
  const opened = await vault.open(rest.sealed);
  clock.follow(opened.now, opened.today);
  return { ...opened, doors: await Promise.all(doors.map((row) => vault.open(row.sealed))) };
}

/**
 * The shops whose payment codes are looked after; null when the server sent none.
 * @returns {Promise<PackShops | null>}
 */
export async function shops() {
  const row = await look(["pack"], (tx) => ask(tx.objectStore("pack").get(SHOPS)));
  return row ? vault.open(row.sealed) : null;
}

/**
 * Events of today and the coming days in their order; null when the server sent none.
 * @returns {Promise<PackEvents | null>}
 */
export async function events() {
  const row = await look(["pack"], (tx) => ask(tx.objectStore("pack").get(EVENTS)));
  if (!row) return null;
  const opened = await vault.open(row.sealed);
  return { ...opened, events: opened.events.filter((/** @type {PackEvent} */ event) => event.day >= clock.day()) };
}

/**
 * What a gate of an event works with; null when the phone has no such event. Without its list it has no tickets and no members.
 * @param {string} id @returns {Promise<{cards_key: string, event: PackEvent, tickets: PackTicket[], members: PackMember[]} | null>}
 */
export async function gate(id) {
  const all = await events();
  const event = all && all.events.find((one) => one.id === id);
  if (!all || !event) return null;
  const row = await look(["pack"], (tx) => ask(tx.objectStore("pack").get(GATE + id)));
  return { cards_key: all.cards_key, event, tickets: [], members: [], ...(row ? await vault.open(row.sealed) : {}) };
}

/**
 * Today's open stands, in the server's order.
 * @returns {Promise<PackStand[]>}
 */
export async function stands() {
  const rows = await look(["pack"], (tx) => ask(tx.objectStore("pack").getAll(all(STAND))));
  rows.sort((one, other) => one.place - other.place);
  const opened = await Promise.all(rows.map((row) => vault.open(row.sealed)));
  return opened.filter(({ day }) => day === clock.day());
}

/**
 * Keep what the server said of a stand just now, if this phone still has that stand.
 * @param {PackStand} stand @returns {Promise<void>}
 */
export async function keepStand(stand) {
  const kept = (await stands()).find(({ id }) => id === stand.id);
  if (!kept || JSON.stringify(kept) === JSON.stringify(stand)) return;
  const by = vault.sealer();
  const sealed = await vault.seal(stand);
  await change(["meta", "pack"], async (tx) => {
    await vault.mustStand(tx, by);
    const pack = tx.objectStore("pack");
    const row = await ask(pack.get(STAND + stand.id));
    if (row) pack.put({ ...row, sealed }, STAND + stand.id);
  });
  say("pack");
}

/**
 * Whether there is anything besides doors: the start need not load their cards where there is not.
 * @returns {Promise<boolean>}
 */
export async function hasMore() {
  const keys = await look(["pack"], (tx) => ask(tx.objectStore("pack").getAllKeys()));
  return keys.some((key) => key !== REST && !String(key).startsWith(DOOR));
}

/** @param {PackStand[]} stands */
async function sealStands(stands) {
  const rows = stands.map(async (stand, place) => [STAND + stand.id, { place, due: clock.endOf(stand.day), event: stand.id, sealed: await vault.seal(stand) }]);
  return Object.fromEntries(await Promise.all(rows));
}

/** @param {{cards_key: string, events: (PackEvent & {tickets: PackTicket[] | null, members: PackMember[] | null})[]}} part */
async function sealEvents({ cards_key, events }) {
  /** @type {Record<string, any>} */
  const rows = {};
  for (const { id, day, tickets, members } of events) {
    if (tickets || members) rows[GATE + id] = { due: clock.endOf(day), event: id, sealed: await vault.seal({ tickets: tickets || [], members: members || [] }) };
  }
  const list = events.map(({ tickets, members, ...event }) => ({ ...event, listed: tickets !== null }));
  rows[EVENTS] = { sealed: await vault.seal({ cards_key, events: list }) };
  return rows;
}

/** @param {PackDoor[]} doors */
async function sealDoors(doors) {
  return Promise.all(
    doors.map(async (door, place) => ({
      key: DOOR + door.id,
      row: { place, due: Date.parse(/** @type {string} */ (door.due_back_at)) || null, sealed: await vault.seal(door) },
    })),
  );
}

/**
 * @param {PackDoor[]} doors @param {Record<string, {sealed: Uint8Array, etag?: string}> | null} others the other rows by key; null: as they are
 * @param {string} by @param {string[]} [logs] ids of events and stands of which the phone may keep who was seen there; with `others`
 */
async function write(doors, others, by, logs = []) {
  const rows = await sealDoors(doors);
  await change(["meta", "pack", "sightings"], async (tx) => {
    await vault.mustStand(tx, by);
    const pack = tx.objectStore("pack");
    // All of them go, so that a door that is no longer ours leaves nothing behind.
    pack.delete(others ? IDBKeyRange.lowerBound("") : DOORS());
    for (const key of Object.keys(others || {})) pack.put(/** @type {any} */ (others)[key], key);
    for (const { key, row } of rows) pack.put(row, key);
    if (others) await forgetSightings(tx, (event) => !logs.includes(event));
  });
  say("pack");
}

/**
 * Fetch it anew when it changed.
 * @returns {Promise<any>}
 */
export async function refresh() {
  const by = vault.sealer();
  const kept = await look(["pack"], (tx) => ask(tx.objectStore("pack").get(REST)));
  const { status, body, headers } = await call("GET", "/api/v1/pack", { etag: kept?.etag });
  if (status === 304) return get();
  if (!Array.isArray(body?.doors) || !Array.isArray(body.services)) throw new Problem("bad_answer");
  const { doors, [SHOPS]: shops, [EVENTS]: part, stands = [], ...rest } = body;
  clock.follow(body.now, body.today);
  await write(doors, {
    [REST]: { etag: headers.get("etag") || "", sealed: await vault.seal(rest) },
    ...(shops ? { [SHOPS]: { sealed: await vault.seal(shops) } } : {}),
    ...(part ? await sealEvents(part) : {}),
    ...(await sealStands(stands)),
  }, by, [...(part ? part.events : []), ...stands].map(({ id }) => id));
  return get();
}

/** @param {string} path @param {any} body */
async function doorsBy(path, body) {
  const by = vault.sealer();
  const answer = await call("POST", path, { body });
  if (!Array.isArray(answer.body?.doors)) throw new Problem("bad_answer");
  await write(answer.body.doors, null, by);
  return get();
}

/** @param {{drive: string, want?: number, near?: string | null}} what @returns {Promise<any>} */
export const take = ({ drive, want = 8, near = null }) => doorsBy("/api/v1/doors/take", { drive, want, near });

/** @param {string[]} doors @returns {Promise<any>} */
export const giveBack = (doors) => doorsBy("/api/v1/doors/return", { doors });
