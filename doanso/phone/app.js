// @ts-check
// The app's start and its places. A place is an address behind "#", so that the phone's own "back" leads where one came from.

import { countStart, dress } from "./appearance.js";
import { on } from "./bus.js";
import * as device from "./device.js";
import { h, note } from "./dom.js";
import * as packs from "./pack.js";
import { enrol, locked, revoked, unlock } from "./screens/enrol.js";
import { instead, show } from "./screens/frame.js";
import { finishLeftovers, home, versionReady } from "./screens/home.js";
import { pair } from "./screens/pair.js";
import { record, visit } from "./screens/visit.js";
import * as store from "./store.js";
import * as sync from "./sync.js";
import * as update from "./update.js";
import * as vault from "./vault.js";
import { sentence, words } from "./words.js";

const FRESH = 60_000;
/** At a gate something is sent every few seconds, and the list of tickets is the heaviest thing that a phone fetches. */
const FRESH_AT_GATE = 5 * FRESH;
const isAtGate = () => location.hash.startsWith("#/gate/");
/** Where one goes on after the six digits; from elsewhere the day begins at its first screen. */
const STAYS = /^#\/(visit|gate|stand)\//;
/** In a pocket for so long, the phone asks for its six digits again; the visit stands where it stood. */
const POCKET = 15 * 60_000;
let open = false;
let turn = 0;

/** @param {any} problem */
function failed(problem) {
  if (!problem || !problem.code) console.error(problem);
  show({ title: words.app, quiet: true, body: note("risk", h("p", { role: "alert" }, sentence(problem))) });
}

/** Show the place that the address names. */
async function route() {
  if (!open) return;
  const mine = (turn += 1);
  /** Whether nobody went on to another place while this one was read. */
  const isCurrent = () => mine === turn;
  const [, place = "", id = "", step = ""] = location.hash.slice(1).split("/");
  try {
    if (!vault.isOpen()) return undefined;
    if (place === "sent") return await (await import("./screens/sent.js")).sent();
    if (place === "settings") return await (await import("./screens/settings.js")).settings(start);
    if (place === "enrol") return await enrol(enter, true);
    const pack = await packs.get();
    // Somebody pressed on while the disk was slow.
    if (!isCurrent()) return undefined;
    if (place === "visit" && pack) return await visit(pack, id, step);
    if (place === "amend" && pack) return await (await import("./screens/amend.js")).amend(pack, id);
    if (place === "pair" && pack) return await pair(pack, id, step);
    if (place === "found" && pack) return (await import("./screens/found.js")).found(pack);
    if (place === "confirm" && pack) return (await import("./screens/confirm.js")).confirm(pack);
    if (place === "shops" && pack) return await (await import("./screens/shops.js")).shops(pack);
    if (place === "shop" && pack) return await (await import("./screens/shop.js")).shop(pack, id, step);
    if (place === "events" && pack) return await (await import("./screens/events.js")).events(pack);
    if (place === "gate" && pack) return await (await import("./screens/gate.js")).gate(pack, id, step);
    if (place === "stand" && pack) return await (await import("./screens/stand.js")).stand(pack, id, step, isCurrent);
    if (place === "check" && pack) return await (await import("./screens/shop.js")).again(pack, id);
    return await home(isCurrent);
  } catch (problem) {
    // Locked or wiped under it: another screen says so already.
    return isCurrent() && vault.isOpen() ? failed(problem) : undefined;
  }
}

let freshAt = 0;

/** Doors, words and decisions anew, when there is network and not too often; without network all stays as it is. */
async function freshen() {
  if (!open || Date.now() - freshAt < (isAtGate() ? FRESH_AT_GATE : FRESH)) return;
  freshAt = Date.now();
  try {
    await packs.refresh();
    await sync.refresh();
  } catch {
    freshAt = 0;
  }
}

/** The vault is open: the phone works, whatever the network does. */
async function enter() {
  const state = await device.state();
  if (state.state === "revoked") return revoked(enter);
  if (state.state === "none" || state.state === "signed-out") return enrol(enter, state.state === "signed-out");
  open = true;
  sync.start();
  // After a new sign-in what had to stay goes at once.
  void sync.now();
  const receipt = await finishLeftovers(record);
  if (await packs.get()) void freshen();
  else await packs.refresh().catch(() => undefined);
  if (receipt) return instead(`/visit/${receipt}/5`);
  return STAYS.test(location.hash) ? route() : instead("/");
}

/** From the beginning: which of its states is this phone in? */
async function start() {
  open = false;
  turn += 1;
  try {
    const state = await vault.state();
    if (state === "open") return await enter();
    if (state === "locked") return unlock(() => void enter().catch(failed));
    const here = await device.state();
    if (here.state === "revoked") return await revoked(() => void enter().catch(failed));
    if (state === "wiped") return await locked(() => void enter().catch(failed));
    return await enrol(() => void enter().catch(failed));
  } catch (problem) {
    return failed(problem);
  }
}

async function boot() {
  dress();
  countStart();
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", dress);
  update.start(versionReady).catch(() => undefined);
  try {
    await store.open();
  } catch (problem) {
    return failed(problem);
  }
  addEventListener("hashchange", () => void route());
  on("pack", () => {
    if (open && ["", "#/"].includes(location.hash)) void route();
  });
  let hiddenAt = 0;
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState !== "visible") hiddenAt = Date.now();
    else if (open && hiddenAt && Date.now() - hiddenAt > POCKET) {
      vault.lock();
      void start();
    } else void freshen();
  });
  addEventListener("online", () => void freshen());
  let was = "";
  let state = "";
  sync.subscribe((/** @type {any} */ bar) => {
    if (bar.state === "sent" && state === "sending") void freshen();
    state = bar.state;
    // The server took the right away while the app was open.
    if (open && bar.why === "revoked" && was !== "revoked") void start();
    was = bar.why;
  });
  return start();
}

void boot();
