// @ts-check
// A shop's payment code, read as the server's lib/vietqr reads it: contract/vietqr.json holds both to it. Comparing needs no account
// number on the phone: the pack has fingerprints under a key, and of a scanned code only fingerprint, bank and last four remain.

import { fromHex, hmac } from "./id.js";
import { Problem } from "./problem.js";

/**
 * @typedef {{bank: string, account: string, to: "account" | "card", amount: number | null, dynamic: boolean, name: string,
 *   city: string, store: string, purpose: string, networks: string[]}} PaymentCode
 *   `networks`: tags of further accounts in the same code, which a bank's app may pay instead
 */

const LONGEST_CODE = 512;
const FINGERPRINT_DIGITS = 24;
/** @type {{[tag: string]: number}} */
const LONGEST = { 52: 4, 54: 13, 55: 2, 56: 13, 57: 5, 59: 25, 60: 15, 61: 10 };
const BAD_CHARACTERS = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}]/u;
// eslint-disable-next-line no-control-regex
const BEYOND_ASCII = /[^\0-\x7f]/;

/** @param {string} code @param {string} [tag] @returns {Problem} */
const problem = (code, tag = "") => new Problem(code, { field: tag });

/**
 * CRC-16/CCITT-FALSE of text in ASCII or UTF-8: "123456789" gives "29B1".
 * @param {string} text @returns {string}
 */
export function checksum(text) {
  let value = 0xffff;
  for (const byte of new TextEncoder().encode(text)) {
    value ^= byte << 8;
    for (let bit = 0; bit < 8; bit += 1) value = (value & 0x8000 ? (value << 1) ^ 0x1021 : value << 1) & 0xffff;
  }
  return value.toString(16).toUpperCase().padStart(4, "0");
}

/**
 * The fields of a text by tag, in their order. Lengths are in characters.
 * @param {string} text @param {string} [within] @returns {Map<string, string>}
 */
function readFields(text, within = "") {
  const characters = Array.from(text);
  /** @type {Map<string, string>} */
  const fields = new Map();
  let at = 0;
  while (at < characters.length) {
    const tag = characters.slice(at, at + 2).join("");
    const length = characters.slice(at + 2, at + 4).join("");
    const name = within ? `${within}.${tag}` : tag;
    if (!/^[0-9]{2}$/.test(tag)) throw problem("bad_tag", name);
    if (!/^[0-9]{2}$/.test(length) || length === "00") throw problem("bad_length", name);
    const value = characters.slice(at + 4, at + 4 + Number(length));
    if (value.length !== Number(length)) throw problem("bad_length", name);
    if (fields.has(tag)) throw problem("duplicate_tag", name);
    fields.set(tag, value.join(""));
    at += 4 + value.length;
  }
  return fields;
}

/** @param {Map<string, string>} fields @param {string} tag @param {string} [within] @returns {string} */
function required(fields, tag, within = "") {
  const value = fields.get(tag);
  if (value === undefined) throw problem("missing_tag", within + tag);
  return value;
}

/** @param {string} template */
function readAccount(template) {
  const fields = readFields(template, "38");
  if (required(fields, "00", "38.") !== "A000000727") throw problem("not_vietqr", "38.00");
  const service = required(fields, "02", "38.");
  if (service !== "QRIBFTTA" && service !== "QRIBFTTC") throw problem("unsupported_service", "38.02");
  /** @type {"account" | "card"} */
  const to = service === "QRIBFTTA" ? "account" : "card";
  const organisation = readFields(required(fields, "01", "38."), "38.01");
  const bank = required(organisation, "00", "38.01.");
  const account = required(organisation, "01", "38.01.");
  for (const tag of organisation.keys()) {
    if (tag !== "00" && tag !== "01") throw problem("unexpected_tag", `38.01.${tag}`);
  }
  if (!/^[0-9]{6}$/.test(bank)) throw problem("bad_bank", "38.01.00");
  if (to === "account" && !/^[0-9A-Za-z]{1,19}$/.test(account)) throw problem("bad_account", "38.01.01");
  if (to === "card" && !/^[0-9]{16,19}$/.test(account)) throw problem("bad_card", "38.01.01");
  return { bank, account, to };
}

