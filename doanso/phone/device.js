// The phone as the server knows it: registered with a sign-in, from then on by a token that lies sealed.
// @ts-check

import { on, say } from "./bus.js";
import * as clock from "./clock.js";
import { fromHex, uuid7 } from "./id.js";
import { Problem } from "./problem.js";
import { ask, change, get } from "./store.js";
import * as vault from "./vault.js";

const PATIENCE = 45_000;

/** @typedef {{id: string, x: string, y: string}} BackupKey */
/**
 * @typedef {object} Device
 * @property {string} id
 * @property {string} name
 * @property {"ready" | "signed-out" | "lapsed" | "unknown" | "paused" | "revoked"} state
 * @property {Uint8Array | null} secret  token and acknowledgement key, sealed
 * @property {BackupKey | null} key
 * @property {string} leaseUntil
 */

/** @type {{token: string, acknowledge: string} | null} */
let secret = null;

on("vault", () => {
  if (!vault.isOpen()) secret = null;
});
on("device", ({ elsewhere }) => {
  secret = null;
  if (elsewhere) void lockWhenSignedOut();
});

/** Whoever signs out in one tab has signed out in all. */
async function lockWhenSignedOut() {
  if ((await kept())?.state === "signed-out" && vault.isOpen()) vault.lock();
}

/** @returns {Promise<Device | undefined>} */
export const kept = () => get("meta", "device");

/** @returns {Promise<{state: string, id: string, name: string, leaseUntil: string}>} */
export async function state() {
  const device = await kept();
  if (!device) return { state: "none", id: "", name: "", leaseUntil: "" };
  return { state: device.state, id: device.id, name: device.name, leaseUntil: device.leaseUntil };
}

/** @param {Partial<Device>} fields */
async function alter(fields) {
  await change(["meta"], async (tx) => {
    const meta = tx.objectStore("meta");
    const device = await ask(meta.get("device"));
    if (device) meta.put({ ...device, ...fields }, "device");
  });
  say("device");
}

/**
 * One request; every failure is a Problem.
 * @param {string} method @param {string} path @param {Record<string, any>} options
 * @returns {Promise<{status: number, body: any, headers: Headers}>}
 */
async function request(method, path, options) {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), PATIENCE);
  const sentAt = Date.now();
  try {
    const answer = await fetch(path, {
      method,
      cache: "no-store",
      redirect: "error",
      referrerPolicy: "no-referrer",
      signal: stop.signal,
      ...options,
    });
    const text = answer.status === 304 ? "" : await answer.text();
    let body = null;
    try {
      body = text ? JSON.parse(text) : null;
    } catch {
      // A page of somebody between us and the server, not an answer of ours.
      throw new Problem(answer.status >= 500 ? "try_later" : "bad_answer", { status: answer.status });
    }
    await clock.note(body?.now || answer.headers.get("date"), sentAt, Date.now());
    return { status: answer.status, body, headers: answer.headers };
  } catch (error) {
    throw error instanceof Problem ? error : new Problem("offline");
  } finally {
    clearTimeout(timer);
  }
}

/** @param {{status: number, body: any}} answer */
function refusal({ status, body }) {
  const code = typeof body?.code === "string" ? body.code : status >= 500 ? "try_later" : "bad_answer";
  return new Problem(code, { message: String(body?.message || ""), field: String(body?.field || ""), status });
}

/**
 * Take this phone into service, or go on after the lease is over: the same phone keeps its id, unless somebody else had it.
 * The account's password goes to the server and is kept nowhere. A phone that an officer revoked is told so, and obeys.
 * @param {{name: string, csrf: string, password: string}} who
 */
export async function register({ name, csrf, password }) {
  vault.sealer();
  const before = await kept();
  const asking = (/** @type {string} */ id) =>
    request("POST", "/api/v1/devices", {
      credentials: "same-origin",
      headers: { "Content-Type": "application/json", "X-CSRFToken": csrf },
      body: JSON.stringify({ id, name, password }),
    });
  let id = before?.id || uuid7();
  let answer = await asking(id);
  const handedOn = answer.status === 422 && answer.body?.code === "device_taken";
  if (handedOn) answer = await asking((id = uuid7()));
  if (ordersWipe(answer)) await revoked();
  if (answer.status !== 201) throw refusal(answer);
  const { token, acknowledgement_key: acknowledge, backup_key: key, lease_until: leaseUntil } = answer.body || {};
  if (answer.body?.device !== id || !token || fromHex(acknowledge || "").length !== 32 || !key?.x || !key?.y) {
    throw new Problem("bad_answer", { status: answer.status });
  }
  const by = vault.sealer();
  const sealed = await vault.seal({ token, acknowledge });
  await change(["meta", "pack", "drafts", "outbox", "sent", "photos", "sightings"], async (tx) => {
    await vault.mustStand(tx, by);
    if (handedOn) await leaveToOfficer(tx);
    tx.objectStore("meta").put({ id, name, state: "ready", secret: sealed, key, leaseUntil }, "device");
  });
  for (const topic of ["device", "pack", "drafts", "outbox", "sent", "photos"]) say(/** @type {any} */ (topic));
  return state();
}

