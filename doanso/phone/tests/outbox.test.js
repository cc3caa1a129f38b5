// Records are on the disk before they are reported, and leave it for a right acknowledgement alone.

import assert from "node:assert/strict";
import { test } from "node:test";
import { codeOf, diskText, Phone, UNIT, visit } from "./phone.js";

const ID = "018bc000-0000-7000-8000-000000000001";

test("a record is on the disk, sealed twice, when put resolves", async () => {
  const phone = new Phone();
  const tab = await phone.inService();

  const { id, hash, known } = await tab.outbox.put(visit());

  assert.equal(known, false);
  const [row] = await tab.store.all("outbox");
  assert.deepEqual([row.id, row.hash, row.standing, row.tried], [id, hash, "waits", false]);
  const payload = await tab.vault.open(row.sealed);
  assert.equal(await tab.id.sha256(payload), hash);
  const { kind, version, unit, base, body } = JSON.parse(payload);
  assert.deepEqual({ kind, version, unit, base, body }, { version: 1, base: null, ...visit() });
  const [file] = await tab.backup.save();
  assert.deepEqual(await phone.server.openBackup(file.text), [{ id, hash, payload }]);
});

test("no name, street or number lies on the disk in the open", async () => {
  const phone = new Phone();
  const tab = await phone.inService();
  const draft = await tab.drafts.begin({ name: "Nguyễn Thị Bảy" });
  await tab.drafts.save(draft.id, { name: "Nguyễn Thị Bảy", street: "Lê Lợi" });
  await tab.outbox.put(visit());
  phone.server.judge = () => ({ state: "refused", problem: { code: "x", message: "…" } });
  await tab.outbox.put(visit());
  await tab.sync.now();

  const text = await diskText(tab);

  for (const secret of ["Bảy", "Nguy", "Lợi", "12/3", phone.server.token, phone.server.key.toString("hex")]) {
    assert.equal(text.includes(secret), false, secret);
    assert.equal(text.includes(Buffer.from(secret).toString("latin1")), false, secret);
  }
});

test("the same put again is one record", async () => {
  const phone = new Phone();
  const tab = await phone.inService();

  const first = await tab.outbox.put({ ...visit(), id: ID });
  const second = await tab.outbox.put({ ...visit(), id: ID });

  assert.deepEqual(second, { ...first, known: true });
  assert.equal((await tab.store.all("outbox")).length, 1);
  await tab.sync.now();
  assert.deepEqual(await tab.outbox.put({ ...visit(), id: ID }), { ...first, known: true });
  assert.equal((await tab.store.all("outbox")).length, 0);
});

test("two presses at once are one record", async () => {
  const phone = new Phone();
  const tab = await phone.inService();

  const both = await Promise.all([tab.outbox.put({ ...visit(), id: ID }), tab.outbox.put({ ...visit(), id: ID })]);

  assert.deepEqual(both.map((one) => one.known).sort(), [false, true]);
  assert.equal((await tab.store.all("outbox")).length, 1);
});

test("a known id with other content is refused and changes nothing", async () => {
  const phone = new Phone();
  const tab = await phone.inService();
  await tab.outbox.put({ ...visit(), id: ID });

  assert.equal(await codeOf(tab.outbox.put({ ...visit({ outcome: "refused" }), id: ID })), "known_id");
  assert.equal((await tab.store.all("outbox")).length, 1);
});

test("the draft goes in the transaction that keeps its record", async () => {
  const phone = new Phone();
  const tab = await phone.inService();
  const draft = await tab.drafts.begin({ step: 5 });

  await tab.outbox.put({ ...visit(), id: draft.id, draft: draft.id });

  assert.deepEqual(await tab.drafts.list(), []);
  assert.equal((await tab.outbox.counts()).unsent, 1);
});

test("a full disk refuses by name before anything is lost, and the draft stays", async () => {
  const phone = new Phone();
  const tab = await phone.inService();
  const draft = await tab.drafts.begin({ step: 5 });

  const code = await codeOf(phone.withFullDisk(() => tab.outbox.put({ ...visit(), id: draft.id, draft: draft.id })));

  assert.equal(code, "disk_full");
  assert.deepEqual((await tab.drafts.open(draft.id)).body, { step: 5 });
  assert.equal((await tab.outbox.counts()).unsent, 0);
  await tab.outbox.put({ ...visit(), id: draft.id, draft: draft.id });
  assert.equal((await tab.outbox.counts()).unsent, 1);
});

