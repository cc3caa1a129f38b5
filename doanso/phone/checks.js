// @ts-check
// Checks of shops' payment codes as plain decisions: which shop comes next, what a scanned code is, what is missing, and the record.
// Nothing here touches the page, the disk or the network.

import { fold } from "./duplicates.js";
import { myTeam } from "./steps.js";
import { decode, fingerprint, lastFour } from "./vietqr.js";

/**
 * @typedef {"none" | "offered" | "displayed" | "stopped"} State
 * @typedef {"" | "yes" | "no" | "unknown"} Answer "" until it was asked; "unknown" when nobody could say
 * @typedef {{result: "same" | "different" | "unreadable" | "not-registered", fingerprint: string, bank: string, last_four: string, several?: boolean}} Scan
 *   `several`: the code names accounts of further networks, which some apps pay instead; left out where it does not
 * @typedef {{teammate: string | null, name: string}} Second
 * @typedef {{name: string, label: string, number: string, street: string}} Where
 * @typedef {{shop: string, place: Where, changing: boolean, unit: string, happened_on: string, seen_at: string, team: string | null,
 *   first: string | null, second: Second | null, state: State | "", used: Answer, why: string, reason: string, scan: Scan | null,
 *   changed: Answer, amends?: {message: string, field: string}}} Check
 *   `why`: the index of a usual reason, or "other", then `reason` holds the words; `amends`: it puts a record right
 */

export const LONGEST_REASON = 200;
const PARTS = " · ";
/** As the server's lib/free_text.py: a phone, citizen or account number. */
const LONG_NUMBER = /\d(?:[\s.-]?\d){7,}/;
const ANSWERS = { yes: true, no: false, unknown: null, "": null };

/**
 * Where a shop is: "Chợ Mỹ Tho · sạp A12", or its address.
 * @param {{label: string, number: string, street: string}} shop
 */
export const where = (shop) => shop.label || [shop.number, shop.street].filter(Boolean).join(" ");

/**
 * The market or street of a shop, by which one works through them: of a label the part that is not the shop's own address.
 * @param {{label: string, number: string, street: string}} shop
 */
export function area({ label, number, street }) {
  const parts = label.split(PARTS);
  const own = fold(`${number} ${street}`);
  return label ? parts.find((part) => fold(part) !== own) || parts[0] : street;
}

/**
 * The shops' areas, each once, in the order of their names.
 * @param {PackShop[]} shops
 */
export function areas(shops) {
  const names = [...new Set(shops.map(area))].filter(Boolean);
  return names.sort(new Intl.Collator("vi", { numeric: true }).compare);
}

/**
 * The shops in the order of a walk, with the text by which each is found.
 * @param {PackShop[]} shops @returns {{shop: PackShop, text: string}[]}
 */
export function indexed(shops) {
  const { compare } = new Intl.Collator("vi", { numeric: true });
  const rows = shops.map((shop) => ({ shop, text: fold([shop.name, where(shop)].join(" ")), key: `${area(shop)}\0${where(shop)}\0${shop.name}` }));
  return rows.sort((one, other) => compare(one.key, other.key));
}

/**
 * The rows that are looked for.
 * @template {{shop: PackShop, text: string}} R
 * @param {R[]} rows @param {string} typed @param {string} place an area, or "" @returns {R[]}
 */
export function search(rows, typed, place) {
  const asked = fold(typed).split(" ").filter(Boolean);
  return rows.filter((row) => (!place || area(row.shop) === place) && asked.every((word) => row.text.includes(word)));
}

/**
 * A check that begins.
 * @param {{pack: Pack, shop: PackShop, second: Second | null, stamp: string, day: string}} about @returns {Check}
 */
export function begin({ pack, shop, second, stamp, day }) {
  const team = myTeam(pack);
  const { name, label, number, street } = shop;
  return {
    shop: shop.business,
    place: { name, label, number, street },
    changing: shop.changing,
    unit: pack.unit.id,
    happened_on: day,
    seen_at: stamp,
    team: team ? team.id : null,
    first: pack.user.teammate,
    second: second ? { teammate: second.teammate, name: second.name } : null,
    state: "",
    used: "",
    why: "",
    reason: "",
    scan: null,
    changed: "",
  };
}

/**
 * Nothing could be read: torn, covered, or no code of a bank.
 * @returns {Scan}
 */
export const unreadable = () => ({ result: "unreadable", fingerprint: "", bank: "", last_four: "" });

/**
 * A scanned text as a payment code; null when it is none.
 * @param {string} text
 */
export function read(text) {
  try {
    return decode(text);
  } catch {
    return null;
  }
}

