// The rule of the draw in the browser, as docs/draw.md states it: winners from the opened seed, the frozen list and the public number.
// @ts-check

/**
 * A published file of a draw that was held; what the check does not read is left out.
 * @typedef {{
 *   rule: string,
 *   seed: {sha256: string, value: string},
 *   list: {sha256: string, numbers: number[]},
 *   public_number: {value: string},
 *   prizes: {name: string, count: number}[],
 *   rounds: {prize: number, round: number, count: number, winners: number[]}[],
 * }} PublishedDraw
 */

/**
 * What a check found: whether seed and list fit their hashes, and the winners of each round beside the published ones.
 * @typedef {{seed: boolean, list: boolean, rounds: {prize: string, winners: number[], isSame: boolean}[]}} DrawCheck
 */

export const RULE = "doanso-draw-1";
const WORDS = 2n ** 64n;
const text = new TextEncoder();

/** @param {string} digits @returns {Uint8Array} */
function bytes(digits) {
  const found = new Uint8Array(digits.length / 2);
  for (let place = 0; place < found.length; place += 1) found[place] = parseInt(digits.slice(2 * place, 2 * place + 2), 16);
  return found;
}

/** @param {Uint8Array} content @returns {Promise<string>} */
async function sha256(content) {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", content));
  return [...digest].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/**
 * Yields whole numbers of 64 bits without end: four of each HMAC, big-endian.
 * @param {CryptoKey} key
 * @param {string} message
 */
async function* words(key, message) {
  for (let counter = 0; ; counter += 1) {
    const view = new DataView(await crypto.subtle.sign("HMAC", key, text.encode(`${message}|${counter}`)));
    for (let start = 0; start < view.byteLength; start += 8) yield view.getBigUint64(start);
  }
}

/**
 * Computes a published draw again. Throws for another rule.
 * @param {PublishedDraw} draw
 * @returns {Promise<DrawCheck>}
 */
export async function check(draw) {
  if (draw.rule !== RULE) throw new Error(`unknown rule ${draw.rule}`);
  const seed = bytes(draw.seed.value);
  const left = [...draw.list.numbers].sort((first, second) => first - second);
  const listed = await sha256(text.encode(left.map((number) => `${number}\n`).join("")));
  const key = await crypto.subtle.importKey("raw", seed, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  const first = draw.rounds.filter((drawn) => drawn.round === 1);
  const isWhole = first.length === draw.prizes.length
    && first.every((drawn) => drawn.count === draw.prizes[drawn.prize - 1].count);
  const rounds = [];
  for (const drawn of draw.rounds) {
    /** @type {number[]} */
    const winners = [];
    const message = `${RULE}|${draw.list.sha256}|${draw.public_number.value}|${drawn.prize}|${drawn.round}`;
    if (drawn.count > left.length) throw new Error("more winners than tickets");
    for await (const word of words(key, message)) {
      const size = BigInt(left.length);
      if (word < (WORDS / size) * size) winners.push(...left.splice(Number(word % size), 1));
      if (winners.length === drawn.count) break;
    }
    const isSame = isWhole && winners.join() === drawn.winners.join();
    rounds.push({ prize: draw.prizes[drawn.prize - 1].name, winners, isSame });
  }
  return { seed: (await sha256(seed)) === draw.seed.sha256, list: listed === draw.list.sha256, rounds };
}
