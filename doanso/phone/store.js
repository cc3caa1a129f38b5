// The disk of the phone: one IndexedDB, written in transactions that have reached it before they are reported.
// @ts-check

import { isProblem, Problem } from "./problem.js";

const NAME = "door";
const MB = 1_000_000;
const LOW = 50 * MB;
const FULL = 2 * MB;
const MARK = "door-mark";
const PROBE = 2 * MB;

/**
 * What each version of the database adds to the one before.
 * @type {Array<(db: IDBDatabase) => void>}
 */
const VERSIONS = [
  (db) => {
    db.createObjectStore("meta");
    db.createObjectStore("pack");
    db.createObjectStore("drafts", { keyPath: "id" });
    const outbox = db.createObjectStore("outbox", { keyPath: "order", autoIncrement: true });
    outbox.createIndex("id", "id");
    outbox.createIndex("version", ["id", "hash"], { unique: true });
    outbox.createIndex("standing", "standing");
    const sent = db.createObjectStore("sent", { keyPath: "id" });
    sent.createIndex("seq", "seq");
    sent.createIndex("standing", "standing");
    const photos = db.createObjectStore("photos", { keyPath: "id" });
    photos.createIndex("standing", "standing");
    photos.createIndex("visit", "visit");
  },
  (db) => {
    db.createObjectStore("sightings", { keyPath: "id" }).createIndex("event", "event");
  },
];
export const STORES = ["meta", "pack", "drafts", "outbox", "sent", "photos", "sightings"];

/** @type {Promise<IDBDatabase> | null} */
let opening = null;
/** A probe found no room: there is some for a hundred records yet, or two, and no more. */
let tight = false;
/** Something was refused for want of room. */
let refused = false;

/**
 * An IndexedDB request as a promise. Awaiting it keeps its transaction alive; awaiting anything else does not.
 * @template T @param {IDBRequest<T>} request @returns {Promise<T>}
 */
