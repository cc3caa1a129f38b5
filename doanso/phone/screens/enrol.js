// @ts-check
// Taking the phone into service, opening it, and what is said when it is locked for good.

import * as backup from "../backup.js";
import * as device from "../device.js";
import { button, field, h, note, promise } from "../dom.js";
import * as outbox from "../outbox.js";
import * as store from "../store.js";
import * as vault from "../vault.js";
import { given, sentence, words } from "../words.js";
import { attempt, careful, mainButton, say, sayNext, show } from "./frame.js";

/** @typedef {{signed_in: boolean, name?: string, may?: boolean, csrf?: string}} Me */

const root = document.documentElement.dataset;

/**
 * Who is signed in, as the session's cookie says; null without network.
 * @returns {Promise<Me | null>}
 */
async function whoIsThere() {
  try {
    const answer = await fetch(root.me || "", { credentials: "same-origin", headers: { Accept: "application/json" } });
    return answer.ok ? await answer.json() : { signed_in: false };
  } catch {
    return null;
  }
}

function signIn() {
  location.assign(`${root.login}?next=/door/`);
}

/**
 * Six digits that are not the first ones anybody tries.
 * @param {string} pin @returns {string} what is wrong, or ""
 */
export function weak(pin) {
  if (!/^\d{6}$/.test(pin)) return words.enrol.pin_six;
  const steps = [...pin].slice(1).map((digit, i) => Number(digit) - Number(pin[i]));
  const easy = steps.every((step) => step === steps[0] && Math.abs(step) <= 1) || pin.slice(0, 3) === pin.slice(3) || pin.slice(0, 2).repeat(3) === pin;
  return easy ? words.enrol.pin_easy : "";
}

/** @param {string} label @param {string} id @param {(value: string) => void} oninput @param {{help?: string, error?: string}} [more] */
export function pinField(label, id, oninput, more = {}) {
  // No password field: the browser would offer to keep it.
  return field({ label, id, look: "door-pin", mode: "numeric", most: 6, oninput, ...more });
}

/**
 * The first screen of a phone that is nobody's yet, or of one that must sign in again.
 * @param {() => void} done @param {boolean} [again] records lie here already
 */
export async function enrol(done, again = false) {
  const w = words.enrol;
  const title = again ? w.again_title : w.title;
  show({ title, quiet: true, body: h("p", { class: "door-wait", role: "status" }, w.busy) });
  const me = await whoIsThere();
  const lead = h("p", { class: "ds-muted" }, again ? w.again_lead : w.lead);
  if (me === null) {
    show({ title, quiet: true, body: [lead, note("behind", h("p", {}, w.offline))], action: mainButton(w.again, () => enrol(done, again)) });
  } else if (!me.signed_in) {
    show({ title, quiet: true, body: [lead, h("p", {}, w.sign_in_first), promise(words.never)], action: mainButton(w.sign_in, signIn) });
  } else if (!me.may) {
    show({ title, quiet: true, body: [h("p", {}, w.hello(me.name || "")), note("behind", h("p", {}, w.may_not))], action: mainButton(w.other, signIn) });
  } else {
    form(me, done, again, title, lead);
  }
}

/**
 * The password of the account, as a field that no browser offers to keep: a lost phone would fill it in by itself.
 * @param {(value: string) => void} oninput @param {string} [error]
 */
const passwordField = (oninput, error) => field({ label: words.enrol.password, id: "password", look: "door-secret", help: words.enrol.password_help, oninput, error });

/**
 * @param {Me} me @param {() => void} done @param {boolean} again @param {string} title @param {any} lead
 * @param {{name: string, error: string}} [before] what was typed, and why the server refused it
 */
async function form(me, done, again, title, lead, before) {
  const w = words.enrol;
  const open = vault.isOpen();
  let name = before ? before.name : w.name_of(given(me.name || ""));
  let password = "";
  let pin = "";
  let second = "";
  const draw = (/** @type {Record<string, string>} */ errors) => {
    show({
      title, quiet: true,
      body: [
        lead, h("p", {}, h("b", {}, w.hello(me.name || ""))),
        field({ label: w.name, help: w.name_help, value: name, most: 60, oninput: (value) => (name = value) }),
        open ? null : pinField(w.pin, "pin", (value) => (pin = value), { help: w.pin_help, error: errors.pin }),
        open ? null : pinField(w.pin_again, "pin-again", (value) => (second = value), { error: errors.second }),
        open ? null : h("p", { class: "ds-muted" }, w.forget),
        passwordField((value) => (password = value), errors.password),
        promise(words.never),
      ],
      action: mainButton(again && open ? w.again_go : w.go, go),
    });
  };
  const go = async () => {
    const pinWrong = open ? "" : weak(pin);
    const wrong = {
      ...(pinWrong ? { pin: pinWrong } : {}),
      ...(!open && !pinWrong && pin !== second ? { second: w.pin_other } : {}),
      ...(password ? {} : { password: w.password_missing }),
    };
    if (Object.keys(wrong).length) {
      pin = second = password = "";
      draw(wrong);
      (document.getElementById(wrong.pin ? "pin" : wrong.second ? "pin-again" : "password") || document.body).focus();
      return;
    }
    await attempt(async () => {
      if (!vault.isOpen()) await vault.setUp(pin);
      try {
        await device.register({ name: name.trim() || w.name_of(""), csrf: me.csrf || "", password });
      } catch (/** @type {any} */ problem) {
        if (problem.code === "device_revoked") return void (await revoked(done));
        // The PIN is chosen by now, so only the password is asked again.
        await form(me, done, again, title, lead, { name, error: problem.field === "password" ? sentence(problem) : "" });
        if (problem.field !== "password") throw problem;
        return;
      }
      await store.persist();
      done();
    });
  };
  draw(before?.error ? { password: before.error } : {});
  if (before?.error) (document.getElementById("password") || document.body).focus();
}

