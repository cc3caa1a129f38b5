// @ts-check
// A stand: one line and one tap for each person, thirty in a row, with or without a network.

import * as clock from "../clock.js";
import { button, choice, field, h, icon, note, promise } from "../dom.js";
import * as outbox from "../outbox.js";
import * as packs from "../pack.js";
import { isProblem } from "../problem.js";
import { styled } from "../sheets.js";
import { undo as undoEntry } from "../stand_desk.js";
import { words as w } from "../stand_words.js";
import * as turns from "../stand_turns.js";
import { canAmend, year as yearOf } from "../steps.js";
import * as log from "../turn_log.js";
import { day as dayOf, initials, time, whyOf, words } from "../words.js";
import { stayAwake } from "./awake.js";
import { attempt, go, instead, mainButton, say, sayNext, show } from "./frame.js";
import { followChanges, stateOf } from "./log_screen.js";
import { nameOf, servicePicks, waitingList } from "./stand_waiting.js";

/**
 * @typedef {turns.Turn} Turn
 * @typedef {{pack: Pack, stand: PackStand, turns: Turn[], open: Awaited<ReturnType<typeof outbox.open>>, fixes: Turn | null}} Desk
 *   `open`: turns that the server has not taken; `fixes`: the one that is being corrected
 */

const dressed = styled("stand.css");
const AT_ONCE = 60;

/**
 * What is typed for the person in front of the stand: it survives another screen, and is gone with the page.
 * @type {{stand: string, line: turns.Line, typedYear: string, last: string, number: number, ended: import("./stand_waiting.js").Ended | null, finished: turns.Recorded[], alike: string[]}}
 *   `last`: the turn that was recorded last on this phone, `number` how many had been helped then; `ended`: who entered themselves,
 *   where one of those was last; `finished`: those of them who were finished here; `alike`: turns whose person another helper may have recorded too
 */
const session = { stand: "", line: turns.blankLine([]), typedYear: "", last: "", number: 0, ended: null, finished: [], alike: [] };

/** @param {string} id */
async function find(id) {
  return (await packs.stands()).find((one) => one.id === id);
}

/**
 * @param {Pack} pack @param {string} id of the stand @param {string} step "", or the id of the turn to correct
 * @param {() => boolean} isCurrent whether this place is still the one to show
 */
export async function stand(pack, id, step, isCurrent) {
  await dressed;
  let kept = await find(id);
  if (!kept && navigator.onLine) {
    await packs.refresh().catch(() => undefined);
    kept = await find(id);
  }
  // The pack may have taken its time, and whoever went on to another place meanwhile stays there.
  if (!isCurrent()) return undefined;
  if (!kept) return gone();
  const all = await log.list(id);
  const fixes = (step && all.find((one) => one.id === step && !one.undone)) || null;
  if (session.stand !== id) Object.assign(session, { stand: id, line: turns.blankLine(kept.services.map(({ code }) => code)), typedYear: "", last: "", ended: null, finished: [], alike: [] });
  return desk({ pack, stand: kept, turns: all, open: await outbox.open(turns.KIND), fixes });
}

function gone() {
  show({
    title: w.gone_title, back: () => go("/"),
    body: h("div", { class: "ds-card ds-empty" }, icon("users"), h("b", {}, w.gone), h("span", {}, w.gone_small), navigator.onLine ? null : h("span", {}, w.gone_clock(dayOf(clock.day()))), h("a", { class: "ds-btn", href: "/support/stands/" }, w.gone_web)),
  });
}

/** @param {PackStand} stand */
const about = ({ id, unit, place }) => ({ event: id, unit, place });

