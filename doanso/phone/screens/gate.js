// @ts-check
// The gate of an event: scan a ticket or a card, see at arm's length who it is, and go on with the next one.

import * as checkIns from "../check_ins.js";
import * as clock from "../clock.js";
import { button, field, h, icon, note } from "../dom.js";
import { words as w } from "../event_words.js";
import * as outbox from "../outbox.js";
import * as packs from "../pack.js";
import { isProblem } from "../problem.js";
import { draw } from "../qr.js";
import * as receipts from "../receipt.js";
import * as scan from "../scan.js";
import { styled } from "../sheets.js";
import * as sightings from "../sightings.js";
import { get, setMeta } from "../store.js";
import { day, initials, time, words } from "../words.js";
import { stayAwake } from "./awake.js";
import { corners } from "./camera.js";
import { attempt, careful, go, instead, onLeave, say, show } from "./frame.js";
import { followChanges, stateOf } from "./log_screen.js";

/**
 * @typedef {checkIns.Sighting} Sighting
 * @typedef {{pack: Pack, event: PackEvent, register: checkIns.Register, gate: string, log: Sighting[], open: Awaited<ReturnType<typeof outbox.open>>}} Desk
 *   `log`: who was seen on this phone, oldest first; `open`: which of it the server has not taken
 * @typedef {{look: string, word: string, title: string, small: string, id: string}} Answer `id`: the sighting that was recorded; "" where none was
 */

const dressed = styled("gate.css");
const GATE = "gate";
const SOUND = "gate-sound";
const AT_ONCE = 40;
const LAST = 5;
/** The same text before the camera without a pause is the same ticket. */
const STILL_HELD = 2_500;

/**
 * What belongs to this hour at the gate and to no record.
 * @type {{event: string, direction: checkIns.Direction, answer: Answer | null, typed: string, shown: number, sound: boolean}}
 */
const session = { event: "", direction: "in", answer: null, typed: "", shown: AT_ONCE, sound: false };

/**
 * @param {Pack} pack @param {string} id of the event @param {string} step "", find, list, gates, or the id of a sighting whose code is shown
 */
export async function gate(pack, id, step) {
  const [kept, before] = [await packs.gate(id), await get("meta", GATE), await dressed];
  session.sound = (await get("meta", SOUND)) === true;
  const back = () => go("/events");
  if (!kept || kept.event.day !== clock.day()) {
    const coming = kept && kept.event;
    return show({ title: coming ? coming.title : w.title, small: pack.unit.name, back,
      body: h("div", { class: "ds-card ds-empty" }, icon("calendar-event"), h("b", {}, coming ? w.closed(day(coming.day)) : w.gone), h("span", {}, coming ? w.closed_small : w.gone_small)) });
  }
  const { event } = kept;
  if (session.event !== id) Object.assign(session, { event: id, direction: "in", answer: null, typed: "" });
  const chosen = event.gates.length === 1 ? event.gates[0] : before && before.event === id ? before.gate : "";
  if (step === "gates" || !event.gates.includes(chosen)) return choose(event);
  const log = await sightings.list(id);
  /** @type {Desk} */
  const desk = { pack, event, register: checkIns.register(kept, log), gate: chosen, log, open: await outbox.open(checkIns.KIND) };
  if (step === "find") return find(desk);
  if (step === "list") return list(desk);
  const own = step ? log.find((one) => one.id === step && one.method === "walk-in") : undefined;
  return own ? code(desk, own) : post(desk);
}

/** @param {PackEvent} event */
function choose(event) {
  show({
    title: w.choose, small: event.title, back: () => go("/events"),
    body: [h("ul", { class: "ds-card ds-list ds-over" }, event.gates.map((name) => h("li", {}, h("button", { type: "button", class: "door-row", "data-gate": name, onclick: () => void attempt(async () => {
      await setMeta(GATE, { event: event.id, gate: name });
      instead(`/gate/${event.id}`);
    }) }, h("span", { class: "ds-ic" }, icon("users")), h("span", { class: "grow" }, h("b", {}, name)), icon("chevron-right"))))),
    h("p", { class: "ds-quiet mt" }, w.choose_small)],
  });
}

