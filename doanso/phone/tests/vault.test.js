// Six digits guard a random key; ten wrong tries wipe the key, and nothing gives a try back.

import assert from "node:assert/strict";
import { test } from "node:test";
import { codeOf, Phone, PIN, settle, until, visit } from "./phone.js";

const WRONG = "135790";

async function leftAfter(promise) {
  try {
    await promise;
  } catch (error) {
    return error.more.left;
  }
  return null;
}

test("a sealed value opens after a reload with the PIN, and with it alone", async () => {
  const phone = new Phone();
  const tab = await phone.inService();
  const sealed = await tab.vault.seal({ name: "Bảy" });

  const reloaded = await phone.tab({ unlock: false });

  assert.equal(await reloaded.vault.state(), "locked");
  assert.equal(await codeOf(reloaded.vault.open(sealed)), "locked");
  assert.equal(await codeOf(reloaded.vault.unlock(WRONG)), "wrong_pin");
  await reloaded.vault.unlock(PIN);
  assert.deepEqual(await reloaded.vault.open(sealed), { name: "Bảy" });
  reloaded.vault.lock();
  assert.equal(await codeOf(reloaded.vault.seal(1)), "locked");
});

test("the same value is sealed differently each time", async () => {
  const tab = await new Phone().inService();

  const seals = await Promise.all([1, 2, 3].map(async () => Buffer.from(await tab.vault.seal("x")).toString("hex")));

  assert.equal(new Set(seals).size, 3);
});

test("a PIN is six digits, and none that anybody tries first", async () => {
  const tab = await new Phone().tab();

  for (const pin of ["", "12345", "1234567", "12345a", "111111", "123456", "654321", "121212", "123123"]) {
    assert.equal(await codeOf(tab.vault.setUp(pin)), "bad_pin", pin);
  }
  assert.equal(await tab.vault.state(), "none");
});

test("a second first PIN is refused: it would orphan what the first sealed", async () => {
  const phone = new Phone();
  await phone.inService();
  const other = await phone.tab({ unlock: false });

  assert.equal(await codeOf(other.vault.setUp("908172", { iterations: 1000 })), "known_pin");
});

test("the tenth wrong try wipes the key, and the backups stay", async () => {
  const phone = new Phone();
  const tab = await phone.inService();
  const kept = await tab.outbox.put(visit());
  await tab.drafts.begin({ step: 1 });
  const left = [];

  const other = await phone.tab({ unlock: false });
  for (let n = 0; n < 9; n += 1) left.push(await leftAfter(other.vault.unlock(WRONG)));
  const tenth = await codeOf(other.vault.unlock(WRONG));

  assert.deepEqual(left, [9, 8, 7, 6, 5, 4, 3, 2, 1]);
  assert.equal(tenth, "pin_wiped");
  assert.equal(await other.vault.state(), "wiped");
  assert.equal(await codeOf(other.vault.unlock(PIN)), "pin_wiped");
  assert.deepEqual(await other.drafts.list(), []);
  const [file] = await other.backup.save();
  assert.deepEqual(
    (await phone.server.openBackup(file.text)).map((one) => one.hash),
    [kept.hash],
  );
  assert.deepEqual([(await other.sync.bar()).state, (await other.sync.bar()).unsent], ["needs", 1]);
});

test("the tab that is open when the key is wiped seals nothing more under it", async () => {
  const phone = new Phone();
  const tab = await phone.inService();
  const other = await phone.tab({ unlock: false });
  for (let n = 0; n < 10; n += 1) await codeOf(other.vault.unlock(WRONG));

  assert.equal(await codeOf(tab.outbox.put(visit())), "locked");
  await until(() => !tab.vault.isOpen());
});

test("reloads and tabs give no try back", async () => {
  const phone = new Phone();
  await phone.inService();

  for (let n = 0; n < 9; n += 1) await codeOf((await phone.tab({ unlock: false })).vault.unlock(WRONG));

  assert.equal(await codeOf((await phone.tab({ unlock: false })).vault.unlock(WRONG)), "pin_wiped");
});