/**
 * The phone is another person's now, in whose name nothing of the one before may be sent: what is unsent an officer
 * delivers from a backup file.
 * @param {IDBTransaction} tx
 */
async function leaveToOfficer(tx) {
  for (const name of ["pack", "drafts", "sent", "photos", "sightings"]) tx.objectStore(name).clear();
  const outbox = tx.objectStore("outbox");
  for (const row of await ask(outbox.getAll())) {
    if (row.standing !== "given") outbox.put({ ...row, sealed: null, line: null, again: null, standing: "file" });
  }
}

/**
 * What proves us to the server and the server to us.
 * @returns {Promise<{token: string, acknowledge: string}>}
 */
export async function credentials() {
  if (secret) return secret;
  const device = await kept();
  if (!device?.secret) throw new Problem("no_device");
  secret = await vault.open(device.secret);
  return /** @type {any} */ (secret);
}

/**
 * A call as this phone. Answers of 400 and more are Problems, and those about the phone itself take effect at once.
 * @param {string} method @param {string} path
 * @param {{body?: any, bytes?: Uint8Array, headers?: Record<string, string>, etag?: string}} more
 * @returns {Promise<{status: number, body: any, headers: Headers}>}
 */
export async function call(method, path, { body, bytes, headers = {}, etag } = {}) {
  const { token } = await credentials();
  /** @type {Record<string, string>} */
  const all = { Authorization: `Bearer ${token}`, ...headers };
  if (body !== undefined) all["Content-Type"] = "application/json";
  if (bytes) all["Content-Type"] = "application/octet-stream";
  if (etag) all["If-None-Match"] = etag;
  const payload = body === undefined ? bytes : typeof body === "string" ? body : JSON.stringify(body);
  const answer = await request(method, path, { credentials: "omit", headers: all, body: payload });
  if (answer.status < 400) {
    await renew(answer.body?.lease_until);
    return answer;
  }
  const problem = refusal(answer);
  if (ordersWipe(answer)) await revoked();
  else if (problem.code === "device_unknown" && answer.status === 401) await alter({ state: "unknown" });
  else if (problem.code === "device_lapsed" && answer.status === 403) await alter({ state: "lapsed" });
  else if (problem.code === "device_paused" && answer.status === 403) await alter({ state: "paused" });
  throw problem;
}

/** @param {string | undefined} leaseUntil */
async function renew(leaseUntil) {
  const device = await kept();
  if (!device || device.state === "signed-out") return;
  if (device.state === "ready" && (!leaseUntil || device.leaseUntil === leaseUntil)) return;
  await alter({ state: "ready", leaseUntil: leaseUntil || device.leaseUntil });
}

/**
 * Whether an answer is the order to a revoked phone to wipe itself.
 * @param {{status: number, body: any}} answer
 */
const ordersWipe = ({ status, body }) => status === 403 && body?.code === "device_revoked" && body.wipe === true;

/** Access was taken back: whatever names somebody goes at once; records nobody has yet stay, sealed for the server. */
async function revoked() {
  await vault.wipe(async (tx) => {
    tx.objectStore("sent").clear();
    const meta = tx.objectStore("meta");
    const device = await ask(meta.get("device"));
    meta.put({ ...device, state: "revoked", secret: null }, "device");
  });
  secret = null;
  for (const topic of ["device", "pack", "drafts", "photos", "sent"]) say(/** @type {any} */ (topic));
}

/**
 * Leave this phone: drafts, pack and token go, records stay, sealed and as backup.
 * @returns {Promise<void>}
 */
export async function signOut() {
  await change(["meta", "pack", "drafts", "sightings"], async (tx) => {
    for (const name of ["pack", "drafts", "sightings"]) tx.objectStore(name).clear();
    const meta = tx.objectStore("meta");
    const device = await ask(meta.get("device"));
    if (device)
      meta.put({ ...device, state: device.state === "revoked" ? "revoked" : "signed-out", secret: null }, "device");
  });
  secret = null;
  vault.lock();
  for (const topic of ["device", "pack", "drafts"]) say(/** @type {any} */ (topic));
}
