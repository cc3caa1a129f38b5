// When to send, who of the tabs does it, and the one line that says where the work is.
// @ts-check

import { alone, isUnderWay } from "./alone.js";
import { forgetOld } from "./became.js";
import { on, say } from "./bus.js";
import * as clock from "./clock.js";
import { kept as keptDevice } from "./device.js";
import { sendPhotos } from "./photos.js";
import { isProblem } from "./problem.js";
import { passes, sendAll } from "./sender.js";
import { counts } from "./standing.js";
import { change, feel, get, room } from "./store.js";
import * as vault from "./vault.js";

export { refresh, seen, sent } from "./became.js";

const FIRST_WAIT = 2_000;
const LONGEST_WAIT = 300_000;
const SOON = 300;
const OTHERS_TURN = 5_000;
const PULSE = 3_000;
const BETWEEN_PROBES = 30;

/**
 * @typedef {object} Bar
 * @property {"needs" | "sending" | "waiting" | "sent"} state
 * @property {string} why
 * @property {number} unsent
 * @property {number} needs
 * @property {number} photos
 * @property {string | null} nextTryAt
 * @property {string | null} lastSentAt
 * @property {boolean} low
 * @property {boolean} full
 * @property {number} skewMinutes
 */

let started = false;
let busy = false;
let active = false;
let wanted = false;
/** @type {any} */
let timer = null;
/** Until when another tab that sends is believed to live. */
let elsewhereUntil = 0;

on("sending", ({ elsewhere, until }) => {
  if (elsewhere) elsewhereUntil = until;
});

/**
 * How long to wait after so many failures in a row: 2, 4, 8 ... 300 seconds, each a little off so that phones which lost
 * the server together do not come back together.
 * @param {number} failures @param {() => number} [chance]
 */
export function backOff(failures, chance = Math.random) {
  const even = Math.min(FIRST_WAIT * 2 ** Math.min(failures - 1, 20), LONGEST_WAIT);
  return Math.max(FIRST_WAIT, Math.min(LONGEST_WAIT, Math.round(even * (0.75 + 0.5 * chance()))));
}

/** @returns {Promise<{failures: number, nextTryAt: number, lastSentAt: string | null, stopped: string}>} */
async function progress() {
  return (await get("meta", "sync")) || { failures: 0, nextTryAt: 0, lastSentAt: null, stopped: "" };
}

/** @param {Record<string, any>} fields */
async function advance(fields) {
  const before = await progress();
  await change(["meta"], (tx) => {
    tx.objectStore("meta").put({ ...before, ...fields }, "sync");
  });
  say("sync");
}

const online = () => globalThis.navigator?.onLine !== false;

/** Begin to send by itself; once per page. */
export function start() {
  if (started) return;
  started = true;
  let heard = 0;
  on("outbox", () => {
    plan(SOON);
    heard += 1;
    if (heard % BETWEEN_PROBES === 0) void feel().then(() => say("sync"));
  });
  on("photos", () => plan(SOON));
  on("vault", () => plan(SOON));
  globalThis.addEventListener?.("online", () => void now());
  globalThis.addEventListener?.("offline", () => say("sync"));
  globalThis.document?.addEventListener("visibilitychange", () => {
    if (globalThis.document.visibilityState === "visible") void now();
  });
  void begin().catch((error) => console.error(error));
}

async function begin() {
  await clock.load();
  await now();
  await forgetOld();
  await feel();
  say("sync");
}

/** @param {number} delay */
function plan(delay) {
  if (!started) return;
  if (busy) {
    wanted = true;
    return;
  }
  clearTimeout(timer);
  timer = setTimeout(() => void whenDue(), delay);
}

/** Go when the wait after a failure is over, and not before: only a person or a returning network cuts it short. */
async function whenDue() {
  const { nextTryAt } = await progress();
  const rest = nextTryAt - Date.now();
  // A wait longer than any we give was written before the clock was set back.
  if (rest > 0 && rest <= LONGEST_WAIT) plan(rest);
  else await round();
}

/**
 * Send now, whatever the wait.
 * @returns {Promise<void>}
 */
export async function now() {
  clearTimeout(timer);
  await round();
  // Somebody may have made room meanwhile.
  if ((await room()).full && (await feel())) say("sync");
}

/** Whether there is something that this phone can send. */
async function canSend() {
  if (!vault.isOpen() || !online()) return false;
  const device = await keptDevice();
  if (!device?.secret || ["signed-out", "revoked"].includes(device.state)) return false;
  const { unsent, forOfficer, needs, photos, badPhotos } = await counts();
  return unsent - forOfficer - needs > 0 || photos - badPhotos > 0;
}

