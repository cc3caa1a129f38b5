// Sightings lie beside their records: both or neither, sealed, and gone with the event.

import assert from "node:assert/strict";
import test from "node:test";
import * as checkIns from "../check_ins.js";
import { codeOf, diskText, Phone, UNIT } from "./phone.js";

const EVENT = "018bc000-0000-7000-8000-000000000061";
const ABOUT = { event: EVENT, unit: UNIT, place: "Cổng A · phiếu 12" };
const LINK = "AYvAAAAAERITFBUWFxgZGhscHR4f00";
const seen = (more = {}) => ({ ...checkIns.ofTicket("a1b2c3d4e5f6a1b2c3d4e5f6"), method: "ticket", direction: "in", seen_at: "2023-11-12T08:00:00+07:00", gate: "Cổng A", ...more });
const bodies = (phone) => [...phone.server.records.values()].map(({ payload }) => JSON.parse(payload));

async function inService() {
  const phone = new Phone();
  return { phone, tab: await phone.inService() };
}

test("a sighting is a record and a row, also after a restart without signal", async () => {
  const { phone, tab } = await inService();
  phone.online = false;
  const made = await tab.sightings.record(ABOUT, seen());

  const again = await phone.tab();
  assert.deepEqual(await again.sightings.list(EVENT), [made]);
  assert.equal((await again.outbox.open(checkIns.KIND)).get(made.id).state, "waiting");
  phone.online = true;
  await again.sync.now();
  const [{ kind, version, unit, body }] = bodies(phone);
  assert.deepEqual({ kind, version, unit, body }, { kind: "events.check-in", version: 1, unit: UNIT, body: checkIns.body(EVENT, made) });
  assert.equal((await again.outbox.open(checkIns.KIND)).size, 0);
  assert.deepEqual(await again.sightings.list(EVENT), [made]);
  const [{ line }] = await again.sync.sent();
  assert.deepEqual(line, { outcome: "in", day: "2023-11-12", place: "Cổng A · phiếu 12" });
});

test("neither of both is written on a full disk", async () => {
  const { phone, tab } = await inService();

  assert.equal(await phone.withFullDisk(() => codeOf(tab.sightings.record(ABOUT, seen())), ["sightings"]), "disk_full");

  assert.deepEqual([await tab.store.all("outbox"), await tab.store.all("sightings")], [[], []]);
});

test("no link and no code lies on the disk in the open, and a locked phone reads nothing", async () => {
  const { tab } = await inService();
  await tab.sightings.record(ABOUT, seen());
  await tab.sightings.record(ABOUT, seen({ ...checkIns.ofTicket(await checkIns.codeOf(LINK), LINK), method: "walk-in" }));
  const text = await diskText(tab);

  for (const secret of [LINK, "a1b2c3d4e5f6", "phi", "C\u1ed5ng"]) assert.equal(text.includes(secret), false, secret);
  tab.vault.lock();
  assert.equal(await codeOf(tab.sightings.list(EVENT)), "locked");
});

test("what never left the phone is undone without a trace", async () => {
  const { phone, tab } = await inService();
  phone.online = false;
  const first = await tab.sightings.record(ABOUT, seen());
  const second = await tab.sightings.record(ABOUT, seen({ direction: "out" }));
  await tab.sightings.undo(ABOUT, first);

  assert.deepEqual(await tab.sightings.list(EVENT), [second]);
  phone.online = true;
  await tab.sync.now();
  assert.deepEqual(bodies(phone).map(({ body }) => body.direction), ["out"]);
});

test("what was sent is undone by a later version that names the first", async () => {
  const { phone, tab } = await inService();
  const made = await tab.sightings.record(ABOUT, seen());
  await tab.sync.now();
  const [{ hash }] = phone.server.records.values();
  await tab.sightings.undo(ABOUT, made);
  await tab.sync.now();

  const [first, second] = bodies(phone);
  assert.deepEqual([second.base, second.kind, second.version, second.unit], [hash, first.kind, 1, UNIT]);
  assert.deepEqual(second.body, { ...first.body, undone: true });
  assert.deepEqual([...phone.server.records.values()].map(({ state }) => state), ["superseded", "applied"]);
  assert.deepEqual(await tab.sightings.list(EVENT), [{ ...made, undone: true }]);
  assert.equal(checkIns.newest(await tab.sightings.list(EVENT)).size, 0);
});

test("what may have arrived is undone by a later version, and the server ends with it undone", async () => {
  for (const fault of ["lost-request", "lost-answer"]) {
    const { phone, tab } = await inService();
    const made = await tab.sightings.record(ABOUT, seen());
    phone.server.faults = [fault];
    await tab.sync.now();
    await tab.sightings.undo(ABOUT, made);
    await tab.sync.now();
    await tab.sync.now();

    const rows = [...phone.server.records.values()];
    const last = rows.filter(({ state }) => state === "applied").map(({ payload }) => JSON.parse(payload).body.undone);
    assert.deepEqual([rows.length, last], [2, [true]], fault);
    assert.equal((await tab.sync.bar()).unsent, 0);
  }
});

test("a sighting that the server refused says so, and can be undone", async () => {
  const { phone, tab } = await inService();
  phone.server.judge = () => ({ state: "refused", problem: { code: "ticket_cancelled", message: "Phiếu đã hủy." } });
  const made = await tab.sightings.record(ABOUT, seen());
  await tab.sync.now();

  assert.deepEqual((await tab.outbox.open(checkIns.KIND)).get(made.id), { state: "undecided", problem: { code: "ticket_cancelled", message: "Phiếu đã hủy." } });
  phone.server.judge = () => null;
  await tab.sightings.undo(ABOUT, made);
  await tab.sync.now();
  assert.equal((await tab.outbox.open(checkIns.KIND)).size, 0);
  assert.equal(bodies(phone)[1].body.undone, true);
});

test("a second tab sees what the first one recorded and undid", async () => {
  const { phone, tab } = await inService();
  const other = await phone.tab();
  const made = await tab.sightings.record(ABOUT, seen());
  await tab.sync.now();
  assert.deepEqual(await other.sightings.list(EVENT), [made]);
  await tab.sightings.undo(ABOUT, made);
  assert.equal((await other.sightings.list(EVENT))[0].undone, true);
});

test("sightings go with the event, with the PIN and at sign-out; unsent records stay", async () => {
  const ends = [
    ["the pack has it no more", async (phone, tab) => {
      phone.server.pack = { etag: '"2"', body: { user: {}, services: [], doors: [], events: { cards_key: "00".repeat(16), events: [] } } };
      phone.online = true;
      await tab.pack.refresh();
    }],
    ["sign-out", (_phone, tab) => tab.device.signOut()],
    ["a lost PIN", (_phone, tab) => tab.vault.wipe()],
  ];
  for (const [name, end] of ends) {
    const { phone, tab } = await inService();
    phone.online = false;
    await tab.sightings.record(ABOUT, seen());
    await end(phone, tab);
    assert.deepEqual([(await tab.store.all("sightings")).length, (await tab.outbox.counts()).unsent], [0, 1], name);
  }
});
