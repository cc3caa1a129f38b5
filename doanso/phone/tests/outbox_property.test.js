// Long histories of one phone, by seed: two tabs, reloads, lost requests and answers, tabs that die while they send, full
// and failing disks, changes, backups. At each step: what put has promised lies here or with the server, no version lies
// here twice, nothing of the server's is taken twice, and the bar tells no lie. `PHONE_SEEDS=500` runs more.

import assert from "node:assert/strict";
import { test } from "node:test";
import * as fake from "../../../tools/vendor/fake-indexeddb/build/esm/index.js";
import { Phone, PIN, seeded, settle, until, visit } from "./phone.js";

const SEEDS = Number(process.env.PHONE_SEEDS || 8);
const STEPS = 45;
const FAULTS = ["lost-request", "lost-answer", "503", "portal", "wrong-mac", "liar", "damaged"];

class History {
  constructor(seed) {
    this.chance = seeded(seed);
    /** Every version that put or amend has promised: "id:hash" -> payload's outcome number. */
    this.promised = new Map();
    this.replaced = new Set();
    this.seen = new Set();
    this.lies = [];
    this.withdrawn = 0;
    this.count = 0;
  }

  pick(all) {
    return all[Math.floor(this.chance() * all.length)];
  }

  async begin() {
    this.phone = new Phone({ locks: this.chance() < 0.7 });
    this.tabs = [await this.phone.inService()];
    this.tabs.push(await this.phone.tab());
    // While a request is under way, too, nothing says that all is sent.
    let requests = 0;
    this.phone.server.during = async () => {
      requests += 1;
      if (requests % 3) return;
      for (const tab of this.tabs) {
        const { state, unsent } = await tab.sync.bar();
        if (unsent) this.seen.add(state);
        if (unsent && state === "sent") this.lies.push(unsent);
      }
    };
  }

  get tab() {
    return this.pick(this.tabs);
  }

  fresh() {
    this.count += 1;
    return visit({ note: this.count });
  }

  async put() {
    const tab = this.tab;
    const what = this.fresh();
    const number = this.count;
    const made = await tab.outbox.put(what);
    this.promised.set(`${made.id}:${made.hash}`, number);
    // A second press, or a reload between put and the next screen.
    if (this.chance() < 0.3) assert.equal((await this.tab.outbox.put({ ...what, id: made.id })).known, true);
  }

  async putWithDraft() {
    const tab = this.tab;
    const draft = await tab.drafts.begin({ step: this.count });
    const what = { ...this.fresh(), id: draft.id, draft: draft.id };
    const fails = this.chance() < 0.5;
    try {
      const made = await (fails ? this.phone.withFullDisk(() => tab.outbox.put(what)) : tab.outbox.put(what));
      assert.equal(fails, false);
      this.promised.set(`${made.id}:${made.hash}`, this.count);
      assert.equal(
        (await tab.drafts.list()).some((one) => one.id === draft.id),
        false,
      );
    } catch (error) {
      assert.equal(error.code, "disk_full");
      assert.equal(fails, true);
      assert.equal(
        (await tab.drafts.list()).some((one) => one.id === draft.id),
        true,
      );
      await tab.drafts.remove(draft.id);
    }
  }

  async amend() {
    const tab = this.tab;
    const rows = await tab.store.all("outbox");
    if (!rows.length) return;
    const { id, hash } = this.pick(rows);
    const held = (await tab.store.all("outbox")).filter((row) => row.id === id);
    const made = await tab.outbox.amend(id, this.fresh().body);
    this.promised.set(`${id}:${made.hash}`, this.count);
    const after = new Set((await tab.store.all("outbox")).map((row) => row.hash));
    for (const row of held) {
      if (after.has(row.hash)) continue;
      // Gone without an acknowledgement: only what nobody else could hold is replaced.
      assert.equal(row.tried && !row.again, false, `${hash} was replaced though it had left`);
      this.replaced.add(`${id}:${row.hash}`);
    }
  }

  /** Taken back: only what nobody else could hold is gone. */
  async withdraw() {
    const tab = this.tab;
    const rows = await tab.store.all("outbox");
    if (!rows.length) return;
    const { id } = this.pick(rows);
    const held = rows.filter((row) => row.id === id);
    const known = [...this.phone.server.records.keys()].some((version) => version.startsWith(`${id}:`));
    const gone = await tab.outbox.withdraw(id, () => {});
    assert.equal((await tab.store.all("outbox")).some((row) => row.id === id), !gone);
    if (!gone) return;
    assert.equal(known || held.some((row) => row.tried && !row.again), false, `${id} was taken back though it had left`);
    for (const { hash } of held) this.replaced.add(`${id}:${hash}`);
    this.withdrawn += 1;
  }

  async send() {
    const faults = Array.from({ length: 3 }, () => (this.chance() < 0.5 ? this.pick(FAULTS) : ""));
    this.phone.server.faults = faults;
    await this.tab.sync.now();
    this.phone.server.faults = [];
    await this.retryWhatNeeds();
  }

  async retryWhatNeeds() {
    if (this.chance() < 0.5) return;
    const tab = this.tab;
    for (const row of await tab.outbox.list()) if (row.state === "needs") await tab.outbox.tryAgain(row.id);
  }

