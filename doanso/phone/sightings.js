// Who was seen at the gates of an event on this phone: a sealed row beside each record, since a record that was sent is no
// longer readable here. They go with the event; the names are the pack's.
// @ts-check

import { on } from "./bus.js";
import { body, KIND } from "./check_ins.js";
import { uuid7 } from "./id.js";
import * as outbox from "./outbox.js";
import { ask, look } from "./store.js";
import * as vault from "./vault.js";

/** @typedef {import("./check_ins.js").Sighting} Sighting */
/** @typedef {{id: string, event: string, undone: boolean, sealed: Uint8Array}} Row */

/**
 * Rows that were opened before, so that a scan opens one row and not all.
 * @type {Map<string, {undone: boolean, sighting: Sighting}>}
 */
let opened = new Map();
let openedBy = "";

/** @param {string} event @param {Sighting} sighting @returns {Promise<Row>} */
const rowOf = async (event, sighting) => ({ id: sighting.id, event, undone: sighting.undone, sealed: await vault.seal(sighting) });

/** @param {Row} row */
const put = (row) => (/** @type {IDBTransaction} */ tx) => void tx.objectStore("sightings").put(row);

/**
 * Write a sighting and its record down; resolves when both are on the disk.
 * @param {{event: string, unit: string, place: string}} about `place`: for the list of sent records; no name
 * @param {Omit<Sighting, "id" | "undone">} seen @returns {Promise<Sighting>}
 */
export async function record({ event, unit, place }, seen) {
  const sighting = { ...seen, id: uuid7(), undone: false };
  const row = await rowOf(event, sighting);
  await outbox.put({ kind: KIND, unit, id: sighting.id, body: body(event, sighting), place, also: put(row) });
  return sighting;
}

/**
 * Take a sighting back: one that never left this phone is gone, of another one a later version says so.
 * @param {{event: string, unit: string, place: string}} about @param {Sighting} sighting @returns {Promise<void>}
 */
export async function undo({ event, unit, place }, sighting) {
  if (await outbox.withdraw(sighting.id, (tx) => void tx.objectStore("sightings").delete(sighting.id))) return;
  const undone = { ...sighting, undone: true };
  const row = await rowOf(event, undone);
  await outbox.amend(sighting.id, body(event, undone), null, place, { of: { kind: KIND, version: 1, unit }, also: put(row) });
}

/**
 * All sightings of an event on this phone, oldest first.
 * @param {string} event @returns {Promise<Sighting[]>}
 */
export async function list(event) {
  const by = vault.sealer();
  if (by !== openedBy) [opened, openedBy] = [new Map(), by];
  const rows = /** @type {Row[]} */ (await look(["sightings"], (tx) => ask(tx.objectStore("sightings").index("event").getAll(event))));
  const all = await Promise.all(rows.map(async (row) => {
    const before = opened.get(row.id);
    if (before && before.undone === row.undone) return before.sighting;
    const sighting = await vault.open(row.sealed).catch(() => null);
    if (sighting) opened.set(row.id, { undone: row.undone, sighting });
    return sighting;
  }));
  // Ids sort by the moment in which they were made.
  return all.filter(Boolean).sort((one, other) => (one.id < other.id ? -1 : 1));
}

// Nothing of them stays in memory while the phone is locked.
on("vault", () => {
  if (!vault.isOpen()) opened = new Map();
});