/** @returns {Promise<void>} */
async function round() {
  if (busy) {
    wanted = true;
    return;
  }
  busy = true;
  wanted = false;
  let again = 0;
  try {
    if (await canSend()) again = (await alone("send", work)) ? 0 : OTHERS_TURN;
  } catch (error) {
    // The disk failed under us; the rows are where they were.
    console.error(error);
    again = LONGEST_WAIT;
  } finally {
    busy = false;
  }
  const { nextTryAt } = await progress().catch(() => ({ nextTryAt: 0 }));
  if (wanted) plan(SOON);
  else if (again) plan(again);
  else if (nextTryAt > Date.now()) plan(nextTryAt - Date.now());
}

/** What the tab whose turn it is does. */
async function work() {
  active = true;
  const tell = () => say("sending", { until: Date.now() + 3 * PULSE });
  const pulse = setInterval(tell, PULSE);
  tell();
  try {
    const { failures } = await progress();
    const { kept } = await sendAll(failures);
    await sendPhotos(failures);
    // What has gone has made room.
    if ((await room()).low) await feel();
    if (kept) await wait("not_taken");
    else await advance({ failures: 0, nextTryAt: 0, stopped: "", lastSentAt: clock.stamp() });
  } catch (error) {
    await fail(error);
  } finally {
    clearInterval(pulse);
    active = false;
    say("sending", { until: 0 });
  }
}

/** @param {any} error */
async function fail(error) {
  if (!isProblem(error)) throw error;
  // Signed out, revoked or locked meanwhile: the bar says so, and nothing is gained by asking again and again.
  if (!passes(error) && !error.status) await advance({ stopped: error.code });
  else await wait(error.code);
}

/** @param {string} stopped */
async function wait(stopped) {
  const failures = (await progress()).failures + 1;
  await advance({ failures, nextTryAt: Date.now() + backOff(failures), stopped });
}

/** Whether a request is under way in this tab or another. */
async function isSending() {
  if (active) return true;
  if (elsewhereUntil <= Date.now()) return false;
  return (await isUnderWay("send")) !== false;
}

/** @param {{state: string} | undefined} device @param {any} counted @param {boolean} full */
function whyNeeded(device, counted, full) {
  if (device?.state === "revoked" || device?.state === "paused") return device.state;
  if (device && device.state !== "ready") return "sign-in";
  if (full) return "disk";
  const left = counted.unsent - counted.forOfficer - counted.needs;
  if (!vault.isOpen() && left + counted.photos > 0) return "pin";
  if (counted.forOfficer) return "lost-pin";
  if (counted.needs || counted.refused) return "records";
  return counted.badPhotos ? "photos" : "";
}

/**
 * Where the work is, read from the disk at this moment.
 * @returns {Promise<Bar>}
 */
export async function bar() {
  const [device, counted, space, sending, went] = await Promise.all([
    keptDevice(),
    counts(),
    room(),
    isSending(),
    progress(),
  ]);
  const why = whyNeeded(device, counted, space.full);
  const open = counted.unsent + counted.photos > 0;
  const state = why ? "needs" : !open ? "sent" : sending ? "sending" : "waiting";
  const later = went.nextTryAt > Date.now();
  return {
    state,
    why:
      why ||
      (state !== "waiting"
        ? ""
        : !online()
          ? "offline"
          : !later
            ? "soon"
            : went.stopped === "offline"
              ? "offline"
              : went.stopped === "no_space"
                ? "no_space"
                : "server"),
    unsent: counted.unsent,
    needs: counted.needs + counted.forOfficer + counted.refused + counted.badPhotos,
    photos: counted.photos,
    nextTryAt: open && later ? new Date(went.nextTryAt).toISOString() : null,
    lastSentAt: went.lastSentAt,
    low: space.low,
    full: space.full,
    skewMinutes: clock.warning(),
  };
}

/**
 * Call the listener with the bar, now and whenever it may have changed, never with an older reading after a newer one.
 * @param {(bar: Bar) => void} listener @returns {() => void}
 */
export function subscribe(listener) {
  let asked = 0;
  let newest = 0;
  let live = true;
  const tell = async () => {
    const mine = ++asked;
    const seen = await bar();
    if (!live || mine < newest) return;
    newest = mine;
    listener(seen);
  };
  const hear = () => void tell().catch((error) => console.error(error));
  const stops = ["outbox", "sent", "photos", "vault", "device", "sync", "sending"].map((topic) =>
    on(/** @type {any} */ (topic), hear),
  );
  hear();
  return () => {
    live = false;
    for (const stop of stops) stop();
  };
}
