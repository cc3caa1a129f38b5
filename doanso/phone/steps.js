// @ts-check
// The five steps of a visit as plain decisions: what comes next, what is missing, and the record in the end.
// Nothing here touches the page, the disk or the network.

import { mayBeOneName, odd, plainSpaces } from "./names.js";

/**
 * @typedef {"named" | "unnamed" | "shop"} Kept whom the pair helps: somebody by name, nobody by name, the shop itself
 * @typedef {"refused" | "not-home" | "had" | "later"} End an answer that ends the visit without help
 * @typedef {{id: string, service: string, kind: "guide" | "recovery", before: string, after: string, obstacle: string}} Help
 * @typedef {{contact: string | null, name: string, birth_year: number | null, gender: string, phone: string, guardian: string}} Named
 * @typedef {{id: string, link: string, code: string}} Receipt
 * @typedef {{answer: Kept | null, purposes: string[], person: Named | null, warned: boolean, receipt: Receipt | null, helps: Help[]}} Entry
 * @typedef {{teammate: string | null, name: string, kind: string}} Somebody
 * @typedef {{id: string, new: boolean, name: string, number: string, street: string, neighbourhood: string | null}} Place
 * @typedef {{step: number, door: string | null, drive: string | null, kind: "household" | "business", place: Place, unit: string,
 *   began_at: string, happened_on: string, team: string | null, first: string | null, second: Somebody | null,
 *   proof: {how: string, proof: string}, end: End | null, follow_up_on: string, in_area: boolean | null, consent_text: string,
 *   people: Entry[], at: number, ended_at?: string, amends?: {step: number, at: number, field: string, message: string}}} Visit
 *   `amends`: it puts a record right, for what the server said of that field
 */

export const MOST_PEOPLE = 6;
export const CHILD = 16;
const ENDS = { refused: "refused", "not-home": "not-home", had: "had-already", later: "follow-up" };

/** @returns {Entry} */
export function nobodyYet() {
  return { answer: null, purposes: [], person: null, warned: false, receipt: null, helps: [] };
}

/** @returns {Named} */
export function blankPerson() {
  return { contact: null, name: "", birth_year: null, gender: "", phone: "", guardian: "" };
}

/**
 * A visit that begins.
 * @param {{door?: PackDoor, place?: Place & {kind: "household" | "business"}, drive?: string | null, pack: Pack, second: Somebody | null,
 *   stamp: string, day: string}} about
 * @returns {Visit}
 */
export function begin({ door, place, drive, pack, second, stamp, day }) {
  const mine = myTeam(pack);
  return {
    step: 1,
    door: door ? door.id : null,
    drive: door ? door.drive : drive || null,
    kind: door ? door.kind : place ? place.kind : "household",
    place: door
      ? { id: door.place, new: false, name: door.name || "", number: door.number, street: door.street, neighbourhood: door.neighbourhood }
      : { id: "", new: true, name: "", number: "", street: "", neighbourhood: null, ...withoutKind(place) },
    unit: pack.unit.id,
    began_at: stamp,
    happened_on: day,
    team: mine ? mine.id : null,
    first: pack.user.teammate,
    second,
    proof: { how: "none", proof: "" },
    end: null,
    follow_up_on: "",
    in_area: null,
    consent_text: pack.consent.version,
    people: [nobodyYet()],
    at: 0,
  };
}

/** @param {any} place */
function withoutKind(place) {
  const { kind, ...rest } = place || {};
  return kind ? rest : {};
}

/**
 * The team whoever holds the phone belongs to.
 * @param {Pack} pack
 */
export function myTeam(pack) {
  return pack.teams.find((team) => team.teammates.some((mate) => mate.me)) || null;
}

/**
 * Whoever may stand beside: everybody of one's own teams but oneself.
 * @param {Pack} pack @returns {any[]}
 */
export function companions(pack) {
  return pack.teams.flatMap((team) => team.teammates).filter((mate) => !mate.me);
}

/**
 * The entry that is being filled in.
 * @param {Visit} visit
 */
export function current(visit) {
  return visit.people[visit.at];
}

/**
 * The steps this visit goes through: who was helped without a name has no third.
 * @param {Visit} visit @returns {number[]}
 */
export function path(visit) {
  if (visit.end) return [1, 2, 5];
  return current(visit).answer === "named" ? [1, 2, 3, 4, 5] : [1, 2, 4, 5];
}

