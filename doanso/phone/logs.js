// What was recorded on this phone at a place that it comes back to, an event's gate or a stand: a sealed row beside each
// record, since a record that was sent is no longer readable here. The rows go with the event or the stand.
// @ts-check

import { on } from "./bus.js";
import { uuid7 } from "./id.js";
import * as outbox from "./outbox.js";
import { ask, look } from "./store.js";
import * as vault from "./vault.js";

/** @typedef {{id: string, event: string, undone: boolean, version?: string, sealed: Uint8Array}} Row `event`: of the event, or of the stand */
/** @typedef {{event: string, unit: string, place: string}} About `place`: for the list of sent records; no name */

/** @param {Row} row */
const put = (row) => (/** @type {IDBTransaction} */ tx) => void tx.objectStore("sightings").put(row);

/**
 * The log of one kind of record.
 * @template {{id: string, undone: boolean}} T
 * @param {string} kind
 * @param {(event: string, entry: T) => object} body the record's, by docs/sync.md
 */
export function logOf(kind, body) {
  /**
   * Rows that were opened before, so that one more opens one row and not all.
   * @type {Map<string, {version: string, entry: T}>}
   */
  let opened = new Map();
  let openedBy = "";

  /** @param {Row} row */
  const versionOf = ({ undone, version }) => `${undone}${version || ""}`;

  /** @param {string} event @param {T} entry @param {string} [version] @returns {Promise<Row>} */
  const rowOf = async (event, entry, version) => ({ id: entry.id, event, undone: entry.undone, version, sealed: await vault.seal(entry) });

  /**
   * Write an entry and its record down; resolves when both are on the disk.
   * @param {About} about @param {Omit<T, "id" | "undone">} seen @returns {Promise<T>}
   */
  async function record({ event, unit, place }, seen) {
    const entry = /** @type {T} */ (/** @type {unknown} */ ({ ...seen, id: uuid7(), undone: false }));
    await outbox.put({ kind, unit, id: entry.id, body: body(event, entry), place, also: put(await rowOf(event, entry)) });
    return entry;
  }

  /**
   * Write a later version of it down.
   * @param {About} about @param {T} entry @returns {Promise<void>}
   */
  async function change({ event, unit, place }, entry) {
    const also = put(await rowOf(event, entry, uuid7()));
    await outbox.amend(entry.id, body(event, entry), null, place, { of: { kind, version: 1, unit }, also });
  }

  /**
   * Take an entry back: one that never left this phone is gone, of another one a later version says so.
   * @param {About} about @param {T} entry @returns {Promise<void>}
   */
  async function undo(about, entry) {
    if (await outbox.withdraw(entry.id, (tx) => void tx.objectStore("sightings").delete(entry.id))) return;
    await change(about, { ...entry, undone: true });
  }

  /**
   * All entries of an event or a stand on this phone, oldest first.
   * @param {string} event @returns {Promise<T[]>}
   */
  async function list(event) {
    const by = vault.sealer();
    if (by !== openedBy) [opened, openedBy] = [new Map(), by];
    const rows = /** @type {Row[]} */ (await look(["sightings"], (tx) => ask(tx.objectStore("sightings").index("event").getAll(event))));
    const all = await Promise.all(rows.map(async (row) => {
      const before = opened.get(row.id);
      if (before && before.version === versionOf(row)) return before.entry;
      const entry = /** @type {T | null} */ (await vault.open(row.sealed).catch(() => null));
      if (entry) opened.set(row.id, { version: versionOf(row), entry });
      return entry;
    }));
    // Ids sort by the moment in which they were made.
    return /** @type {T[]} */ (all.filter(Boolean)).sort((one, other) => (one.id < other.id ? -1 : 1));
  }

  // Nothing of them stays in memory while the phone is locked.
  on("vault", () => {
    if (!vault.isOpen()) opened = new Map();
  });
  return { record, change, undo, list };
}
