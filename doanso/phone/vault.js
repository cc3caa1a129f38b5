// Whatever names somebody lies sealed under a random key, and that key lies wrapped under a PIN. The key is in memory
// only while the app is open, and leaves it with the page.
// @ts-check

import { on, say } from "./bus.js";
import { base64url, fromUtf8, random, utf8 } from "./id.js";
import { Problem } from "./problem.js";
import { ask, change, get } from "./store.js";

export const TRIES = 10;
const ITERATIONS = 310_000;
const NONCE = 12;
/** PINs that anybody tries first. */
const WEAK = /^(\d)\1{5}$|^123456$|^654321$|^(\d\d)\2\2$|^(\d{3})\3$/;

/** @type {CryptoKey | null} */
let key = null;
/** Which vault the key in memory belongs to. */
let keyOf = "";

on("vault", ({ elsewhere }) => {
  if (elsewhere && key) void leaveWhenGone();
});

/** Another tab changed the vault: a key that is no longer the vault's seals nothing more. */
async function leaveWhenGone() {
  const kept = await get("meta", "vault");
  if (kept?.id !== keyOf || !kept.wrapped) lock();
}

/** @returns {Promise<"none" | "locked" | "open" | "wiped">} */
export async function state() {
  const kept = await get("meta", "vault");
  if (!kept) return "none";
  if (!kept.wrapped) return "wiped";
  return key && keyOf === kept.id ? "open" : "locked";
}

/** Whether something can be sealed and opened now. */
export const isOpen = () => key !== null;

/** Forget the key in memory. */
export function lock() {
  key = null;
  keyOf = "";
  say("vault");
}

/** @param {string} pin */
function mustBePin(pin) {
  if (!/^\d{6}$/.test(pin)) throw new Problem("bad_pin");
}