/** @param {Desk} at */
function desk(at) {
  const { pack, stand, fixes } = at;
  const here = `/stand/${stand.id}`;
  const line = fixes ? { ...fixes, agreed: false } : session.line;
  const counted = h("section", { class: "ds-card door-count" });
  const said = h("div", { id: "last", role: "status" });
  const listed = h("div", { class: "mt" });
  const form = lineForm(at, line);
  const save = mainButton("", () => attempt(() => keep(true)), "save");
  const unnamed = mainButton(w.unnamed, () => attempt(() => keep(false)), "unnamed");
  unnamed.className = "ds-btn";

  const redraw = () => {
    const { helped, named, unnamed: others, left, share } = turns.counts(at.turns, stand);
    counted.replaceChildren(h("b", {}, String(helped)), h("span", { class: "grow" }, h("b", {}, w.people(left)), h("span", {}, w.split(named, others))), ring(share, helped, stand.planned));
    save.replaceChildren(fixes ? w.save_again : w.save(helped + 1));
    said.replaceChildren(...(session.ended ? endedLine(session.ended, undoSelf) : lastLine(at, undo)));
    listed.replaceChildren(...list(at, undo));
    waiting.draw();
  };

  /** @param {boolean} byName @param {{repeated?: boolean}} [sure] @returns {Promise<void>} */
  async function keep(byName, sure = {}) {
    const wrong = byName ? turns.wrong(line, Number(stand.day.slice(0, 4))) : line.services.length ? {} : { services: "services" };
    form.mark(wrong);
    if (Object.keys(wrong).length) return;
    if (byName && !line.namesakes && turns.isHelper(stand.pair, line.name)) {
      return ask(w.helper, w.helper_go, () => {
        line.namesakes = true;
        return keep(byName, sure);
      });
    }
    const before = byName && !sure.repeated ? repeated(line, fixes ? fixes.id : "") : undefined;
    if (before) return ask(w.repeated(time(before.helped_at)), w.repeated_go, () => keep(byName, { repeated: true }));
    const made = turns.turnOf(line, byName, { stand, consent: pack.consent, at: fixes ? fixes.helped_at : clock.stamp(), on: fixes ? fixes.happened_on : clock.day() });
    if (fixes) {
      await log.change(about(stand), { ...made, id: fixes.id, undone: false, pair: fixes.pair });
      sayNext("on", w.corrected);
      return instead(here);
    }
    const turn = await log.record(about(stand), made);
    if (!at.turns.some((one) => one.id === turn.id)) at.turns.push(turn);
    Object.assign(session, { last: turn.id, number: turns.counts(at.turns, stand).helped, ended: null });
    // By name the line is used up; of somebody without a name, what was half typed for the next one stays.
    if (byName) form.clear();
    redraw();
  }

  /** @param {Turn} turn */
  async function undo(turn) {
    try {
      await log.undo(about(stand), turn);
    } catch (problem) {
      if (!isProblem(problem, "not_here")) throw problem;
      return say("behind", w.undo_old);
    }
    at.turns = await log.list(stand.id);
    at.open = await outbox.open(turns.KIND);
    Object.assign(session, { last: "", ended: null });
    redraw();
    said.replaceChildren(h("p", { class: "ds-quiet" }, w.undone(nameOf(turn))));
  }

  /** @param {StandEntry} entry */
  async function undoSelf(entry) {
    await undoEntry(stand.id, entry.id);
    session.ended = null;
    session.finished = session.finished.filter(({ id }) => id !== entry.id);
    redraw();
    said.replaceChildren(h("p", { class: "ds-quiet" }, w.undone_self(entry.number)));
  }

  /** @param {turns.Line} typed @param {string} [but] */
  const repeated = (typed, but = "") => turns.findRepeated([...at.turns, ...session.finished], typed, but);

  const waiting = waitingList(stand, {
    onEnd: (ended, services) => {
      const { entry, became } = ended;
      if (became && became.state === "recorded") session.finished.push({ id: entry.id, undone: false, name: entry.name, birth_year: entry.birth_year, services, helped_at: became.ended_at || "" });
      Object.assign(session, { last: "", ended });
      redraw();
      said.scrollIntoView({ block: "nearest" });
    },
    onAlike: (alike) => {
      if (alike.join() === session.alike.join()) return;
      session.alike = alike;
      redraw();
    },
    recordedAt: ({ name, birth_year }, services) => {
      const before = name ? repeated({ ...turns.blankLine(services), name, birth_year }) : undefined;
      return before ? before.helped_at : "";
    },
  });

  redraw();
  show({
    title: w.title(stand.services.map(({ name }) => name).join(", ")), small: stand.place, back: () => go(fixes ? here : "/"),
    more: stand.kept === false ? null : h("a", { class: "ds-icb", href: `/support/stands/${stand.id}/change/`, "aria-label": w.edit, onclick: onlineOnly(w.edit_offline) }, icon("settings")),
    body: [fixes ? null : counted, fixes ? problemNote(at, fixes) : waiting.element, fixes ? null : said, form.element, fixes ? null : listed, promise(words.never)],
    action: h("div", { class: "door-two-acts" }, fixes ? button(w.stop, () => instead(here)) : unnamed, save),
  });
  // The keyboard's Enter presses it, although it lies outside of the form.
  save.type = "submit";
  save.setAttribute("form", form.element.id);
  form.element.addEventListener("submit", (/** @type {Event} */ event) => event.preventDefault());
  follow(at, redraw);
  if (!fixes) waiting.start();
  stayAwake();
  // With signal: was it changed, or has it ended?
  if (navigator.onLine) void packs.refresh().catch(() => undefined);
}

