// @ts-check
// What I sent, and what became of it; above it what needs somebody.

import * as backup from "../backup.js";
import { button, h, icon, note } from "../dom.js";
import * as outbox from "../outbox.js";
import * as sync from "../sync.js";
import { address, canAmend } from "../steps.js";
import { day, time, when, whyOf, words } from "../words.js";
import { backupButton } from "./enrol.js";
import { attempt, go, sayNext, show } from "./frame.js";

const w = words.sent;
/** Kinds of which a phone makes hundreds in a row. */
const GATHERED = Object.keys(w.gathered);

/** @param {string} state */
function pill(state) {
  const look = { applied: "on", superseded: "on", unsent: "none", refused: "risk" }[state] || "behind";
  return h("span", { class: "ds-pill", "data-s": look }, h("span", { class: "ds-g", "data-s": look }), /** @type {any} */ (w.states)[state]);
}

/** @param {string} title @param {string} small @param {string} state @param {string} why @param {any} [more] */
function row(title, small, state, why, more) {
  return h("li", { class: "door-sent", "data-sent": state }, h("span", { class: "grow" }, h("b", {}, title), h("span", {}, small), why ? h("span", { class: "door-why", "data-reason": "" }, why) : null, more), pill(state));
}

/** @param {any} one of the outbox */
function title(one) {
  if (!one.body) return w.backup_only;
  const place = one.body.household || one.body.business;
  const kind = /** @type {any} */ (w.kinds)[one.kind] || "";
  return place && place.id ? address(place) : (one.line && one.line.place) || kind;
}

/** @param {any} one of the outbox */
function small(one) {
  const parts = [when(one.madeAt)];
  const outcome = one.line && /** @type {any} */ (w.outcomes)[one.line.outcome];
  if (outcome) parts.push(outcome);
  if (one.body && one.body.people && one.body.people.length) parts.push(w.people(one.body.people.length));
  return parts.join(" · ");
}

/**
 * The way to put it right.
 * @param {any} one @param {any[]} others
 */
function acts(one, ...others) {
  const right = canAmend(one.kind, one.problem) ? button(words.amend.go, () => go(`/amend/${one.id}`), { kind: "sm", icon: "pencil" }) : null;
  return right || others.some(Boolean) ? h("div", { class: "ds-acts" }, right, others) : null;
}

/**
 * What stops the whole, in one sentence with what to do.
 * @param {any} bar
 */
function stopped(bar) {
  if (bar.state !== "needs" || bar.why === "records") return null;
  const said = { "sign-in": w.sign_in, revoked: w.revoked, paused: w.paused, "lost-pin": w.lost_pin, disk: w.disk, photos: w.photos };
  const text = said[/** @type {keyof typeof said} */ (bar.why)];
  if (!text) return null;
  return note("behind", h("p", {}, text), bar.why === "sign-in" ? h("p", { class: "ds-acts" }, button(w.sign_in_go, () => go("/enrol"), { kind: "p", id: "sign-in" }))
    : bar.why === "paused" ? h("p", { class: "ds-acts" }, button(w.paused_go, () => void attempt(async () => {
      await sync.now();
      go("/sent");
    }), { kind: "p", id: "try" }))
    : bar.why === "revoked" || bar.why === "lost-pin" ? h("p", { class: "ds-acts" }, backupButton(words.unlock.save), bar.why === "lost-pin"
      ? button(w.handed, () => void attempt(async () => {
        await backup.handedIn();
        go("/sent");
      }), { kind: "q" }) : null) : null);
}

/** @param {string} name @param {any[]} rows */
function section(name, rows) {
  return rows.length ? [h("div", { class: "ds-sec mt" }, h("h2", {}, name), h("span", { class: "ds-quiet" }, String(rows.length))), h("ul", { class: "ds-card ds-list ds-over" }, rows)] : null;
}

/**
 * Hundreds of one gate or one stand are one row; each of them stands in the list of its event or its stand.
 * @param {any[]} all @param {(one: any) => any} each @param {string} state
 */
function gatherRows(all, each, state) {
  const rows = GATHERED.map((kind) => {
    const n = all.filter((one) => one.kind === kind).length;
    return n ? row(/** @type {any} */ (w.kinds)[kind], w.several(n, /** @type {any} */ (w.gathered)[kind]), state, "") : null;
  });
  return [...rows, ...all.filter((one) => !GATHERED.includes(one.kind)).map(each)].filter(Boolean);
}

export async function sent() {
  const [bar, waiting, received] = [await sync.bar(), await outbox.list(), await sync.sent()];
  const needs = waiting.filter((one) => one.state === "needs").map((one) => row(title(one), small(one), "needs", whyOf(one.problem),
    one.body ? acts(one, button(w.try_again, () => void attempt(async () => {
      await outbox.tryAgain(one.id);
      go("/sent");
    }), { kind: "sm" })) : null));
  // One that goes again stands among what lies here, and nowhere else.
  const here = waiting.map((one) => one.id);
  const others = received.filter((one) => !here.includes(one.id));
  const judged = others.filter((one) => ["refused", "waiting", "quarantined"].includes(one.state));
  const taken = others.filter((one) => !judged.includes(one));
  /** @param {any} one */
  const decidedRow = (one) => {
    const line = one.line;
    const reason = one.state === "refused" ? whyOf(one.problem) || w.refused_why : one.state === "waiting" ? w.waiting_why : one.state === "quarantined" ? w.quarantined_why : "";
    const more = [`${time(one.ackedAt)}, ${day(line && line.day ? line.day : one.ackedAt)}`, line && line.outcome ? /** @type {any} */ (w.outcomes)[line.outcome] : ""];
    const acknowledge = one.isNew ? button(w.seen, () => void attempt(async () => {
      await sync.seen(one.id);
      go("/sent");
    }), { kind: "sm" }) : null;
    return row((line && line.place) || /** @type {any} */ (w.kinds)[one.kind] || "", more.filter(Boolean).join(" · "), one.state, reason, one.state === "refused" ? acts(one, acknowledge) : acknowledge);
  };
  const nothing = !waiting.length && !received.length;
  show({
    title: w.title, tab: "sent", needs: bar.needs,
    body: [
      stopped(bar),
      section(w.needs, [...needs, ...judged.map(decidedRow)]),
      section(w.waiting, gatherRows(waiting.filter((one) => one.state !== "needs"), (one) => row(title(one), small(one), "unsent", ""), "unsent")),
      section(w.received, gatherRows(taken, decidedRow, "applied")),
      nothing ? h("div", { class: "ds-card ds-empty" }, icon("send"), h("b", {}, w.nothing), h("span", {}, w.nothing_small)) : null,
      judged.length ? h("div", { class: "door-more mt" }, button(w.refresh, () => void attempt(async () => {
        await sync.refresh();
        sayNext("on", words.bar.sent);
        go("/sent");
      }), { icon: "refresh" })) : null,
    ],
  });
}
