// Records of which the server has not said that it keeps them. A row is here before `put` resolves, and leaves by
// `settle`, for an acknowledgement whose mac is right; or by `withdraw`, as long as it never left this phone.
// @ts-check

import { print, sealForServer } from "./backup.js";
import { say } from "./bus.js";
import * as clock from "./clock.js";
import { kept as keptDevice } from "./device.js";
import { isUuid, sha256, utf8, uuid7 } from "./id.js";
import { isProblem, Problem } from "./problem.js";
import { counts, recount } from "./standing.js";
import { all, ask, change, look, needed } from "./store.js";
import * as vault from "./vault.js";

export { counts };
const LONGEST = 32_000;
const WRITTEN = ["meta", "outbox", "sent", "drafts", "sightings"];

/** @typedef {(tx: IDBTransaction) => void} Also takes part in the record's transaction: a row of `sightings` comes or goes with it */

/**
 * @typedef {object} Row
 * @property {number} order            the order of the phone
 * @property {string} id
 * @property {string} [hash]           absent in a row that came from a backup file
 * @property {string} kind
 * @property {string} madeAt
 * @property {string} device
 * @property {Uint8Array | null} sealed the text, under the PIN; null when that is lost
 * @property {Uint8Array | null} line   what `sent` will show of it, without names
 * @property {import("./backup.js").Backup} backup
 * @property {string} print            what its backup is known by
 * @property {string} [same]           hash of what was put, without the moment: the same again is no second record
 * @property {boolean} tried           somebody else may hold this version
 * @property {{code: string, message: string, times: number} | null} again  the server did not take it
 * @property {"waits" | "needs" | "shut" | "file" | "given"} standing  see standing.js
 */

/**
 * What the list of sent records shows: never a name.
 * @param {any} body @param {string} place where it was, if the body does not say it
 */
function lineOf(body, place) {
  const where = body.household || body.business;
  const at = where?.number ? `${where.number} ${where.street || ""}`.trim() : where?.street || place;
  const seen = body.scan?.result === "different" ? "different" : body.state;
  const day = body.happened_on || (body.seen_at || "").slice(0, 10);
  return { outcome: body.outcome || seen || body.direction || "", day, place: at };
}

/** @param {string} kind @param {number} version @param {string} unit @param {any} body @param {string | null} base */
const sameness = (kind, version, unit, body, base) => sha256(JSON.stringify([kind, version, unit, body, base]));

/**
 * Text, hash and both seals of a version; nothing is written yet.
 * @param {{kind: string, version: number, unit: string, body: any, base: string | null, id: string, place: string}} what
 */
async function prepare({ kind, version, unit, body, base, id, place }) {
  const by = vault.sealer();
  const device = await keptDevice();
  if (!device?.key || device.state === "revoked" || device.state === "signed-out") throw new Problem("no_device");
  const madeAt = clock.stamp();
  const payload = JSON.stringify({ kind, version, unit, base, made_at: madeAt, body });
  if (utf8(payload).length > LONGEST) throw new Problem("too_long");
  const hash = await sha256(payload);
  const backup = await sealForServer(device.key, { id, hash, payload });
  const row = {
    id,
    hash,
    kind,
    madeAt,
    device: device.id,
    sealed: await vault.seal(payload),
    line: await vault.seal(lineOf(body, place)),
    backup,
    print: await print(backup.sealed),
    same: await sameness(kind, version, unit, body, base),
    tried: false,
    again: null,
    standing: "waits",
  };
  return { by, row };
}

/**
 * Keep a record. Resolves when it is on the disk; a draft it was made from goes in the same transaction, so that no
 * reload finds both or neither. The same put twice is one record.
 * @param {{kind: string, version?: number, unit: string, body: any, base?: string | null, id?: string, draft?: string | null, place?: string, also?: Also}} what
 *   `place`: for the list of sent records, where the body does not say it; never a name
 * @returns {Promise<{id: string, hash: string, known: boolean}>}
 */