/**
 * A page of the website, which the browser could only fail to open without a network.
 * @param {string} text
 */
const onlineOnly = (text) => (/** @type {Event} */ event) => {
  if (navigator.onLine) return;
  event.preventDefault();
  say("behind", text);
};

/** @param {number} share @param {number} helped @param {number} planned */
function ring(share, helped, planned) {
  const SVG = "http://www.w3.org/2000/svg";
  const made = document.createElementNS(SVG, "svg");
  for (const [name, value] of Object.entries({ class: "door-ring", viewBox: "0 0 40 40", role: "img", "aria-label": w.ring(helped, planned) })) made.setAttribute(name, value);
  for (const more of [{}, { class: "v", pathLength: "100", "stroke-dasharray": `${share} 100`, transform: "rotate(-90 20 20)" }]) {
    const circle = document.createElementNS(SVG, "circle");
    for (const [name, value] of Object.entries({ cx: "20", cy: "20", r: "16", ...more })) circle.setAttribute(name, value);
    made.append(circle);
  }
  return made;
}

/**
 * A question above the buttons, which typing takes away.
 * @param {string} text @param {string} yes @param {() => Promise<void>} then
 */
function ask(text, yes, then) {
  const place = document.getElementById("asked");
  if (place) {
    place.replaceChildren(note("behind", h("p", { role: "alert" }, text), h("p", { class: "ds-acts" }, button(yes, () => {
      place.replaceChildren();
      void attempt(then);
    }, { id: "sure" }))));
  }
}

/**
 * Name, year, phone, services and the answer of one person. Nothing but the services stays for the next one.
 * @param {Desk} at @param {turns.Line} line
 */