/** @param {checkIns.Face} face */
function titleOf({ title, number, state }) {
  if (title) return title;
  if (number !== null) return w.guest(number);
  return state === "walk-in" ? w.walk_in : w.unknown;
}

/** @param {checkIns.Face} face @param {...string} more */
const smallOf = ({ title, unit, number, state }, ...more) =>
  [unit, title && number !== null ? w.ticket(number) : "", state === "blank" ? w.blank : state === "waiting" ? w.waiting : "", ...more].filter(Boolean).join(" · ");

/** @param {Desk} desk @param {checkIns.Face} face */
const about = ({ pack, event, gate: name }, { number }) => ({ event: event.id, unit: pack.unit.id, place: number === null ? name : `${name} · ${w.ticket(number)}` });

/** @type {AudioContext | null} */
let audio = null;

/** @param {boolean} good */
function beep(good) {
  if (!session.sound) return;
  audio = audio || new AudioContext();
  const [tone, volume] = [audio.createOscillator(), audio.createGain()];
  tone.frequency.value = good ? 880 : 330;
  volume.gain.value = 0.2;
  tone.connect(volume).connect(audio.destination);
  tone.start();
  tone.stop(audio.currentTime + (good ? 0.12 : 0.35));
}

/** @param {Answer} answer */
function give(answer) {
  session.answer = answer;
  const good = ["on", "met"].includes(answer.look);
  if (navigator.vibrate) navigator.vibrate(good ? 60 : [90, 60, 90]);
  beep(good);
}

/**
 * Record who stands at the gate, unless it is the same sighting, and show the result.
 * @param {Desk} desk @param {checkIns.Who} who @param {checkIns.Method} method @returns {Promise<Sighting | undefined>}
 */
async function take(desk, who, method) {
  const { direction } = session;
  const { register, log } = desk;
  if (method === "walk-in") register.walkIns.add(who.key);
  const before = checkIns.newest(log).get(who.key);
  const compared = checkIns.compare(before, direction, Date.now());
  const face = checkIns.face(who, register);
  const { look, word } = checkIns.verdict(face, direction, compared);
  /** @type {Sighting | undefined} */
  let made;
  if (compared !== "repeated" && word !== "cancelled") {
    made = await sightings.record(about(desk, face), { ...who, method, direction, seen_at: clock.stamp(), gate: desk.gate });
    log.push(made);
  }
  const at = before ? before.seen_at : face.came;
  give({ look, word: w.verdicts[word](at ? time(at) : "", direction === "out"), title: titleOf(face), small: face.state === "unknown" ? w.unknown_small : smallOf(face, word === "cancelled" ? w.cancelled_small : ""), id: made ? made.id : "" });
  return made;
}

/** @param {Desk} desk @param {Sighting} sighting */
async function undo(desk, sighting) {
  const face = checkIns.face(sighting, desk.register);
  try {
    await sightings.undo(about(desk, face), sighting);
  } catch (problem) {
    if (!isProblem(problem, "not_here")) throw problem;
    return say("behind", w.undo_old);
  }
  give({ look: "none", word: w.verdicts.undone(), title: titleOf(face), small: smallOf(face, time(sighting.seen_at)), id: "" });
}

/** What was seen last, to be read at arm's length. */
function card() {
  const { look, word, title, small } = session.answer || { look: "none", word: "", title: w.start, small: w.start_small };
  const shape = { on: "circle-check", met: "circle-check", behind: "alert-triangle", risk: "alert-circle" }[look] || (word ? "arrow-back-up" : "qrcode");
  return h("div", { class: "door-seen", "data-s": look }, icon(shape), word ? h("strong", {}, word) : null, h("b", {}, title), small ? h("span", {}, small) : null);
}