export async function put({ kind, version = 1, unit, body, base = null, id = uuid7(), draft = null, place = "", also }) {
  if (!isUuid(id)) throw new TypeError("a record's id is a UUID in lower case");
  const { by, row } = await prepare({ kind, version, unit, body, base, id, place });
  const keep = async (/** @type {IDBTransaction} */ tx) => {
    await vault.mustStand(tx, by);
    const outbox = tx.objectStore("outbox");
    const rows = await ask(outbox.index("id").getAll(id));
    const gone = await ask(tx.objectStore("sent").get(id));
    if (draft) tx.objectStore("drafts").delete(draft);
    const twin = [...rows, ...(gone ? [gone] : [])].find((other) => other.same === row.same);
    if (twin) return twin;
    if (base === null && (rows.length || gone)) throw new Problem("known_id");
    await ask(outbox.add(row));
    if (also) also(tx);
    return null;
  };
  const known = await needed(() => change(WRITTEN, keep));
  await recount();
  say("outbox");
  if (draft) say("drafts");
  return { id, hash: known ? known.hash : row.hash, known: known !== null };
}

/** @param {string} id @returns {Promise<{latest: any, from: "outbox" | "sent"} | null>} */
async function newest(id) {
  return look(["outbox", "sent"], async (tx) => {
    const rows = await ask(tx.objectStore("outbox").index("id").getAll(id));
    if (rows.length) return { latest: rows[rows.length - 1], from: "outbox" };
    const gone = await ask(tx.objectStore("sent").get(id));
    return gone ? { latest: gone, from: "sent" } : null;
  });
}

/** Whether nobody but this phone can hold that version. A damaged batch says nothing about what arrived before it. */
const onlyHere = (/** @type {any} */ row) => !row.tried || (row.again !== null && row.again.code !== "damaged");

/**
 * Put a record right: a new version of an unsent one, or of one that the server refused. A version that never left the
 * phone is replaced; one that may have arrived is kept, and the new one names its hash. A draft it was made from goes along.
 * @param {string} id @param {any} body @param {string | null} [draft] @param {string} [place] as for `put`
 * @param {{of?: {kind: string, version: number, unit: string}, also?: Also}} [more]
 *   `of`: what it is, where the server took it and so its text is no longer here
 * @returns {Promise<{id: string, hash: string}>}
 */
export async function amend(id, body, draft = null, place = "", more = {}) {
  const { of, also } = more;
  for (;;) {
    const found = await newest(id);
    if (!found || (!found.latest.sealed && (!of || found.from === "outbox"))) throw new Problem("not_here");
    const { latest, from } = found;
    const old = latest.sealed ? JSON.parse(await vault.open(latest.sealed)) : of;
    const replaces = from === "outbox" && onlyHere(latest);
    const base = replaces ? old.base : latest.hash;
    const { by, row } = await prepare({ kind: old.kind, version: old.version, unit: old.unit, body, base, id, place });
    const keep = async (/** @type {IDBTransaction} */ tx) => {
      await vault.mustStand(tx, by);
      const outbox = tx.objectStore("outbox");
      const rows = await ask(outbox.index("id").getAll(id));
      const gone = await ask(tx.objectStore("sent").get(id));
      const now = rows.length ? rows[rows.length - 1] : gone;
      // Sent, acknowledged or changed in another tab since we looked: look again.
      if (now?.hash !== latest.hash || rows.length > 0 !== (from === "outbox")) return false;
      if (from === "outbox" && onlyHere(now) !== replaces) return false;
      if (replaces) outbox.put({ ...row, order: now.order });
      else await ask(outbox.add(row));
      if (gone?.standing === "needs") tx.objectStore("sent").put({ ...gone, standing: "undecided" });
      if (draft) tx.objectStore("drafts").delete(draft);
      if (also) also(tx);
      return true;
    };
    if (!(await needed(() => change(WRITTEN, keep)))) continue;
    await recount();
    say("outbox");
    if (draft) say("drafts");
    return { id, hash: row.hash };
  }
}

/**
 * Take back a record of which nobody but this phone can know.
 * @param {string} id @param {Also} also @returns {Promise<boolean>} false: somebody may have it, and only a later version takes it back
 */
