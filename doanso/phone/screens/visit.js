// @ts-check
// One visit from the greeting to the receipt. Each change is on the disk before the next screen comes.

import * as clock from "../clock.js";
import { button, h, note } from "../dom.js";
import * as drafts from "../drafts.js";
import * as outbox from "../outbox.js";
import * as outing from "../outing.js";
import * as packs from "../pack.js";
import * as steps from "../steps.js";
import { sentence, words } from "../words.js";
import { ask } from "./ask.js";
import { done } from "./done.js";
import { attempt, go, instead, say, show } from "./frame.js";
import { putOnScreen } from "./home.js";
import { receipt } from "./receipt.js";
import { us } from "./us.js";
import { who } from "./who.js";

/**
 * @typedef {{id: string, visit: steps.Visit, pack: Pack, title: string, save: () => Promise<boolean>, forward: () => Promise<void>,
 *   finish: () => Promise<void>, check: () => HTMLElement | null, frame: (body: any, action: any) => void, companion: outing.Companion | null,
 *   said: (field: string) => string, again: typeof import("./amend.js") | null}} Stage
 *   `said`: what the server said of that field of the screen; `again`: the screens of a visit that is put right
 */

const SCREENS = [us, us, ask, who, done, receipt];

/**
 * Put a visit among the records; its draft goes in the same moment.
 * @param {{id: string, body: steps.Visit}} draft
 */
export async function record(draft) {
  const visit = draft.body;
  if (visit.amends) return (await import("./amend.js")).sendAgain(draft);
  await outbox.put({ kind: "outreach.visit", unit: visit.unit, id: draft.id, draft: draft.id, body: steps.body(visit, clock.stamp()) });
  putOnScreen("");
  if (visit.door) await outing.doorDone(visit.door, steps.outcome(visit));
}

/**
 * "Nhà 7 trong 8 nhà".
 * @param {steps.Visit} visit @param {Pack} pack
 */
function place(visit, pack) {
  const at = pack.doors.findIndex((door) => door.id === visit.door);
  return [steps.address(visit.place), at < 0 ? "" : words.visit.of(at + 1, pack.doors.length)].filter(Boolean).join(" · ");
}

/**
 * Whether the screen that is open is the one where the server found something.
 * @param {steps.Visit} visit
 */
const isThere = ({ amends, step, at }) => amends !== undefined && amends.step === step && amends.at === at;

/** @param {steps.Visit} visit */
function trouble(visit) {
  if (!visit.amends || !isThere(visit)) return null;
  return h("div", { class: "ds-notes" }, note("risk", h("p", { role: "alert" }, h("b", {}, words.amend.why), " ", visit.amends.message || words.sent.refused_why)));
}

/**
 * Another tab has this visit.
 * @param {any} draft @param {Pack} pack
 */
function elsewhere(draft, pack) {
  show({
    title: words.app, small: place(draft.body, pack), leave: () => go("/"),
    body: note("behind", h("p", {}, words.visit.elsewhere)),
    action: button(words.visit.take_over, () => void attempt(async () => {
      await drafts.takeOver(draft.id);
      go(`/visit/${draft.id}`);
    }), { kind: "p" }),
  });
}

/**
 * Open a visit where it stands, or an earlier step of it, as the phone's own "back" asks.
 * @param {Pack} pack @param {string} id @param {string} wanted
 */
export async function visit(pack, id, wanted) {
  const draft = await drafts.open(id).catch(() => null);
  if (!draft) return instead("/");
  if (draft.elsewhere) return elsewhere(draft, pack);
  const body = /** @type {steps.Visit} */ (draft.body);
  const again = body.amends ? await import("./amend.js") : null;
  const today = await outing.get();
  // Whoever was chosen for the outing after this visit began stands in it too, until somebody has confirmed.
  if (today.chosen && body.step < 3 && body.at === 0 && !body.amends) {
    body.second = today.second ? { teammate: today.second.teammate, name: today.second.name, kind: today.second.kind } : null;
  }
  const companion = today.second && body.second && today.second.teammate === body.second.teammate ? today.second : null;
  /** @returns {Promise<boolean>} whether it is on the disk */
  const save = async () => {
    try {
      await drafts.save(id, body);
      return true;
    } catch (/** @type {any} */ problem) {
      say("risk", problem.code === "draft_elsewhere" ? words.visit.lost_hold : sentence(problem));
      return false;
    }
  };
  /** @param {number} step */
  const at = async (step) => {
    const before = body.step;
    body.step = step;
    if (await save()) go(`/visit/${id}/${step}`);
    else body.step = before;
  };
  /** @param {string} field */
  const said = (field) => (body.amends && isThere(body) && body.amends.field === field ? body.amends.message : "");
  const finish = async () => {
    await attempt(async () => {
      await record(draft);
      go(body.amends ? "/sent" : "/");
    });
  };
  const back = async () => {
    const before = steps.back(body);
    if (before) return at(before);
    if (body.at > 0 && !body.amends) {
      // A second person who was only asked: the first one's receipt stands again.
      body.people.pop();
      body.at = body.people.length - 1;
      return at(5);
    }
    return leave();
  };
  // The code of a shop may be checked on the way; one comes back to the visit.
  const checked = body.kind === "business" && !body.place.new && !body.amends && (await packs.shops()) !== null;
  const check = () => checked ? button(words.us.shop, async () => {
    if (await save()) go(`/shop/${body.place.id}/${id}`);
  }, { icon: "qrcode", id: "check-code" }) : null;
  const leave = async () => {
    // What has its receipt is done: leaving the page is what ends it.
    if (body.step === 5 && !body.amends) return finish();
    if (await save()) go(body.amends ? "/sent" : "/");
  };
  const draw = () => {
    /** @type {Stage} */
    const stage = {
      id, visit: body, pack, title: place(body, pack), save, companion,
      forward: () => at(steps.next(body)), finish, check, said, again,
      frame: (inside, action) => show({
        title: body.amends ? words.amend.title : words.app, small: place(body, pack), back, leave,
        step: { now: body.step, path: steps.path(body), name: body.amends && body.step in words.amend.steps ? /** @type {any} */ (words.amend.steps)[body.step] : body.step === 5 && !body.people.some((one) => one.receipt) ? words.visit.last_step : words.visit.steps[body.step] },
        body: [trouble(body), inside], action,
      }),
    };
    putOnScreen(body.step === 5 && !body.amends ? id : "");
    (again && body.step === 1 ? again.about : SCREENS[body.step])(stage);
  };
  const earlier = Number(wanted);
  if (earlier < body.step && steps.path(body).includes(earlier) && (earlier > 1 || body.at === 0)) {
    body.step = earlier;
    await save();
  } else if (earlier !== body.step) {
    history.replaceState(null, "", `#/visit/${id}/${body.step}`);
  }
  draw();
}
