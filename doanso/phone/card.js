// @ts-check
// The QR on a citizen card, read here and nowhere else. Of all it says we keep a name, a year and a gender: the number,
// the home, and what newer cards say of parents, spouse and children never leave this function.

import { garbled, hidden, odd, plainSpaces } from "./names.js";

/**
 * @typedef {{name: string, birth_year: number, gender: "male" | "female" | "", doubtful: boolean}} CardHolder
 *   `doubtful`: the number on the card does not agree with the birth, the gender, or any province
 */

const NUMBER = /^\d{12}$/;
const OLD_NUMBER = /^\d{9}$/;
const DAY = /^(\d{2})\/?(\d{2})\/?(\d{4})$/;

/** Codes of the provinces in which births are registered; the merger of 2025 renumbered no card. */
const PLACES = new Set(("001 002 004 006 008 010 011 012 014 015 017 019 020 022 024 025 026 027 030 031 033 034 035 036 037 038 040 042 044 045 046 048 "
  + "049 051 052 054 056 058 060 062 064 066 067 068 070 072 074 075 077 079 080 082 083 084 086 087 089 091 092 093 094 095 096").split(" "));

/**
 * The year of a written day, or 0 when there is no such day.
 * @param {string} text @returns {number}
 */
function yearOf(text) {
  const found = DAY.exec(text.trim());
  if (!found) return 0;
  const [day, month, year] = found.slice(1).map(Number);
  // Days of a month: the 0th of the next one is the last of this.
  const last = new Date(Date.UTC(year, month, 0)).getUTCDate();
  return month >= 1 && month <= 12 && day >= 1 && day <= last ? year : 0;
}

/**
 * Whether the number agrees with nothing that the card says beside it.
 * @param {string} number @param {number} year @param {string} gender
 */
function disagrees(number, year, gender) {
  const century = 1900 + Math.floor(Number(number[3]) / 2) * 100;
  const sex = Number(number[3]) % 2 ? "female" : "male";
  return !PLACES.has(number.slice(0, 3)) || century + Number(number.slice(4, 6)) !== year || (gender !== "" && gender !== sex);
}

/** @param {string} text @returns {string} */
function tidy(text) {
  return text.normalize("NFC").replace(/\s+/g, " ").trim();
}

/**
 * Names on some cards are all capitals; written so they would look like shouting.
 * @param {string} name @returns {string}
 */
function inMixedCase(name) {
  if (name !== name.toLocaleUpperCase("vi")) return name;
  return name.toLocaleLowerCase("vi").replace(/(^|[\s'-])(\S)/g, (_all, before, first) => before + first.toLocaleUpperCase("vi"));
}

/**
 * Who the card belongs to, or null when the text is not a citizen card's.
 *
 * Fields: number | old number | name | birth date ddMMyyyy | gender | home | date of issue, then whatever newer cards add.
 * @param {string} text what the camera read @param {number} [thisYear] @returns {CardHolder | null}
 */
export function readCard(text, thisYear = new Date().getFullYear()) {
  const fields = plainSpaces(text).replace(/^\uFEFF/, "").replace(/\r?\n/g, "").split("|");
  if (fields.length < 6 || !NUMBER.test(fields[0].trim())) return null;
  if (fields[1].trim() !== "" && !OLD_NUMBER.test(fields[1].trim())) return null;
  if (fields.slice(0, 6).some((field) => hidden(field) || garbled(field))) return null;
  const name = inMixedCase(tidy(fields[2]));
  const year = yearOf(fields[3]);
  if (name.length < 2 || /\d/.test(name) || odd(name) || year < 1900 || year > thisYear) return null;
  // A card is issued on a day that exists, and to nobody before they were born; newer cards may say something else there.
  const issued = (fields[6] || "").trim();
  if (DAY.test(issued) && yearOf(issued) < year) return null;
  const said = tidy(fields[4]).toLocaleLowerCase("vi");
  const gender = said === "nam" ? "male" : said === "nữ" || said === "nu" ? "female" : "";
  return Object.freeze({ name, birth_year: year, gender, doubtful: disagrees(fields[0].trim(), year, gender) });
}

/**
 * Whether the text looks like a card at all, so that another code can be refused with a better sentence.
 * @param {string} text
 */
export function looksLikeCard(text) {
  return text.split("|").length >= 6;
}
