// @ts-check
// The phone itself: its lock, its room, its backup, and how it is handed back.

import * as appearance from "../appearance.js";
import * as clock from "../clock.js";
import * as device from "../device.js";
import { button, field, h, note } from "../dom.js";
import * as outbox from "../outbox.js";
import * as outing from "../outing.js";
import { words as own } from "../settings_words.js";
import * as store from "../store.js";
import * as vault from "../vault.js";
import { sentence, size, when, words } from "../words.js";
import { needs } from "./bar.js";
import { backupButton, pinField, restoreButton, weak } from "./enrol.js";
import { attempt, careful, go, say, sayNext, show } from "./frame.js";

const w = { ...words.settings, ...own };

/** @param {string} title @param {...any} inside */
function part(title, ...inside) {
  return h("section", { class: "ds-card door-part" }, h("h2", {}, title), inside);
}

function changePin() {
  let [old, fresh, again] = ["", "", ""];
  show({
    title: w.change, back: () => go("/settings"),
    body: [pinField(w.old, "old", (value) => (old = value)), pinField(w.fresh, "fresh", (value) => (fresh = value)),
      pinField(words.enrol.pin_again, "again", (value) => (again = value))],
    action: button(words.save, async () => {
      const wrong = weak(fresh) || (fresh === again ? "" : words.enrol.pin_other);
      if (wrong) return say("behind", wrong);
      try {
        await vault.change(old, fresh);
        sayNext("on", w.changed);
        go("/settings");
      } catch (/** @type {any} */ problem) {
        if (problem.code === "pin_wiped") return location.reload();
        say("risk", problem.code === "wrong_pin" ? words.unlock.wrong(problem.more.left) : sentence(problem));
      }
    }, { kind: "p" }),
  });
}

/** Everything of the app goes from this phone; only when nothing unsent lies here. */
async function remove() {
  await device.signOut();
  outing.forget();
  appearance.forget();
  const workers = navigator.serviceWorker ? await navigator.serviceWorker.getRegistrations() : [];
  await Promise.all(workers.filter((one) => new URL(one.scope).pathname === "/door/").map((one) => one.unregister()));
  for (const name of await caches.keys()) if (name.startsWith("door-")) await caches.delete(name);
  indexedDB.deleteDatabase("door");
  show({ title: words.app, quiet: true, body: note("on", h("p", {}, w.removed)) });
}

/** @param {() => void} restart */
export async function settings(restart) {
  const [state, counts, room] = [await device.state(), await outbox.counts(), await store.room()];
  const minutes = clock.warning();
  show({
    title: w.title, tab: "settings", needs: needs(),
    body: [
      part(w.lock_title, h("div", { class: "ds-two" }, button(w.lock, () => {
        vault.lock();
        restart();
      }, { icon: "lock", id: "lock" }), button(w.change, changePin, { icon: "key" }))),
      part(w.backup, h("p", { class: "ds-muted" }, w.backup_lead), h("div", { class: "ds-two" }, backupButton(w.backup_out), restoreButton(() => go("/settings")))),
      part(w.look, field({ label: w.look, value: appearance.chosen(), options: w.themes, oninput: appearance.choose })),
      part(w.device, h("dl", { class: "ds-kv" },
        h("div", {}, h("dt", {}, w.device), h("dd", {}, state.name || "", state.leaseUntil ? h("small", {}, w.lease(when(state.leaseUntil))) : null)),
        h("div", {}, h("dt", {}, w.storage), h("dd", {}, room.free === null ? "" : w.free(size(room.free)), h("small", {}, room.kept ? w.kept : w.not_kept))),
        h("div", {}, h("dt", {}, w.clock), h("dd", {}, minutes ? words.home.clock(Math.abs(minutes)) : w.clock_right)),
        h("div", {}, h("dt", {}, w.version), h("dd", { class: "ds-code" }, document.documentElement.dataset.version || ""))),
      room.kept ? null : button(w.keep, () => void attempt(async () => {
        await store.persist();
        go("/settings");
      }))),
      h("div", { class: "door-more mt" },
        careful(w.sign_out, () => [h("p", {}, w.sign_out_lead), counts.unsent ? h("p", {}, h("b", {}, w.sign_out_unsent(counts.unsent))) : null], w.sign_out_yes, async () => {
          await device.signOut();
          outing.forget();
          restart();
        }),
        counts.unsent || counts.photos
          ? h("p", { class: "ds-quiet" }, w.remove_unsent(counts.unsent + counts.photos))
          : careful(w.remove, () => h("p", {}, w.remove_sure), w.remove_yes, remove)),
    ],
  });
}
