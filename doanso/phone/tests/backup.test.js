// What a lost PIN or a lost database leaves behind can still be handed in, and nothing is doubled by it.

import assert from "node:assert/strict";
import { test } from "node:test";
import { codeOf, Phone, PIN, visit } from "./phone.js";

test("a file needs no PIN and holds what is unsent", async () => {
  const phone = new Phone();
  const tab = await phone.inService();
  await tab.outbox.put(visit());
  await tab.sync.now();
  const kept = await tab.outbox.put(visit());
  tab.vault.lock();

  const [file, ...more] = await tab.backup.save();

  assert.deepEqual([more, file.records], [[], 1]);
  assert.match(file.name, /^doan-so-\d{4}-\d\d-\d\d\.json$/);
  const backup = JSON.parse(file.text);
  assert.deepEqual(Object.keys(backup), ["format", "device", "key", "made_at", "records"]);
  assert.deepEqual([backup.format, backup.device, backup.key], ["doanso-backup-1", phone.server.device.id, "k1"]);
  assert.deepEqual(Object.keys(backup.records[0]), ["id", "point", "sealed"]);
  assert.deepEqual(
    (await phone.server.openBackup(file.text)).map((one) => [one.id, one.hash]),
    [[kept.id, kept.hash]],
  );
  assert.equal(file.text.includes("Lợi"), false);
});

test("with nothing unsent there is no file", async () => {
  assert.deepEqual(await (await new Phone().inService()).backup.save(), []);
});

test("records sealed under two keys of the server go into two files", async () => {
  const phone = new Phone();
  const tab = await phone.inService();
  await tab.outbox.put(visit());
  const device = await tab.store.get("meta", "device");
  await tab.store.setMeta("device", { ...device, key: { ...device.key, id: "k2" } });
  await tab.outbox.put(visit());

  const files = await tab.backup.save();

  assert.deepEqual(
    files.map((file) => [JSON.parse(file.text).key, file.records]),
    [
      ["k1", 1],
      ["k2", 1],
    ],
  );
  assert.match(files[1].name, /-2\.json$/);
});

test("a file longer than an officer's page takes is divided", async () => {
  const phone = new Phone();
  const tab = await phone.inService();
  for (let n = 0; n < 120; n += 1) await tab.outbox.put(visit({ note: "x".repeat(31_000) }));

  const files = await tab.backup.save();

  assert.deepEqual(
    files.map((file) => file.records).reduce((sum, count) => sum + count),
    120,
  );
  assert.ok(files.length > 1 && files.every((file) => file.text.length < 5 << 20));
});

test("after an eviction the phone says what was lost, and the file brings it back without doubling", async () => {
  const phone = new Phone();
  const tab = await phone.inService();
  for (let n = 0; n < 3; n += 1) await tab.outbox.put(visit());
  const [file] = await tab.backup.save();

  phone.evict();
  const after = await phone.tab();
  assert.deepEqual(await after.store.evicted(), { unsent: 3 });
  assert.deepEqual(await after.backup.restore(file.text), { added: 3, known: 0 });
  assert.deepEqual(await after.backup.restore(file.text), { added: 0, known: 3 });
  await after.store.evictionSeen();
  assert.equal(await after.store.evicted(), null);

  const bar = await after.sync.bar();
  assert.deepEqual([bar.state, bar.why, bar.unsent], ["needs", "lost-pin", 3]);
  const [again] = await after.backup.save();
  assert.deepEqual(JSON.parse(again.text).records, JSON.parse(file.text).records);
  assert.equal(JSON.parse(again.text).device, JSON.parse(file.text).device);
});

test("restored records leave the bar once an officer has delivered them, one version at a time", async () => {
  const phone = new Phone();
  const tab = await phone.inService();
  const { id } = await tab.outbox.put(visit());
  await tab.backup.save();
  await tab.outbox.amend(id, { ...visit().body, outcome: "not-home" });
  const [file] = await tab.backup.save();
  assert.equal(file.records, 2);
  phone.evict();
  const after = await phone.tab();
  await after.vault.setUp(PIN, { iterations: 1000 });
  await after.backup.restore(file.text);
  await after.device.register({ name: "Máy", csrf: "csrf", password: "mật khẩu" });

  const half = JSON.stringify({ ...JSON.parse(file.text), records: JSON.parse(file.text).records.slice(0, 1) });
  await phone.server.deliver(half);
  await after.sync.refresh();
  assert.equal((await after.sync.bar()).unsent, 1);
  await after.sync.refresh();
  assert.equal((await after.sync.bar()).unsent, 1);

  await phone.server.deliver(file.text);
  await after.sync.refresh();
  assert.equal((await after.sync.bar()).state, "sent");
  assert.deepEqual(await after.backup.save(), []);
});

test("a file of what was sent meanwhile adds nothing", async () => {
  const phone = new Phone();
  const tab = await phone.inService();
  await tab.outbox.put(visit());
  const [file] = await tab.backup.save();
  await tab.sync.now();

  assert.deepEqual(await tab.backup.restore(file.text), { added: 0, known: 1 });
  assert.equal((await tab.sync.bar()).state, "sent");
});

test("a file that is none is refused whole", async () => {
  const phone = new Phone();
  const tab = await phone.inService();
  await tab.outbox.put(visit());
  const [file] = await tab.backup.save();
  const backup = JSON.parse(file.text);
  const [record] = backup.records;
  const wrong = [
    "",
    "{",
    "null",
    "[]",
    JSON.stringify({ ...backup, format: "doanso-backup-2" }),
    JSON.stringify({ ...backup, device: "me" }),
    JSON.stringify({ ...backup, records: {} }),
    JSON.stringify({ ...backup, records: [record, { ...record, id: "x" }] }),
    JSON.stringify({ ...backup, records: [record, { ...record, point: "AAAA" }] }),
    JSON.stringify({ ...backup, records: [record, { ...record, sealed: "+/=" }] }),
  ];
  phone.evict();
  const after = await phone.tab();

  for (const text of wrong) assert.equal(await codeOf(after.backup.restore(text)), "bad_file", text);
  assert.deepEqual(await after.store.all("outbox"), []);
});
