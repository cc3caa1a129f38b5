// @ts-check
// Step 4: what was done, per service on its ladder; beside it how to do it, what to say, and what to beware of.

import { choice, field, h, note, promise } from "../dom.js";
import { uuid7 } from "../id.js";
import * as receipts from "../receipt.js";
import * as steps from "../steps.js";
import { words } from "../words.js";
import { mainButton, say } from "./frame.js";

const w = words.done;

/** @param {string} title @param {string[]} lines @param {string} look */
function lines(title, lines, look) {
  if (!lines || !lines.length) return null;
  return [h("p", { class: "door-legend" }, title), h("ul", { class: look }, lines.map((line) => h("li", {}, line)))];
}

/**
 * How to help with a service, offline.
 * @param {PackService} service
 */
function guide(service) {
  if (!service.steps.length && !service.say.length && !service.beware.length) return null;
  return h("details", { class: "ds-more" }, h("summary", {}, w.guide_card),
    service.steps.length ? [h("p", { class: "door-legend" }, w.steps), h("ol", { class: "ds-numbered" }, service.steps.map((/** @type {string} */ line) => h("li", {}, line)))] : null,
    service.say.length ? h("div", { class: "ds-say" }, h("p", { class: "ds-eyebrow" }, w.say), service.say.map((/** @type {string} */ line) => h("p", {}, line))) : null,
    service.beware.length ? note("behind", lines(w.beware, service.beware, "door-plain-list")) : null);
}

/** @param {import("./visit.js").Stage} stage @param {PackService} service */
function serviceCard(stage, service) {
  const entry = steps.current(stage.visit);
  const find = () => entry.helps.find((one) => one.service === service.code);
  const more = h("div", { class: "door-help", id: `help-${service.code}` });
  const rungs = [{ value: "", label: w.unsaid }, ...service.rungs.map((rung) => ({ value: rung.code, label: rung.name }))];
  const draw = () => {
    const help = find();
    more.hidden = !help;
    if (!help) return more.replaceChildren();
    /** @param {Partial<steps.Help>} change */
    const set = (change) => {
      Object.assign(help, change);
      warning.hidden = !steps.goesDown(help, service);
      void stage.save();
    };
    const warning = note("behind", h("p", {}, w.down));
    warning.hidden = !steps.goesDown(help, service);
    const recovery = promise(w.recovery_small);
    recovery.hidden = help.kind !== "recovery";
    const kinds = /** @type {const} */ (["guide", "recovery"]);
    more.replaceChildren(
      h("fieldset", { class: "door-two-choices" }, h("legend", { class: "ds-vh" }, w.kind), kinds.map((kind) => choice({
        type: "radio", name: `kind-${service.code}`, label: w[kind], value: kind, checked: help.kind === kind,
        onchange: () => { set({ kind }); recovery.hidden = kind !== "recovery"; },
      }))),
      recovery,
      h("div", { class: "ds-two" },
        field({ label: w.before, value: help.before, error: stage.said("before"), options: rungs, oninput: (before) => set({ before }) }),
        field({ label: w.after, value: help.after, error: stage.said("after"), options: rungs, oninput: (after) => set({ after }) })),
      warning,
      field({ label: w.obstacle, value: help.obstacle, error: stage.said("obstacle"), options: [{ value: "", label: w.no_obstacle }, ...stage.pack.obstacles.map((one) => ({ value: one.code, label: one.name }))],
        oninput: (obstacle) => set({ obstacle }) }),
      ...[guide(service)].filter(Boolean));
  };
  draw();
  return h("div", { class: "door-service" }, choice({
    type: "checkbox", name: `service-${service.code}`, label: service.name, checked: Boolean(find()), value: service.code,
    onchange: (on) => {
      if (on) entry.helps.push({ id: uuid7(), service: service.code, kind: "guide", before: "", after: "", obstacle: "" });
      else entry.helps = entry.helps.filter((one) => one.service !== service.code);
      draw();
      void stage.save();
    },
  }), more);
}

/** @param {import("./visit.js").Stage} stage */
export function done(stage) {
  const { visit, pack } = stage;
  const entry = steps.current(visit);
  const to = entry.answer === "shop" ? "business" : "person";
  const services = pack.services.filter((one) => one.to.includes(to));
  /** @param {boolean} value @param {string} label */
  const area = (value, label) => choice({ type: "radio", name: "area", label, value: String(value), checked: visit.in_area === value, onchange: () => {
    visit.in_area = value;
    void stage.save();
  } });
  stage.frame([
    h("h2", { class: "door-h" }, w.question),
    promise(words.never),
    h("div", { class: "door-services" }, services.map((service) => serviceCard(stage, service))),
    h("fieldset", { class: "door-two-choices mt" }, h("legend", { class: "door-legend" }, `${w.where} ${words.optional}`), area(true, w.yes), area(false, w.no)),
  ], mainButton(w.go, async () => {
    if (steps.missingHelp(visit)) return say("behind", w.missing);
    // The receipt's secret is made here and kept with the draft, so that the page shows the same one after a restart.
    if (entry.answer !== "unnamed" && !entry.receipt) {
      entry.receipt = receipts.make();
      visit.ended_at = undefined;
    }
    return stage.forward();
  }));
}
