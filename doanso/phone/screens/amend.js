// @ts-check
// A visit (a check of a shop, a line of a stand) that the server did not take: opened in its own form where the trouble is, put right, and sent again as the same record.

import { visitOf } from "../amending.js";
import * as clock from "../clock.js";
import { button, field, h } from "../dom.js";
import * as drafts from "../drafts.js";
import { uuid7 } from "../id.js";
import { odd, plainSpaces } from "../names.js";
import * as outbox from "../outbox.js";
import { isProblem } from "../problem.js";
import * as steps from "../steps.js";
import * as sync from "../sync.js";
import { words } from "../words.js";
import { attempt, careful, go, instead, mainButton, sayNext } from "./frame.js";

const w = words.amend;

/**
 * Open the record as a visit, or go on with what was begun.
 * @param {Pack} pack @param {string} id
 */
export async function amend(pack, id) {
  const begun = (await drafts.list()).some((one) => one.id === id);
  if (!begun) {
    const payload = await outbox.read(id);
    const refused = [...(await outbox.list()), ...(await sync.sent())].find((one) => one.id === id && one.problem);
    if (!payload || !refused) return gone(refused ? w.gone : w.settled);
    if (payload.kind === "support.stand-turn") return instead(`/stand/${payload.body.stand}/${id}`);
    const isCheck = payload.kind === "cashless.check";
    await drafts.begin(isCheck ? await (await import("./shop.js")).opened(payload, refused) : visitOf(payload, refused.problem, pack), id);
  }
  const { body } = await drafts.open(id);
  return instead(body.shop ? `/check/${id}` : `/visit/${id}/${body.step}`);
}

/**
 * The office was quicker, or the phone has lost what it said.
 * @param {string} why
 */
function gone(why) {
  sayNext("behind", why);
  instead("/sent");
}

/**
 * A new version of the record; its draft goes in the same moment.
 * @param {{id: string, body: steps.Visit}} draft
 */
export async function sendAgain(draft) {
  const visit = draft.body;
  try {
    await outbox.amend(draft.id, steps.body(visit, visit.ended_at || clock.stamp()), draft.id);
  } catch (problem) {
    if (!isProblem(problem, "not_here")) throw problem;
    await drafts.remove(draft.id);
    return sayNext("behind", w.settled);
  }
  return sayNext("on", w.sent);
}

/**
 * Step 1 of a visit that is put right: where it was, and who walked along.
 * @param {import("./visit.js").Stage} stage
 */