export async function withdraw(id, also) {
  const gone = await change(WRITTEN, async (tx) => {
    const outbox = tx.objectStore("outbox");
    const rows = await ask(outbox.index("id").getAll(id));
    if (!rows.length || !rows.every(onlyHere) || (await ask(tx.objectStore("sent").get(id)))) return false;
    for (const { order } of rows) outbox.delete(order);
    also(tx);
    return true;
  });
  if (gone) {
    await recount();
    say("outbox");
  }
  return gone;
}

/**
 * Where the records of a kind stand which the server has not taken, by id; all others it has.
 * @param {string} kind @returns {Promise<Map<string, {state: "waiting" | "needs" | "undecided", problem: any}>>}
 */
export function open(kind) {
  return look(["outbox", "sent"], async (tx) => {
    const found = new Map();
    const judged = tx.objectStore("sent").index("standing");
    for (const row of [...(await ask(judged.getAll("undecided"))), ...(await ask(judged.getAll("needs")))]) {
      if (row.kind === kind) found.set(row.id, { state: "undecided", problem: row.problem });
    }
    for (const { id, kind: its, standing, again } of await ask(tx.objectStore("outbox").getAll())) {
      if (its === kind && standing !== "given") found.set(id, { state: standing === "waits" ? "waiting" : "needs", problem: again });
    }
    return found;
  });
}

/**
 * The newest version that can be read here.
 * @param {string} id @returns {Promise<any>} the payload, or null
 */
export async function read(id) {
  const found = await newest(id);
  return found?.latest.sealed ? JSON.parse(await vault.open(found.latest.sealed)) : null;
}

/**
 * What lies here, in the phone's order.
 * @returns {Promise<Array<{id: string, kind: string, madeAt: string, body: any, line: any, state: "waiting" | "needs", problem: any}>>}
 */
export async function list() {
  const rows = (await all("outbox")).filter((row) => row.standing !== "given");
  return Promise.all(
    rows.map(async (row) => ({
      id: row.id,
      kind: row.kind,
      madeAt: row.madeAt,
      body: await bodyOf(row),
      line: row.line && vault.isOpen() ? await vault.open(row.line).catch(() => null) : null,
      state: /** @type {"waiting" | "needs"} */ (["waits", "shut"].includes(row.standing) ? "waiting" : "needs"),
      problem: row.again,
    })),
  );
}

/**
 * What lies under the PIN in a row; null while locked, and when the bytes do not open: one bad row hides no other.
 * @param {any} row @returns {Promise<any>}
 */
async function bodyOf(row) {
  if (!row.sealed || !vault.isOpen()) return null;
  return vault.open(row.sealed).then(
    (text) => JSON.parse(text).body,
    () => null,
  );
}

/**
 * A record the server did not take goes again.
 * @param {string} id @returns {Promise<void>}
 */
export async function tryAgain(id) {
  await change(["outbox"], async (tx) => {
    const outbox = tx.objectStore("outbox");
    for (const row of await ask(outbox.index("id").getAll(id))) {
      if (row.standing === "needs") outbox.put({ ...row, again: null, standing: row.sealed ? "waits" : "shut" });
    }
  });
  say("outbox");
}

// --- For the sender ----------------------------------------------------------------------------------------------------

/**
 * The next rows to send, in order, at most so many. Never two versions of one record at once, and none past an earlier
 * version that is stuck.
 * @param {"waits" | "shut"} standing @param {number} most @param {Set<number>} leaveOut orders
 * @returns {Promise<Row[]>}
 */
export function next(standing, most, leaveOut) {
  return look(["outbox"], async (tx) => {
    /** @type {Row[]} */
    const rows = [];
    const ids = new Set();
    const request = tx.objectStore("outbox").openCursor();
    for (let cursor = await ask(request); cursor && rows.length < most;) {
      const row = cursor.value;
      const passes = row.standing === standing && !leaveOut.has(row.order) && !ids.has(row.id);
      if (!["given", "file"].includes(row.standing)) ids.add(row.id);
      if (passes) rows.push(row);
      const following = ask(/** @type {IDBRequest<IDBCursorWithValue | null>} */ (request));
      cursor.continue();
      cursor = await following;
    }
    return rows;
  });
}

