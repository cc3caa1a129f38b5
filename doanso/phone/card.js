// @ts-check
// The QR on a citizen card, read here and nowhere else. Of all it says we keep a name, a year and a gender: the number,
// the home, and what newer cards say of parents, spouse and children never leave this function.

/** @typedef {{name: string, birth_year: number, gender: "male" | "female" | ""}} CardHolder */

const NUMBER = /^\d{12}$/;
const OLD_NUMBER = /^\d{9}$/;
const DAY = /^(\d{2})\/?(\d{2})\/?(\d{4})$/;

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
  const fields = text.replace(/^\uFEFF/, "").replace(/\r?\n/g, "").split("|");
  if (fields.length < 6 || !NUMBER.test(fields[0].trim())) return null;
  if (fields[1].trim() !== "" && !OLD_NUMBER.test(fields[1].trim())) return null;
  const name = inMixedCase(tidy(fields[2]));
  const day = DAY.exec(fields[3].trim());
  if (name.length < 2 || /\d/.test(name) || !day) return null;
  const year = Number(day[3]);
  if (year < 1900 || year > thisYear) return null;
  const said = tidy(fields[4]).toLocaleLowerCase("vi");
  return Object.freeze({ name, birth_year: year, gender: said === "nam" ? "male" : said === "nữ" || said === "nu" ? "female" : "" });
}

/** Whether the text looks like a card at all, so that another code can be refused with a better sentence. @param {string} text */
export function looksLikeCard(text) {
  return text.split("|").length >= 6;
}
