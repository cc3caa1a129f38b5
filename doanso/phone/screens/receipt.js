// @ts-check
// Step 5: the receipt, which works before anything was sent, and the second person's word. Leaving the page writes the record.

import { button, field, h, icon } from "../dom.js";
import * as photos from "../photos.js";
import * as qr from "../qr.js";
import * as receipts from "../receipt.js";
import * as steps from "../steps.js";
import { called, day, sentence, words } from "../words.js";
import { camera } from "./camera.js";
import { mainButton } from "./frame.js";
import { aloneNote, holderOf } from "./pair.js";
import { pad, signature } from "./sign.js";
import { secondName } from "./us.js";

const w = words.receipt;
/** What the other phone of a pair scans: which visit it confirms, and nothing of whom. */
export const PAIR = "DOANSO:";

/** @param {steps.Entry} entry @param {Pack} pack */
function helps(entry, pack) {
  return entry.helps.map((help) => {
    const service = pack.services.find((one) => one.code === help.service);
    return service ? service.short_name : help.service;
  }).join(", ");
}

/** @param {steps.Entry} entry @param {Pack} pack */
function card(entry, pack) {
  if (!entry.receipt) return null;
  const link = receipts.url(pack.receipt_base, entry.receipt.link);
  const code = receipts.spaced(entry.receipt.code);
  const person = entry.person;
  return h("section", { class: "ds-card door-receipt", "data-receipt": "" },
    person ? h("h3", {}, w.of(person.name)) : null,
    h("div", { class: "door-qr" }, qr.draw(link, w.qr)),
    person ? h("p", { class: "ds-code", "data-code": "" }, code) : null,
    h("p", { class: "ds-muted" }, person ? (person.birth_year ? w.with_year(person.birth_year) : w.with_no_year) : w.link_only),
    h("p", { class: "ds-quiet" }, helps(entry, pack)),
    person && person.phone ? h("a", { class: "ds-btn", href: `sms:${person.phone.replace(/[^\d+]/g, "")}?body=${encodeURIComponent(w.sms_text(link, code))}` }, icon("message-circle"), w.sms) : null);
}

/**
 * Card, six digits or signature of the one who walked along.
 * @param {import("./visit.js").Stage} stage
 */
function confirmation(stage) {
  const { visit, pack } = stage;
  const second = visit.second;
  const name = secondName(stage);
  const place = h("section", { class: "ds-card door-second" });
  if (!second) return aloneNote();
  const mates = pack.teams.flatMap((team) => team.teammates);
  /** @param {string} how @param {string} proof */
  const keep = async (how, proof) => {
    visit.proof = { how, proof };
    await stage.save();
    draw();
  };
  const choose = () => place.replaceChildren(h("h3", {}, w.second(name)), h("div", { class: "door-three" },
    second.teammate ? button(w.card, scan, { icon: "qrcode", id: "by-card" }) : null,
    second.teammate ? button(w.code, () => code(), { icon: "key", id: "by-code" }) : null,
    button(w.sign, sign, { icon: "pencil", id: "by-sign" }),
    second.teammate ? button(w.own, own, { icon: "device-mobile", id: "by-own" }) : null));
  const own = () => place.replaceChildren(h("h3", {}, w.second(name)), h("p", { class: "ds-muted" }, w.own_small),
    h("div", { class: "door-qr" }, qr.draw(PAIR + stage.id, w.own)), button(words.back, choose, { kind: "q" }));
  const scan = () => place.replaceChildren(h("h3", {}, w.second(name)), camera({
    take: (text) => {
      void holderOf(text, mates).then((mate) => {
        if (mate && mate.id === second.teammate) return keep("card", text);
        choose();
        place.append(h("p", { class: "ds-msg", role: "alert" }, icon("alert-circle"), mate ? w.card_other : words.pair.unknown_card));
      });
      return "";
    },
    close: choose,
  }));
  const code = (error = "") => {
    let digits = "";
    const done = () => (/^\d{6}$/.test(digits) ? void keep("code", digits) : code(w.code_wrong));
    place.replaceChildren(field({ label: w.code_label(name), id: "code", mode: "numeric", most: 6, error, oninput: (value) => {
      digits = value;
      if (/^\d{6}$/.test(value)) done();
    } }), h("div", { class: "ds-two" }, button(words.cancel, choose), button(words.pair.done, done, { kind: "now" })));
    (document.getElementById("code") || place).focus();
  };
  const sign = () => place.replaceChildren(pad(w.sign_label(name), (path) => void keep("signature", path), choose));
  const draw = () => {
    if (visit.proof.how === "none") return choose();
    place.replaceChildren(h("div", { class: "ds-between" },
      h("p", { class: "door-confirmed", role: "status" }, icon("circle-check"), h("span", {}, h("b", {}, name), " ", /** @type {any} */ (w.confirmed)[visit.proof.how])),
      button(w.undo, () => void keep("none", ""), { kind: "sm" })),
    ...(visit.proof.how === "signature" ? [signature(visit.proof.proof, w.sign_label(name))] : []));
  };
  draw();
  return place;
}

