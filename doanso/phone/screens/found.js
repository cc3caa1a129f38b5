// @ts-check
// A door that is in no list: a house or a shop met on the way.

import { choice, field, h } from "../dom.js";
import { fold } from "../duplicates.js";
import { uuid7 } from "../id.js";
import { odd, plainSpaces } from "../names.js";
import { myTeam } from "../steps.js";
import { words } from "../words.js";
import { go, instead, mainButton, show } from "./frame.js";
import { start } from "./home.js";

const w = words.found;

/**
 * The door of the pack that stands at this number and street.
 * @param {Pack} pack @param {string} number @param {string} street
 */
export function knownDoor(pack, number, street) {
  return pack.doors.find((door) => fold(door.number) === fold(number) && fold(door.street) === fold(street)) || null;
}

/** @param {Pack} pack */
export function found(pack) {
  const team = myTeam(pack);
  const drives = pack.drives;
  const typed = { kind: "household", name: "", number: "", street: "", neighbourhood: (team && team.neighbourhood) || "", drive: drives.length ? drives[0].id : "" };
  const leave = () => go("/");
  const begin = async () => {
    const number = typed.number.trim();
    const street = typed.street.replace(/\s+/g, " ").trim();
    const name = plainSpaces(typed.name).trim();
    const errors = {
      ...(number ? {} : { number: w.needs_number }), ...(street ? {} : { street: w.needs_street }),
      ...(typed.kind !== "business" ? {} : !name ? { name: w.needs_sign } : odd(name) ? { name: w.odd_sign } : {}),
    };
    if (Object.keys(errors).length) return draw(errors);
    const known = typed.kind === "household" ? knownDoor(pack, number, street) : null;
    if (known) return start(pack, { door: known }, instead);
    await start(pack, {
      drive: typed.drive || null,
      place: { kind: typed.kind, id: uuid7(), new: true, name: typed.kind === "business" ? name : "", number, street, neighbourhood: typed.neighbourhood || null },
    }, instead);
  };
  const draw = (/** @type {Record<string, string>} */ errors) => {
    const kinds = /** @type {const} */ (["household", "business"]);
    const sign = h("div", { id: "sign" }, field({ label: w.sign, id: "sign-name", value: typed.name, error: errors.name, most: 120, oninput: (value) => (typed.name = value) }));
    sign.hidden = typed.kind !== "business";
    show({
      title: w.title, small: pack.unit.name, back: leave,
      body: [
        h("fieldset", { class: "ds-choices" }, h("legend", { class: "ds-vh" }, w.title), kinds.map((kind) =>
          choice({ type: "radio", name: "kind", label: w[kind], checked: typed.kind === kind, onchange: () => {
            typed.kind = kind;
            sign.hidden = kind !== "business";
          } }))),
        h("div", { class: "mt" }, sign,
          field({ label: w.number, id: "number", help: w.number_help, value: typed.number, error: errors.number, most: 30, oninput: (value) => (typed.number = value) }),
          field({ label: w.street, id: "street", value: typed.street, error: errors.street, most: 120, list: "streets", oninput: (value) => (typed.street = value) }),
          h("datalist", { id: "streets" }, pack.streets.map((/** @type {string} */ street) => h("option", { value: street }))),
          pack.neighbourhoods.length ? field({ label: w.neighbourhood, id: "neighbourhood", value: typed.neighbourhood,
            options: [{ value: "", label: w.choose }, ...pack.neighbourhoods.map((one) => ({ value: one.id, label: one.name }))],
            oninput: (value) => (typed.neighbourhood = value) }) : null,
          drives.length ? field({ label: w.drive, value: typed.drive,
            options: [...drives.map((one) => ({ value: one.id, label: one.name })), { value: "", label: w.no_drive }],
            oninput: (value) => (typed.drive = value) }) : null),
      ],
      action: mainButton(w.go, begin),
    });
    const first = Object.keys(errors)[0];
    if (first) (document.getElementById(first === "name" ? "sign-name" : first) || document.body).focus();
  };
  draw({});
}

