// @ts-check
// One shop: scan the code that hangs there, see at arm's length whether it is the registered one, and write down what was seen.

import { bankName } from "../banks.js";
import * as checks from "../checks.js";
import * as clock from "../clock.js";
import { button, choice, field, h, icon, note, promise } from "../dom.js";
import * as drafts from "../drafts.js";
import * as outbox from "../outbox.js";
import * as outing from "../outing.js";
import * as packs from "../pack.js";
import { isProblem } from "../problem.js";
import { styled } from "../sheets.js";
import { words as w } from "../shop_words.js";
import { day, sentence, words } from "../words.js";
import { camera, scanButton } from "./camera.js";
import { attempt, careful, go, instead, mainButton, say, sayNext, show } from "./frame.js";

/** @typedef {{id: string, body: checks.Check}} CheckDraft */

export const dressed = styled("shops.css");

/**
 * The check of this shop that was begun on this phone, and that no record has.
 * @param {string} business @returns {Promise<drafts.Draft | undefined>}
 */
async function begun(business) {
  const all = await Promise.all((await drafts.list()).map((one) => drafts.open(one.id).catch(() => null)));
  return /** @type {drafts.Draft[]} */ (all.filter(Boolean)).find((one) => one.body.shop === business && !one.body.amends);
}

/**
 * The shop as a place to check. `visit` is the visit from which one came, and to which one goes back.
 * @param {Pack} pack @param {string} business @param {string} visit
 */
export async function shop(pack, business, visit) {
  const [kept, today] = [await packs.shops(), await outing.get(), await dressed];
  const back = visit ? `/visit/${visit}` : "/shops";
  const from = visit ? await drafts.open(visit).catch(() => null) : null;
  const known = kept ? kept.shops.find((one) => one.business === business) || (from ? checks.unlisted(from.body.place) : undefined) : undefined;
  if (!kept || !known) {
    return show({ title: w.title, small: pack.unit.name, back: () => go(back),
      body: h("div", { class: "ds-card ds-empty" }, icon("building-store"), h("b", {}, w.unknown), h("span", {}, w.unknown_small)) });
  }
  const draft = await begun(business);
  if (draft && draft.elsewhere) return elsewhere(draft);
  const body = draft ? /** @type {checks.Check} */ (draft.body) : checks.begin({ pack, shop: known, second: today.second, stamp: clock.stamp(), day: clock.day() });
  // Whoever was chosen for the outing after this check began was there too.
  if (today.chosen) body.second = today.second ? { teammate: today.second.teammate, name: today.second.name } : null;
  return screen(pack, { known, key: kept.codes_key, id: draft ? draft.id : "", body, back, choose: visit || today.chosen ? null : () => go(`/pair/shop/${business}`) });
}

/**
 * A check that puts a record right, by the record's id; it is begun when it was not yet.
 * @param {Pack} pack @param {string} id
 */
export async function again(pack, id) {
  const [kept, , opened] = [await packs.shops(), await dressed, await drafts.open(id).catch(() => null)];
  if (!opened) return instead("/sent");
  if (opened.elsewhere) return elsewhere(opened);
  const known = kept ? kept.shops.find((one) => one.business === opened.body.shop) : undefined;
  return screen(pack, { known, key: kept ? kept.codes_key : "", id, body: opened.body, back: "/sent", choose: null });
}

/**
 * A record that the server did not take, as a check to be put right.
 * @param {any} payload @param {any} refused @returns {Promise<checks.Check>}
 */
export async function opened(payload, refused) {
  const kept = await packs.shops();
  const known = kept && kept.shops.find((one) => one.business === payload.body.business);
  return checks.checkOf(payload, refused.problem, known || null, (refused.line && refused.line.place) || "", w.reasons);
}

/** @param {drafts.Draft} draft */
function elsewhere(draft) {
  show({
    title: w.title, small: draft.body.place.name, back: () => go("/shops"), body: note("behind", h("p", {}, words.visit.elsewhere)),
    action: button(words.visit.take_over, () => void attempt(async () => {
      await drafts.takeOver(draft.id);
      go(draft.body.amends ? `/check/${draft.id}` : `/shop/${draft.body.shop}`);
    }), { kind: "p" }),
  });
}

/**
 * What the comparison says, big enough to be read at arm's length.
 * @param {checks.Scan} scan @param {boolean} changing
 */