test("tries at once in many tabs are all counted", async () => {
  const phone = new Phone();
  await phone.inService();
  const tabs = await Promise.all(Array.from({ length: 4 }, () => phone.tab({ unlock: false })));

  const codes = await Promise.all(tabs.flatMap((tab) => [1, 2, 3].map(() => codeOf(tab.vault.unlock(WRONG)))));

  assert.equal(codes.filter((code) => code === "wrong_pin").length, 9);
  assert.equal(codes.filter((code) => code === "pin_wiped").length, 3);
});

test("a try is counted before the PIN is checked: a reload in between has used it up", async () => {
  const phone = new Phone();
  await phone.inService();
  const { deriveKey } = crypto.subtle;
  crypto.subtle.deriveKey = () => new Promise(() => {});
  const dying = await phone.tab({ unlock: false });
  void dying.vault.unlock(PIN);
  await until(async () => (await dying.store.get("meta", "vault")).tries === 1);
  await settle(20);
  crypto.subtle.deriveKey = deriveKey;

  const reloaded = await phone.tab({ unlock: false });

  assert.equal((await reloaded.store.get("meta", "vault")).tries, 1);
  assert.equal(await leftAfter(reloaded.vault.unlock(WRONG)), 8);
});

test("the right PIN puts the count back, a text that is none is not counted", async () => {
  const phone = new Phone();
  await phone.inService();
  const tab = await phone.tab({ unlock: false });
  for (let n = 0; n < 8; n += 1) await codeOf(tab.vault.unlock(WRONG));
  assert.equal(await codeOf(tab.vault.unlock("12")), "bad_pin");

  await tab.vault.unlock(PIN);

  assert.equal(await leftAfter(tab.vault.unlock(WRONG)), 9);
});

test("a changed PIN opens what the old one sealed", async () => {
  const phone = new Phone();
  const tab = await phone.inService();
  const sealed = await tab.vault.seal("x");

  await tab.vault.change(PIN, "719305");

  const reloaded = await phone.tab({ unlock: false });
  assert.equal(await codeOf(reloaded.vault.unlock(PIN)), "wrong_pin");
  await reloaded.vault.unlock("719305");
  assert.equal(await reloaded.vault.open(sealed), "x");
});

test("after a wipe a new PIN and a new sign-in go on with the same device, and old records go sealed", async () => {
  const phone = new Phone();
  const tab = await phone.inService();
  const { id } = phone.server.device;
  const old = await tab.outbox.put(visit());
  for (let n = 0; n < 10; n += 1) await codeOf(tab.vault.unlock(WRONG));
  assert.deepEqual(
    (await tab.outbox.list()).map((row) => [row.id, row.state, row.body]),
    [[old.id, "waiting", null]],
  );

  await tab.vault.setUp("719305", { iterations: 1000 });
  await tab.device.register({ name: "Máy của Lan", csrf: "csrf", password: "mật khẩu" });
  const fresh = await tab.outbox.put(visit());
  phone.server.faults = ["lost-answer"];
  await tab.sync.now();
  assert.equal((await tab.store.all("outbox")).length, 2);
  await tab.sync.now();

  assert.equal(phone.server.device.id, id);
  assert.deepEqual([...phone.server.records.keys()].sort(), [old, fresh].map((one) => `${one.id}:${one.hash}`).sort());
  assert.deepEqual(await tab.store.all("outbox"), []);
  assert.equal((await tab.sync.bar()).state, "sent");
});

test("records that not even the server can open stay, and ask for somebody", async () => {
  const phone = new Phone();
  const tab = await phone.inService();
  const device = await tab.store.get("meta", "device");
  await tab.store.setMeta("device", { ...device, key: { ...device.key, id: "k0" } });
  await tab.outbox.put(visit());
  for (let n = 0; n < 10; n += 1) await codeOf(tab.vault.unlock(WRONG));
  await tab.vault.setUp("719305", { iterations: 1000 });
  await tab.device.register({ name: "Máy của Lan", csrf: "csrf", password: "mật khẩu" });
  for (let n = 0; n < 3; n += 1) await tab.sync.now();

  const bar = await tab.sync.bar();
  assert.deepEqual([bar.state, bar.why, bar.unsent], ["needs", "records", 1]);
  assert.equal((await tab.backup.save()).length, 1);
});
