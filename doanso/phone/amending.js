// @ts-check
// A record that the server did not take, as the visit it was made from, and where in it the trouble stands.
// Nothing here touches the page, the disk or the network.

import { nobodyYet, wrong } from "./steps.js";

/** @typedef {import("./steps.js").Visit} Visit */
/** @typedef {import("./steps.js").Entry} Entry */
/** @typedef {{code: string, message: string, field?: string}} Refusal what the server said */

/** @type {Record<string, import("./steps.js").End>} */
const ENDS = { refused: "refused", "not-home": "not-home", "had-already": "had", "follow-up": "later" };
/**
 * The screen of each field by the last word of its name; what stands in none is said on the first.
 * @type {Record<string, number>}
 */
const SCREEN = {
  outcome: 2, follow_up_on: 2, consent: 2, purposes: 2, people: 2, text: 2,
  person: 3, contact: 3, name: 3, birth_year: 3, gender: 3, phone: 3, guardian: 3,
  helps: 4, service: 4, kind: 4, before: 4, after: 4, obstacle: 4, receipt: 4, link: 4, code: 4,
};

/**
 * Where the trouble is: the screen, whom it is about, and the field.
 * @param {Refusal | null} problem @param {Visit} visit @returns {{step: number, at: number, field: string}}
 */
export function troubleAt(problem, visit) {
  const path = ((problem && problem.field) || "").split(".");
  const last = path[path.length - 1].replace("guardian_name", "guardian");
  const numbered = path[0] === "people" && path.length > 1 ? Number(path[1]) : -1;
  if (["household", "business", "business_name", "door"].includes(path[0])) return { step: 1, at: 0, field: "place" };
  if (path[0] === "pair" || last === "second") return { step: 1, at: 0, field: "second" };
  const step = visit.people.length ? SCREEN[last] || 1 : Math.min(SCREEN[last] || 1, 2);
  if (step === 1) return { step, at: 0, field: "" };
  if (step === 3) {
    const at = numbered >= 0 ? numbered : whoseTrouble(visit, last);
    // Nobody is named there, so there is no such screen.
    return visit.people[at] && visit.people[at].person ? { step, at, field: last } : { step: 2, at: 0, field: "" };
  }
  return { step, at: Math.min(Math.max(numbered, 0), Math.max(visit.people.length - 1, 0)), field: last };
}

/**
 * Of whom the server did not say the number: whoever looks wrong by our own rules, else the first by name.
 * @param {Visit} visit @param {string} field
 */
function whoseTrouble(visit, field) {
  const year = Number(visit.happened_on.slice(0, 4));
  const named = visit.people.findIndex((one) => one.person);
  const found = visit.people.findIndex((one) => one.person && wrong(one.person, year)[field]);
  return found >= 0 ? found : Math.max(named, 0);
}

/** @param {any} recorded of the record's people @param {Pack} pack @returns {Entry} */
function entryOf(recorded, pack) {
  const services = pack.services.filter((one) => recorded.helps.some((/** @type {any} */ help) => help.service === one.code));
  const helps = recorded.helps.flatMap((/** @type {any} */ help) => {
    const service = /** @type {PackService} */ (services.find((one) => one.code === help.service));
    const known = (/** @type {string} */ code) => (service.rungs.some((rung) => rung.code === code) ? code : "");
    const obstacle = pack.obstacles.some((one) => one.code === help.obstacle) ? help.obstacle : "";
    // What no list has can't be seen on the screen, and would be refused for ever.
    return service ? [{ ...help, before: known(help.before), after: known(help.after), obstacle }] : [];
  });
  return {
    ...nobodyYet(),
    answer: recorded.person ? "named" : recorded.business ? "shop" : "unnamed",
    purposes: recorded.consent ? [...recorded.consent.purposes] : [],
    person: recorded.person ? { ...recorded.person } : null,
    // Whether somebody was helped before was asked when it was written down.
    warned: true,
    receipt: recorded.receipt,
    helps,
  };
}

/**
 * The visit that a record tells of, to be put right; it opens where the trouble is.
 * @param {{unit: string, body: any}} payload @param {Refusal | null} problem @param {Pack} pack @returns {Visit}
 */
export function visitOf({ unit, body: recorded }, problem, pack) {
  const where = recorded.business || recorded.household || { id: "", new: false, number: "", street: "", neighbourhood: null };
  const { second } = recorded.pair;
  const consent = recorded.people.map((/** @type {any} */ one) => one.consent).find(Boolean);
  /** @type {Visit} */
  const visit = {
    step: 1,
    door: recorded.door,
    drive: recorded.drive,
    kind: recorded.business ? "business" : "household",
    place: { name: "", ...where },
    unit,
    began_at: recorded.began_at,
    ended_at: recorded.ended_at,
    happened_on: recorded.happened_on,
    team: recorded.pair.team,
    first: recorded.pair.first.teammate,
    second: second ? { teammate: second.teammate, name: second.name, kind: second.kind } : null,
    proof: second ? { how: second.how, proof: second.proof } : { how: "none", proof: "" },
    end: ENDS[recorded.outcome] || null,
    follow_up_on: recorded.follow_up_on || "",
    in_area: recorded.in_area,
    consent_text: consent ? consent.text : pack.consent.version,
    people: recorded.people.map((/** @type {any} */ one) => entryOf(one, pack)),
    at: 0,
  };
  const { step, at, field } = troubleAt(problem, visit);
  if (!visit.people.length) visit.people.push(nobodyYet());
  // Nobody else's receipt is shown again: a new one is made with the help.
  if (field === "receipt") for (const one of visit.people) one.receipt = null;
  return { ...visit, step, at, amends: { step, at, field, message: (problem && problem.message) || "" } };
}