export function ask(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

/** @param {any} error */
function named(error) {
  if (error instanceof Problem) return error;
  if (error?.name === "QuotaExceededError") return new Problem("disk_full", { message: error.message });
  if (error?.name === "VersionError") return new Problem("old_version", { message: error.message });
  if (!error || error.name === "AbortError" || error.name === "UnknownError" || error.name === "InvalidStateError") {
    return new Problem("disk_failed", { message: error?.message });
  }
  return error;
}

/** @returns {Promise<IDBDatabase>} */
function connect() {
  return new Promise((resolve, reject) => {
    const factory = globalThis.indexedDB;
    if (!factory) {
      reject(new Problem("no_storage"));
      return;
    }
    const request = factory.open(NAME, VERSIONS.length);
    request.onupgradeneeded = (event) => {
      for (const add of VERSIONS.slice(event.oldVersion)) add(request.result);
    };
    request.onerror = () => {
      const error = named(request.error);
      reject(["disk_full", "old_version"].includes(error.code) ? error : new Problem("no_storage", error));
    };
    request.onsuccess = () => {
      const db = request.result;
      // A newer version of the app in another tab may upgrade; this tab has to be loaded anew.
      db.onversionchange = () => forget(db);
      db.onclose = () => forget(db);
      resolve(db);
    };
  });
}

/** @param {IDBDatabase} db */
function forget(db) {
  db.close();
  opening = null;
}

/** @returns {Promise<IDBDatabase>} */
function database() {
  if (!opening) {
    opening = connect();
    opening.catch(() => (opening = null));
  }
  return opening;
}

/**
 * Open the database, and notice when the browser has thrown away an earlier one.
 * @returns {Promise<void>}
 */
export async function open() {
  const born = await get("meta", "born");
  if (born) return;
  const mark = readMark();
  await change(["meta"], async (tx) => {
    const meta = tx.objectStore("meta");
    if (await ask(meta.get("born"))) return;
    meta.put(Date.now(), "born");
    if (mark?.unsent) meta.put({ unsent: mark.unsent }, "evicted");
  });
}

/** The connection went away under us: some browsers close it while a page sleeps, and say so only when it is used. */
class Closed extends Error {}

/** @param {IDBDatabase} db @param {string[]} names @param {IDBTransactionMode} mode @param {any} [options] @returns {IDBTransaction} */
function begin(db, names, mode, options) {
  try {
    return /** @type {any} */ (db).transaction(names, mode, options);
  } catch (/** @type {any} */ error) {
    if (error.name !== "InvalidStateError") throw error;
    forget(db);
    throw new Closed();
  }
}

/** @template T @param {(db: IDBDatabase) => Promise<T>} use @returns {Promise<T>} */
async function connected(use) {
  for (let again = false; ; again = true) {
    try {
      return await use(await database());
    } catch (error) {
      if (!(error instanceof Closed)) throw named(error);
      if (again) throw new Problem("disk_failed");
    }
  }
}

/**
 * Do `work` in one transaction; resolves with its result once all of it is on the disk, rejects when none of it is.
 * @template T
 * @param {string[]} names
 * @param {(tx: IDBTransaction) => T | Promise<T>} work awaits nothing but `ask`
 * @returns {Promise<T>}
 */
export const change = (names, work) =>
  connected(
    (db) =>
      new Promise((resolve, reject) => {
        // "strict": completes when the bytes are on the disk, not when the system has promised to write them one day.
        const tx = begin(db, names, "readwrite", { durability: "strict" });
        /** @type {any} */
        let result;
        /** @type {any} */
        let failure = null;
        tx.oncomplete = () => resolve(result);
        tx.onabort = () => reject(named(failure || tx.error));
        const fail = (/** @type {any} */ error) => {
          failure = failure || error;
          try {
            tx.abort();
          } catch {
            // It is aborting already.
          }
        };
        try {
          Promise.resolve(work(tx)).then((value) => (result = value), fail);
        } catch (error) {
          fail(error);
        }
      }),
  );

/**
 * @template T
 * @param {string[]} names @param {(tx: IDBTransaction) => Promise<T>} work @returns {Promise<T>}
 */
export const look = (names, work) => connected((db) => work(begin(db, names, "readonly")));

/** @param {string} name @param {IDBValidKey} key @returns {Promise<any>} */
export const get = (name, key) => look([name], (tx) => ask(tx.objectStore(name).get(key)));

/** @param {string} name @returns {Promise<any[]>} */
export const all = (name) => look([name], (tx) => ask(tx.objectStore(name).getAll()));

/** @param {string} key @param {any} value @returns {Promise<void>} */
export const setMeta = (key, value) =>
  change(["meta"], (tx) => {
    tx.objectStore("meta").put(value, key);
  });

/**
 * How much room is left. Asked before it is needed: a disk that is nearly full is said while there is time to send.
 * @returns {Promise<{free: number | null, low: boolean, full: boolean, kept: boolean}>}
 */
export async function room() {
  const storage = globalThis.navigator?.storage;
  const kept = storage?.persisted ? await storage.persisted().catch(() => false) : false;
  const estimate = storage?.estimate ? await storage.estimate().catch(() => null) : null;
  if (!estimate?.quota) return { free: null, low: tight, full: refused, kept };
  const free = Math.max(0, estimate.quota - (estimate.usage || 0));
  return { free, low: tight || free < LOW || free < estimate.quota / 5, full: refused || free < FULL, kept };
}

/**
 * Feel for room by writing some and taking it away again. Newer browsers tell every page the same quota, however full the
 * disk is, so that there is no other way to ask; it wears the disk, so ask seldom.
 * @returns {Promise<boolean>} whether there is room
 */
export async function feel() {
  if (!globalThis.caches) {
    // Nothing to ask with: the next write will tell.
    tight = refused = false;
    return true;
  }
  const bytes = new Uint8Array(PROBE);
  // Chance, because anything else could be packed to nothing.
  for (let at = 0; at < PROBE; at += 50_000) crypto.getRandomValues(bytes.subarray(at, at + 50_000));
  try {
    await (await caches.open("probe")).put("/door/probe", new Response(bytes));
    tight = refused = false;
  } catch {
    tight = true;
  } finally {
    await caches.delete("probe").catch(() => false);
  }
  return !tight;
}

/**
 * Write what must not be lost, and remember whether there was room for it.
 * @template T @param {() => Promise<T>} write @returns {Promise<T>}
 */
export async function needed(write) {
  try {
    const written = await write();
    refused = false;
    return written;
  } catch (error) {
    if (isProblem(error, "disk_full")) tight = refused = true;
    throw error;
  }
}

/**
 * Ask the browser never to evict us by itself.
 * @returns {Promise<boolean>}
 */
export async function persist() {
  const storage = globalThis.navigator?.storage;
  return storage?.persist ? storage.persist().catch(() => false) : false;
}

/**
 * What the browser threw away, when it did.
 * @returns {Promise<{unsent: number} | null>}
 */
export async function evicted() {
  return (await get("meta", "evicted")) || null;
}

/**
 * Forget that the browser has emptied the store: the person has read the notice.
 * @returns {Promise<void>}
 */
export const evictionSeen = () =>
  change(["meta"], (tx) => {
    tx.objectStore("meta").delete("evicted");
  });

// The mark lies where an eviction of the database does not reach: a number, and nothing about anybody.

/** @returns {{unsent: number} | null} */
function readMark() {
  const texts = [];
  try {
    texts.push(globalThis.localStorage?.getItem(MARK));
  } catch {
    // No such storage here.
  }
  texts.push(globalThis.document?.cookie.match(new RegExp(`(?:^|; )${MARK}=(\\d+)`))?.[1]);
  const numbers = texts
    .filter((text) => text !== null && text !== undefined)
    .map(Number)
    .filter(Number.isInteger);
  return numbers.length ? { unsent: Math.max(...numbers) } : null;
}

/**
 * Remember beside the database how many records it holds that nobody else has.
 * @param {number} unsent
 */
export function mark(unsent) {
  try {
    globalThis.localStorage?.setItem(MARK, String(unsent));
  } catch {
    // Full or forbidden; the cookie is left.
  }
  if (globalThis.document) {
    const secure = globalThis.location?.protocol === "https:" ? "; Secure" : "";
    globalThis.document.cookie = `${MARK}=${unsent}; Path=/door/; Max-Age=34560000; SameSite=Strict${secure}`;
  }
}
