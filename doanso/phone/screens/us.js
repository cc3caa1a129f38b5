// @ts-check
// Step 1: who we are.

import { button, h } from "../dom.js";
import * as drafts from "../drafts.js";
import * as outbox from "../outbox.js";
import * as outing from "../outing.js";
import { address, body } from "../steps.js";
import { given, initials, words } from "../words.js";
import { attempt, careful, go, mainButton, sayNext } from "./frame.js";
import { aloneNote } from "./pair.js";

const w = words.us;

/**
 * Who stands beside, by name.
 * @param {import("./visit.js").Stage} stage
 */
export function secondName(stage) {
  const second = stage.visit.second;
  if (!second) return "";
  const mate = stage.pack.teams.flatMap((team) => team.teammates).find((one) => one.id === second.teammate);
  return mate ? mate.name : second.name;
}

/** @param {string} name @param {string} small @param {string} look */
function person(name, small, look) {
  return h("div", { class: "door-person" }, h("span", { class: "grow" }, h("b", {}, name), h("span", {}, small)),
    h("span", { class: `ds-av ds-av-lg ${look}`, "aria-hidden": "true" }, initials(name)));
}

/**
 * No home stands here any more: a record of its own, and no visit.
 * @param {import("./visit.js").Stage} stage
 */
function gone(stage) {
  const { visit } = stage;
  const tell = () => attempt(async () => {
    const { household, business } = /** @type {any} */ (body(visit, ""));
    await outbox.put({ kind: "outreach.door", unit: visit.unit, body: { drive: visit.drive, household, business, gone: true } });
    await outing.doorDone(/** @type {string} */ (visit.door), "gone");
    await drafts.remove(stage.id);
    sayNext("on", w.gone_said);
    go("/");
  });
  return careful(w.gone, () => h("p", {}, w.gone_sure), w.gone_yes, tell, "q");
}

/** @param {import("./visit.js").Stage} stage */
export function us(stage) {
  const { visit, pack } = stage;
  const name = secondName(stage);
  const small = (stage.companion && stage.companion.body) || (visit.second ? /** @type {any} */ (words.pair.kinds)[visit.second.kind] : "");
  stage.frame([
    h("h2", { class: "door-h" }, w.question),
    h("p", { class: "ds-muted" }, w.lead),
    person(pack.user.name, w.you, ""),
    visit.second ? person(name, small, "ds-av-2") : aloneNote(),
    h("dl", { class: "ds-kv mt" }, h("div", {}, h("dt", {}, w.address), h("dd", {}, address(visit.place)))),
    h("div", { class: "ds-say" }, h("p", { class: "ds-eyebrow" }, w.say_title), h("p", {}, w.say(given(pack.user.name), pack.unit.name, name))),
    h("div", { class: "door-more mt" },
      stage.check(),
      button(w.not_home, async () => {
        visit.end = "not-home";
        visit.step = 2;
        await stage.forward();
      }, { id: "not-home" }),
      visit.second ? null : button(words.home.choose, () => go("/pair"), { icon: "user-plus" }),
      visit.door ? gone(stage) : null,
      careful(words.home.throw_away, () => h("p", {}, words.home.throw_sure), words.home.throw_away, async () => {
        await drafts.remove(stage.id);
        go("/");
      }, "q")),
  ], mainButton(words.go_on, async () => {
    visit.end = null;
    await stage.forward();
  }));
}
