// A picture of the activity or of a QR board. Drawn anew, so that it holds pixels and nothing else, sealed while it lies
// here, sent in pieces that go on where they broke off.
// @ts-check

import { say } from "./bus.js";
import { call } from "./device.js";
import { sha256, uuid7 } from "./id.js";
import { isProblem, Problem } from "./problem.js";
import { lighter, passes } from "./sender.js";
import { ask, change, get, look } from "./store.js";
import * as vault from "./vault.js";

const WIDEST = 1280;
const LARGEST = 1_000_000;
const PIECE = 256_000;
const QUALITIES = [0.82, 0.7, 0.55, 0.4];

/** @param {Blob} blob @returns {Promise<any>} */
async function decode(blob) {
  if (typeof createImageBitmap === "function") return createImageBitmap(blob);
  const image = new Image();
  const address = URL.createObjectURL(blob);
  try {
    image.src = address;
    await image.decode();
    return image;
  } finally {
    URL.revokeObjectURL(address);
  }
}

/** @param {HTMLCanvasElement} canvas @param {number} quality @returns {Promise<Blob | null>} */
const encode = (canvas, quality) => new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", quality));

/**
 * Draw a picture anew, at most so wide and so large.
 * @param {Blob} blob @returns {Promise<Blob>}
 */
export async function redraw(blob) {
  let picture;
  try {
    picture = await decode(blob);
  } catch {
    throw new Problem("bad_picture");
  }
  const scale = Math.min(1, WIDEST / Math.max(picture.width, picture.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(picture.width * scale));
  canvas.height = Math.max(1, Math.round(picture.height * scale));
  const pen = canvas.getContext("2d");
  if (!pen) throw new Problem("bad_picture");
  // What was transparent would turn black.
  pen.fillStyle = "#fff";
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close?.();
  try {
    for (const quality of QUALITIES) {
      const drawn = await encode(canvas, quality);
      if (drawn && drawn.size <= LARGEST) return drawn;
    }
  } finally {
    // The pixels go at once: old phones have little memory.
    canvas.width = 0;
  }
  throw new Problem("bad_picture");
}

const [FRAME, ADOBE, LAST_APP, COMMENT, SCAN] = [0xe0, 0xee, 0xef, 0xfe, 0xda];

/**
 * The same JPEG without what some browsers write beside the pixels (a profile, Exif, a thumbnail): the server takes none.
 * @param {Uint8Array} bytes @returns {Uint8Array}
 */
export function onlyPixels(bytes) {
  const kept = [bytes.subarray(0, 2)];
  let at = 2;
  while (at + 4 <= bytes.length && bytes[at] === 0xff && bytes[at + 1] !== SCAN) {
    const marker = bytes[at + 1];
    const next = at + 2 + bytes[at + 2] * 256 + bytes[at + 3];
    const plain = marker === ADOBE || (marker === FRAME && next - at === 18 && !bytes[at + 16] && !bytes[at + 17]);
    if (plain || (marker !== COMMENT && (marker < FRAME || marker > LAST_APP))) kept.push(bytes.subarray(at, next));
    at = next;
  }
  kept.push(bytes.subarray(at));
  const whole = new Uint8Array(kept.reduce((size, part) => size + part.length, 0));
  let end = 0;
  for (const part of kept) {
    whole.set(part, end);
    end += part.length;
  }
  return whole;
}

/**
 * Keep a picture for a visit; it goes after its visit.
 * @param {string} visit @param {Blob} blob @returns {Promise<string>}
 */
export async function add(visit, blob) {
  return keep(visit, onlyPixels(new Uint8Array(await (await redraw(blob)).arrayBuffer())));
}

/** @param {string} visit @param {Uint8Array} bytes @returns {Promise<string>} */
export async function keep(visit, bytes) {
  const by = vault.sealer();
  const id = uuid7();
  const hash = await sha256(bytes);
  const sealed = await vault.sealBytes(bytes);
  await change(["meta", "photos"], async (tx) => {
    await vault.mustStand(tx, by);
    tx.objectStore("photos").put({
      id,
      visit,
      size: bytes.length,
      hash,
      offset: 0,
      sealed,
      standing: "waits",
      problem: null,
    });
  });
  say("photos");
  return id;
}

/** @param {string} visit @returns {Promise<Array<{id: string, size: number, offset: number, problem: any}>>} */
export async function list(visit) {
  const rows = await look(["photos"], (tx) => ask(tx.objectStore("photos").index("visit").getAll(visit)));
  return rows.map(({ id, size, offset, problem }) => ({ id, size, offset, problem }));
}

/** @param {string} id @returns {Promise<void>} */
export async function remove(id) {
  await change(["photos"], (tx) => {
    tx.objectStore("photos").delete(id);
  });
  say("photos");
}

/** @param {string} id @param {Record<string, any>} fields */
async function alter(id, fields) {
  await change(["photos"], async (tx) => {
    const row = await ask(tx.objectStore("photos").get(id));
    if (row) tx.objectStore("photos").put({ ...row, ...fields });
  });
  say("photos");
}

/** @param {any} row @param {number} most bytes at once */
async function sendOne(row, most) {
  const bytes = await vault.openBytes(row.sealed);
  const { id, visit, size, hash } = row;
  const where = `/api/v1/photos/${id}`;
  // The same announcement again answers how far it has come.
  let { offset, done } = (await call("POST", "/api/v1/photos", { body: { id, visit, size, hash } })).body;
  let stumbles = 0;
  while (!done) {
    if (!Number.isSafeInteger(offset) || offset < 0 || offset >= size) throw new Problem("bad_answer");
    try {
      const piece = bytes.subarray(offset, offset + most);
      const answer = await call("PATCH", where, { bytes: piece, headers: { "Upload-Offset": String(offset) } });
      if (!answer.body?.done && !(answer.body?.offset > offset)) throw new Problem("bad_answer");
      ({ offset, done } = answer.body);
    } catch (/** @type {any} */ error) {
      // A piece whose answer was lost is there already, one that was damaged is not: ask once where to go on.
      const goesOn =
        isProblem(error) && (error.status === 409 || isProblem(error, "photo_damaged", "photo_piece_broken"));
      if (!goesOn || stumbles++) throw error;
      ({ offset, done } = (await call("GET", where)).body);
    }
    if (!done) await alter(id, { offset });
  }
  await remove(id);
}

/**
 * Send what waits, those whose visit the server has.
 * @param {number} [failures] in a row before this time
 * @returns {Promise<void>}
 */
export async function sendPhotos(failures = 0) {
  // One picture in memory at a time.
  for (const id of await look(["photos"], (tx) =>
    ask(tx.objectStore("photos").index("standing").getAllKeys("waits")),
  )) {
    const row = await get("photos", id);
    if (!row || (await isUnsent(row.visit))) continue;
    try {
      await sendOne(row, lighter(PIECE, failures));
    } catch (error) {
      if (!(error instanceof Problem) || passes(error) || !error.status || [401, 403].includes(error.status))
        throw error;
      await alter(row.id, { standing: "needs", problem: { code: error.code, message: error.message } });
    }
  }
}

/** @param {string} visit */
async function isUnsent(visit) {
  const rows = await look(["outbox"], (tx) => ask(tx.objectStore("outbox").index("id").getAll(visit)));
  return rows.some((row) => row.standing !== "given");
}
