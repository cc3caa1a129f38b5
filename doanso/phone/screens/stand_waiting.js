// @ts-check
// Who entered themselves at a stand and waits: open one, check name and services, done. Needs a network; nothing of it is stored.

import { button, h, icon, note } from "../dom.js";
import * as packs from "../pack.js";
import { isProblem } from "../problem.js";
import * as desk from "../stand_desk.js";
import { words as w } from "../stand_words.js";
import { initials, sentence, time } from "../words.js";
import { onLeave } from "./frame.js";

const EVERY = 15_000;

/** @typedef {{entry: StandEntry, became: desk.Became | null}} Ended somebody who waits no more; `became` null: the entry was gone */

/** @param {{name: string, birth_year: number | null}} person */
export const nameOf = ({ name, birth_year }) => (name ? `${name}${birth_year ? `, ${birth_year}` : ""}` : w.nobody);

/**
 * The services of a stand to tick; none where there is only one.
 * @param {PackStand} stand @param {string[]} chosen @param {(codes: string[]) => void} onchange
 */
export function servicePicks({ services }, chosen, onchange) {
  if (services.length < 2) return null;
  const on = new Set(chosen);
  const picks = services.map(({ code, name }) => {
    const box = h("label", { class: on.has(code) ? "is-on" : null }, h("input", { type: "checkbox", name: "service", value: code, checked: on.has(code), onchange: (/** @type {any} */ event) => {
      box.classList.toggle("is-on", event.target.checked);
      if (event.target.checked) on.add(code);
      else on.delete(code);
      onchange(services.map((one) => one.code).filter((one) => on.has(one)));
    } }), name);
    return box;
  });
  return h("fieldset", {}, h("legend", {}, w.services), h("div", { class: "door-picks" }, picks));
}

/**
 * The list of who waits at a stand, renewed while the screen is shown and there is a network.
 * @param {PackStand} stand changed in place by the caller when the pack brings it anew
 * @param {{onEnd: (ended: Ended, services: string[]) => void, onAlike: (turns: string[]) => void, recordedAt: (entry: StandEntry, services: string[]) => string}} how
 *   `onAlike`: turns of this phone whose person somebody else may have recorded too; `recordedAt`: the moment at which this phone recorded the same person with the same services by hand; "" where it did not
 */