test("a locked phone, one out of service and a record too long refuse by name", async () => {
  const phone = new Phone();
  const before = await phone.tab();
  assert.equal(await codeOf(before.outbox.put(visit())), "locked");
  await before.vault.setUp("280951", { iterations: 1000 });
  assert.equal(await codeOf(before.outbox.put(visit())), "no_device");

  await before.device.register({ name: "Máy", csrf: "csrf", password: "mật khẩu" });
  assert.equal(await codeOf(before.outbox.put(visit({ note: "ơ".repeat(16_000) }))), "too_long");
  before.vault.lock();
  assert.equal(await codeOf(before.outbox.put(visit())), "locked");
  assert.deepEqual(await before.store.all("outbox"), []);
});

test("a change of what never left replaces it in its place", async () => {
  const phone = new Phone();
  const tab = await phone.inService();
  await tab.outbox.put({ ...visit(), id: ID });
  const later = await tab.outbox.put(visit());

  const { hash } = await tab.outbox.amend(ID, { ...visit().body, outcome: "not-home" });

  const rows = await tab.store.all("outbox");
  assert.deepEqual(
    rows.map((row) => [row.id, row.hash]),
    [
      [ID, hash],
      [later.id, later.hash],
    ],
  );
  assert.equal((await tab.outbox.read(ID)).base, null);
  assert.equal((await tab.outbox.read(ID)).body.outcome, "not-home");
});

test("a change of what may have arrived is a version of its own, after the first", async () => {
  const phone = new Phone();
  const tab = await phone.inService();
  const first = await tab.outbox.put({ ...visit(), id: ID });
  phone.server.faults = ["lost-answer"];
  await tab.sync.now();

  const second = await tab.outbox.amend(ID, { ...visit().body, outcome: "not-home" });

  assert.equal((await tab.outbox.read(ID)).base, first.hash);
  await tab.sync.now();
  assert.deepEqual(
    phone.server.batches.slice(1).map((batch) => batch.ids),
    [[ID], [ID]],
  );
  assert.deepEqual(
    [first.hash, second.hash].map((hash) => phone.server.records.get(`${ID}:${hash}`).state),
    ["superseded", "applied"],
  );
  assert.deepEqual(
    (await tab.sync.sent()).map((row) => [row.id, row.state]),
    [[ID, "applied"]],
  );
});

test("what went into a backup file counts as having left", async () => {
  const phone = new Phone();
  const tab = await phone.inService();
  const first = await tab.outbox.put({ ...visit(), id: ID });
  await tab.backup.save();

  await tab.outbox.amend(ID, { ...visit().body, outcome: "not-home" });

  assert.equal((await tab.store.all("outbox")).length, 2);
  assert.equal((await tab.outbox.read(ID)).base, first.hash);
});

test("what the server refused can be put right, and names what it started from", async () => {
  const phone = new Phone();
  const tab = await phone.inService();
  phone.server.judge = ({ body }) =>
    body.outcome === "helped" ? { state: "refused", problem: { code: "no_consent", message: "Thiếu đồng ý" } } : null;
  const first = await tab.outbox.put({ ...visit(), id: ID });
  await tab.sync.now();
  assert.deepEqual([(await tab.sync.bar()).state, (await tab.sync.bar()).why], ["needs", "records"]);

  await tab.outbox.amend(ID, { ...visit().body, outcome: "not-home" });
  assert.equal((await tab.outbox.read(ID)).base, first.hash);
  await tab.sync.now();

  assert.equal((await tab.sync.bar()).state, "sent");
  assert.equal(await tab.outbox.read(ID), null);
});

test("a draft goes with the version that was made from it, and stays where that failed", async () => {
  const phone = new Phone();
  const tab = await phone.inService();
  phone.server.judge = () => ({ state: "refused", problem: { code: "x", message: "…" } });
  await tab.outbox.put({ ...visit(), id: ID });
  await tab.sync.now();
  await tab.drafts.begin({ step: 3 }, ID);

  await phone.withFullDisk(async () => {
    assert.equal(await codeOf(tab.outbox.amend(ID, visit({ outcome: "not-home" }).body, ID)), "disk_full");
  });
  assert.deepEqual((await tab.drafts.list()).map((one) => one.id), [ID]);
  await tab.outbox.amend(ID, visit({ outcome: "not-home" }).body, ID);

  assert.deepEqual(await tab.drafts.list(), []);
  assert.equal((await tab.outbox.read(ID)).body.outcome, "not-home");
});