function lineForm({ pack, stand, fixes }, line) {
  const typed = (/** @type {HTMLElement} */ around) => /** @type {HTMLInputElement} */ (around.querySelector("input"));
  const name = field({ label: w.name, id: "name", value: line.name, most: 120, oninput: (value) => (line.name = value) });
  const year = field({ label: w.year, id: "year", value: fixes ? String(line.birth_year || "") : session.typedYear, mode: "numeric", most: 4, oninput: (value) => {
    session.typedYear = fixes ? session.typedYear : value;
    line.birth_year = yearOf(value);
  } });
  const phone = field({ label: w.phone, id: "phone", value: line.phone, mode: "tel", most: 20, oninput: (value) => (line.phone = value) });
  name.classList.add("half");
  year.classList.add("half");
  const picks = servicePicks(stand, line.services, (codes) => (line.services = codes));
  const agreed = choice({ type: "checkbox", name: "agreed", label: w.agreed, checked: line.agreed, onchange: (yes) => (line.agreed = yes) });
  const consent = h("div", { id: "agreed" }, agreed);
  const element = h("form", { class: "ds-card door-line", id: "line", novalidate: "", autocomplete: "off", "aria-labelledby": "line-title" },
    h("h2", { class: fixes ? "ds-h3" : "ds-vh", id: "line-title" }, fixes ? w.correct(fixes.name) : w.by_hand),
    h("details", { class: "ds-more door-aloud" }, h("summary", {}, w.read_out), h("p", {}, h("b", {}, pack.consent.title)), pack.consent.body.split("\n").filter(Boolean).map((text) => h("p", {}, text))),
    name, year, phone, picks, consent, fixes ? null : h("p", { class: "ds-quiet" }, w.helpers(helpersOf(stand))));
  /** @type {Record<string, HTMLElement | null>} */
  const places = { name, birth_year: year, phone, services: picks, agreed: consent };
  const texts = /** @type {Record<string, string>} */ ({ ...words.who.wrong, ...w.wrong });

  /** @param {Record<string, string>} wrong keys of the words by field */
  function mark(wrong) {
    // A message needs the width: name and year stand below each other as long as there is one.
    element.classList.toggle("is-wrong", "name" in wrong || "birth_year" in wrong);
    for (const [key, place] of Object.entries(places)) {
      if (!place) continue;
      const input = typed(place);
      place.querySelectorAll(".ds-msg").forEach((/** @type {Element} */ old) => old.remove());
      place.classList.toggle("ds-err", key in wrong);
      input.removeAttribute("aria-invalid");
      input.removeAttribute("aria-describedby");
      if (!(key in wrong)) continue;
      const message = h("p", { class: "ds-msg", id: `${key}-wrong` }, icon("alert-circle"), texts[wrong[key]] || wrong[key]);
      if (["services", "agreed"].includes(key)) place.prepend(message);
      else input.before(message);
      input.setAttribute("aria-invalid", "true");
      input.setAttribute("aria-describedby", message.id);
    }
    const first = Object.keys(places).find((key) => key in wrong);
    const place = first ? places[first] : null;
    if (place) typed(place).focus();
  }

  /** The next person: the same services, and nothing else. */
  function clear() {
    Object.assign(line, turns.blankLine(line.services));
    session.typedYear = "";
    for (const place of [name, year, phone]) typed(place).value = "";
    typed(agreed).checked = false;
    agreed.classList.remove("is-on");
    typed(name).focus();
  }
  return { element, mark, clear };
}

/** @param {PackStand} stand */
const helpersOf = ({ pair: { first, second } }) => [first, second].flatMap((one) => (one ? [one.name] : [])).join(", ");

/**
 * What became of somebody who had entered themselves.
 * @param {import("./stand_waiting.js").Ended} ended @param {(entry: StandEntry) => Promise<void>} undo
 */
function endedLine({ entry, became }, undo) {
  const number = entry.number;
  if (became === null) return [note("behind", h("p", {}, w.vanished(number)))];
  if (became.state === "dropped") return [h("p", { class: "ds-quiet" }, w.dropped(number))];
  if (became.state === "known") return [note("", h("p", {}, w.known(number)))];
  if (!became.changed) return [note("", h("p", {}, w.finished_before(number, time(became.ended_at || ""))))];
  return [h("div", { class: "door-done" }, icon("circle-check"), h("span", { class: "grow" }, w.finished(number, nameOf(entry)), became.doubtful ? h("span", { class: "door-why" }, w.doubtful) : null),
    button(w.undo, () => void attempt(() => undo(entry)), { kind: "sm", id: "undo" }))];
}

/** @param {Desk} at @param {(turn: Turn) => Promise<void>} undo */
function lastLine(at, undo) {
  const last = at.turns.find((one) => one.id === session.last && !one.undone);
  if (!last) return [];
  return [h("div", { class: "door-done" }, icon("circle-check"), h("span", { class: "grow" }, w.saved(session.number, nameOf(last))),
    button(w.undo, () => void attempt(() => undo(last)), { kind: "sm", id: "undo" }))];
}