/** @param {Desk} desk @param {Sighting} sighting */
function entry(desk, sighting) {
  const face = checkIns.face(sighting, desk.register);
  const { state, look, problem } = stateOf(desk.open, sighting);
  const why = (problem && problem.message) || "";
  return [h("span", { class: "ds-av", "aria-hidden": "true" }, face.title ? initials(face.title) : icon("user")),
    h("span", { class: "grow" }, h("b", {}, titleOf(face)), h("span", {}, smallOf(face, sighting.direction === "out" ? w.ways.out : "", time(sighting.seen_at))), why ? h("span", { class: "door-why", "data-reason": "" }, why) : null),
    h("span", { class: "ds-pill", "data-s": look }, h("span", { class: "ds-g", "data-s": look }), /** @type {any} */ (w.states)[state])];
}

/** @param {Desk} desk */
function counts({ log, open }) {
  return w.counts(log.filter((one) => !one.undone && !open.has(one.id)).length, log.filter((one) => open.has(one.id)).length);
}

/**
 * Have the screen redrawn when a record was sent, or when the pack brought names; ends with the screen.
 * @param {Desk} desk @param {() => void} redraw
 */
function follow(desk, redraw) {
  const again = async () => {
    const kept = await packs.gate(desk.event.id).catch(() => null);
    if (!kept) return;
    if (kept.event.listed !== desk.event.listed) return go(location.hash.slice(1));
    desk.register = checkIns.register(kept, desk.log);
    redraw();
  };
  const reread = async () => {
    [desk.log, desk.open] = [await sightings.list(desk.event.id), await outbox.open(checkIns.KIND)];
    redraw();
  };
  followChanges(again, reread);
}

/**
 * The camera, which goes on after each code; a still picture where there is none.
 * @param {(text: string) => Promise<unknown>} scanned
 */
function camera(scanned) {
  const video = h("video", { class: "door-video", muted: true, playsInline: true, "aria-hidden": "true" });
  const hint = h("span", { role: "status" }, words.scan.opening);
  const place = h("div", { id: "scanned" }, h("div", { class: "ds-view door-gate" }, video, corners(), hint));
  let held = { text: "", until: 0 };
  let busy = false;
  const hear = async (/** @type {string} */ text) => {
    if (busy) return;
    const isHeld = text === held.text && Date.now() < held.until;
    held = { text, until: Date.now() + STILL_HELD };
    if (isHeld) return;
    busy = true;
    await attempt(() => scanned(text));
    busy = false;
  };
  const input = h("input", {
    type: "file", accept: "image/*", capture: "environment", class: "ds-vh", tabindex: "-1", "aria-hidden": "true",
    onchange: () => void attempt(async () => {
      const file = input.files && input.files[0];
      const text = file ? await scan.still(file).catch(() => null) : "";
      if (text) await scanned(text);
      else say("behind", text === null ? words.scan.no_reader : words.scan.still_nothing);
      input.value = "";
    }),
  });
  setTimeout(() => {
    if (!video.isConnected) return;
    onLeave(scan.watch(video, (text) => {
      void hear(text);
      return false;
    }, (state) => place.replaceChildren(note("behind", h("p", {}, state === "camera" ? words.scan.no_camera : words.scan.no_reader)), input,
      h("div", { class: "ds-two mt" }, button(words.scan.still, () => input.click(), { icon: "camera" })))));
  });
  video.addEventListener("playing", () => (hint.textContent = w.hint), { once: true });
  return place;
}

