// The numbers of headings: "I." on the first level, "1." below it, "a)" below that. They are words that one may change.

/** @type {[number, string][]} */
const ROMAN = [[10, "X"], [9, "IX"], [5, "V"], [4, "IV"], [1, "I"]];
// The order of Vietnamese letters: d before đ, none of f, j, w, z.
const LETTERS = [..."abcdđeghiklmnopqrstuvxy"];
const NUMBER = /^\s*(?:[IVX]+\.|\d+(?:\.\d+)*[.)]|[a-zđ]\))\s*/u;

/** @param {number} number @returns {string} */
function roman(number) {
  let said = "";
  let left = number;
  for (const [value, letters] of ROMAN) {
    while (left >= value) {
      said += letters;
      left -= value;
    }
  }
  return said;
}

/**
 * What stands before the heading that is the so-many-th of its level.
 * @param {number} level @param {number} place @returns {string}
 */
export function numberOf(level, place) {
  if (level === 1) return `${roman(place)}. `;
  if (level === 2) return `${place}. `;
  return `${LETTERS[(place - 1) % LETTERS.length]}) `;
}

/**
 * How long the number at the front of a heading's words is; 0 without one.
 * @param {string} words @returns {number}
 */
export function numberLength(words) {
  const found = NUMBER.exec(words);
  return found ? found[0].length : 0;
}

/** Counts headings in their order; a higher one begins the lower ones anew. */
export class Counter {
  constructor() {
    /** @type {number[]} */
    this.counts = [0, 0, 0];
  }

  /** @param {number} level @returns {string} the number of the next heading of this level */
  next(level) {
    this.counts[level - 1] += 1;
    for (let below = level; below < 3; below += 1) this.counts[below] = 0;
    return numberOf(level, this.counts[level - 1]);
  }
}
