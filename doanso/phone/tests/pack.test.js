// What the phone knows without signal, and what it forgets.

import assert from "node:assert/strict";
import { test } from "node:test";
import { codeOf, diskText, Phone, PIN, UNIT } from "./phone.js";

const HOUR = 3_600_000;
const door = (n, more = {}) => ({
  id: `018bc000-0000-7000-8000-0000000000d${n}`,
  number: `${n}`,
  street: "Lê Lợi",
  due_back_at: new Date(Date.now() + HOUR).toISOString(),
  residents: [{ contact: "c", name: `Trần Văn Út ${n}`, birth_year: 1950 }],
  helped: ["a1b2c3"],
  ...more,
});

async function packed(doors) {
  const phone = new Phone();
  const tab = await phone.inService();
  phone.server.pack.body = {
    user: { name: "Lan", teammate: null },
    services: [],
    duplicates_key: "00".repeat(16),
    doors,
  };
  return { phone, tab, pack: await tab.pack.refresh() };
}

test("the pack is read without signal, and asked for by its ETag", async () => {
  const { phone, tab, pack } = await packed([door(2), door(1)]);
  assert.deepEqual(
    pack.doors.map((one) => one.number),
    ["2", "1"],
  );

  await tab.pack.refresh();
  assert.equal(phone.server.calls.at(-1).headers["If-None-Match"], '"1"');
  phone.online = false;
  assert.deepEqual(await (await phone.tab()).pack.get(), pack);
});

test("nothing of it lies in the open, and a locked phone reads nothing", async () => {
  const { tab } = await packed([door(1)]);

  const text = await diskText(tab);
  for (const secret of ["Trần", "Út", "Lợi", "a1b2c3"]) {
    assert.equal(text.includes(secret), false);
    assert.equal(text.includes(Buffer.from(secret).toString("latin1")), false);
  }
  tab.vault.lock();
  assert.equal(await codeOf(tab.pack.get()), "locked");
});

test("a door that goes back leaves nothing on the disk", async () => {
  const { tab, pack } = await packed([door(1), door(2)]);
  const [first, second] = pack.doors;

  const after = await tab.pack.giveBack([first.id]);

  assert.deepEqual(
    after.doors.map((one) => one.id),
    [second.id],
  );
  assert.equal(after.user.name, "Lan");
  assert.equal((await tab.store.all("pack")).length, 2);
});

test("taken doors come in, and the next look asks for the whole pack", async () => {
  const { phone, tab } = await packed([door(1)]);
  phone.server.pack.body.doors.push(door(2));

  assert.equal((await tab.pack.take({ drive: "d" })).doors.length, 2);
  assert.deepEqual(JSON.parse(phone.server.calls.at(-1).body), { drive: "d", want: 8, near: null });
  await tab.pack.refresh();
  assert.equal((await tab.pack.get()).doors.length, 2);
});

test("a door whose day is over is forgotten without signal and without PIN", async () => {
  const { phone, tab } = await packed([door(1, { due_back_at: new Date(Date.now() + 20).toISOString() }), door(2)]);
  phone.online = false;
  tab.vault.lock();
  const { now } = Date;
  Date.now = () => now() + 1000;

  await tab.pack.forgetDue();

  Date.now = now;
  assert.equal((await tab.store.all("pack")).length, 2);
});

test("an answer that is no pack leaves the one that is here", async () => {
  const { phone, tab, pack } = await packed([door(1)]);
  phone.server.pack = { etag: '"9"', body: { doors: null } };

  assert.equal(await codeOf(tab.pack.refresh()), "bad_answer");
  assert.deepEqual(await tab.pack.get(), pack);
});

test("before the first pack there is none", async () => {
  assert.equal(await (await new Phone().inService()).pack.get(), null);
});

test("a pack brings the server's business day, also after a reload without signal", async () => {
  const { phone, tab } = await packed([]);
  const date = tab.clock.day();
  phone.server.pack.body = { ...phone.server.pack.body, today: new Date(Date.parse(date) - 10 * 24 * HOUR).toISOString().slice(0, 10) };
  phone.server.pack.etag = '"2"';
  await tab.pack.refresh();
  assert.equal(Date.parse(date) - Date.parse(tab.clock.day()), 10 * 24 * HOUR);

  phone.online = false;
  const reloaded = await phone.tab();
  await reloaded.pack.get();
  assert.equal(reloaded.clock.day(), tab.clock.day());
});

const SHOPS = { codes_key: "0f".repeat(16), shops: [{ business: "b", name: "Tạp hóa Năm", code: "a1b2c3d4e5f6" }] };

test("shops lie apart, sealed, and are read without signal", async () => {
  const { phone, tab } = await packed([door(1)]);
  phone.server.pack = { etag: '"2"', body: { ...phone.server.pack.body, shops: SHOPS } };

  const pack = await tab.pack.refresh();

  assert.equal("shops" in pack, false);
  phone.online = false;
  const again = await phone.tab();
  assert.deepEqual(await again.pack.shops(), SHOPS);
  const text = await diskText(again);
  for (const secret of ["Tạp", Buffer.from("Tạp hóa").toString("latin1"), "a1b2c3d4e5f6"]) assert.equal(text.includes(secret), false);
  again.vault.lock();
  assert.equal(await codeOf(again.pack.shops()), "locked");
});