/** @param {Desk} desk */
function post(desk) {
  const { event } = desk;
  const here = `/gate/${event.id}`;
  const result = h("div", { id: "result", role: "status" });
  const last = h("section", { class: "mt" });
  /** What the answer on the screen recorded: a second tap undoes nobody else. */
  const recorded = () => desk.log.find((one) => session.answer !== null && one.id === session.answer.id && !one.undone);
  const back = button(w.undo, () => void attempt(async () => {
    const shown = recorded();
    if (shown) await undo(desk, shown);
    redraw();
  }), { id: "undo" });
  const walkIn = button(w.walk_in, () => void attempt(async () => {
    const { link } = receipts.make();
    const made = await take(desk, checkIns.ofTicket(await checkIns.codeOf(link), link), "walk-in");
    if (made) go(`${here}/${made.id}`);
  }), { kind: "p", icon: "plus", id: "walk-in" });
  const ways = h("div", { class: "door-ways", role: "group", "aria-label": w.way }, /** @type {checkIns.Direction[]} */ (["in", "out"]).map((way) =>
    h("button", { type: "button", "data-way": way, onclick: () => {
      Object.assign(session, { direction: way, answer: null });
      redraw();
    } }, w.ways[way])));
  function redraw() {
    const { direction } = session;
    ways.setAttribute("data-way", direction);
    for (const one of ways.children) one.setAttribute("aria-pressed", String(one.getAttribute("data-way") === direction));
    walkIn.disabled = direction === "out";
    back.disabled = !recorded();
    result.replaceChildren(card());
    last.replaceChildren(...(desk.log.length ? [
      h("div", { class: "ds-sec" }, h("h2", {}, counts(desk)), h("a", { href: `#${here}/list` }, w.all)),
      h("ul", { class: "ds-card ds-list" }, desk.log.slice(-LAST).reverse().map((one) => h("li", { class: one.undone ? "door-entry is-undone" : "door-entry", "data-sighting": one.undone ? "undone" : "kept" }, entry(desk, one)))),
    ] : []));
  }
  const scanned = async (/** @type {string} */ text) => {
    const found = await checkIns.recognise(text, desk.register);
    if ("name" in found) {
      session.typed = found.name;
      return go(`${here}/find`);
    }
    if ("wrong" in found) give({ look: "risk", word: "", title: w.wrong[found.wrong][0], small: w.wrong[found.wrong][1], id: "" });
    else await take(desk, found.who, found.method);
    redraw();
  };
  const sound = button(session.sound ? w.mute : w.sound, () => {
    session.sound = !session.sound;
    sound.textContent = session.sound ? w.mute : w.sound;
    beep(true);
    void setMeta(SOUND, session.sound).catch(() => undefined);
  }, { kind: "q" });
  redraw();
  show({
    title: w.gate(desk.gate), small: event.title, back: () => go("/events"),
    more: h("button", { class: "ds-icb", type: "button", id: "find", "aria-label": w.find, onclick: () => go(`${here}/find`) }, icon("search")),
    body: [
      event.listed ? null : h("div", { class: "ds-notes" }, note("behind", h("p", {}, w.unlisted))),
      ways, camera(scanned), result, last,
      h("p", { class: "ds-quiet mt" }, !event.came || event.inside === null ? null : `${w.server(event.came, event.inside)} `, event.listed ? w.keeps(desk.register.tickets.size, desk.register.members.size) : null),
      h("div", { class: "ds-acts" }, sound, event.gates.length > 1 ? button(w.change, () => go(`${here}/gates`), { kind: "q", id: "gates" }) : null),
    ],
    action: h("div", { class: "door-two-acts" }, back, walkIn),
  });
  follow(desk, redraw);
  stayAwake();
  if (!navigator.onLine) return;
  // While there is signal: the reader must be here when it goes.
  scan.prepare();
  if (!event.listed) void packs.refresh().catch(() => undefined);
}

