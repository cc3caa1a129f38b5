// @ts-check
// Who walks along today: chosen once for the outing, from the team, by card, by name, or nobody.

import { choice, field, h, note } from "../dom.js";
import { sha256 } from "../id.js";
import * as outing from "../outing.js";
import { companions, wrongCompanion } from "../steps.js";
import { initials, words } from "../words.js";
import { camera, scanButton } from "./camera.js";
import { attempt, go, instead, mainButton, say, show } from "./frame.js";
import { start } from "./home.js";

const w = words.pair;

/**
 * Whose card this is, among those the pack knows; null: nobody's.
 * @param {string} text @param {Teammate[]} mates
 */
export async function holderOf(text, mates) {
  const start = (await sha256(text)).slice(0, 16);
  return mates.find((mate) => mate.card && mate.card === start) || null;
}

/** @param {Teammate} mate @returns {outing.Companion} */
function companion(mate) {
  return { teammate: mate.id, name: "", kind: mate.kind, title: mate.name, body: mate.body };
}

/**
 * @param {Pack} pack @param {string} [then] what was waiting for this answer: a door, "found", or "shop" and which one
 * @param {string} [business]
 */
export async function pair(pack, then = "", business = "") {
  const mates = companions(pack);
  const today = await outing.get();
  /** @type {any} */
  let chosen = today.chosen ? (today.second ? (today.second.teammate || "other") : "alone") : "";
  let name = today.second && !today.second.teammate ? today.second.name : "";
  let kind = today.second ? today.second.kind : "official";
  const back = then === "shop" ? `/shop/${business}` : "/";
  const leave = () => go(back);
  const keep = async (/** @type {outing.Companion | null} */ second) => {
    await attempt(async () => {
      await outing.choose(second);
      const door = pack.doors.find((one) => one.id === then);
      if (door) return start(pack, { door }, instead);
      return instead(then === "found" ? "/found" : back);
    });
  };
  const done = async () => {
    if (chosen === "alone") return keep(null);
    if (chosen === "other") {
      const said = name.replace(/\s+/g, " ").trim();
      const wrong = wrongCompanion(said, pack.user.name);
      if (wrong) return draw(false, /** @type {any} */ (w)[wrong]);
      return keep({ teammate: null, name: said, kind, title: said, body: "" });
    }
    const mate = mates.find((one) => one.id === chosen);
    return mate ? keep(companion(mate)) : undefined;
  };
  /** @param {string} value @param {any} label @param {any} small @param {any} [end] */
  const pick = (value, label, small, end) =>
    choice({ type: "radio", name: "second", label, small, end, checked: chosen === value, onchange: () => {
      chosen = value;
      const more = document.getElementById("other");
      if (more) more.hidden = value !== "other";
    } });
  const draw = (/** @type {boolean} */ scanning, error = "") => {
    const others = h("div", { id: "other", class: "mt" },
      field({ label: w.other_name, value: name, error, most: 120, id: "other-name", oninput: (value) => (name = value) }),
      field({ label: w.other_kind, value: kind, options: Object.entries(w.kinds).map(([value, label]) => ({ value, label })), oninput: (value) => (kind = value) }));
    others.hidden = chosen !== "other";
    show({
      title: words.home.pair, small: pack.unit.name, back: leave,
      body: [
        h("h2", { class: "door-h" }, w.title), h("p", { class: "ds-muted" }, w.lead),
        scanning
          ? camera({
              take: (text) => {
                void holderOf(text, mates).then((mate) => (mate ? keep(companion(mate)) : (draw(false), say("behind", w.unknown_card))));
                return "";
              },
              close: () => draw(false),
            })
          : scanButton(w.scan, () => draw(true)),
        h("fieldset", { class: "ds-choices mt" }, h("legend", { class: "ds-vh" }, w.list),
          mates.map((mate) => pick(mate.id, mate.name, mate.body, h("span", { class: "ds-av ds-av-lg", "aria-hidden": "true" }, initials(mate.name)))),
          pick("other", w.other, ""), pick("alone", w.alone, w.alone_small)),
        others,
      ],
      action: mainButton(w.done, async () => {
        if (!chosen) return say("behind", w.title);
        return done();
      }),
    });
    if (error) (document.getElementById("other-name") || document.body).focus();
  };
  draw(false);
}

/** The note on a visit that one person makes. */
export function aloneNote() {
  return note("behind", h("p", {}, words.us.alone));
}