export function about(stage) {
  const { visit, pack } = stage;
  const f = words.found;
  const before = JSON.stringify(visit.place);
  const place = { ...visit.place };
  const mates = steps.companions(pack);
  let chosen = whose(visit.second);
  const other = { name: visit.second ? visit.second.name : "", kind: visit.second ? visit.second.kind : "official" };
  // Whoever has left the team since is still whom the record names.
  if (chosen && chosen !== "other" && !mates.some((one) => one.id === chosen)) mates.push({ id: chosen, name: other.name || words.pair.list, kind: other.kind });

  /** @param {Record<string, string>} errors */
  const draw = (errors) => {
    const more = h("div", {},
      field({ label: words.pair.other_name, id: "other-name", value: other.name, error: errors.second || stage.said("second"), most: 120, oninput: (value) => (other.name = value) }),
      field({ label: words.pair.other_kind, value: other.kind, options: Object.entries(words.pair.kinds).map(([value, label]) => ({ value, label })), oninput: (value) => (other.kind = value) }));
    more.hidden = chosen !== "other";
    stage.frame([
      h("h2", { class: "door-h" }, w.lead),
      h("div", { class: "mt" },
        visit.kind === "business" ? field({ label: f.sign, id: "sign-name", value: place.name, error: errors.name, most: 120, oninput: (value) => (place.name = value) }) : null,
        field({ label: f.number, id: "number", help: f.number_help, value: place.number, error: errors.number || stage.said("place"), most: 30, oninput: (value) => (place.number = value) }),
        field({ label: f.street, id: "street", value: place.street, error: errors.street, most: 120, list: "streets", oninput: (value) => (place.street = value) }),
        h("datalist", { id: "streets" }, pack.streets.map((/** @type {string} */ street) => h("option", { value: street }))),
        pack.neighbourhoods.length ? field({ label: f.neighbourhood, value: place.neighbourhood || "",
          options: [{ value: "", label: f.choose }, ...pack.neighbourhoods.map((one) => ({ value: one.id, label: one.name }))],
          oninput: (value) => (place.neighbourhood = value || null) }) : null,
        field({ label: w.second, id: "second", value: chosen,
          options: [...mates.map((one) => ({ value: one.id, label: one.name })), { value: "other", label: words.pair.other }, { value: "", label: words.pair.alone }],
          oninput: (value) => {
            chosen = value;
            more.hidden = value !== "other";
          } }), more),
      h("div", { class: "door-more mt" }, careful(w.drop, () => h("p", {}, w.drop_sure), w.drop, async () => {
        await drafts.remove(stage.id);
        go("/sent");
      }, "q")),
    ], mainButton(words.go_on, async () => {
      place.number = place.number.trim();
      place.street = place.street.replace(/\s+/g, " ").trim();
      place.name = plainSpaces(place.name).trim();
      const name = other.name.replace(/\s+/g, " ").trim();
      const companionWrong = steps.wrongCompanion(name, pack.user.name);
      /** @type {Record<string, string>} */
      const wrong = {
        ...(place.number ? {} : { number: f.needs_number }), ...(place.street ? {} : { street: f.needs_street }),
        ...(visit.kind === "business" && !place.name ? { name: f.needs_sign } : odd(place.name) ? { name: f.odd_sign } : {}),
        ...(chosen === "other" && companionWrong ? { second: /** @type {any} */ (words.pair)[companionWrong] } : {}),
      };
      if (Object.keys(wrong).length) return draw(wrong);
      if (stage.said("place") || JSON.stringify(place) !== before) {
        // Another door, or one that the register has no more: it is entered anew, and the server finds it by its address.
        visit.place = place.new ? place : { ...place, id: uuid7(), new: true };
        visit.door = null;
      }
      const mate = mates.find((one) => one.id === chosen);
      const second = chosen === "other" ? { teammate: null, name, kind: other.kind } : mate ? { teammate: mate.id, name: "", kind: mate.kind } : null;
      // What shows that somebody was there shows it of nobody else.
      if (whose(second) !== whose(visit.second)) visit.proof = { how: "none", proof: "" };
      visit.second = second;
      return stage.forward();
    }));
    const first = Object.keys(wrongs(errors, stage))[0];
    if (first) (document.getElementById(first) || document.body).focus();
  };
  draw({});
}

/**
 * Which choice stands for somebody.
 * @param {steps.Somebody | null} second
 */
const whose = (second) => (second ? second.teammate || "other" : "");

/**
 * The inputs in which something is wrong, in their order.
 * @param {Record<string, string>} errors @param {import("./visit.js").Stage} stage @returns {Record<string, string>}
 */
function wrongs(errors, stage) {
  const found = { "sign-name": errors.name, number: errors.number || stage.said("place"), street: errors.street, "other-name": errors.second || stage.said("second") };
  return Object.fromEntries(Object.entries(found).filter(([, text]) => text));
}

/**
 * Step 5 of it: what goes again, with a way to each part.
 * @param {import("./visit.js").Stage} stage
 */
export function review(stage) {
  const { visit } = stage;
  /** @param {number} step @param {number} at */
  const to = (step, at) => attempt(async () => {
    visit.at = at;
    visit.step = step;
    if (await stage.save()) go(`/visit/${stage.id}/${step}`);
  });
  const outcome = /** @type {any} */ (words.sent.outcomes)[steps.outcome(visit)];
  const rows = visit.end ? [[outcome, 2, 0]] : visit.people.map((one, i) => [one.person ? one.person.name : one.answer === "shop" ? words.ask.shop : words.ask.unnamed, one.person ? 3 : 2, i]);
  return [
    h("h2", { class: "door-h" }, w.check), h("p", { class: "ds-muted" }, w.check_small),
    h("dl", { class: "ds-kv" }, h("div", {}, h("dt", {}, words.us.address), h("dd", {}, steps.address(visit.place))), h("div", {}, h("dt", {}, words.ask.answer), h("dd", {}, outcome))),
    h("div", { class: "door-more mt" }, rows.map(([name, step, at]) => button(w.change(String(name)), () => void to(Number(step), Number(at)), { icon: "pencil" })),
      button(w.change(words.us.address), () => void to(1, 0), { icon: "home" })),
  ];
}