test("rows keep the order of the phone", async () => {
  const phone = new Phone();
  const tab = await phone.inService();
  const ids = [];
  for (let n = 0; n < 12; n += 1) ids.push((await tab.outbox.put(visit())).id);

  await tab.sync.now();

  assert.deepEqual(
    phone.server.batches.map((batch) => batch.ids),
    [ids],
  );
});

test("batches hold at most 100 records and 512 kB", async () => {
  const phone = new Phone();
  const tab = await phone.inService();
  for (let n = 0; n < 103; n += 1) await tab.outbox.put(visit());
  for (let n = 0; n < 20; n += 1) await tab.outbox.put(visit({ note: "x".repeat(31_000) }));

  await tab.sync.now();

  const sizes = phone.server.batches.map((batch) => batch.ids.length);
  assert.deepEqual(sizes, [100, 19, 4]);
  assert.ok(phone.server.batches.every((batch) => batch.size <= 512_000));
  assert.deepEqual(await tab.store.all("outbox"), []);
});

test("after failures less goes at once, and a whole batch again after a success", async () => {
  const phone = new Phone();
  const tab = await phone.inService();
  for (let n = 0; n < 20; n += 1) await tab.outbox.put(visit({ note: "x".repeat(31_000) }));
  phone.server.faults = ["lost-request", "lost-request"];
  await tab.sync.now();
  await tab.sync.now();

  await tab.sync.now();

  assert.deepEqual(await tab.store.all("outbox"), []);
  assert.ok(phone.server.batches.length >= 5);
  assert.ok(phone.server.batches.every((batch) => batch.size <= 128_000 && batch.ids.length > 1));
  for (let n = 0; n < 10; n += 1) await tab.outbox.put(visit({ note: "x".repeat(31_000) }));
  await tab.sync.now();
  assert.equal(phone.server.batches.at(-1).ids.length, 10);
});

test("the list shows what lies here, readable or not", async () => {
  const phone = new Phone();
  const tab = await phone.inService();
  await tab.outbox.put({ ...visit(), id: ID });

  assert.deepEqual(
    (await tab.outbox.list()).map((row) => [row.id, row.state, row.body.outcome]),
    [[ID, "waiting", "helped"]],
  );
  tab.vault.lock();
  assert.deepEqual(
    (await tab.outbox.list()).map((row) => [row.id, row.state, row.body]),
    [[ID, "waiting", null]],
  );
  assert.equal(UNIT.length, 36);
});

test("where the body says no place, the list of sent records shows the one that was given", async () => {
  const phone = new Phone();
  const tab = await phone.inService();
  const scan = { result: "different", fingerprint: "ab".repeat(12), bank: "970416", last_four: "8859" };
  const check = (state, more = {}) => ({ kind: "cashless.check", unit: UNIT, body: { business: ID, happened_on: "2023-11-12", state, scan: null, ...more } });

  await tab.outbox.put({ ...check("displayed", { scan }), place: "Chợ Mỹ Tho · sạp A12" });
  const [waiting] = await tab.outbox.list();
  assert.deepEqual(waiting.line, { outcome: "different", day: "2023-11-12", place: "Chợ Mỹ Tho · sạp A12" });

  phone.server.judge = () => ({ state: "refused", problem: { code: "x", message: "…" } });
  const { id } = await tab.outbox.put({ ...check("stopped"), place: "14 Lê Lợi" });
  await tab.sync.now();
  await tab.outbox.amend(id, check("none").body, null, "14 Lê Lợi");
  const lines = [...(await tab.outbox.list()), ...(await tab.sync.sent())].map((one) => Object.values(one.line));
  assert.deepEqual(lines, [["none", "2023-11-12", "14 Lê Lợi"], ["stopped", "2023-11-12", "14 Lê Lợi"], ["different", "2023-11-12", "Chợ Mỹ Tho · sạp A12"]]);
});