function verdict(scan, changing) {
  const { result } = scan;
  const look = { same: "on", different: changing ? "behind" : "risk", unreadable: "behind", "not-registered": "none" }[result];
  const shape = { same: "circle-check", different: "alert-triangle", unreadable: "alert-circle", "not-registered": "info-circle" }[result];
  return h("div", { class: "door-verdict", "data-s": look, "data-long": result.length > 9 ? "" : null, id: "verdict", tabindex: "-1", role: result === "different" ? "alert" : "status" },
    icon(shape), h("b", {}, w.verdicts[result]), h("p", {}, w.about[result]),
    result === "different" && changing ? h("p", {}, h("b", {}, w.changing_note)) : null,
    scan.bank && result !== "same" ? h("p", {}, w.read(bankName(scan.bank) || w.bank(scan.bank), scan.last_four)) : null,
    scan.several ? h("p", {}, w.several) : null);
}

/** What to do about another account, in the order in which one does it. */
function whatToDo() {
  return h("div", { class: "door-todo" }, h("b", {}, w.todo), h("ol", {}, w.todo_lines.map((line) => h("li", {}, line))), h("p", {}, w.todo_never));
}

/**
 * Radios with a legend, stacked.
 * @param {string} name @param {string} legend @param {[string, string, string?][]} all value, label, small @param {string} value
 * @param {(value: string) => void} take @param {string} [small]
 */
function radios(name, legend, all, value, take, small = "") {
  return h("fieldset", { class: "ds-choices mt", id: name }, h("legend", { class: "door-legend" }, legend, small ? h("small", { class: "ds-quiet" }, ` ${small}`) : null),
    all.map(([one, label, more]) => choice({ type: "radio", name: `${name}-choice`, label, small: more, value: one, checked: value === one, onchange: () => take(one) })));
}

/**
 * @param {Pack} pack
 * @param {{known: PackShop | undefined, key: string, id: string, body: checks.Check, back: string, choose: (() => void) | null}} about
 *   `id`: "" before anything was written down; `choose`: the way to say who walks along, where nobody was asked yet
 */
