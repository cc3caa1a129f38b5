// "Was helped already?", asked without signal, of assigned doors alone: the phone holds 24 bits for each person, under a
// key of its own, and no names. A hint to ask, never a refusal.
// @ts-check

import { fromHex, hmac } from "./id.js";

const BITS_IN_HEX = 6;
const INVISIBLE = /[\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff]/g;
const MARKS = /[\u0300-\u036f]/g;
const ETHS = /[\u0110\u0111\u00d0\u0189\u00f0\u0256]/g;
/** Spaces as Python knows them; `\s` knows others. */
const SPACES = /[\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/;
const VIETNAMESE = vietnamese();

/** Every letter with a hat, a breve, a horn or a tone, and what it is without. */
function vietnamese() {
  const letters = new Map();
  const vowels = "aăâeêioôơuưy";
  for (const vowel of vowels + vowels.toUpperCase()) {
    for (const tone of ["", "\u0300", "\u0309", "\u0303", "\u0301", "\u0323"]) {
      letters.set((vowel + tone).normalize("NFC"), vowel.normalize("NFD")[0].toLowerCase());
    }
  }
  return letters;
}

/** @param {string} text */
function simplify(text) {
  const bare = text.replace(INVISIBLE, "").replace(MARKS, "").replace(ETHS, "d");
  return Array.from(bare, (char) => VIETNAMESE.get(char) || (/[A-Z]/.test(char) ? char.toLowerCase() : char)).join("");
}

/**
 * Small letters for comparing, where that is more than lower case.
 * @param {string} text
 */
function caseFold(text) {
  return text
    .replace(/\u0345/g, "ι")
    .toLowerCase()
    .replace(/ß/g, "ss")
    .replace(/ς/g, "σ");
}

/**
 * The search key: small letters, no diacritics, đ as d, single spaces; the same as the server's.
 * @param {string} text
 */
export function fold(text) {
  let folded = simplify(text);
  // eslint-disable-next-line no-control-regex
  if (/[^\0-\x7f]/.test(folded)) folded = simplify(caseFold(folded.normalize("NFKD")).normalize("NFKD"));
  return folded.split(SPACES).filter(Boolean).join(" ");
}

/**
 * @param {string} key 32 hex digits, the pack's `duplicates_key`
 * @param {string} name @param {number | null} birthYear
 * @returns {Promise<string>} 6 hex digits
 */
export async function bits(key, name, birthYear) {
  return (await hmac(fromHex(key), `${fold(name)}|${birthYear === null ? "" : birthYear}`)).slice(0, BITS_IN_HEX);
}

/**
 * Whether somebody of that name and year was helped at this door already, by whomever.
 * @param {{helped?: string[]}} door @param {string} key @param {string} name @param {number | null} birthYear
 */
export async function isHelped(door, key, name, birthYear) {
  return (
    Boolean(door.helped?.length) && /** @type {string[]} */ (door.helped).includes(await bits(key, name, birthYear))
  );
}