/**
 * What a payment code is, compared with the registered one. The account is kept nowhere.
 * @param {import("./vietqr.js").PaymentCode} code @param {{code: string, other_codes?: string[]}} shop @param {string} key 32 hex digits @returns {Promise<Scan>}
 */
export async function compare(code, shop, key) {
  const print = await fingerprint(key, code);
  const registered = [shop.code, ...(shop.other_codes || [])];
  return {
    result: !shop.code ? "not-registered" : registered.includes(print) ? "same" : "different",
    fingerprint: print,
    bank: code.bank,
    last_four: lastFour(code.account),
    ...(code.networks.length ? { several: true } : {}),
  };
}

/**
 * A shop met on a visit, of which the pack says nothing yet: the server follows it from its first check on.
 * @param {{id: string, name: string, number: string, street: string, neighbourhood: string | null}} place of the visit @returns {PackShop}
 */
export const unlisted = ({ id, name, number, street, neighbourhood }) =>
  ({ business: id, name, label: "", number, street, neighbourhood, state: "none", checked_on: null, code: "", changing: false });

/**
 * Whether the owner is asked about a change of the account.
 * @param {Pick<Check, "changing" | "scan">} check
 */
export const asksOwner = (check) => check.changing || (check.scan !== null && check.scan.result === "different");

/**
 * What is missing: a key of the words, or "".
 * @param {Check} check @returns {"" | "changed" | "state" | "used" | "why" | "reason" | "number"}
 */
export function missing(check) {
  if (asksOwner(check) && !check.changed) return "changed";
  if (!check.state) return "state";
  if (check.state === "displayed" && !check.used) return "used";
  if (check.state !== "stopped") return "";
  if (!check.why) return "why";
  if (check.why !== "other") return "";
  return !tidy(check.reason) ? "reason" : LONG_NUMBER.test(check.reason) ? "number" : "";
}

/** @param {string} text */
const tidy = (text) => text.normalize("NFC").replace(/\s+/g, " ").trim().slice(0, LONGEST_REASON);

/**
 * The second as the record names them; a name that was emptied is nobody.
 * @param {Second | null} second @returns {Second | null}
 */
function present(second) {
  const name = second ? tidy(second.name) : "";
  return second && (second.teammate || name) ? { teammate: second.teammate, name } : null;
}

/**
 * The record's body, by docs/sync.md.
 * @param {Check} check @param {string[]} reasons the usual ones, as they are written @returns {object}
 */
export function body(check, reasons) {
  const { state } = check;
  return {
    business: check.shop,
    happened_on: check.happened_on,
    seen_at: check.seen_at,
    state,
    used_recently: state === "displayed" ? ANSWERS[check.used] : null,
    reason: state !== "stopped" ? "" : check.why === "other" ? tidy(check.reason) : reasons[Number(check.why)],
    scan: check.scan,
    pair: { team: check.team, first: { teammate: check.first }, second: present(check.second) },
    owner_says_changed: asksOwner(check) ? ANSWERS[check.changed] : null,
  };
}

/** @param {boolean | null} answer @returns {Answer} */
const answered = (answer) => (answer === null ? "unknown" : answer ? "yes" : "no");

/**
 * The check that a record tells of, to be put right.
 * @param {{unit: string, body: any}} payload @param {{message?: string, field?: string} | null} problem @param {PackShop | null} shop of the pack
 * @param {string} place where it was, if the pack does not know the shop @param {string[]} reasons @returns {Check}
 */
export function checkOf({ unit, body: recorded }, problem, shop, place, reasons) {
  const { name, label, number, street } = shop || { name: "", label: place, number: "", street: "" };
  const why = reasons.indexOf(recorded.reason);
  const changing = Boolean(shop && shop.changing) || recorded.owner_says_changed !== null;
  return {
    shop: recorded.business,
    place: { name, label, number, street },
    changing,
    unit,
    happened_on: recorded.happened_on,
    seen_at: recorded.seen_at,
    team: recorded.pair.team,
    first: recorded.pair.first.teammate,
    second: recorded.pair.second,
    state: recorded.state,
    used: recorded.state === "displayed" ? answered(recorded.used_recently) : "",
    why: recorded.state !== "stopped" ? "" : why < 0 ? "other" : String(why),
    reason: why < 0 ? recorded.reason : "",
    scan: recorded.scan,
    changed: asksOwner({ changing, scan: recorded.scan }) ? answered(recorded.owner_says_changed) : "",
    amends: { message: (problem && problem.message) || "", field: (problem && problem.field) || "" },
  };
}