/**
 * A picture of the activity, if somebody wants one.
 * @param {import("./visit.js").Stage} stage
 */
function picture(stage) {
  const said = h("p", { class: "ds-quiet", role: "status" }, w.photo_small);
  const count = async () => {
    const kept = await photos.list(stage.id);
    if (kept.length) said.textContent = w.photos(kept.length);
  };
  const input = h("input", { type: "file", accept: "image/*", capture: "environment", class: "ds-vh", tabindex: "-1", "aria-hidden": "true", onchange: async () => {
    const file = input.files && input.files[0];
    if (!file) return;
    try {
      await photos.add(stage.id, file);
      await count();
    } catch (problem) {
      said.textContent = sentence(problem);
    }
    input.value = "";
  } });
  void count();
  return h("div", {}, input, button(w.photo, () => input.click(), { icon: "camera", kind: "q" }), said);
}

/** @param {steps.Entry} entry @param {number} year */
function whom(entry, year) {
  return entry.answer === "shop" ? w.shop : entry.person ? called(entry.person, year) : w.resident;
}

/** @param {import("./visit.js").Stage} stage */
export function receipt(stage) {
  const { visit, pack } = stage;
  const entry = steps.current(visit);
  const outcome = steps.outcome(visit);
  const year = Number(visit.happened_on.slice(0, 4));
  const others = visit.people.filter((one) => one !== entry && one.receipt);
  const withReceipt = !visit.end && entry.receipt;
  const another = async () => {
    visit.people.push(steps.nobodyYet());
    visit.at = visit.people.length - 1;
    visit.step = 1;
    await stage.forward();
  };
  if (stage.again) return stage.frame([stage.again.review(stage), confirmation(stage), visit.people.map((one) => one.receipt && h("details", { class: "ds-more", open: !visit.ended_at }, h("summary", {}, w.of(whom(one, year))), card(one, pack)))],
    mainButton(words.amend.send, stage.finish));
  stage.frame([
    withReceipt
      ? [h("h2", { class: "door-h" }, w.invite(whom(entry, year))), h("p", { class: "ds-muted" }, w.lead), card(entry, pack)]
      : [h("h2", { class: "door-h" }, /** @type {any} */ (w.counted)[outcome]), h("p", { class: "ds-muted" }, visit.end === "later" ? w.on(day(visit.follow_up_on)) : w.nobody)],
    confirmation(stage),
    others.map((one) => h("details", { class: "ds-more" }, h("summary", {}, w.of(whom(one, year))), card(one, pack))),
    withReceipt ? h("p", { class: "ds-muted" }, w.later) : null,
    visit.end ? null : h("div", { class: "door-more" }, stage.check(),
      visit.people.length < steps.MOST_PEOPLE ? button(w.more_people, another, { icon: "user-plus", id: "another" }) : null, picture(stage)),
  ], mainButton(w.next, stage.finish));
}