/** @param {string} pin @param {Uint8Array} salt @param {number} iterations */
async function wrapper(pin, salt, iterations) {
  const base = await crypto.subtle.importKey("raw", utf8(pin), "PBKDF2", false, ["deriveKey"]);
  const how = { name: "PBKDF2", hash: "SHA-256", salt, iterations };
  return crypto.subtle.deriveKey(how, base, { name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
}

/** @param {Uint8Array} raw */
const usable = (raw) => crypto.subtle.importKey("raw", raw, "AES-GCM", false, ["encrypt", "decrypt"]);

/** @param {CryptoKey} under @param {Uint8Array} bytes */
async function sealUnder(under, bytes) {
  const nonce = random(NONCE);
  const sealed = new Uint8Array(await crypto.subtle.encrypt({ name: "AES-GCM", iv: nonce }, under, bytes));
  const both = new Uint8Array(NONCE + sealed.length);
  both.set(nonce);
  both.set(sealed, NONCE);
  return both;
}

/** @param {CryptoKey} under @param {Uint8Array} bytes */
async function openUnder(under, bytes) {
  const iv = bytes.subarray(0, NONCE);
  return new Uint8Array(await crypto.subtle.decrypt({ name: "AES-GCM", iv }, under, bytes.subarray(NONCE)));
}

/** @param {string} pin @param {Uint8Array} raw @param {number} iterations */
async function wrap(pin, raw, iterations) {
  const salt = random(16);
  return { salt, iterations, wrapped: await sealUnder(await wrapper(pin, salt, iterations), raw), tries: 0 };
}

/**
 * Make the vault with its first PIN, or a new one after the old key was wiped.
 * @param {string} pin @param {{iterations?: number}} how
 * @returns {Promise<void>}
 */
export async function setUp(pin, { iterations = ITERATIONS } = {}) {
  mustBePin(pin);
  if (WEAK.test(pin)) throw new Problem("bad_pin", { more: { weak: true } });
  const raw = random(32);
  const made = { id: base64url(random(9)), ...(await wrap(pin, raw, iterations)) };
  await change(["meta"], async (tx) => {
    const meta = tx.objectStore("meta");
    const kept = await ask(meta.get("vault"));
    // Two tabs may both ask for a first PIN; the second one's would orphan what the first one sealed.
    if (kept?.wrapped) throw new Problem("known_pin");
    meta.put(made, "vault");
  });
  key = await usable(raw);
  keyOf = made.id;
  raw.fill(0);
  say("vault");
}

/**
 * Count a try on the disk, then check the PIN: no reload and no second tab gives one back.
 * @param {string} pin
 * @returns {Promise<{raw: Uint8Array, kept: any}>}
 */
async function tryPin(pin) {
  mustBePin(pin);
  const kept = await change(["meta"], async (tx) => {
    const meta = tx.objectStore("meta");
    const found = await ask(meta.get("vault"));
    if (!found) throw new Problem("no_pin");
    if (!found.wrapped) throw new Problem("pin_wiped");
    found.tries += 1;
    meta.put(found, "vault");
    return found;
  });
  if (kept.tries <= TRIES) {
    try {
      const raw = await openUnder(await wrapper(pin, kept.salt, kept.iterations), kept.wrapped);
      return { raw, kept };
    } catch {
      if (kept.tries < TRIES) throw new Problem("wrong_pin", { more: { left: TRIES - kept.tries } });
    }
  }
  await wipe();
  throw new Problem("pin_wiped");
}

/**
 * Put back what was counted, and perhaps a new wrapping, unless the key was wiped meanwhile.
 * @param {any} kept @param {any} fields
 */
async function succeed(kept, fields) {
  await change(["meta"], async (tx) => {
    const meta = tx.objectStore("meta");
    const found = await ask(meta.get("vault"));
    if (!found?.wrapped || found.id !== kept.id) throw new Problem("pin_wiped");
    meta.put({ ...found, ...fields, tries: 0 }, "vault");
  });
}

/** @param {string} pin @returns {Promise<void>} */
export async function unlock(pin) {
  const { raw, kept } = await tryPin(pin);
  await succeed(kept, {});
  key = await usable(raw);
  keyOf = kept.id;
  raw.fill(0);
  say("vault");
}

/** @param {string} old @param {string} pin @returns {Promise<void>} */
export async function change_(old, pin) {
  mustBePin(pin);
  if (WEAK.test(pin)) throw new Problem("bad_pin", { more: { weak: true } });
  const { raw, kept } = await tryPin(old);
  await succeed(kept, await wrap(pin, raw, kept.iterations));
  key = await usable(raw);
  keyOf = kept.id;
  raw.fill(0);
  say("vault");
}
export { change_ as change };

/** @param {Uint8Array} bytes @returns {Promise<Uint8Array>} */
export async function sealBytes(bytes) {
  if (!key) throw new Problem("locked");
  return sealUnder(key, bytes);
}

/** @param {Uint8Array} bytes @returns {Promise<Uint8Array>} */
export async function openBytes(bytes) {
  if (!key) throw new Problem("locked");
  return openUnder(key, bytes);
}

/** @param {any} value @returns {Promise<Uint8Array>} */
export const seal = async (value) => sealBytes(utf8(JSON.stringify(value)));

/** @param {Uint8Array} bytes @returns {Promise<any>} */
export const open = async (bytes) => JSON.parse(fromUtf8(await openBytes(bytes)));

/** Which vault seals now; a transaction compares it, so that nothing is written under a key that is gone. */
export function sealer() {
  if (!key) throw new Problem("locked");
  return keyOf;
}

/**
 * Inside a transaction over `meta`: refuse to write what `by` sealed once that vault is gone.
 * @param {IDBTransaction} tx @param {string} by
 */
export async function mustStand(tx, by) {
  const kept = await ask(tx.objectStore("meta").get("vault"));
  if (!kept?.wrapped || kept.id !== by) throw new Problem("locked");
}

/**
 * Destroy the key, and with it all that it sealed. Records stay as backup; `also` takes part in the transaction.
 * @param {(tx: IDBTransaction) => Promise<void>} [also]
 * @returns {Promise<void>}
 */
export async function wipe(also) {
  await change(["meta", "pack", "drafts", "outbox", "sent", "photos", "sightings"], async (tx) => {
    const meta = tx.objectStore("meta");
    const kept = await ask(meta.get("vault"));
    if (kept) meta.put({ id: kept.id, wrapped: null, tries: kept.tries }, "vault");
    const device = await ask(meta.get("device"));
    if (device) meta.put({ ...device, secret: null }, "device");
    for (const name of ["pack", "drafts", "photos", "sightings"]) tx.objectStore(name).clear();
    await stripSealed(tx.objectStore("outbox"), (row) => ({
      sealed: null,
      line: null,
      again: null,
      standing: ["given", "file"].includes(row.standing) ? row.standing : "shut",
    }));
    await stripSealed(tx.objectStore("sent"), () => ({ sealed: null, line: null }));
    await also?.(tx);
  });
  lock();
  say("outbox");
}

/** @param {IDBObjectStore} rows @param {(row: any) => any} fields */
async function stripSealed(rows, fields) {
  const request = rows.openCursor();
  for (let cursor = await ask(request); cursor;) {
    cursor.update({ ...cursor.value, ...fields(cursor.value) });
    const next = ask(/** @type {IDBRequest<IDBCursorWithValue | null>} */ (request));
    cursor.continue();
    cursor = await next;
  }
}
