// @ts-check
// Check-in at an event's gate as plain decisions: what was scanned, who is looked for, whether they were here already, and the record.
// Nothing here touches the page, the disk or the network.

import { readCard } from "./card.js";
import { fold } from "./duplicates.js";
import { fromHex, hmac, sha256 } from "./id.js";

/**
 * @typedef {"in" | "out"} Direction
 * @typedef {"ticket" | "card" | "name" | "walk-in"} Method
 * @typedef {{key: string, ticket: string | null, member: string | null, link: string}} Who a ticket by its code, a member by id, or a
 *   ticket by its link, where the pack does not have it; `key` is the same for all sightings of one ticket or member
 * @typedef {Who & {id: string, method: Method, direction: Direction, seen_at: string, gate: string, undone: boolean}} Sighting
 * @typedef {{tickets: Map<string, PackTicket>, members: Map<string, PackMember>, cards: Map<string, PackMember>, walkIns: Set<string>, key: string}} Register
 *   who is expected, as the pack has it, and whose link this phone made; `key` of the members' cards
 * @typedef {{title: string, unit: string, number: number | null, state: string, came: string | null}} Face what is shown of somebody
 */

export const KIND = "events.check-in";
const SHORT = 24;
/** The same ticket held before the camera again within this time is one sighting. */
const ONE_SIGHTING = 5 * 60_000;
const LINK = /\/t\/([A-Za-z0-9_-]{30}|[A-Za-z0-9_-]{22})\/?(?:[?#].*)?$/;
const RECEIPT = /\/r\/[A-Za-z0-9_-]{22,30}\/?$/;
/** What may be a card's number within a longer text. */
const NUMBERS = /[A-Za-z0-9][A-Za-z0-9.-]{2,28}[A-Za-z0-9]/g;

/**
 * @param {{cards_key: string, tickets: PackTicket[], members: PackMember[]}} gate of the pack @param {Sighting[]} [sightings] @returns {Register}
 */
export function register({ cards_key: key, tickets, members }, sightings = []) {
  return {
    tickets: new Map(tickets.map((ticket) => [ticket.code, ticket])),
    members: new Map(members.map((member) => [member.id, member])),
    cards: new Map(members.filter((member) => member.card).map((member) => [member.card, member])),
    walkIns: new Set(sightings.filter((one) => one.method === "walk-in").map((one) => one.key)),
    key,
  };
}

/**
 * The code by which phones know a ticket.
 * @param {string} link
 */
export const codeOf = async (link) => (await sha256(`doanso ticket 1|${link}`)).slice(0, SHORT);

/**
 * A card by its number as it was read or typed.
 * @param {string} key 32 hex digits @param {string} number
 */
export const cardOf = async (key, number) => (await hmac(fromHex(key), `card|${number.toUpperCase().replace(/[^A-Z0-9]/g, "")}`)).slice(0, SHORT);

/** @param {string} code @param {string} [link] @returns {Who} */
export const ofTicket = (code, link = "") => ({ key: code, ticket: link ? null : code, member: null, link });

/** @param {string} id @returns {Who} */
export const ofMember = (id) => ({ key: `member:${id}`, ticket: null, member: id, link: "" });

/**
 * Whom a scanned text belongs to; a citizen card gives a name to look for, and `wrong` says what else it is. A ticket that is not in the
 * pack is known by its link: it may be newer than the pack, or made at another gate.
 * @param {string} text @param {Register} register
 * @returns {Promise<{who: Who, method: Method} | {name: string} | {wrong: "receipt" | "card" | "other"}>}
 */
export async function recognise(text, { tickets, cards, key }) {
  const plain = text.trim();
  const link = LINK.exec(plain);
  if (link) {
    const code = await codeOf(link[1]);
    return { who: ofTicket(code, tickets.has(code) ? "" : link[1]), method: "ticket" };
  }
  if (RECEIPT.test(plain)) return { wrong: "receipt" };
  const citizen = readCard(plain);
  if (citizen) return { name: citizen.name };
  for (const number of new Set([plain, ...(plain.match(NUMBERS) || [])].slice(0, 9))) {
    const member = cards.get(await cardOf(key, number));
    if (member) return { who: ofMember(member.id), method: "card" };
  }
  return { wrong: /^[A-Za-z0-9 ./-]{4,30}$/.test(plain) ? "card" : "other" };
}

/**
 * What the phone knows of somebody.
 * @param {Who} who @param {Register} register @returns {Face}
 */
export function face(who, { tickets, members, walkIns }) {
  const member = who.member ? members.get(who.member) : undefined;
  if (who.member) return { title: member ? member.name : "", unit: member ? member.unit : "", number: null, state: member ? "member" : "unknown", came: null };
  const ticket = tickets.get(who.key);
  if (ticket) return { title: ticket.name, unit: "", number: ticket.number, state: ticket.state, came: ticket.came_at };
  return { title: "", unit: "", number: null, state: walkIns.has(who.key) ? "walk-in" : "unknown", came: null };
}

/**
 * Everybody who can be looked for, with the text by which each is found.
 * @param {Register} register @returns {{who: Who, face: Face, text: string}[]}
 */
export function indexed(register) {
  const { tickets, members } = register;
  const found = [];
  for (const who of [...[...members.keys()].map(ofMember), ...[...tickets.keys()].map((code) => ofTicket(code))]) {
    const shown = face(who, register);
    found.push({ who, face: shown, text: fold(`${shown.title} ${shown.unit}`) });
  }
  const { compare } = new Intl.Collator("vi");
  return found.sort((one, other) => compare(one.text, other.text));
}

/**
 * The rows that are looked for: digits are a ticket's number, first the very one; else every word is part of the name or branch.
 * @template {{face: Face, text: string}} R
 * @param {R[]} rows @param {string} typed @returns {R[]}
 */
export function search(rows, typed) {
  const asked = fold(typed);
  if (/^\d+$/.test(asked)) {
    const digits = String(Number(asked));
    const numbered = rows.filter(({ face: { number } }) => number !== null && String(number).startsWith(digits));
    return numbered.sort((one, other) => /** @type {number} */ (one.face.number) - /** @type {number} */ (other.face.number));
  }
  const words = asked.split(" ").filter(Boolean);
  if (!words.length) return [];
  const found = rows.filter(({ face: { title }, text }) => title && words.every((word) => ` ${text}`.includes(` ${word}`)));
  // "hoa" is Hoa before Hòa Hoàng …: whole words go before beginnings of words.
  const whole = (/** @type {string} */ text) => words.filter((word) => ` ${text} `.includes(` ${word} `)).length;
  return found.sort((one, other) => whole(other.text) - whole(one.text));
}

/**
 * The newest sighting of each ticket or member on this phone that holds.
 * @param {Sighting[]} sightings in the order in which they were made @returns {Map<string, Sighting>}
 */
export const newest = (sightings) => new Map(sightings.filter((one) => !one.undone).map((one) => [one.key, one]));

/**
 * How a sighting compares with the one before on this phone. "again" is recorded too: they may have left by another gate meanwhile.
 * @param {Sighting | undefined} before @param {Direction} direction @param {number} now
 * @returns {"new" | "back" | "again" | "repeated"}
 */
export function compare(before, direction, now) {
  if (!before) return "new";
  if (before.direction !== direction) return direction === "in" ? "back" : "new";
  return Math.abs(now - Date.parse(before.seen_at)) < ONE_SIGHTING ? "repeated" : "again";
}

/**
 * How the answer looks at arm's length: green to let in, blue to let out, amber to look twice, red where nothing is recorded.
 * @param {Face} shown @param {Direction} direction @param {"new" | "back" | "again" | "repeated"} compared
 * @returns {{look: "on" | "met" | "behind" | "risk",
 *   word: "come" | "back" | "left" | "again" | "repeated" | "elsewhere" | "waiting" | "unknown" | "cancelled"}}
 */
export function verdict(shown, direction, compared) {
  if (shown.state === "cancelled") return { look: "risk", word: "cancelled" };
  if (compared === "again" || compared === "repeated") return { look: "behind", word: compared };
  if (shown.state === "unknown") return { look: "behind", word: "unknown" };
  if (direction === "out") return { look: "met", word: "left" };
  if (shown.state === "waiting") return { look: "behind", word: "waiting" };
  if (compared === "back") return { look: "on", word: "back" };
  if (shown.came) return { look: "behind", word: "elsewhere" };
  return { look: "on", word: "come" };
}

/**
 * The record's body, by docs/sync.md.
 * @param {string} event @param {Sighting} sighting @returns {object}
 */
export function body(event, { gate, seen_at, direction, method, ticket, member, link, undone }) {
  return { event, gate, seen_at, direction, method, ticket, member, walk_in: link ? { link } : null, undone };
}
