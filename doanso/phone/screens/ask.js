// @ts-check
// Step 2: may we? Read aloud, purpose by purpose; nothing is ticked before somebody says so.

import { choice, field, h, icon, button } from "../dom.js";
import * as steps from "../steps.js";
import { words } from "../words.js";
import { mainButton, say } from "./frame.js";

const w = words.ask;

/** @param {string} shape @param {string[]} said */
function point(shape, said) {
  return h("li", {}, icon(shape), h("span", {}, h("b", {}, said[0]), " ", said[1]));
}

/**
 * Read by the phone itself, where it has a Vietnamese voice.
 * @param {string} text
 */
function readAloud(text) {
  const speech = window.speechSynthesis;
  const voice = speech && speech.getVoices().find((one) => one.lang.startsWith("vi"));
  if (!voice) return null;
  return button(w.read, () => {
    const said = new SpeechSynthesisUtterance(text);
    said.lang = "vi-VN";
    said.voice = voice;
    speech.cancel();
    speech.speak(said);
  }, { kind: "sm", icon: "message-circle" });
}

/** @param {string} iso @param {number} days */
function later(iso, days) {
  const at = new Date(`${iso}T12:00:00Z`);
  at.setUTCDate(at.getUTCDate() + days);
  return at.toISOString().slice(0, 10);
}

/** @param {import("./visit.js").Stage} stage */
export function ask(stage) {
  const { visit, pack } = stage;
  const entry = steps.current(visit);
  const more = visit.at > 0;
  const consent = pack.consent;
  const points = [w.what, w.why, w.who(pack.unit.name), w.long, w.never];

  const purposes = h("fieldset", { class: "door-purposes", id: "purposes" }, h("legend", {}, w.purposes),
    consent.purposes.map((one) => choice({
      type: "checkbox", name: `purpose-${one.code}`, label: one.sentence, small: one.needed ? w.needed : "", checked: entry.purposes.includes(one.code),
      onchange: (on) => {
        entry.purposes = on ? [...entry.purposes, one.code] : entry.purposes.filter((code) => code !== one.code);
        void stage.save();
      },
    })));
  const dates = h("fieldset", { class: "door-purposes", id: "dates" }, h("legend", {}, w.when), days(stage));
  const arrange = () => {
    purposes.hidden = entry.answer !== "named" || visit.end !== null;
    dates.hidden = visit.end !== "later";
  };
  /** @param {steps.Kept | null} answer @param {steps.End | null} end @param {string} label @param {string} [small] */
  const answer = (answer, end, label, small) => choice({
    type: "radio", name: "answer", label, small, value: answer || end || "", checked: end ? visit.end === end : visit.end === null && entry.answer === answer,
    onchange: () => {
      visit.end = end;
      entry.answer = answer;
      if (answer !== "named") entry.purposes = [];
      if (answer !== "named") for (const box of purposes.querySelectorAll("input")) box.checked = false;
      if (answer !== "named") for (const one of purposes.querySelectorAll(".is-on")) one.classList.remove("is-on");
      arrange();
      if (!purposes.hidden) purposes.scrollIntoView({ block: "center" });
      if (!dates.hidden) dates.scrollIntoView({ block: "center" });
      void stage.save();
    },
  });
  arrange();
  stage.frame([
    h("div", { class: "ds-between" }, h("h2", { class: "door-h" }, w.question), readAloud(points.map((said) => said.join(" ")).join(" "))),
    h("ul", { class: "ds-plain" }, point("file-text", w.what), point("target", w.why), point("eye", w.who(pack.unit.name)), point("clock", w.long), point("lock", w.never)),
    h("details", { class: "ds-more" }, h("summary", {}, w.whole), h("p", {}, h("b", {}, consent.title)),
      consent.body.split("\n").filter(Boolean).map((/** @type {string} */ line) => h("p", {}, line))),
    h("fieldset", { class: "ds-choices" }, h("legend", { class: "door-legend" }, w.answer),
      answer("named", null, w.named), purposes,
      visit.kind === "business" ? answer("shop", null, w.shop, w.shop_small) : null,
      answer("unnamed", null, w.unnamed, w.unnamed_small),
      more ? null : answer(null, "refused", w.refused, w.refused_small)),
    more ? null : h("fieldset", { class: "ds-choices mt" }, h("legend", { class: "door-legend" }, w.others),
      answer(null, "not-home", w.not_home), answer(null, "had", w.had), answer(null, "later", w.later), dates),
  ], mainButton(words.go_on, async () => {
    const missing = steps.missingAnswer(visit, consent);
    if (missing) return say("behind", /** @type {any} */ (w.missing)[missing]);
    return stage.forward();
  }));
}

/**
 * Days one would say, and any other.
 * @param {import("./visit.js").Stage} stage
 */
function days(stage) {
  const { visit } = stage;
  const today = visit.happened_on;
  const weekday = new Date(`${today}T12:00:00Z`).getUTCDay();
  const named = [
    { label: w.tomorrow, value: later(today, 1) },
    { label: w.sunday, value: later(today, 7 - weekday) },
    { label: w.week, value: later(today, 7) },
  ].filter((one, i, all) => all.findIndex((other) => other.value === one.value) === i);
  const date = field({ label: w.date, id: "later-on", type: "date", value: visit.follow_up_on, error: stage.said("follow_up_on"), oninput: (value) => {
    visit.follow_up_on = value;
    void stage.save();
  } });
  const input = /** @type {HTMLInputElement} */ (date.querySelector("input"));
  input.min = later(today, 1);
  return [h("div", { class: "door-days" }, named.map((one) => button(one.label, () => {
    visit.follow_up_on = input.value = one.value;
    void stage.save();
  }))), date];
}
