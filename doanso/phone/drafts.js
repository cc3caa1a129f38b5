// A visit that is being written down: kept at each step, sealed, so that a reload finds it as it was. One tab writes it.
// @ts-check

import { say } from "./bus.js";
import { base64url, random, uuid7 } from "./id.js";
import { Problem } from "./problem.js";
import { all, ask, change, needed } from "./store.js";
import * as vault from "./vault.js";

const tab = base64url(random(9));
/** Where no lock tells whether a tab lives, one that saved so lately is taken to. */
const LATELY = 120_000;
/** @type {Map<string, () => void>} */
const held = new Map();

/** @typedef {{id: string, body: any, elsewhere: boolean}} Draft */

/**
 * Hold a draft's lock as long as this tab lives; another tab sees by it that somebody is there.
 * @param {string} id
 */
function hold(id) {
  const locks = globalThis.navigator?.locks;
  if (!locks || held.has(id)) return;
  held.set(id, () => {});
  locks
    .request(`door-draft-${id}-${tab}`, () => new Promise((resolve) => held.set(id, () => resolve(undefined))))
    .catch(() => held.delete(id));
}

/** @param {string} id */
function letGo(id) {
  held.get(id)?.();
  held.delete(id);
}

/**
 * Whether another living tab writes it.
 * @param {{id: string, tab: string, changedAt: number}} row
 */
async function isElsewhere(row) {
  if (row.tab === tab) return false;
  const locks = globalThis.navigator?.locks;
  if (!locks?.query) return Date.now() - row.changedAt < LATELY;
  const { held: locked = [] } = await locks.query();
  return locked.some((lock) => lock.name === `door-draft-${row.id}-${row.tab}`);
}

/** @returns {Promise<Array<{id: string, changedAt: number, elsewhere: boolean}>>} newest first */
export async function list() {
  const rows = (await all("drafts")).sort((one, other) => other.changedAt - one.changedAt);
  return Promise.all(
    rows.map(async (row) => ({ id: row.id, changedAt: row.changedAt, elsewhere: await isElsewhere(row) })),
  );
}

/**
 * @param {string} id @param {any} body
 * @param {(row: any) => void} check what must hold of the row that is there; throws
 */
async function write(id, body, check) {
  const by = vault.sealer();
  const sealed = await vault.seal(body);
  const keep = async (/** @type {IDBTransaction} */ tx) => {
    await vault.mustStand(tx, by);
    const drafts = tx.objectStore("drafts");
    check(await ask(drafts.get(id)));
    drafts.put({ id, sealed, tab, changedAt: Date.now() });
  };
  await needed(() => change(["meta", "drafts"], keep));
  say("drafts");
}

/** @param {any} body @param {string} [id] of the record that it puts right @returns {Promise<Draft>} */
export async function begin(body, id = uuid7()) {
  await write(id, body, () => {});
  hold(id);
  return { id, body, elsewhere: false };
}

/** @param {string} id @param {boolean} take @returns {Promise<Draft>} */
async function fetchDraft(id, take) {
  const row = (await all("drafts")).find((one) => one.id === id);
  if (!row) throw new Problem("not_here");
  const elsewhere = !take && (await isElsewhere(row));
  if (!elsewhere && row.tab !== tab) {
    await change(["drafts"], async (tx) => {
      const now = await ask(tx.objectStore("drafts").get(id));
      if (!now) throw new Problem("not_here");
      tx.objectStore("drafts").put({ ...now, tab });
      row.sealed = now.sealed;
    });
    say("drafts");
  }
  if (!elsewhere) hold(id);
  return { id, body: await vault.open(row.sealed), elsewhere };
}

/**
 * Open a draft; a tab that comes later learns that another has it.
 * @param {string} id
 */
export const open = (id) => fetchDraft(id, false);

/**
 * Go on here; the other tab's next save fails with `draft_elsewhere`.
 * @param {string} id
 */
export const takeOver = (id) => fetchDraft(id, true);

/** @param {string} id @param {any} body @returns {Promise<void>} */
export const save = (id, body) =>
  write(id, body, (row) => {
    // Finished or thrown away in another tab: writing it again would make a second visit of one.
    if (!row) throw new Problem("not_here");
    if (row.tab !== tab) throw new Problem("draft_elsewhere");
  });

/** @param {string} id @returns {Promise<void>} */
export async function remove(id) {
  await change(["drafts"], (tx) => {
    tx.objectStore("drafts").delete(id);
  });
  letGo(id);
  say("drafts");
}
