// @ts-check
// People recorded in a row at a stand, as plain decisions: what is wrong with a line, whom it repeats, how many there are, the record.
// Nothing here touches the page, the disk or the network.

import { fold } from "./duplicates.js";
import { mayBeOneName } from "./names.js";
import { wrong as wrongPerson } from "./steps.js";

/**
 * @typedef {{name: string, birth_year: number | null, phone: string, services: string[], agreed: boolean, namesakes: boolean}} Line as it is typed
 * @typedef {{id: string, undone: boolean, name: string, birth_year: number | null, phone: string, services: string[], namesakes: boolean,
 *   happened_on: string, helped_at: string, purposes: string[], text: string, pair: StandPair}} Turn without a name: somebody who does not want to be named
 * @typedef {Pick<Turn, "id" | "undone" | "name" | "birth_year" | "services" | "helped_at">} Recorded somebody who was recorded here, by hand or as they entered themselves
 */

export const KIND = "support.stand-turn";

/** @param {string[]} services @returns {Line} */
export const blankLine = (services) => ({ name: "", birth_year: null, phone: "", services, agreed: false, namesakes: false });

/** @param {string} name */
const tidy = (name) => name.normalize("NFC").replace(/\s+/g, " ").trim();

/**
 * What is wrong with the line of somebody by name: keys of the words, by field.
 * @param {Line} line @param {number} year of the stand's day @returns {Record<string, string>}
 */
export function wrong(line, year) {
  const { guardian, ...found } = wrongPerson({ contact: null, name: line.name, birth_year: line.birth_year, gender: "", phone: line.phone, guardian: "" }, year);
  if (guardian) found.birth_year = "child";
  if (!line.services.length) found.services = "services";
  if (!line.agreed) found.agreed = "agreed";
  return found;
}

/**
 * The turn of a line. Nothing of what was typed stays where somebody is not named.
 * @param {Line} line @param {boolean} named @param {{stand: PackStand, consent: PackConsent, at: string, on: string}} about
 *   `on`: the day of the help, another one than the stand's where the screen stays open past midnight
 * @returns {Omit<Turn, "id" | "undone">}
 */
export function turnOf(line, named, { stand, consent, at, on }) {
  const person = named ? { name: tidy(line.name), birth_year: line.birth_year, phone: line.phone.trim() } : { name: "", birth_year: null, phone: "" };
  return {
    ...person, services: line.services, namesakes: named && line.namesakes, happened_on: on, helped_at: at,
    purposes: named ? consent.purposes.filter((one) => one.needed).map((one) => one.code) : [], text: named ? consent.version : "", pair: stand.pair,
  };
}

/**
 * Whether somebody bears the name of one who helps at the stand.
 * @param {StandPair} pair @param {string} name
 */
export function isHelper({ first, second }, name) {
  return [first, second].some((one) => one !== null && mayBeOneName(one.name, name));
}

/**
 * The turn in which the same person was recorded with the same services on this phone.
 * @param {Recorded[]} log @param {Line} line @param {string} [but] the turn that is being corrected
 */
export function findRepeated(log, line, but = "") {
  return log.find((one) => one.id !== but && !one.undone && one.name !== "" && one.birth_year === line.birth_year && fold(one.name) === fold(tidy(line.name))
    && line.services.every((code) => one.services.includes(code)));
}

/**
 * How many were helped at the stand, as far as this phone knows.
 * @param {Turn[]} log @param {PackStand} stand
 */
export function counts(log, { others, planned, uncounted = [] }) {
  const own = log.filter((one) => !one.undone && !uncounted.includes(one.id));
  const named = others.named + own.filter((one) => one.name !== "").length;
  const helped = others.named + others.unnamed + own.length;
  return { helped, named, unnamed: helped - named, left: Math.max(0, planned - helped), share: Math.min(100, Math.floor((helped * 100) / planned)) };
}

/**
 * The record's body, by docs/sync.md.
 * @param {string} stand @param {Turn} turn @returns {object}
 */
export function body(stand, { name, birth_year, phone, services, namesakes, happened_on, helped_at, purposes, text, pair, undone }) {
  return {
    stand, happened_on, helped_at, services,
    person: name ? { name, birth_year, phone } : null,
    consent: name ? { purposes, text, channel: "voice" } : null,
    namesakes, pair, undone,
  };
}
