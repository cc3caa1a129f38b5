// How many records stand where, counted on the disk. A row's `standing` is one of
//   waits  goes by itself, as text                   needs  the server did not take it: somebody has to look
//   shut   its PIN is lost: goes by itself, sealed   file   came back from a backup file: an officer delivers it
//   given  an officer has delivered it; kept, for there is no mac, but no longer counted
// @ts-check

import { ask, look, mark } from "./store.js";

/**
 * @typedef {object} Counts
 * @property {number} unsent      records of which nobody has said that they have them
 * @property {number} needs       of these, not taken by the server
 * @property {number} unreadable  of these, sealed for the server alone
 * @property {number} forOfficer  of these, for an officer to deliver
 * @property {number} refused     acknowledged, but refused, and not yet seen here
 * @property {number} photos      not yet uploaded
 * @property {number} badPhotos   of these, refused
 */

/** @returns {Promise<Counts>} */
export function counts() {
  return look(["outbox", "sent", "photos"], async (tx) => {
    const of = (/** @type {string} */ store, /** @type {string} */ standing) =>
      ask(tx.objectStore(store).index("standing").count(standing));
    const asked = [
      of("outbox", "waits"),
      of("outbox", "needs"),
      of("outbox", "shut"),
      of("outbox", "file"),
      of("sent", "needs"),
      of("photos", "waits"),
      of("photos", "needs"),
    ];
    const [waits, needs, shut, forOfficer, refused, photos, badPhotos] = await Promise.all(asked);
    const unreadable = shut + forOfficer;
    const unsent = waits + needs + unreadable;
    return { unsent, needs, unreadable, forOfficer, refused, photos: photos + badPhotos, badPhotos };
  });
}

/**
 * Count, and leave the number where an eviction does not reach.
 * @returns {Promise<Counts>}
 */
export async function recount() {
  const now = await counts();
  mark(now.unsent);
  return now;
}