/** @param {Desk} at @param {Turn} turn */
function problemNote(at, turn) {
  const { problem } = stateOf(at.open, turn);
  const why = whyOf(problem);
  return why ? h("div", { class: "ds-notes" }, note("behind", h("p", {}, why))) : null;
}

/** @param {{code?: string} | null} problem */
const isFixable = (problem) => problem !== null && !["conflict", "kind_unknown"].includes(problem.code || "") && canAmend(turns.KIND, problem);

/** @param {Desk} at @param {(turn: Turn) => Promise<void>} undo */
function list(at, undo) {
  if (!at.turns.length) return [];
  const wasOpen = document.querySelector("#people[open]") !== null;
  const rows = [...at.turns].reverse().slice(0, AT_ONCE).map((turn) => {
    const { state: sent, look, problem } = stateOf(at.open, turn);
    const state = sent === "sent" && (at.stand.uncounted || []).includes(turn.id) ? "uncounted" : sent;
    const why = whyOf(problem) || (!turn.undone && session.alike.includes(turn.id) ? w.alike : "");
    const done = at.stand.services.filter(({ code }) => turn.services.includes(code)).map(({ name }) => name).join(", ");
    const fixable = state === "undecided" && isFixable(problem);
    const word = /** @type {any} */ (w.states)[state];
    return h("li", { class: turn.undone ? "door-entry is-undone" : "door-entry", "data-turn": turn.id, "data-undone": turn.undone ? "" : null },
      h("span", { class: "ds-av", "aria-hidden": "true" }, turn.name ? initials(turn.name) : icon("user")),
      h("span", { class: "grow" }, h("b", {}, nameOf(turn)), h("span", {}, [time(turn.helped_at), done, look === "risk" ? "" : word].filter(Boolean).join(" · ")),
        look === "risk" ? h("span", { class: "ds-pill", "data-s": look }, h("span", { class: "ds-g", "data-s": look }), word) : null, why ? h("span", { class: "door-why" }, why) : null,
        fixable && !turn.undone ? button(w.fix, () => go(`/stand/${at.stand.id}/${turn.id}`), { kind: "sm", icon: "pencil" }) : null),
      turn.undone ? null : h("button", { type: "button", class: "ds-icb", "aria-label": w.undo_of(nameOf(turn)), onclick: () => void attempt(() => undo(turn)) }, icon("arrow-back-up")));
  });
  const own = at.turns.filter((one) => !one.undone).length;
  return [h("details", { class: "ds-more", id: "people", open: wasOpen }, h("summary", {}, w.list(own, at.turns.filter((one) => !one.undone && session.alike.includes(one.id)).length)), h("ul", { class: "ds-card ds-list ds-over" }, rows), h("p", { class: "ds-quiet mt" }, w.keeps))];
}

/**
 * Have counts and list redrawn when something was sent, or when the pack brought what others recorded; ends with the screen.
 * @param {Desk} at @param {() => void} redraw
 */
function follow(at, redraw) {
  const again = async () => {
    const kept = await find(at.stand.id);
    if (!kept) return go(location.hash.slice(1));
    const { others, waiting, uncounted } = kept;
    const same = JSON.stringify(kept) === JSON.stringify({ ...at.stand, others, waiting, ...(uncounted ? { uncounted } : {}) });
    // Its services or its pair were changed: the line is drawn anew, with what is typed in it.
    if (!same) {
      session.line.services = session.line.services.filter((code) => kept.services.some((one) => one.code === code));
      return go(location.hash.slice(1));
    }
    Object.assign(at.stand, { others, waiting, uncounted });
    redraw();
  };
  const reread = async () => {
    [at.turns, at.open] = [await log.list(at.stand.id), await outbox.open(turns.KIND)];
    redraw();
  };
  followChanges(again, reread);
}
