// @ts-check
// What every screen stands in: the head, the sync bar that never goes away, the body, the button at the thumb.

import { button, h, icon, note } from "../dom.js";
import { sentence, words } from "../words.js";
import { barElement } from "./bar.js";

/**
 * @typedef {import("../dom.js").Child} Child
 * @typedef {{title: string, small?: string, back?: (() => void) | null, leave?: (() => void) | null, more?: Child, step?: {now: number, path: number[], name: string},
 *   body: Child, action?: Child, tab?: "doors" | "sent" | "settings" | "", quiet?: boolean, needs?: number}} Screen
 */

/**
 * A sentence to say once, on whatever screen comes next.
 * @type {{state: string, text: string} | null}
 */
let toSay = null;
/** Another screen is on its way: a second tap of the same button would be one too many. */
let leaving = false;
/**
 * What to end when the screen goes: a camera, a timer.
 * @type {(() => void)[]}
 */
let endings = [];

/** @param {string} state on, behind, risk @param {string} text */
export function sayNext(state, text) {
  toSay = { state, text };
}

/**
 * Called when this screen is left, however that happens.
 * @param {() => void} end
 */
export function onLeave(end) {
  endings.push(end);
}

/**
 * Go to a place of the app; the phone's own "back" works because places are addresses.
 * @param {string} place
 */
export function go(place) {
  leaving = true;
  if (location.hash === `#${place}`) window.dispatchEvent(new HashChangeEvent("hashchange"));
  else location.hash = place;
}

/**
 * Another place instead of this one, so that "back" doesn't come here again.
 * @param {string} place
 */
export function instead(place) {
  leaving = true;
  history.replaceState(null, "", `#${place}`);
  window.dispatchEvent(new HashChangeEvent("hashchange"));
}

function leaveScreen() {
  const all = endings;
  endings = [];
  all.forEach((end) => end());
}

/** @param {string} place @param {string} label @param {string} shape @param {boolean} here @param {number} count */
function tab(place, label, shape, here, count) {
  return h("a", { class: "ds-tab", href: `#${place}`, "aria-current": here ? "page" : null },
    icon(shape), label, count ? h("span", { class: "ds-badge" }, String(count), h("span", { class: "ds-vh" }, ` ${words.sent.needs}`)) : null);
}

/**
 * Put a screen on the page.
 * @param {Screen} screen
 */
export function show(screen) {
  leaveScreen();
  leaving = false;
  const root = /** @type {HTMLElement} */ (document.getElementById("app"));
  document.title = `${screen.title} – Đoàn Số`;
  const head = h("header", { class: "ds-top" },
    screen.back ? h("button", { class: "ds-icb", type: "button", "aria-label": words.back, onclick: screen.back }, icon("arrow-left")) : null,
    h("h1", { class: "ttl", id: "title", tabindex: "-1" }, screen.title, screen.small ? h("small", {}, screen.small) : null),
    screen.leave ? h("button", { class: "ds-icb", type: "button", "aria-label": words.leave, onclick: screen.leave }, icon("x")) : null,
    screen.more || null);
  const steps = screen.step ? stepLine(screen.step) : null;
  const said = toSay ? note(toSay.state, h("p", { role: "status" }, toSay.text)) : null;
  toSay = null;
  const main = h("main", { class: screen.action ? "ds-body has-action" : "ds-body", id: "main" }, steps, h("div", { id: "said" }, said), screen.body);
  main.addEventListener("input", () => hush());
  // The head stays while one scrolls, and with it the line that says where the work is.
  const above = h("div", { class: "door-head" }, head, screen.quiet ? null : barElement());
  root.replaceChildren(...[above, main, foot(screen)].filter(isNode));
  scrollTo(0, 0);
  const title = document.getElementById("title");
  if (title) title.focus({ preventScroll: true });
}

/** @param {any} value @returns {value is Node} */
function isNode(value) {
  return value !== null && value !== undefined;
}

/** @param {{now: number, path: number[], name: string}} step */
function stepLine(step) {
  const dots = [1, 2, 3, 4, 5].map((n) => h("li", { class: n === step.now ? "now" : n < step.now ? "done" : null }));
  return h("div", {}, h("ol", { class: "door-steps", "aria-hidden": "true" }, dots),
    h("p", { class: "door-stepno" }, words.visit.step(step.now, step.name)));
}

/** @param {Screen} screen */
function foot(screen) {
  const action = screen.action
    ? h("div", { class: screen.tab ? "ds-action over-tabs" : "ds-action" }, h("div", { id: "asked" }), screen.action) : null;
  if (!screen.tab) return action;
  const t = words.tabs;
  return h("div", {}, action, h("nav", { class: "ds-tabbar", "aria-label": words.app },
    tab("/", t.doors, "home-heart", screen.tab === "doors", 0),
    tab("/sent", t.sent, "send", screen.tab === "sent", screen.needs || 0),
    tab("/settings", t.settings, "settings", screen.tab === "settings", 0)));
}

/**
 * A sentence on the screen that is open: above the button at the thumb, so that nobody has to look for it.
 * @param {string} state @param {string} text
 */
export function say(state, text) {
  const place = document.getElementById("asked") || document.getElementById("said");
  if (!place) return;
  place.replaceChildren(note(state, h("p", { role: state === "on" ? "status" : "alert" }, text)));
  if (place.id === "said") place.scrollIntoView({ block: "center" });
}

/** What was asked for is being done. */
function hush() {
  const place = document.getElementById("asked");
  if (place) place.replaceChildren();
}

/**
 * Do something that may fail; its failure becomes a sentence.
 * @template T @param {() => Promise<T>} action @returns {Promise<T | undefined>}
 */
export async function attempt(action) {
  try {
    return await action();
  } catch (problem) {
    if (!problem || !(/** @type {any} */ (problem).code)) console.error(problem);
    say("risk", sentence(problem));
    return undefined;
  }
}

/**
 * A question before something that can't be undone.
 * @param {string} label @param {() => any} ask what to say @param {string} yes @param {() => Promise<any>} action @param {string} [kind] how the first button looks
 */
export function careful(label, ask, yes, action, kind = "d") {
  const place = h("div", {});
  const rest = () => place.replaceChildren(button(label, open, { kind }));
  const open = () => {
    place.replaceChildren(note("behind", ask(), h("p", { class: "ds-acts" },
      button(yes, () => void attempt(action), { kind: "d" }), button(words.cancel, rest, { kind: "q" }))));
    place.scrollIntoView({ block: "center" });
  };
  rest();
  return place;
}

/**
 * The main button, which can't be pressed twice while its action is under way.
 * @param {string} label @param {() => any} action @param {string} [id]
 */
export function mainButton(label, action, id = "main-action") {
  const made = button(label, async () => {
    made.disabled = true;
    try {
      await action();
    } finally {
      if (!leaving) made.disabled = false;
    }
  }, { kind: "p", id });
  return made;
}
