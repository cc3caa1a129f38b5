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

/**
 * Whether its time is over.
 * @param {{due_back_at?: string | null}} door
 */
export const isDue = (door) =>
  Boolean(door.due_back_at) && Date.parse(String(door.due_back_at)) <= clock.right().getTime();

/**
 * Forget the doors that have gone back by themselves; needs no PIN.
 * @returns {Promise<void>}
 */
export async function forgetDue() {
  const now = clock.right().getTime();
  await change(["pack"], async (tx) => {
    const pack = tx.objectStore("pack");
    for (const key of await ask(pack.getAllKeys())) {
      const row = await ask(pack.get(key));
      if (row.due && row.due <= now) pack.delete(key);
    }
  });
}

/**
 * The pack as it lies here.
 * @returns {Promise<Pack | null>}
 */
export async function get() {
  await forgetDue();
  const rows = await look(["pack"], (tx) => ask(tx.objectStore("pack").getAll()));
  const rest = rows.find((row) => row.place === undefined);
  if (!rest) return null;
  const doors = rows.filter((row) => row.place !== undefined).sort((one, other) => one.place - other.place);
  const opened = await vault.open(rest.sealed);
  clock.follow(opened.now, opened.today);
  return { ...opened, doors: await Promise.all(doors.map((row) => vault.open(row.sealed))) };
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
 * @param {PackDoor[]} doors @param {{etag: string, sealed: Uint8Array} | null} rest null: as it is
 * @param {string} by
 */
async function write(doors, rest, by) {
  const rows = await sealDoors(doors);
  await change(["meta", "pack"], async (tx) => {
    await vault.mustStand(tx, by);
    const pack = tx.objectStore("pack");
    // All of them go, so that a door that is no longer ours leaves nothing behind.
    for (const key of await ask(pack.getAllKeys())) if (key !== REST) pack.delete(key);
    if (rest) pack.put(rest, REST);
    for (const { key, row } of rows) pack.put(row, key);
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
  const { doors, ...rest } = body;
  await write(doors, { etag: headers.get("etag") || "", sealed: await vault.seal(rest) }, by);
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