export function waitingList(stand, { onEnd, onAlike, recordedAt }) {
  /** @type {StandEntry[] | null} */
  let entries = null;
  let failed = false;
  const rows = new Map();
  const list = h("ul", { class: "ds-card ds-list ds-over" });
  const title = h("h2", { tabindex: "-1" }, w.waiting_title);
  const section = h("section", { class: "door-waiting", "aria-label": w.waiting_title, id: "waiting" });

  /** Without a network, and before the first answer, the count of the pack is all there is. */
  function draw() {
    const count = entries === null ? stand.waiting : entries.length;
    section.hidden = !count;
    if (!count) return section.replaceChildren();
    if (entries === null) {
      return section.replaceChildren(h("div", { class: "ds-card door-row door-pair" }, h("span", { class: "ds-ic", "data-s": "behind" }, icon("clock")),
        h("span", { class: "grow" }, h("b", {}, w.waiting(count)), h("span", {}, failed ? w.waiting_offline : w.waiting_asked))));
    }
    for (const [id, row] of rows) {
      if (entries.some((one) => one.id === id)) continue;
      row.remove();
      rows.delete(id);
    }
    for (const entry of entries) {
      if (rows.has(entry.id)) continue;
      rows.set(entry.id, rowOf(entry));
      list.append(rows.get(entry.id));
    }
    if (!list.isConnected) section.replaceChildren(h("div", { class: "ds-sec" }, title, h("span", { class: "ds-quiet" }, w.waiting_small)), list);
    return undefined;
  }

  /** @param {desk.Answer} answer */
  function show(answer) {
    entries = answer.entries;
    failed = false;
    draw();
    onAlike(answer.alike || []);
  }

  /** @param {StandEntry} entry */
  function rowOf(entry) {
    let services = stand.services.map(({ code }) => code);
    const asked = h("div", {});
    const more = h("div", { class: "door-self", hidden: true, id: `entry-${entry.id}` });
    const opener = h("button", { type: "button", class: "door-row", "aria-expanded": "false", "aria-controls": more.id, onclick: () => open(more.hidden) },
      h("span", { class: "ds-av", "aria-hidden": "true" }, entry.name ? initials(entry.name) : icon("user")),
      h("span", { class: "grow" }, h("b", {}, `${entry.number}. ${nameOf(entry)}`), h("span", {}, w.entered(time(entry.entered_at), entry.name !== ""))), icon("chevron-down"));

    /** @param {boolean} yes */
    function open(yes) {
      for (const other of list.querySelectorAll("[aria-expanded=true]")) {
        other.setAttribute("aria-expanded", "false");
        /** @type {HTMLElement} */ (other.nextElementSibling).hidden = true;
      }
      opener.setAttribute("aria-expanded", String(yes));
      more.hidden = !yes;
    }

    /** @param {() => Promise<desk.Answer & {entry: desk.Became}>} work */
    async function run(work) {
      const buttons = more.querySelectorAll("button");
      for (const one of buttons) one.disabled = true;
      asked.replaceChildren();
      try {
        const answer = await work();
        const hadFocus = more.contains(document.activeElement) || document.activeElement === document.body;
        show(answer);
        onEnd({ entry, became: answer.entry }, services);
        if (hadFocus && list.isConnected) title.focus({ preventScroll: true });
      } catch (problem) {
        await refused(problem);
      } finally {
        for (const one of buttons) one.disabled = false;
      }
    }

    /** @param {any} problem */
    async function refused(problem) {
      if (isProblem(problem, "offline")) return say(w.finish_offline);
      if (isProblem(problem, "turn_gone")) {
        onEnd({ entry, became: null }, services);
        return reread();
      }
      if (isProblem(problem, "not_found", "stand_closed")) return void packs.refresh().catch(() => undefined);
      if (problem?.field === "namesakes") return say(w.helper, button(w.helper_go, () => void done(true, true), { kind: "sm" }));
      if (!isProblem(problem)) console.error(problem);
      return say(sentence(problem));
    }

    /** @param {any[]} what */
    const say = (...what) => asked.replaceChildren(note("behind", h("p", { role: "alert" }, what[0]), what[1] ? h("p", { class: "ds-acts" }, what[1]) : null));

    /** @param {boolean} namesakes @param {boolean} [twice] @returns {Promise<void>} */
    async function done(namesakes, twice = false) {
      if (!services.length) return say(w.wrong.services);
      const before = twice ? "" : recordedAt(entry, services);
      if (before) return say(w.by_hand_before(time(before)), button(w.repeated_go, () => void done(namesakes, true), { kind: "sm" }));
      return run(() => desk.finish(stand.id, entry.id, services, namesakes));
    }

    more.append(...[servicePicks(stand, services, (codes) => {
      services = codes;
      asked.replaceChildren();
    }), asked, h("div", { class: "door-two-acts" }, button(w.left, () => void run(() => desk.drop(stand.id, entry.id))), button(w.done, () => void done(false), { kind: "p" }))].filter(Boolean));
    return h("li", { class: "door-waits", "data-entry": entry.id }, opener, more);
  }

  let going = false;
  async function reread() {
    if (going || document.visibilityState !== "visible") return;
    going = true;
    try {
      if (!navigator.onLine) throw new Error("offline");
      show(await desk.waiting(stand.id));
    } catch (problem) {
      if (isProblem(problem, "not_found")) await packs.refresh().catch(() => undefined);
      failed = true;
      draw();
    } finally {
      going = false;
    }
  }

  /** To be called once the screen is shown: it ends with it. */
  function start() {
    const again = () => void reread();
    const timer = setInterval(again, EVERY);
    addEventListener("online", again);
    addEventListener("offline", again);
    document.addEventListener("visibilitychange", again);
    onLeave(() => {
      clearInterval(timer);
      removeEventListener("online", again);
      removeEventListener("offline", again);
      document.removeEventListener("visibilitychange", again);
    });
    again();
  }
  return { element: section, draw, start };
}