/** @param {Visit} visit @returns {number} */
export function next(visit) {
  return path(visit).find((step) => step > visit.step) || 5;
}

/**
 * Where "back" leads; 0 is out of the visit.
 * @param {Visit} visit @returns {number}
 */
export function back(visit) {
  const before = path(visit).filter((step) => step < visit.step);
  const first = visit.at > 0 ? 2 : 1;
  return visit.step <= first ? 0 : before.length ? before[before.length - 1] : 0;
}

/**
 * What is missing in step 2: a code for the words, or "".
 * @param {Visit} visit @param {PackConsent} consent the pack's @returns {string}
 */
export function missingAnswer(visit, consent) {
  const entry = current(visit);
  if (visit.end === "later") return visit.follow_up_on > visit.happened_on ? "" : "date";
  if (visit.end) return "";
  if (!entry.answer) return "answer";
  if (entry.answer !== "named") return "";
  const needed = consent.purposes.filter((one) => one.needed);
  return needed.every((one) => entry.purposes.includes(one.code)) ? "" : "purpose";
}

// As the server's lib/phone.py: what is let through here is not refused later. contract/phones.json holds both to it.
const MOBILE = /^0(3[2-9]|5[25689]|7[06-9]|8[1-9]|9\d)\d{7}$/;
const OLD_MOBILE = /^01(2\d|6[2-9]|86|88|99)\d{7}$/;
const LANDLINE = /^02\d{9}$/;

/**
 * What is wrong with a phone number as typed: a key of the words, or "".
 * @param {string} typed
 */
export function wrongPhone(typed) {
  if (typed.trim() === "") return "";
  const digits = typed.replace(/[\s.()-]/g, "").replace(/^\+?84(?=\d{9,10}$)/, "0");
  if ([MOBILE, OLD_MOBILE, LANDLINE].some((one) => one.test(digits))) return "";
  return /^0[013-8]\d{8}$/.test(digits) ? "phone_prefix" : "phone";
}

/**
 * What is not right about somebody, by field.
 * @param {Named} person @param {number} year of the visit @returns {Record<string, string>}
 */
export function wrong(person, year) {
  /** @type {Record<string, string>} */
  const found = {};
  if (person.name.trim().length < 2) found.name = "name";
  else if (/\d/.test(person.name)) found.name = "name_digits";
  else if (odd(person.name.replace(/\s+/g, " "))) found.name = "name_odd";
  if (person.contact === null || person.birth_year !== null) {
    if (person.birth_year === null || person.birth_year < 1900 || person.birth_year > year) found.birth_year = "year";
  }
  const fault = wrongPhone(person.phone);
  if (fault) found.phone = fault;
  if (isChild(person, year) && person.guardian.trim().length < 2) found.guardian = "guardian";
  else if (odd(person.guardian.replace(/\s+/g, " "))) found.guardian = "name_odd";
  return found;
}

/**
 * Whether somebody bears the name of one of the pair: nobody helps themselves, but two people may be called alike.
 * @param {Visit} visit @param {Pack} pack @param {string} name
 */
export function isOneOfThePair(visit, pack, name) {
  const mate = visit.second && companions(pack).find((one) => one.id === /** @type {Somebody} */ (visit.second).teammate);
  const pair = [pack.user.name, mate ? mate.name : visit.second ? visit.second.name : ""];
  return pair.some((one) => one && mayBeOneName(one, name));
}

/**
 * What is wrong with the name of a companion that was typed: a key of the words, or "".
 * @param {string} name @param {string} mine
 */
export function wrongCompanion(name, mine) {
  if (name.length < 2) return "needs_name";
  if (odd(name)) return "name_odd";
  return mayBeOneName(name, mine) ? "same" : "";
}

/**
 * Whether a grown-up must agree with them.
 * @param {Named} person @param {number} year
 */
export function isChild(person, year) {
  return person.birth_year !== null && person.birth_year <= year && year - person.birth_year < CHILD;
}

/**
 * "1951" as a number, or null.
 * @param {string} text
 */
export function year(text) {
  return /^\d{4}$/.test(text.trim()) ? Number(text.trim()) : null;
}

/**
 * What is missing in step 4, or "".
 * @param {Visit} visit
 */
export function missingHelp(visit) {
  const entry = current(visit);
  if (!entry.helps.length) return "help";
  return "";
}