/** @param {string} template */
function readDetails(template) {
  const details = readFields(template, "62");
  for (const [tag, value] of details) {
    const limited = tag >= "01" && tag <= "09" && tag !== "08";
    if (limited && value.length > 25) throw problem("value_too_long", `62.${tag}`);
  }
  return details;
}

/** @param {Map<string, string>} fields */
function checkValues(fields) {
  const initiation = required(fields, "01");
  if (initiation !== "11" && initiation !== "12") throw problem("bad_initiation", "01");
  if (required(fields, "53") !== "704") throw problem("bad_currency", "53");
  if (required(fields, "58") !== "VN") throw problem("bad_country", "58");
  if (!/^[0-9]{4}$/.test(fields.get("52") || "0000")) throw problem("bad_category", "52");
  if (!/^[1-9][0-9]{0,12}$/.test(fields.get("54") || "1")) throw problem("bad_amount", "54");
  if (!/^0[123]$/.test(fields.get("55") || "01")) throw problem("bad_tip", "55");
}

/**
 * What a payment code says; a Problem with one of the server's codes for anything else.
 * @param {string} text @returns {PaymentCode}
 */
export function decode(text) {
  if (BAD_CHARACTERS.test(text)) throw problem("bad_character");
  if (!text.startsWith("0002")) throw problem("0002".startsWith(text) ? "too_short" : "not_vietqr");
  const length = Array.from(text).length;
  if (length > LONGEST_CODE) throw problem("too_long");
  if (length < 14) throw problem("too_short");
  if (!/^6304[0-9A-F]{4}$/.test(text.slice(-8)) || checksum(text.slice(0, -4)) !== text.slice(-4)) throw problem("bad_crc", "63");
  const fields = readFields(text);
  if (fields.get("00") !== "01") throw problem("bad_format_indicator", "00");
  if (Array.from(fields.keys()).pop() !== "63") throw problem("bad_order", "63");
  for (const [tag, value] of fields) {
    if (tag !== "64" && BEYOND_ASCII.test(value)) throw problem("not_ascii", tag);
    if (LONGEST[tag] && value.length > LONGEST[tag]) throw problem("value_too_long", tag);
  }
  if (!fields.has("38")) throw problem("not_vietqr", "38");
  const payee = readAccount(required(fields, "38"));
  checkValues(fields);
  const details = readDetails(fields.get("62") || "");
  return Object.freeze({
    ...payee,
    amount: fields.has("54") ? Number(fields.get("54")) : null,
    dynamic: fields.get("01") === "12",
    name: fields.get("59") || "",
    city: fields.get("60") || "",
    store: details.get("03") || "",
    purpose: details.get("08") || "",
    networks: Array.from(fields.keys()).filter((tag) => tag >= "02" && tag <= "51" && tag !== "38").sort(),
  });
}

/**
 * Who is paid: the text that fingerprints are made of.
 * @param {{bank: string, account: string, to: string}} code @returns {string}
 */
export const identity = (code) => `1|${code.bank}|${code.account.toUpperCase()}|${code.to}`;

/**
 * @param {string} key 32 hex digits, the pack's `codes_key` @param {{bank: string, account: string, to: string}} code
 * @returns {Promise<string>} 24 hex digits
 */
export async function fingerprint(key, code) {
  if (!/^[0-9a-f]{32}$/.test(key)) throw new TypeError("not a key");
  return (await hmac(fromHex(key), identity(code))).slice(0, FINGERPRINT_DIGITS);
}

/**
 * An account of which only the last four characters are seen.
 * @param {string} account @returns {string}
 */
export const masked = (account) => (account.length > 4 ? `•••• ${lastFour(account)}` : "••••");

/**
 * The last four characters, or "" of an account so short that they would be all of it.
 * @param {string} account @returns {string}
 */
export const lastFour = (account) => (account.length > 4 ? account.slice(-4) : "");