/**
 * Before a batch leaves: from now on somebody else may hold these versions. Those changed meanwhile stay behind.
 * @param {Row[]} rows @returns {Promise<Row[]>}
 */
export function leaving(rows) {
  return change(["outbox"], async (tx) => {
    const outbox = tx.objectStore("outbox");
    const going = [];
    for (const row of rows) {
      const now = await ask(outbox.get(row.order));
      if (!now || now.hash !== row.hash || now.standing !== row.standing) continue;
      if (!now.tried) outbox.put({ ...now, tried: true });
      going.push(row);
    }
    return going;
  });
}

/**
 * A row whose bytes under the PIN do not open goes as its backup.
 * @param {Row} row @returns {Promise<void>}
 */
export async function shut(row) {
  await change(["outbox"], async (tx) => {
    const now = await ask(tx.objectStore("outbox").get(row.order));
    if (now?.hash === row.hash && now.standing === "waits") tx.objectStore("outbox").put({ ...now, standing: "shut" });
  });
}

const UNDECIDED = ["waiting", "quarantined"];

/** @param {string} state */
export const standingOf = (state) => (state === "refused" ? "needs" : UNDECIDED.includes(state) ? "undecided" : "done");

/**
 * Take out what the server keeps. `acks` must be verified: this is the only place where a row goes.
 * @param {Array<{id: string, hash: string, seq: number, state: string, problem: any}>} acks
 * @returns {Promise<number>} rows taken out
 */
export async function settle(acks) {
  let taken;
  try {
    taken = await takeOut(acks, true);
  } catch (error) {
    if (!isProblem(error, "disk_full")) throw error;
    // A full disk takes no line about what was sent; that the server has it is reason enough to make room.
    taken = await takeOut(acks, false);
  }
  await recount();
  say("outbox");
  say("sent");
  return taken;
}

/** @param {Array<{id: string, hash: string, seq: number, state: string, problem: any}>} acks @param {boolean} withLine */
function takeOut(acks, withLine) {
  const ackedAt = clock.stamp();
  return change(["outbox", "sent"], async (tx) => {
    const outbox = tx.objectStore("outbox");
    const sent = tx.objectStore("sent");
    let count = 0;
    for (const ack of acks) {
      const row = await ask(outbox.index("version").get([ack.id, ack.hash]));
      if (!row) continue;
      outbox.delete(row.order);
      count += 1;
      if (withLine) sent.put(sentRow(row, await ask(sent.get(ack.id)), ack, ackedAt));
    }
    return count;
  });
}

/** @param {Row} row @param {any} before @param {any} ack @param {string} ackedAt */
function sentRow(row, before, { id, hash, seq, state, problem }, ackedAt) {
  const prints = [...(before ? before.prints : []), row.print].slice(-8);
  if (before && before.seq > seq) return { ...before, prints };
  const { kind, madeAt, line, same } = row;
  const standing = standingOf(state);
  // Only what was refused stays readable, under the PIN, so that it can be put right.
  const sealed = standing === "needs" ? row.sealed : null;
  return { id, hash, seq, state, problem, standing, kind, madeAt, ackedAt, line, same, sealed, prints };
}

const TIMES = 3;

/**
 * Keep what the server did not take. It is sent again a few times, for a damaged batch is no damaged record, and then
 * waits for somebody to look.
 * @param {Array<{order: number, code: string, message: string}>} refusals @param {boolean} [atOnce]
 * @returns {Promise<void>}
 */
export async function notTaken(refusals, atOnce = false) {
  await change(["outbox"], async (tx) => {
    const outbox = tx.objectStore("outbox");
    for (const { order, code, message } of refusals) {
      const row = await ask(outbox.get(order));
      if (!row) continue;
      const times = (row.again?.times || 0) + 1;
      const standing = atOnce || times >= TIMES ? "needs" : row.standing;
      outbox.put({ ...row, again: { code, message, times }, standing });
    }
  });
  say("outbox");
}