test("shops stay when doors are taken, and go when the server sends none any more", async () => {
  const { phone, tab } = await packed([door(1)]);
  phone.server.pack = { etag: '"2"', body: { ...phone.server.pack.body, shops: SHOPS } };
  await tab.pack.refresh();

  await tab.pack.take({ drive: "d" });
  assert.deepEqual(await tab.pack.shops(), SHOPS);
  const { shops, ...without } = phone.server.pack.body;
  phone.server.pack = { etag: '"3"', body: without };
  await tab.pack.refresh();

  assert.equal(await tab.pack.shops(), null);
  assert.equal((await tab.pack.get()).doors.length, 1);
});

const EVENT = "018bc000-0000-7000-8000-000000000061";
const event = (day, more = {}) => ({
  id: EVENT, title: "Ngày hội không tiền mặt", day, begins: "07:30", ends: "11:00", place: "Công viên", gates: ["Cổng A"], inside: 3, came: 5,
  tickets: [{ code: "a1b2c3d4e5f6a1b2c3d4e5f6", number: 12, name: "Phan Thị Mỹ Duyên", state: "registered", came_at: null }],
  members: [{ id: "m", name: "Đặng Quốc Bảo", unit: "Chi đoàn Khu phố 7", card: "" }],
  ...more,
});

async function withEvents(...events) {
  const { phone, tab } = await packed([door(1)]);
  const now = new Date();
  phone.server.pack = { etag: '"2"', body: { ...phone.server.pack.body, today: tab.clock.day(), now: now.toISOString(), events: { cards_key: "0e".repeat(16), events } } };
  return { phone, tab, pack: await tab.pack.refresh() };
}

const nextDay = (day, days = 1) => new Date(Date.parse(day) + days * 24 * HOUR).toISOString().slice(0, 10);

test("events are read without signal, and each event's names lie apart, sealed", async () => {
  const day = (await packed([])).tab.clock.day();
  const later = event(nextDay(day, 3), { id: "018bc000-0000-7000-8000-000000000099", tickets: null, members: null, inside: null, came: null });
  const { phone, tab, pack } = await withEvents(event(day), later);
  assert.equal("events" in pack, false);
  phone.online = false;
  const again = await phone.tab();

  assert.deepEqual((await again.pack.events()).events.map(({ id, listed, tickets }) => [id, listed, tickets]), [[EVENT, true, undefined], [later.id, false, undefined]]);
  const gate = await again.pack.gate(EVENT);
  assert.deepEqual([gate.cards_key, gate.event.title, gate.tickets[0].number, gate.members[0].name], ["0e".repeat(16), "Ngày hội không tiền mặt", 12, "Đặng Quốc Bảo"]);
  const empty = await again.pack.gate(later.id);
  assert.deepEqual([empty.tickets, empty.members], [[], []]);
  assert.equal(await again.pack.gate("018bc000-0000-7000-8000-0000000000ff"), null);
  const text = await diskText(again);
  for (const secret of ["Duyên", "Đặng", "a1b2c3d4e5f6", Buffer.from("Đặng").toString("latin1")]) assert.equal(text.includes(secret), false);
  again.vault.lock();
  assert.equal(await codeOf(again.pack.gate(EVENT)), "locked");
});

test("events stay when doors are taken, and go when the server sends none any more", async () => {
  const { phone, tab } = await withEvents(event((await packed([])).tab.clock.day()));
  await tab.pack.take({ drive: "d" });
  assert.equal((await tab.pack.gate(EVENT)).tickets.length, 1);
  const { events, ...without } = phone.server.pack.body;
  phone.server.pack = { etag: '"3"', body: without };
  await tab.pack.refresh();

  assert.deepEqual([await tab.pack.events(), await tab.pack.gate(EVENT), (await tab.store.all("pack")).length], [null, null, 2]);
});

test("after the event's day its names are gone without signal and without PIN, in a demo's calendar too", async () => {
  for (const ahead of [0, -500]) {
    const day = nextDay((await packed([])).tab.clock.day(), ahead);
    const { phone, tab } = await packed([]);
    phone.server.pack = { etag: '"2"', body: { ...phone.server.pack.body, today: day, events: { cards_key: "0e".repeat(16), events: [event(day)] } } };
    await tab.pack.refresh();
    await tab.sightings.record({ event: EVENT, unit: UNIT, place: "" }, { key: "a", ticket: "a", member: null, link: "", method: "ticket", direction: "in", seen_at: `${day}T08:00:00+07:00`, gate: "Cổng A" });
    await tab.pack.forgetDue();
    assert.deepEqual([(await tab.store.all("pack")).length, (await tab.store.all("sightings")).length], [3, 1]);
    phone.online = false;
    tab.vault.lock();
    const { now } = Date;
    Date.now = () => now() + 24 * HOUR;
    await tab.pack.forgetDue();
    await tab.vault.unlock(PIN);
    const left = await tab.pack.events();
    Date.now = now;

    assert.deepEqual([left.events, (await tab.store.all("pack")).length, (await tab.store.all("sightings")).length, (await tab.outbox.counts()).unsent], [[], 2, 0, 1]);
  }
});
