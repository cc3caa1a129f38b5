// @ts-check
// Step 3: whom did the pair help? Known in this home, read from a card, or a name and a birth year.

import { readCard, looksLikeCard } from "../card.js";
import { button, field, h, icon, note, promise } from "../dom.js";
import { isHelped } from "../duplicates.js";
import * as steps from "../steps.js";
import { words } from "../words.js";
import { camera, scanButton } from "./camera.js";
import { mainButton } from "./frame.js";

const w = words.who;

/**
 * Whether somebody of that name and year was helped already, as far as this phone may know.
 * @param {import("./visit.js").Stage} stage @param {steps.Named} person
 */
function helpedBefore(stage, person) {
  const door = stage.pack.doors.find((one) => one.id === stage.visit.door);
  return door ? isHelped(door, stage.pack.duplicates_key, person.name, person.birth_year) : Promise.resolve(false);
}

/** @param {import("./visit.js").Stage} stage */
export function who(stage) {
  const { visit, pack } = stage;
  const entry = steps.current(visit);
  const year = Number(visit.happened_on.slice(0, 4));
  const door = pack.doors.find((one) => one.id === visit.door);
  const inVisit = visit.people.filter((one) => one !== entry && one.person).map((one) => /** @type {steps.Named} */ (one.person).contact);
  const residents = door ? door.residents : [];
  let typing = entry.person !== null && (entry.person.contact === null || entry.warned || visit.amends !== undefined);
  let scanned = false;
  let doubtful = false;
  // Somebody said that this is another person of the same name as one of the pair.
  let namesake = false;

  /** @param {steps.Named} person @returns {Promise<void>} */
  const go = async (person) => {
    const wrong = steps.wrong(person, year);
    if (Object.keys(wrong).length) return form(person, wrong);
    if (!namesake && steps.isOneOfThePair(visit, pack, person.name)) return asked(person);
    if (!entry.warned && (await helpedBefore(stage, person))) {
      entry.warned = true;
      entry.person = person;
      await stage.save();
      return warned(person);
    }
    entry.person = person;
    await stage.forward();
  };

  /** @param {steps.Named} person */
  const warned = (person) => stage.frame([
    h("h2", { class: "door-h" }, w.question), summary(person),
    note("behind", h("p", { role: "alert" }, h("b", {}, w.duplicate), " ", w.duplicate_small)),
    h("div", { class: "door-more mt" }, button(words.back, () => {
      entry.person = null;
      entry.warned = false;
      start();
    })),
  ], mainButton(w.duplicate_go, async () => {
    entry.person = person;
    await stage.forward();
  }));

  /** @param {steps.Named} person @returns {void} */
  const asked = (person) => stage.frame([
    h("h2", { class: "door-h" }, w.question), summary(person),
    note("behind", h("p", { role: "alert" }, h("b", {}, w.pair_name), " ", w.pair_name_small)),
    h("div", { class: "door-more mt" }, button(words.back, () => form(person, {}))),
  ], mainButton(w.pair_name_go, () => {
    namesake = true;
    return go(person);
  }));

  /** @param {steps.Named} person */
  const summary = (person) => h("dl", { class: "ds-kv" },
    h("div", {}, h("dt", {}, w.name), h("dd", {}, person.name)),
    person.birth_year ? h("div", {}, h("dt", {}, w.year), h("dd", {}, String(person.birth_year))) : null);

  /** @param {string} text what the camera read */
  const take = (text) => {
    const card = readCard(text, year);
    if (!card) return looksLikeCard(text) ? words.scan.bad_card : words.scan.not_card;
    scanned = true;
    doubtful = card.doubtful;
    form({ ...steps.blankPerson(), name: card.name, birth_year: card.birth_year, gender: card.gender }, {});
    return "";
  };

  const scan = () => stage.frame([h("h2", { class: "door-h" }, w.scan), camera({ take, close: () => form(entry.person || steps.blankPerson(), {}) }),
    promise(w.scan_small)], button(w.type, () => form(entry.person || steps.blankPerson(), {})));

  /** @param {steps.Named} person @param {Record<string, string>} wrong */
  const form = (person, wrong) => {
    typing = true;
    const said = { ...person };
    const keep = () => {
      entry.person = said;
      entry.warned = false;
      guardian.hidden = !steps.isChild(said, year);
      void stage.save();
    };
    const words_of = /** @type {Record<string, string>} */ (w.wrong);
    const guardian = h("div", {}, field({ label: w.guardian, id: "guardian", help: w.guardian_help, value: said.guardian, error: words_of[wrong.guardian] || stage.said("guardian"), most: 120,
      oninput: (value) => { said.guardian = value; keep(); } }));
    guardian.hidden = !steps.isChild(said, year);
    const more = h("details", { class: "ds-more" }, h("summary", {}, w.more),
      field({ label: w.gender, value: said.gender, options: w.genders, oninput: (value) => { said.gender = value; keep(); } }),
      field({ label: w.phone, id: "phone", help: w.phone_help, value: said.phone, error: words_of[wrong.phone] || stage.said("phone"), mode: "tel", most: 20, oninput: (value) => { said.phone = value; keep(); } }));
    if (wrong.phone || said.phone || stage.said("phone")) more.open = true;
    stage.frame([
      h("h2", { class: "door-h" }, w.question),
      scanned ? note("on", h("p", {}, h("b", {}, w.read), " ", w.read_small)) : null,
      scanned && doubtful ? note("behind", h("p", { role: "alert" }, h("b", {}, w.doubt), " ", w.doubt_small)) : null,
      h("div", { class: "mt" },
        field({ label: w.name, id: "name", value: said.name, error: words_of[wrong.name] || stage.said("name"), most: 120, oninput: (value) => { said.name = value; keep(); } }),
        field({ label: w.year, id: "year", value: said.birth_year ? String(said.birth_year) : "", error: words_of[wrong.birth_year] || stage.said("birth_year"), mode: "numeric", most: 4,
          oninput: (value) => { said.birth_year = steps.year(value); keep(); } })),
      guardian, more,
      scanButton(scanned ? w.read_again : w.scan, scan, w.scan_small),
    ], mainButton(w.go, () => go(said)));
    const ids = { name: "name", birth_year: "year", phone: "phone", guardian: "guardian" };
    const first = ids[/** @type {keyof typeof ids} */ (Object.keys(wrong)[0] || Object.keys(ids).find((one) => stage.said(one)))];
    if (first) (document.getElementById(first) || document.body).focus();
  };

  const start = () => {
    if (!residents.length) return form(entry.person || steps.blankPerson(), {});
    stage.frame([
      h("h2", { class: "door-h" }, w.question),
      h("p", { class: "ds-eyebrow" }, w.known),
      h("ul", { class: "ds-card ds-list ds-over" }, residents.map((one) => {
        const taken = inVisit.includes(one.contact);
        return h("li", {}, h("button", { type: "button", class: "door-row", disabled: taken, "data-contact": one.contact, onclick: () => void go({
          ...steps.blankPerson(), contact: one.contact, name: one.name, birth_year: one.birth_year,
        }) }, h("span", { class: "ds-ic" }, icon("user")), h("span", { class: "grow" }, h("b", {}, one.name), h("span", {}, taken ? w.in_visit : one.birth_year ? String(one.birth_year) : "")),
        icon("chevron-right")));
      })),
      scanButton(w.scan, scan, w.scan_small),
    ], button(w.somebody, () => form(steps.blankPerson(), {}), { kind: "p", id: "main-action", icon: "user-plus" }));
  };

  if (typing && entry.person) form(entry.person, {});
  else start();
}