/** @param {Desk} desk */
function find(desk) {
  const here = `/gate/${desk.event.id}`;
  const rows = checkIns.indexed(desk.register);
  const results = h("div", { id: "results", role: "region", "aria-label": w.search, "aria-live": "polite" });
  const redraw = () => {
    const found = checkIns.search(rows, session.typed);
    const known = checkIns.newest(desk.log);
    const shown = found.slice(0, AT_ONCE / 2);
    results.replaceChildren(...(shown.length ? [h("ul", { class: "ds-card ds-list ds-over" }, shown.map(({ who, face }) => {
      const before = known.get(who.key);
      const came = before && before.direction === "in" ? before.seen_at : face.came;
      return h("li", {}, h("button", { type: "button", class: "door-row", "data-who": who.key, onclick: () => void attempt(async () => {
        // A ticket is known by its number, under whatever words it was found.
        await take(desk, who, who.member ? "name" : "ticket");
        session.typed = "";
        go(here);
      }) }, h("span", { class: "ds-av", "data-s": came ? "behind" : null, "aria-hidden": "true" }, face.title ? initials(face.title) : icon("user")),
      h("span", { class: "grow" }, h("b", {}, titleOf(face)), h("span", {}, smallOf(face, came ? w.came(time(came)) : ""))), h("span", { class: "door-link" }, w.ways[session.direction])));
    }))] : session.typed.trim() ? [h("div", { class: "ds-card ds-empty" }, icon("search"), h("b", {}, w.nobody), h("span", {}, desk.event.listed ? w.nobody_small : w.unlisted))] : []),
    ...(found.length > shown.length ? [h("p", { class: "ds-quiet mt" }, w.more(found.length - shown.length))] : []));
  };
  redraw();
  show({
    title: w.find, small: `${w.gate(desk.gate)} · ${w.ways[session.direction]}`, back: () => go(here),
    body: [field({ label: w.search, id: "search", help: w.search_small, value: session.typed, most: 60, oninput: (typed) => {
      session.typed = typed;
      redraw();
    } }), results],
  });
  const input = document.getElementById("search");
  if (input) input.focus({ preventScroll: true });
}

/** @param {Desk} desk */
function list(desk) {
  const here = `/gate/${desk.event.id}`;
  const title = h("h2", {});
  const rows = h("ul", { class: "ds-card ds-list" });
  const more = h("div", { class: "door-more mt" });
  const redraw = () => {
    title.textContent = counts(desk);
    const all = [...desk.log].reverse();
    // One that is open stays open while others are sent.
    const opened = [...rows.querySelectorAll("details[open]")].map((one) => one.id);
    rows.replaceChildren(...all.slice(0, session.shown).map((one) => h("li", { class: one.undone ? "door-entry is-undone" : "door-entry", "data-sighting": one.undone ? "undone" : "kept" },
      one.undone ? entry(desk, one) : h("details", { id: `s${one.id}`, open: opened.includes(`s${one.id}`) }, h("summary", {}, entry(desk, one), icon("chevron-right")), h("div", { class: "ds-acts" },
        one.method === "walk-in" ? button(w.code_show, () => go(`${here}/${one.id}`), { kind: "sm", icon: "qrcode" }) : null,
        button(w.drop, () => void attempt(() => undo(desk, one)), { kind: "sm", icon: "arrow-back-up" }))))));
    more.replaceChildren(...(all.length > session.shown ? [button(w.all, () => {
      session.shown = all.length;
      redraw();
    }, { icon: "plus" })] : []));
  };
  redraw();
  show({ title: w.list, small: desk.event.title, back: () => go(here), body: [h("div", { class: "ds-sec" }, title),
    desk.log.length ? rows : h("div", { class: "ds-card ds-empty" }, icon("qrcode"), h("b", {}, w.empty)), more] });
  follow(desk, redraw);
}

/**
 * The code that somebody without a ticket photographs, as large as the screen allows.
 * @param {Desk} desk @param {Sighting} sighting
 */
function code(desk, sighting) {
  const here = `/gate/${desk.event.id}`;
  const face = checkIns.face(sighting, desk.register);
  show({
    title: w.code_title, small: titleOf(face), back: () => go(here), quiet: true,
    body: h("div", { class: "door-receipt" }, h("h2", { class: "door-h" }, w.code_lead),
      h("div", { class: "door-qr door-code", "data-visitor-code": "" }, draw(receipts.url(new URL("/t/", desk.pack.receipt_base).href, sighting.link), w.code)),
      h("p", {}, w.code_small),
      careful(w.drop, () => h("p", {}, w.code_small), w.drop, async () => {
        await undo(desk, sighting);
        go(here);
      }, "q")),
    action: button(w.done, () => go(here), { kind: "p", id: "main-action" }),
  });
  stayAwake();
}