  /** The tab dies while it waits for the answer, or after it and before anything was taken out. */
  async die() {
    const place = this.chance() < 0.5 ? 0 : 1;
    this.phone.server.faults = [this.pick(["stuck", "stuck-after"])];
    let ended = false;
    void this.tabs[place].sync.now().then(() => (ended = true));
    await until(() => ended || this.phone.server.faults.length === 0);
    await settle(1);
    this.phone.server.faults = [];
    await this.bury(place);
  }

  async bury(place) {
    this.phone.locks?.breakAll();
    this.tabs[place] = await this.phone.tab();
    const lease = await this.tabs[place].store.get("meta", "lease-send");
    if (lease) await this.tabs[place].store.setMeta("lease-send", { ...lease, until: 0 });
  }

  /** The disk fails in the middle of the transaction that takes acknowledged rows out. */
  async failToDelete() {
    const real = fake.IDBObjectStore.prototype.delete;
    let left = Math.floor(this.chance() * 3);
    fake.IDBObjectStore.prototype.delete = function (...args) {
      if (this.name === "outbox" && left-- <= 0) throw new DOMException("I/O", "UnknownError");
      return real.apply(this, args);
    };
    try {
      await this.tab.sync.now();
    } finally {
      fake.IDBObjectStore.prototype.delete = real;
    }
  }

  async together() {
    await Promise.all([this.tabs[0].sync.now(), this.put(), this.tabs[1].sync.now(), this.put()]);
  }

  async reload() {
    const place = this.chance() < 0.5 ? 0 : 1;
    this.tabs[place] = await this.phone.tab();
  }

  async lock() {
    const tab = this.tab;
    tab.vault.lock();
    await tab.sync.now();
    const { state, unsent } = await tab.sync.bar();
    if (unsent) assert.equal(state, "needs");
    await tab.vault.unlock(PIN);
  }

  async backUp() {
    const files = await this.tab.backup.save();
    if (files.length && this.chance() < 0.3) await this.phone.server.deliver(files[0].text);
    for (const file of files) assert.deepEqual((await this.tab.backup.restore(file.text)).added, 0);
  }

  async check() {
    const { server } = this.phone;
    const rows = await this.tabs[0].store.all("outbox");
    const here = rows.map((row) => `${row.id}:${row.hash}`);
    assert.equal(new Set(here).size, here.length, "a version lies here twice");
    for (const version of this.promised.keys()) {
      const kept = here.includes(version) || server.records.has(version) || this.replaced.has(version);
      assert.ok(kept, `${version} is lost`);
    }
    for (const version of server.records.keys()) assert.ok(this.promised.has(version), `${version} is nobody's`);
    for (const tab of this.tabs) {
      const bar = await tab.sync.bar();
      assert.equal(bar.unsent, rows.length);
      if (bar.state === "sent")
        assert.ok([...this.promised.keys()].every((one) => server.records.has(one) || this.replaced.has(one)));
      if (rows.length) assert.notEqual(bar.state, "sent");
      // Without locks a dead tab's word is believed for a few seconds.
      if (this.phone.locks) assert.notEqual(bar.state, "sending");
    }
    assert.deepEqual(this.lies, []);
    assert.equal(this.phone.marks.get("door-mark") ?? "0", String(rows.length));
  }

  async end() {
    this.phone.server.faults = [];
    for (let round = 0; round < 4; round += 1) {
      for (const row of await this.tabs[0].outbox.list()) await this.tabs[0].outbox.tryAgain(row.id);
      await this.tabs[0].sync.now();
    }
    assert.deepEqual(await this.tabs[0].store.all("outbox"), []);
    assert.equal((await this.tabs[0].sync.bar()).state, "sent");
    for (const version of this.promised.keys()) {
      assert.notEqual(this.phone.server.records.has(version), this.replaced.has(version), version);
    }
    // A version is with the server once, by id and hash, and its number is the one that was written down.
    for (const [version, number] of this.promised) {
      if (this.replaced.has(version)) continue;
      assert.equal(JSON.parse(this.phone.server.records.get(version).payload).body.note, number);
    }
  }
}

const ACTIONS = [
  "put",
  "put",
  "put",
  "putWithDraft",
  "amend",
  "amend",
  "withdraw",
  "send",
  "send",
  "send",
  "die",
  "failToDelete",
  "together",
  "reload",
  "lock",
  "backUp",
];

test(`${SEEDS} histories lose nothing, double nothing and tell no lie`, async () => {
  let acknowledged = 0;
  let replaced = 0;
  let resent = 0;
  let withdrawn = 0;
  const seen = new Set();
  for (let seed = 1; seed <= SEEDS; seed += 1) {
    const history = new History(seed);
    await history.begin();
    const log = [];
    try {
      for (let step = 0; step < STEPS; step += 1) {
        const action = history.pick(ACTIONS);
        log.push(action);
        await history[action]();
        await history.check();
      }
      await history.end();
    } catch (error) {
      throw new Error(`seed ${seed}, after ${log.join(" ")}: ${error.message}`, { cause: error });
    }
    acknowledged += history.phone.server.records.size;
    replaced += history.replaced.size;
    withdrawn += history.withdrawn;
    for (const state of history.seen) seen.add(state);
    resent += history.phone.server.batches.flatMap((batch) => batch.ids).length - history.phone.server.records.size;
  }
  // Histories in which nothing happens prove nothing.
  assert.ok(seen.has("sending"));
  assert.ok(
    acknowledged > SEEDS * 10 && resent > SEEDS * 5 && replaced > SEEDS && withdrawn > SEEDS / 2,
    `${acknowledged} ${resent} ${replaced} ${withdrawn}`,
  );
});
