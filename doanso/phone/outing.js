// @ts-check
// What belongs to one day's outing and to no record: who walks along, and which doors are done. Sealed, because it names somebody.

import * as clock from "./clock.js";
import { base64url, fromBase64url } from "./id.js";
import * as vault from "./vault.js";

/** @typedef {{teammate: string | null, name: string, kind: string, title: string, body: string}} Companion */
/** @typedef {{day: string, chosen: boolean, second: Companion | null, done: Record<string, string>}} Outing */

const PLACE = "door.outing";

/** @returns {Outing} */
function fresh() {
  return { day: clock.day(), chosen: false, second: null, done: {} };
}

/**
 * Today's outing; yesterday's is over.
 * @returns {Promise<Outing>}
 */
export async function get() {
  const kept = localStorage.getItem(PLACE);
  if (!kept) return fresh();
  try {
    const outing = await vault.open(fromBase64url(kept));
    return outing.day === clock.day() ? outing : fresh();
  } catch {
    // Another key sealed it: a new PIN after a wipe, and so a new outing.
    return fresh();
  }
}

/** @param {Outing} outing */
async function keep(outing) {
  localStorage.setItem(PLACE, base64url(await vault.seal(outing)));
}

/** @param {Companion | null} second null: nobody walks along */
export async function choose(second) {
  await keep({ ...(await get()), chosen: true, second });
}

/** @param {string} door @param {string} outcome */
export async function doorDone(door, outcome) {
  const outing = await get();
  await keep({ ...outing, done: { ...outing.done, [door]: outcome } });
}

/** Nothing of it stays when whoever holds the phone signs out. */
export function forget() {
  localStorage.removeItem(PLACE);
}