function screen(pack, { known, key, id: draftId, body: check, back, choose }) {
  let id = draftId;
  let asked = false;
  let saving = Promise.resolve(true);
  /** Each change is on the disk before the next: a phone that goes off in the market loses nothing. */
  const save = () => {
    saving = saving.then(async () => {
      try {
        if (id) await drafts.save(id, check);
        else ({ id } = await drafts.begin(check));
        return true;
      } catch (/** @type {any} */ problem) {
        say("risk", problem.code === "draft_elsewhere" ? words.visit.lost_hold : sentence(problem));
        return false;
      }
    });
    return saving;
  };
  const set = (/** @type {Partial<checks.Check>} */ change) => {
    Object.assign(check, change);
    update();
    return save();
  };

  const scanPlace = h("section", { id: "scanned" });
  const owner = h("div", {});
  const state = h("div", {});
  const used = h("div", {});
  const why = h("div", {});
  const other = h("div", { class: "mt" }, field({ label: w.other_label, id: "reason", value: check.reason, most: checks.LONGEST_REASON,
    error: check.amends && check.amends.field === "reason" ? check.amends.message : "", oninput: (reason) => void set({ reason }) }));

  /** @param {checks.Scan | null} scan */
  const scanned = async (scan) => {
    // Whoever scans a code has seen that one hangs there.
    const shown = scan && scan.result !== "unreadable" && !check.state ? { state: /** @type {const} */ ("displayed") } : {};
    Object.assign(check, { scan, seen_at: clock.stamp(), ...shown });
    await save();
    if (shown.state) drawState();
    drawScan();
    update();
    const card = document.getElementById("verdict");
    if (card) {
      card.focus({ preventScroll: true });
      card.scrollIntoView({ block: "start" });
      scrollBy(0, -140);
    }
  };
  const look = () => scanPlace.replaceChildren(
    camera({
      take: (text) => {
        const code = checks.read(text);
        if (!code) return w.not_payment;
        void checks.compare(code, known || { code: "" }, key).then(scanned);
        return "";
      },
      close: drawScan,
      none: w.no_reader,
    }),
    h("div", { class: "door-more mt" }, button(w.cannot, () => void scanned(checks.unreadable()), { id: "cannot" })));
  function drawScan() {
    const { scan } = check;
    // Without the pack's key there is nothing to compare with.
    if (!scan) return scanPlace.replaceChildren(...(key ? [scanButton(w.scan, look, w.scan_small)] : []));
    return scanPlace.replaceChildren(verdict(scan, check.changing), ...(scan.result === "different" && !check.changing ? [whatToDo()] : []),
      h("div", { class: "ds-two" }, key ? button(w.again, look, { icon: "refresh", id: "scan-again" }) : null, button(w.forget, () => void scanned(null), { kind: "q" })));
  }
  const drawState = () => state.replaceChildren(radios("state", w.state,
    /** @type {checks.State[]} */ (["none", "offered", "displayed", "stopped"]).map((one) => [one, w.choices[one][0], w.choices[one][1]]),
    check.state, (value) => void set({ state: /** @type {checks.State} */ (value) })));
  /** Show what the answers so far ask for. */
  function update() {
    owner.hidden = !checks.asksOwner(check);
    used.hidden = check.state !== "displayed";
    why.hidden = check.state !== "stopped";
    other.hidden = check.why !== "other";
  }
  const answers = (/** @type {Record<string, string>} */ labels) => /** @type {[string, string][]} */ (Object.entries(labels));

  owner.append(radios("changed", w.changed, answers(w.changed_answers), check.changed, (value) => void set({ changed: /** @type {checks.Answer} */ (value) })));
  used.append(radios("used", w.used, answers(w.used_answers), check.used, (value) => void set({ used: /** @type {checks.Answer} */ (value) }), w.used_small));
  why.append(radios("why", w.why, [...w.reasons.map((label, i) => /** @type {[string, string]} */ ([String(i), label])), ["other", w.other]], check.why, (value) => void set({ why: value })), other);
  drawScan();
  drawState();
  update();

  const finish = async () => {
    const lacks = checks.missing(check);
    if (lacks) {
      const place = document.getElementById(lacks === "number" ? "reason" : lacks);
      if (place) place.scrollIntoView({ block: "center" });
      return say("behind", w.missing[lacks]);
    }
    if (check.state === "displayed" && known && known.code && !check.scan && !asked) {
      asked = true;
      scanPlace.scrollIntoView({ block: "center" });
      return say("behind", w.unscanned);
    }
    if (!(await save())) return undefined;
    return attempt(keep);
  };
  const keep = async () => {
    const record = checks.body(check, w.reasons);
    const place = checks.where(check.place);
    const alarm = check.scan && check.scan.result === "different" && !check.changing;
    if (check.amends) {
      const late = await outbox.amend(id, record, id, place).then(() => false, async (problem) => {
        if (!isProblem(problem, "not_here")) throw problem;
        await drafts.remove(id);
        return true;
      });
      sayNext(late ? "behind" : "on", late ? words.amend.settled : words.amend.sent);
    } else {
      await outbox.put({ kind: "cashless.check", unit: check.unit, id, draft: id, body: record, place });
      sayNext(alarm ? "behind" : "on", alarm ? w.saved_alarm : w.saved);
    }
    await outing.doorDone(check.shop, alarm ? "different" : check.state === "displayed" && check.used === "yes" ? "used" : check.state);
    go(back);
  };

  // Nobody but the server knows what is wrong with a name that was let through here.
  const second = check.second;
  const companion = check.amends && second && !second.teammate
    ? field({ label: words.pair.other_name, id: "other-name", value: second.name, most: 120, error: check.amends.field.startsWith("pair") ? check.amends.message : "",
      oninput: (name) => void set({ second: { ...second, name } }) })
    : null;
  const mate = pack.teams.flatMap((team) => team.teammates).find((one) => second && one.id === second.teammate);
  const last = known ? [w.states[known.state], known.checked_on ? day(known.checked_on) : ""].filter(Boolean).join(" · ") : "";
  show({
    title: check.place.name || checks.where(check.place), small: checks.where(check.place), back: () => go(back),
    body: [
      check.amends ? h("div", { class: "ds-notes" }, note("risk", h("p", { role: "alert" }, h("b", {}, words.amend.why), " ", check.amends.message || words.sent.refused_why))) : null,
      check.changing ? h("div", { class: "ds-notes" }, note("behind", h("p", {}, h("b", {}, w.changing_note)), h("p", {}, w.changing_ask))) : null,
      companion, scanPlace, owner, state, used, why,
      h("dl", { class: "ds-kv mt" }, known ? [
        h("div", {}, h("dt", {}, w.last), h("dd", {}, known.checked_on ? last : w.never_checked)),
        h("div", {}, h("dt", {}, w.code), h("dd", {}, known.code ? w.code_yes : w.code_no))] : null,
      companion ? null : h("div", {}, h("dt", {}, w.second), h("dd", {}, mate ? mate.name : (second && second.name) || w.alone))),
      choose ? button(w.choose, choose, { icon: "user-plus", id: "choose" }) : null,
      promise(words.never),
      draftId || check.amends ? h("div", { class: "door-more" }, careful(check.amends ? words.amend.drop : w.drop, () => h("p", {}, check.amends ? words.amend.drop_sure : w.drop_sure), check.amends ? words.amend.drop : w.drop, async () => {
        await drafts.remove(id);
        go(back);
      }, "q")) : null,
    ],
    action: mainButton(check.amends ? w.send : w.save, finish),
  });
}
