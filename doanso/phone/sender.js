// One batch after the other, until nothing is left that could go. Whatever is lost on the way (a request, an answer, this
// tab) leaves the rows where they are.
// @ts-check

import * as clock from "./clock.js";
import { call, credentials } from "./device.js";
import { fromHex, hmac, utf8 } from "./id.js";
import { leaving, next, notTaken, settle, shut } from "./outbox.js";
import { isProblem, Problem } from "./problem.js";
import * as vault from "./vault.js";

const MOST_RECORDS = 100;
const MOST_BYTES = 512_000;
const FRAME = 200;

/** @typedef {import("./outbox.js").Row} Row */
/** @typedef {{row: Row, text: string}} Piece */
/** @typedef {{taken: number, kept: number}} Outcome rows acknowledged, and rows that the server did not take */

/**
 * How rows travel: as text, or sealed for the server where this phone has lost the PIN that they lay under.
 * @typedef {object} Way
 * @property {"waits" | "shut"} standing
 * @property {string} path
 * @property {(row: Row) => Promise<object>} piece
 * @property {(rows: Row[]) => object} frame  what stands beside the records
 */

/** @type {Way} */
const asText = {
  standing: "waits",
  path: "/api/v1/sync",
  piece: async (row) => ({
    id: row.id,
    hash: row.hash,
    payload: await vault.open(/** @type {Uint8Array} */ (row.sealed)),
  }),
  frame: () => ({}),
};

/** @type {Way} */
const asSealed = {
  standing: "shut",
  path: "/api/v1/sync/sealed",
  piece: async ({ id, hash, backup }) => ({ id, hash, point: backup.point, sealed: backup.sealed }),
  frame: ([row]) => ({ key: row.backup.key }),
};

/**
 * The rows as they go over the wire, as many as fit, all under one key of the server.
 * @param {Row[]} rows @param {Way} way @param {number} most bytes @returns {Promise<Piece[]>}
 */
async function pieces(rows, way, most) {
  /** @type {Piece[]} */
  const found = [];
  let size = FRAME;
  for (const row of rows) {
    if (way === asSealed && row.backup.key !== rows[0].backup.key) continue;
    const record = await way.piece(row).catch(async (error) => {
      if (isProblem(error)) throw error;
      await shut(row);
      return null;
    });
    if (!record) continue;
    const text = JSON.stringify(record);
    size += utf8(text).length + 1;
    if (found.length && size > most) break;
    found.push({ row, text });
  }
  return found;
}

/**
 * Which acknowledgements are ours and genuine: of an id and hash that we sent, under the key that only the server and
 * this phone have.
 * @param {any[]} acks @param {Row[]} rows @param {Uint8Array} key
 */
export async function genuine(acks, rows, key) {
  const sent = new Set(rows.map((row) => `${row.id}:${row.hash}`));
  const good = [];
  for (const ack of acks) {
    const { id, hash, seq, mac, state, problem = null } = ack || {};
    if (!sent.has(`${id}:${hash}`) || !Number.isSafeInteger(seq) || typeof state !== "string") continue;
    if (mac === (await hmac(key, `${id}:${hash}:${seq}`))) good.push({ id, hash, seq, state, problem });
  }
  return good;
}

/**
 * Send these pieces and deal with the answer.
 * @param {Piece[]} batch @param {Way} way @returns {Promise<Outcome>}
 */
async function post(batch, way) {
  const { acknowledge } = await credentials();
  const rows = batch.map((piece) => piece.row);
  const frame = JSON.stringify({ sent_at: clock.stamp(), ...way.frame(rows) });
  const body = `${frame.slice(0, -1)},"records":[${batch.map((piece) => piece.text).join(",")}]}`;
  const { body: answer } = await call("POST", way.path, { body });
  if (!Array.isArray(answer?.acks)) throw new Problem("bad_answer");
  const good = await genuine(answer.acks, rows, fromHex(acknowledge));
  const taken = await settle(good);
  const refusals = (Array.isArray(answer.again) ? answer.again : []).flatMap((/** @type {any} */ one) => {
    const row = rows.find((other) => other.id === one?.id);
    return row ? [{ order: row.order, code: String(one.code || ""), message: String(one.message || "") }] : [];
  });
  if (refusals.length) await notTaken(refusals);
  if (!good.length && !refusals.length) throw new Problem("bad_answer");
  return { taken, kept: refusals.length };
}

/**
 * Send a batch; one that is refused as a whole is halved, so that one record never holds up the others.
 * @param {Piece[]} batch @param {Way} way @returns {Promise<Outcome>}
 */
async function postOrHalve(batch, way) {
  try {
    return await post(batch, way);
  } catch (error) {
    if (!(error instanceof Problem) || ![400, 413, 422].includes(error.status)) throw error;
    if (batch.length === 1) {
      await notTaken([{ order: batch[0].row.order, code: error.code, message: error.message }], true);
      return { taken: 0, kept: 1 };
    }
    const middle = batch.length >> 1;
    const first = await postOrHalve(batch.slice(0, middle), way);
    const second = await postOrHalve(batch.slice(middle), way);
    return { taken: first.taken + second.taken, kept: first.kept + second.kept };
  }
}

/**
 * Less at once after each failure in a row: on a slow network a whole batch would never get through in time.
 * @param {number} most @param {number} failures
 */
export const lighter = (most, failures) => most >> Math.min(failures, 4);

/**
 * Send all that can go now. Rejects with the Problem that stopped it.
 * @param {number} [failures] in a row before this time
 * @returns {Promise<Outcome>}
 */
export async function sendAll(failures = 0) {
  const all = { taken: 0, kept: 0 };
  // What did not get through in this round waits for the next one.
  const leftOut = new Set();
  for (const way of [asText, asSealed]) {
    for (;;) {
      const rows = await leaving(await next(way.standing, MOST_RECORDS, leftOut));
      if (!rows.length) break;
      const batch = await pieces(rows, way, lighter(MOST_BYTES, failures));
      // Each of them did not open, and goes the other way.
      if (!batch.length) continue;
      for (const { row } of batch) leftOut.add(row.order);
      const { taken, kept } = await postOrHalve(batch, way);
      all.taken += taken;
      all.kept += kept;
    }
  }
  return all;
}

/**
 * Whether a failure is a matter of time, not of what was sent.
 * @param {any} error
 */
export const passes = (error) => isProblem(error, "offline", "try_later", "bad_answer") || error?.status >= 500;
