// @ts-check
// What nobody and nothing is called, as the server's lib/names.py says: what this phone lets through is not refused later.
// contract/names.json holds both to the same names.

import { fold } from "./duplicates.js";

// DI: what is drawn as nothing, such as the Hangul filler. Of all spaces a name holds the plain one; see `plainSpaces`.
const HIDDEN = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Cn}\p{Zl}\p{Zp}\p{DI}]|[^\P{Zs} ]/u;
const BRACKETS = /[<>]/;
const FORMULA = /^['’`"\s]*=/;
const LINK = /:\/\/|\bwww\.|^(?:mailto|javascript|data|file):|\bhyperlink\s*\(/i;
// UTF-8 that was read as another encoding, or letters that a program could not keep.
const GARBLED = /\ufffd|[ÃÂÄÅÆ][\u0080-\u00bf‘’“”„†‡•…‰™˜€]|á[º»]|\p{L}\?+\p{L}/u;

const TONES = /[\u0300\u0301\u0303\u0309\u0323]/g;

/**
 * The text with every space of another width, or one that does not break, as a plain one.
 * @param {string} text
 */
export function plainSpaces(text) {
  return text.replace(/\p{Zs}/gu, " ");
}

/**
 * Whether a text is garbled by another program: "Nguyá»…n", "Nguy?n".
 * @param {string} text
 */
export function garbled(text) {
  return GARBLED.test(text);
}

/**
 * Whether a text holds letters that nobody sees, or that turn it round.
 * @param {string} text
 */
export function hidden(text) {
  // What makes a sign's heart a coloured one is no letter.
  return HIDDEN.test(text.replace(/(\p{So})\ufe0f/gu, "$1"));
}

/**
 * Whether nobody and nothing is called so.
 * @param {string} name
 */
export function odd(name) {
  const flat = name.normalize("NFKC");
  return hidden(name) || BRACKETS.test(flat) || FORMULA.test(flat) || LINK.test(flat) || garbled(name);
}

/**
 * A name whatever its case, its spaces and on which vowel its tone stands: Hoà is Hòa.
 * @param {string} text
 */
function key(text) {
  const plain = text.replace(/[\u00ad\u200b-\u200f\u2060\ufeff]/g, "").replace(/[\u00d0\u0189\u00f0\u0256]/g, "đ");
  const words = plain.normalize("NFD").toLowerCase().split(/\s+/).filter(Boolean);
  return words.map((word) => word.replace(TONES, "").normalize("NFC") + (word.match(TONES) || []).join("")).join(" ");
}

/**
 * Whether two spellings may be one name: Hùng is not Hưng, but may be what was typed as Hung.
 * @param {string} one @param {string} other
 */
export function mayBeOneName(one, other) {
  const keys = [key(one), key(other)];
  // eslint-disable-next-line no-control-regex
  return keys[0] === keys[1] || (keys.some((it) => /^[\0-\x7f]*$/.test(it)) && fold(one) === fold(other));
}
