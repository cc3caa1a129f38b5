// The phone's clock is data: it is sent as it is, and how far it is off is known from the server's answers.
// @ts-check

import { get, setMeta } from "./store.js";

const MINUTE = 60_000;
const WORTH_SAYING = 10 * MINUTE;
const WORTH_KEEPING = 5_000;
const DAY = 24 * 60 * MINUTE;
let off = 0;
/** Days by which the server's business day is ahead of the date: in a demo it is another one. */
let ahead = 0;
/** When the pack was made, by the server: it is later than that, whatever a clock says that lost its time with the battery. */
let least = 0;
/** The server was heard since this page was started, so its clock is known. */
let heard = false;

/**
 * Read what was known before this start.
 * @returns {Promise<void>}
 */
export async function load() {
  off = (await get("meta", "skew")) || 0;
}

/**
 * Learn from an answer: what the server's clock said, between sending and receiving by ours.
 * @param {string | null | undefined} serverNow @param {number} sentAt @param {number} receivedAt
 * @returns {Promise<void>}
 */
export async function note(serverNow, sentAt, receivedAt) {
  const server = serverNow ? Date.parse(serverNow) : NaN;
  if (Number.isNaN(server) || receivedAt < sentAt) return;
  heard = true;
  const now = Math.round(server - (sentAt + receivedAt) / 2);
  if (Math.abs(now - off) < WORTH_KEEPING) return;
  off = now;
  await setMeta("skew", off);
}

/** Milliseconds by which the server is ahead of this phone. */
export const skew = () => off;

/** Whole minutes off, 0 while nobody need care. */
export const warning = () => (Math.abs(off) > WORTH_SAYING ? Math.round(Math.abs(off) / MINUTE) : 0);

/**
 * Now, as the server would say it.
 * @returns {Date}
 */
export const right = () => new Date(Math.max(Date.now() + off, heard ? 0 : least));

/**
 * The date in Vietnam, which is UTC+7 all year.
 * @param {number} moment
 */
const dateAt = (moment) => new Date(moment + 7 * 60 * MINUTE).toISOString().slice(0, 10);

/**
 * Go by the server's business day, as it was sent together with a moment.
 * @param {string} now @param {string} today
 */
export function follow(now, today) {
  const moment = Date.parse(now);
  least = Number.isNaN(moment) ? 0 : moment;
  const days = Number.isNaN(moment) ? NaN : (Date.parse(today) - Date.parse(dateAt(moment))) / DAY;
  ahead = Number.isInteger(days) ? days : 0;
}

/** The business day. */
export const day = () => dateAt(right().getTime() + ahead * DAY);

/**
 * The moment, as the server would say it, at which a business day is over.
 * @param {string} day
 */
export const endOf = (day) => Date.parse(`${day}T00:00:00+07:00`) + (1 - ahead) * DAY;

/**
 * The phone's own clock with its zone, as records carry it.
 * @param {Date} [at]
 */
export function stamp(at = new Date()) {
  const minutes = -at.getTimezoneOffset();
  const local = new Date(at.getTime() + minutes * MINUTE).toISOString().slice(0, 19);
  const two = (/** @type {number} */ n) => String(Math.floor(n)).padStart(2, "0");
  return `${local}${minutes < 0 ? "-" : "+"}${two(Math.abs(minutes) / 60)}:${two(Math.abs(minutes) % 60)}`;
}
