// How many records stand where, counted on the disk. A row's `standing` is one of
//   waits  readable, and goes by itself            shut   its PIN is lost: it goes as backup, by an officer
//   needs  the server did not take it: somebody    given  an officer has delivered its backup; kept, no longer counted
//          has to look
// @ts-check

import { ask, look, mark } from "./store.js";

/**
 * @typedef {object} Counts
 * @property {number} unsent      records of which nobody has said that they have them
 * @property {number} needs       of these, not taken by the server
 * @property {number} unreadable  of these, kept as backup only
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
      of("sent", "needs"),
      of("photos", "waits"),
      of("photos", "needs"),
    ];
    const [waits, needs, unreadable, refused, photos, badPhotos] = await Promise.all(asked);
    return { unsent: waits + needs + unreadable, needs, unreadable, refused, photos: photos + badPhotos, badPhotos };
  });
}

/** Count, and leave the number where an eviction does not reach. @returns {Promise<Counts>} */
export async function recount() {
  const now = await counts();
  mark(now.unsent);
  return now;
}
