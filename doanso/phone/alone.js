// One tab at a time does a job that all of them could do. Two at once would do no harm, only the work twice.
// @ts-check

import { base64url, random } from "./id.js";
import { ask, change } from "./store.js";

const LEASE = 60_000;
const me = base64url(random(9));

/**
 * Do `work` if no other tab is at it.
 * @param {string} job @param {() => Promise<void>} work
 * @returns {Promise<boolean>} whether it was our turn
 */
export async function alone(job, work) {
  const locks = globalThis.navigator?.locks;
  if (locks) {
    return locks.request(`door-${job}`, { ifAvailable: true }, async (lock) => {
      if (lock) await work();
      return lock !== null;
    });
  }
  if (!(await lease(job))) return false;
  const renewal = setInterval(() => void lease(job), LEASE / 3);
  try {
    await work();
  } finally {
    clearInterval(renewal);
    await change(["meta"], async (tx) => {
      const meta = tx.objectStore("meta");
      if ((await ask(meta.get(`lease-${job}`)))?.by === me) meta.delete(`lease-${job}`);
    });
  }
  return true;
}

/**
 * Without Web Locks: a row on the disk that a dead tab stops renewing.
 * @param {string} job @returns {Promise<boolean>}
 */
function lease(job) {
  return change(["meta"], async (tx) => {
    const meta = tx.objectStore("meta");
    const held = await ask(meta.get(`lease-${job}`));
    const now = Date.now();
    // A lease from the future was made before the clock was set back.
    if (held && held.by !== me && held.until > now && held.until <= now + LEASE) return false;
    meta.put({ by: me, until: now + LEASE }, `lease-${job}`);
    return true;
  });
}

/**
 * Whether some tab is at it, where the browser can tell; else null.
 * @param {string} job @returns {Promise<boolean | null>}
 */
export async function isUnderWay(job) {
  const locks = globalThis.navigator?.locks;
  if (!locks?.query) return null;
  const { held = [] } = await locks.query();
  return held.some((lock) => lock.name === `door-${job}`);
}