/**
 * The screen of every start: six digits.
 * @param {() => void} done
 */
export function unlock(done) {
  const w = words.unlock;
  let pin = "";
  const go = async () => {
    try {
      await vault.unlock(pin);
      done();
    } catch (/** @type {any} */ problem) {
      if (problem.code === "pin_wiped") return void locked(done);
      pin = "";
      draw();
      say("risk", problem.code === "wrong_pin" ? w.wrong(problem.more.left) : sentence(problem));
    }
  };
  const draw = () => {
    show({
      title: words.app, quiet: true,
      body: [
        h("h2", { class: "door-h" }, w.title),
        h("form", { id: "unlock", onsubmit: (/** @type {Event} */ event) => { event.preventDefault(); void go(); } },
          pinField(w.pin, "pin", (value) => {
            pin = value;
            if (/^\d{6}$/.test(value)) void go();
          }, { help: w.tries })),
        careful(w.forgot, () => h("p", {}, w.forgot_sure), w.forgot_yes, async () => {
          await vault.wipe();
          await locked(done, true);
        }, "q"),
      ],
      action: mainButton(w.go, go),
    });
    (document.getElementById("pin") || document.body).focus();
  };
  draw();
}

/**
 * Hand the backup out as a file.
 * @returns {Promise<number>} how many records are in it
 */
export async function saveBackup() {
  const files = await backup.save();
  for (const file of files) {
    const link = h("a", { href: URL.createObjectURL(new Blob([file.text], { type: "application/json" })), download: file.name });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
  }
  return files.reduce((sum, file) => sum + file.records, 0);
}

/**
 * A button that saves the backup and says so.
 * @param {string} label
 */
export function backupButton(label) {
  return button(label, () => void attempt(async () => {
    const n = await saveBackup();
    say("on", n ? words.settings.backup_saved(n) : words.settings.backup_none);
  }), { icon: "download" });
}

/**
 * Ten wrong PINs, or none remembered: the names are gone, the visits are not.
 * @param {() => void} done @param {boolean} [forgotten]
 */
export async function locked(done, forgotten = false) {
  const w = words.unlock;
  const { unsent } = await outbox.counts();
  show({
    title: w.wiped_title, quiet: true,
    body: [
      note("behind", h("p", {}, forgotten ? w.forgotten : w.wiped), unsent ? h("p", {}, h("b", {}, w.unsent(unsent))) : null),
      unsent ? h("p", { class: "mt" }, backupButton(w.save)) : null,
      h("p", { class: "mt" }, w.restart_help),
    ],
    action: mainButton(w.restart, () => enrol(done, true)),
  });
}

/**
 * The server took the right away: say what is gone, and how what is left gets home.
 * @param {() => void} done
 */
export async function revoked(done) {
  const w = words.revoked;
  const { unsent } = await outbox.counts();
  show({
    title: w.title,
    body: [
      note("behind", h("p", {}, w.lead), h("p", {}, unsent ? w.deliver(unsent) : w.nothing)),
      h("p", { class: "mt" }, w.back),
      unsent ? h("p", { class: "mt" }, backupButton(words.unlock.save)) : null,
    ],
    action: mainButton(words.sent.sign_in_go, () => enrol(done, true)),
  });
}

/**
 * Read a backup file back in.
 * @param {() => void} done
 */
export function restoreButton(done) {
  const input = h("input", {
    type: "file", accept: "application/json,.json", class: "ds-vh", id: "restore", tabindex: "-1", "aria-hidden": "true",
    onchange: () => void attempt(async () => {
      const file = input.files && input.files[0];
      if (!file) return;
      const result = await backup.restore(await file.text());
      sayNext("on", words.settings.restored(result.added, result.known));
      done();
    }),
  });
  return h("span", {}, input, button(words.settings.backup_in, () => input.click(), { icon: "upload" }));
}
