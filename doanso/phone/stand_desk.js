// A stand while there is a network: who entered themselves and waits, and what becomes of them. The names stay in memory.
// @ts-check

import { call } from "./device.js";
import * as packs from "./pack.js";
import { Problem } from "./problem.js";

/** @typedef {{id: string, number: number, state: string, ended_at: string | null, changed: boolean, doubtful: boolean}} Became `changed`: by this call, and by nobody before */

/**
 * @param {string} method @param {string} path @param {any} [body]
 * @returns {Promise<any>}
 */
async function desk(method, path, body) {
  const answer = await call(method, `/api/v1/stands/${path}`, { body });
  if (!Array.isArray(answer.body?.entries) || !answer.body.stand) throw new Problem("bad_answer");
  await packs.keepStand(answer.body.stand);
  return answer.body;
}

/** @typedef {{entries: StandEntry[], alike: string[]}} Answer `alike`: turns of this phone whose person somebody else may have recorded too */

/**
 * Who waits, the oldest first; the stand's counts are kept in the pack.
 * @param {string} stand @returns {Promise<Answer>}
 */
export const waiting = (stand) => desk("GET", stand);

/** @param {string} stand @param {string} entry @param {string} what @param {any} body @returns {Promise<Answer & {entry: Became}>} */
const act = (stand, entry, what, body) => desk("POST", `${stand}/turns/${entry}/${what}`, body);

/**
 * Count who entered themselves, with these services; the answer is whether somebody else did already.
 * @param {string} stand @param {string} entry @param {string[]} services @param {boolean} namesakes
 */
export const finish = (stand, entry, services, namesakes) => act(stand, entry, "finish", { services, namesakes });

/**
 * Delete the entry of somebody who left.
 * @param {string} stand @param {string} entry
 */
export const drop = (stand, entry) => act(stand, entry, "drop", {});

/**
 * Take back what was counted of an entry.
 * @param {string} stand @param {string} entry
 */
export const undo = (stand, entry) => act(stand, entry, "undo", {});
