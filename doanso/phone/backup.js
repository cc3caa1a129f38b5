// A second seal, for the server alone: what a lost PIN, a revoked phone or a broken one leaves behind can still be handed in.
// @ts-check

import { say } from "./bus.js";
import * as clock from "./clock.js";
import { base64url, fromBase64url, isUuid, sha256, utf8 } from "./id.js";
import { Problem } from "./problem.js";
import { recount } from "./standing.js";
import { ask, change, get } from "./store.js";

export const FORMAT = "doanso-backup-1";
const POINT_BYTES = 65;
const MOST_BYTES = 4_000_000;
const CURVE = { name: "ECDH", namedCurve: "P-256" };

/** @typedef {{key: string, point: string, sealed: string}} Backup */

/**
 * Seal one version for whoever holds the private half of `key`.
 * @param {import("./device.js").BackupKey} key
 * @param {{id: string, hash: string, payload: string}} version
 * @param {CryptoKeyPair} [pair] a fresh one, but for vectors
 * @returns {Promise<Backup>}
 */
export async function sealForServer(key, version, pair) {
  const jwk = { kty: "EC", crv: "P-256", x: key.x, y: key.y, ext: true };
  const server = await crypto.subtle.importKey("jwk", jwk, CURVE, false, []);
  const own = pair || (await crypto.subtle.generateKey(CURVE, false, ["deriveBits"]));
  const shared = await crypto.subtle.deriveBits({ name: "ECDH", public: server }, own.privateKey, 256);
  const base = await crypto.subtle.importKey("raw", shared, "HKDF", false, ["deriveKey"]);
  const how = { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(0), info: utf8("doanso backup") };
  const under = await crypto.subtle.deriveKey(how, base, { name: "AES-GCM", length: 256 }, false, ["encrypt"]);
  const text = JSON.stringify({ id: version.id, hash: version.hash, payload: version.payload });
  // The key is used once, so its nonce need not differ.
  const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv: new Uint8Array(12) }, under, utf8(text));
  const point = await crypto.subtle.exportKey("raw", own.publicKey);
  return { key: key.id, point: base64url(new Uint8Array(point)), sealed: base64url(new Uint8Array(sealed)) };
}

/**
 * What a sealed text is known by.
 * @param {string} sealed
 */
export const print = async (sealed) => (await sha256(sealed)).slice(0, 32);

/**
 * Files for an officer, usually one. Needs no PIN.
 * @returns {Promise<Array<{name: string, text: string, records: number}>>}
 */
export async function save() {
  const device = await get("meta", "device");
  const rows = await change(["outbox"], async (tx) => {
    const outbox = tx.objectStore("outbox");
    const found = (await ask(outbox.getAll())).filter((row) => row.standing !== "given");
    // From here on others may hold these versions: a change of one says which it started from.
    for (const row of found) if (!row.tried) outbox.put({ ...row, tried: true });
    return found;
  });
  const day = clock.day();
  return inFiles(rows, device?.id || "").map(({ key, id, records }, place) => ({
    name: `doan-so-${day}${place ? `-${place + 1}` : ""}.json`,
    text: JSON.stringify({ format: FORMAT, device: id, key, made_at: clock.stamp(), records }),
    records: records.length,
  }));
}

/**
 * One file holds what one phone sealed under one key, and no more than an officer's page takes.
 * @param {any[]} rows @param {string} own
 */
function inFiles(rows, own) {
  /** @type {Array<{key: string, id: string, size: number, records: any[]}>} */
  const files = [];
  for (const { id, device, backup } of rows) {
    const record = { id, point: backup.point, sealed: backup.sealed };
    const size = JSON.stringify(record).length;
    let file = files.find(
      (one) => one.key === backup.key && one.id === (device || own) && one.size + size <= MOST_BYTES,
    );
    if (!file) files.push((file = { key: backup.key, id: device || own, size: 0, records: [] }));
    file.size += size;
    file.records.push(record);
  }
  return files;
}

/** @param {string} text */
function readFile(text) {
  let file;
  try {
    file = JSON.parse(text);
  } catch {
    throw new Problem("bad_file");
  }
  const good =
    file?.format === FORMAT &&
    typeof file.key === "string" &&
    isUuid(file.device) &&
    Array.isArray(file.records) &&
    file.records.every(isSealedRecord);
  if (!good) throw new Problem("bad_file");
  return file;
}

/** @param {any} record */
function isSealedRecord(record) {
  try {
    return (
      isUuid(record?.id) &&
      fromBase64url(record.point).length === POINT_BYTES &&
      fromBase64url(record.sealed).length > 16
    );
  } catch {
    return false;
  }
}

/**
 * Take the records of a backup file back into the outbox. This phone can't open them and does not know their hashes, so
 * an officer delivers them: they are counted as not yet delivered and go into the next file. What lies here or was acknowledged is not added again.
 * @param {string} text
 * @returns {Promise<{added: number, known: number}>}
 */
export async function restore(text) {
  const file = readFile(text);
  const prints = await Promise.all(file.records.map((/** @type {any} */ record) => print(record.sealed)));
  const added = await change(["outbox", "sent"], async (tx) => {
    const outbox = tx.objectStore("outbox");
    let count = 0;
    for (const [place, record] of file.records.entries()) {
      const here = await ask(outbox.index("id").getAll(record.id));
      const gone = await ask(tx.objectStore("sent").get(record.id));
      if (here.some((row) => row.backup.sealed === record.sealed) || gone?.prints.includes(prints[place])) continue;
      const backup = { key: file.key, point: record.point, sealed: record.sealed };
      outbox.add({
        id: record.id,
        device: file.device,
        kind: "",
        madeAt: file.made_at,
        sealed: null,
        line: null,
        backup,
        print: prints[place],
        tried: true,
        again: null,
        standing: "file",
      });
      count += 1;
    }
    return count;
  });
  await recount();
  say("outbox");
  return { added, known: file.records.length - added };
}

/**
 * The person says that an officer has taken the file. That is no acknowledgement, so the rows stay; but what another
 * person's phone left here is never acknowledged to this one, and would be asked about for ever.
 * @returns {Promise<void>}
 */
export async function handedIn() {
  await change(["meta", "outbox"], async (tx) => {
    const device = await ask(tx.objectStore("meta").get("device"));
    const outbox = tx.objectStore("outbox");
    for (const row of await ask(outbox.index("standing").getAll("file"))) {
      if (row.tried && row.device !== device?.id) outbox.put({ ...row, standing: "given" });
    }
  });
  await recount();
  say("outbox");
}