/**
 * A state after that stands below the one before is a slip of the finger.
 * @param {Help} help @param {PackService} service of the pack
 */
export function goesDown(help, service) {
  const place = (/** @type {string} */ code) => service.rungs.findIndex((rung) => rung.code === code);
  return help.before !== "" && help.after !== "" && place(help.after) < place(help.before);
}

/** @param {Entry} entry @param {string} text the version of the words that were said */
function helped(entry, text) {
  const named = entry.answer === "named" && entry.person !== null;
  return {
    person: named && entry.person
      ? {
          contact: entry.person.contact,
          name: entry.person.name.normalize("NFC").replace(/\s+/g, " ").trim(),
          birth_year: entry.person.birth_year,
          gender: entry.person.gender,
          phone: entry.person.phone.trim(),
          guardian: plainSpaces(entry.person.guardian).trim(),
        }
      : null,
    business: entry.answer === "shop",
    consent: named ? { purposes: entry.purposes, text, channel: "voice" } : null,
    receipt: entry.answer === "unnamed" ? null : entry.receipt,
    helps: entry.helps,
  };
}

/**
 * Of those who were asked, the ones with help: somebody left half-way leaves no trace.
 * @param {Visit} visit @returns {Entry[]}
 */
export function helpedOnes(visit) {
  return visit.end ? [] : visit.people.filter((entry) => entry.answer && entry.helps.length && (entry.answer !== "named" || entry.person));
}

/**
 * How the visit came out.
 * @param {Visit} visit @returns {string}
 */
export function outcome(visit) {
  return visit.end ? ENDS[visit.end] : "helped";
}

/**
 * The record's body, by docs/sync.md.
 * @param {Visit} visit @param {string} endedAt when the receipt's page was left @returns {object}
 */
export function body(visit, endedAt) {
  const { name, ...where } = visit.place;
  return {
    drive: visit.drive,
    door: visit.door,
    household: visit.kind === "household" ? where : null,
    business: visit.kind === "business" ? { ...where, name } : null,
    happened_on: visit.happened_on,
    began_at: visit.began_at,
    ended_at: endedAt,
    outcome: outcome(visit),
    follow_up_on: visit.end === "later" ? visit.follow_up_on : null,
    in_area: visit.in_area,
    pair: {
      team: visit.team,
      first: { teammate: visit.first, how: "sign-in" },
      second: visit.second ? { ...visit.second, ...visit.proof } : null,
    },
    people: helpedOnes(visit).map((entry) => helped(entry, visit.consent_text)),
  };
}

/** Whoever holds the phone can do nothing about these: the right, the unit, the register, or the office's own decision is in the way. */
const NOT_HERE = ["no_role", "unit_unknown", "other_unit", "shop_unknown", "taken_back", "amended", "settled", "stand_unknown", "stand_day", "stand_closed_before", "stand_full", "turn_changed"];

/**
 * Whether a record that the server did not take can be put right on this phone.
 * @param {string} kind @param {{code?: string} | null} problem
 */
export function canAmend(kind, problem) {
  return ["outreach.visit", "cashless.check", "support.stand-turn"].includes(kind) && !NOT_HERE.includes((problem && problem.code) || "");
}

/**
 * "42/7 Lê Lợi", or the shop's sign with it.
 * @param {{name?: string, number: string, street: string}} place
 */
export function address(place) {
  const at = [place.number, place.street].filter(Boolean).join(" ");
  return place.name ? `${place.name}, ${at}` : at;
}

/**
 * Strokes on the pad as the record keeps them: whole numbers in 300 × 120.
 * @param {[number, number][][]} strokes @returns {string}
 */
export function drawn(strokes) {
  return strokes.map((points) => points.map(([x, y], i) => `${i ? "L" : "M"}${x} ${y}`).join("")).join("");
}

/**
 * Every second point until it fits: a signature of many strokes is still one.
 * @param {[number, number][][]} strokes @param {number} most
 */
export function drawnWithin(strokes, most = 4000) {
  let kept = strokes.filter((points) => points.length);
  for (let text = drawn(kept); ; text = drawn(kept)) {
    if (text.length <= most) return text;
    const fewer = kept.map((points) => points.filter((_point, i) => i === 0 || i === points.length - 1 || i % 2 === 0));
    if (drawn(fewer).length === text.length) return text.slice(0, text.lastIndexOf("M", most));
    kept = fewer;
  }
}
