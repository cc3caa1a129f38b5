// What became of what was sent: short lines without names, and what is still undecided asked for again.
// @ts-check

import { say } from "./bus.js";
import { call } from "./device.js";
import { standingOf } from "./outbox.js";
import { counts, recount } from "./standing.js";
import { all, ask, change } from "./store.js";
import * as vault from "./vault.js";

/** So many decided ones of each kind are shown; the server has them all. A gate's hundreds of check-ins push no visit out. */
const MOST_KEPT = 500;

/**
 * Forget the oldest lines about what is decided.
 * @param {number} [most] @returns {Promise<void>}
 */
export async function forgetOld(most = MOST_KEPT) {
  await change(["sent"], async (tx) => {
    /** @type {Record<string, number>} */
    const places = {};
    const request = tx.objectStore("sent").index("seq").openCursor(null, "prev");
    for (let cursor = await ask(request); cursor;) {
      const { kind, standing } = cursor.value;
      places[kind] = (places[kind] || 0) + 1;
      if (places[kind] > most && standing === "done") cursor.delete();
      const following = ask(/** @type {IDBRequest<IDBCursorWithValue | null>} */ (request));
      cursor.continue();
      cursor = await following;
    }
  });
}

/**
 * What was sent from here, newest first.
 * @returns {Promise<Array<{id: string, kind: string, state: string, problem: any, ackedAt: string, isNew: boolean, line: any}>>}
 */
export async function sent() {
  const rows = (await all("sent")).sort((one, other) => other.seq - one.seq);
  return Promise.all(
    rows.map(async ({ id, kind, state, problem, ackedAt, standing, line }) => ({
      id,
      kind,
      state,
      problem,
      ackedAt,
      isNew: standing === "needs",
      line: line && vault.isOpen() ? await vault.open(line).catch(() => null) : null,
    })),
  );
}

/**
 * The person has seen that it was refused; an officer goes on with it.
 * @param {string} id @returns {Promise<void>}
 */
export async function seen(id) {
  await change(["sent"], async (tx) => {
    const row = await ask(tx.objectStore("sent").get(id));
    if (row?.standing === "needs") tx.objectStore("sent").put({ ...row, standing: "undecided" });
  });
  say("sent");
}

/**
 * Ask the server what became of what is still undecided, and whether an officer has handed in what only a backup holds.
 * @returns {Promise<void>}
 */
export async function refresh() {
  const rows = await all("sent");
  const open = rows.filter((row) => row.standing !== "done");
  const sealed = (await counts()).unreadable > 0;
  if (!open.length && !sealed) return;
  let after = sealed ? 0 : Math.min(...open.map((row) => row.seq)) - 1;
  for (let more = true; more;) {
    const { body } = await call("GET", `/api/v1/sync/records?after=${after}`);
    const decided = Array.isArray(body?.records) ? body.records : [];
    if (decided.length) await learn(decided);
    more = body?.more === true && decided.length > 0;
    after = decided.length ? decided[decided.length - 1].seq : after;
  }
  await recount();
  say("sent");
  say("outbox");
}

/** @param {any[]} decided */
async function learn(decided) {
  await change(["sent", "outbox"], async (tx) => {
    const sentRows = tx.objectStore("sent");
    const outbox = tx.objectStore("outbox");
    for (const { id, hash, seq, state, problem = null } of decided) {
      const row = await ask(sentRows.get(id));
      if (row && row.hash === hash && (row.state !== state || row.problem?.code !== problem?.code)) {
        // Settled by an officer: nobody has to do anything about it any more.
        const standing = problem?.code === "settled" ? "done" : standingOf(state);
        sentRows.put({ ...row, seq, state, problem, standing, sealed: standing === "done" ? null : row.sealed });
      }
      const here = await ask(outbox.index("id").getAll(id));
      // A row from a backup file does not know its hash: each version in the answer that is no other row's, is one of them.
      const named = here.find((other) => other.hash === hash);
      const given = named || (row?.hash === hash ? null : here.find((other) => !other.hash));
      // No mac, so nothing is deleted: the row stays, and only stops being counted as undelivered.
      const readable = given?.sealed && given.standing !== "shut";
      if (given && !readable && given.standing !== "given") outbox.put({ ...given, hash, standing: "given" });
    }
  });
}
