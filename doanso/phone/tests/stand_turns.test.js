// A stand's lines: what is wrong with one, whom it repeats, how many there are; and its log, which goes with the stand.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import * as turns from "../stand_turns.js";
import { codeOf, diskText, Phone, UNIT } from "./phone.js";

const message = (name) => JSON.parse(readFileSync(new URL(`../../../contract/${name}`, import.meta.url), "utf8"));
const example = message("stand_turn.json").body;
const { stands: [STAND], consent: CONSENT } = message("pack.json");
const ABOUT = { event: STAND.id, unit: UNIT, place: STAND.place };
const line = (more = {}) => ({ ...turns.blankLine(["portal"]), name: "Nguyễn Thị Bảy", birth_year: 1951, phone: "0912000111", agreed: true, ...more });
const turnOf = (more = {}, named = true) => turns.turnOf(line(more), named, { stand: STAND, consent: CONSENT, at: example.helped_at, on: example.happened_on });
const bodies = (phone) => [...phone.server.records.values()].map(({ payload }) => JSON.parse(payload).body);

test("a line by name and one without are what the contract says", () => {
  assert.deepEqual(turns.body(STAND.id, { ...turnOf(), undone: false }), example);
  const unnamed = message("stand_turn_unnamed.json").body;
  // What was half typed for the next one goes into no record of somebody without a name.
  const made = { ...turnOf({ services: ["payment", "portal"] }, false), helped_at: unnamed.helped_at, undone: false };
  assert.deepEqual(turns.body(STAND.id, made), unnamed);
});

test("a line of the next day says so, and is not of the stand's day", () => {
  const made = turns.turnOf(line(), true, { stand: STAND, consent: CONSENT, at: "2023-11-12T17:10:00Z", on: "2023-11-13" });
  assert.equal(made.happened_on, "2023-11-13");
});

test("a line needs a name, a year, the answer and a service", () => {
  assert.deepEqual(turns.wrong(line(), 2023), {});
  assert.deepEqual(turns.wrong(turns.blankLine([]), 2023), { name: "name", birth_year: "year", services: "services", agreed: "agreed" });
  assert.deepEqual(turns.wrong(line({ birth_year: 2010 }), 2023), { birth_year: "child" });
  assert.deepEqual(turns.wrong(line({ phone: "12" }), 2023), { phone: "phone" });
});

test("who helps at the stand is asked about, and so is whoever was recorded with the same services", () => {
  assert.equal(turns.isHelper(STAND.pair, "Trần Văn Út"), true);
  assert.equal(turns.isHelper(STAND.pair, "Trần Văn Tám"), false);
  const log = [{ ...turnOf(), id: "1", undone: false }, { ...turnOf({ name: "Lê Văn Sáu", birth_year: 1960 }), id: "2", undone: true }];
  assert.equal(turns.findRepeated(log, line({ name: "NGUYEN THI BAY" })).id, "1");
  assert.equal(turns.findRepeated(log, line({ services: ["payment"] })), undefined);
  assert.equal(turns.findRepeated(log, line(), "1"), undefined);
  assert.equal(turns.findRepeated(log, line({ name: "Lê Văn Sáu", birth_year: 1960 })), undefined);
});

test("counts are those of the others and of this phone", () => {
  const log = [{ ...turnOf(), undone: false }, { ...turnOf({}, false), undone: false }, { ...turnOf(), undone: true }];
  assert.deepEqual(turns.counts(log, STAND), { helped: 6, named: 4, unnamed: 2, left: 24, share: 20 });
  assert.deepEqual(turns.counts(log, { ...STAND, planned: 3 }), { helped: 6, named: 4, unnamed: 2, left: 0, share: 100 });
  // Who was recorded by another phone before counts once, and a server of before says nothing of them.
  const again = { ...turnOf(), id: STAND.uncounted[0], undone: false };
  assert.equal(turns.counts([...log, again], STAND).helped, 6);
  const { uncounted: _ids, ...older } = STAND;
  assert.equal(turns.counts([...log, again], older).helped, 7);
});

async function inService() {
  const phone = new Phone();
  return { phone, tab: await phone.inService() };
}

test("thirty people lie sealed on a phone without a network, and arrive once", async () => {
  const { phone, tab } = await inService();
  phone.online = false;
  for (let n = 0; n < 30; n += 1) await tab.turn_log.record(ABOUT, turnOf({ name: `Người Số ${n}` }, n % 10 !== 0));
  const text = await diskText(tab);
  for (const secret of ["0912000111", "Người", Buffer.from("Người").toString("latin1")]) assert.equal(text.includes(secret), false, secret);

  const again = await phone.tab();
  assert.equal(turns.counts(await again.turn_log.list(STAND.id), STAND).helped, 34);
  phone.online = true;
  await again.sync.now();
  assert.deepEqual([bodies(phone).length, bodies(phone).filter(({ person }) => person).length], [30, 27]);
  assert.equal((await again.sync.bar()).unsent, 0);
  const [{ line: shown }] = await again.sync.sent();
  assert.deepEqual(shown, { outcome: "", day: STAND.day, place: STAND.place });
  again.vault.lock();
  assert.equal(await codeOf(again.turn_log.list(STAND.id)), "locked");
});

test("the last one is undone without a trace, or by a later version", async () => {
  const { phone, tab } = await inService();
  phone.online = false;
  await tab.turn_log.undo(ABOUT, await tab.turn_log.record(ABOUT, turnOf()));
  assert.deepEqual([(await tab.store.all("outbox")).length, await tab.turn_log.list(STAND.id)], [0, []]);
  phone.online = true;
  const made = await tab.turn_log.record(ABOUT, turnOf());
  await tab.sync.now();
  await tab.turn_log.undo(ABOUT, made);
  await tab.sync.now();
  assert.deepEqual(bodies(phone).map(({ undone }) => undone), [false, true]);
});

test("a refused line is put right under its own id", async () => {
  const { phone, tab } = await inService();
  phone.server.judge = () => ({ state: "refused", problem: { code: "helped_self", message: "Trùng tên." } });
  const made = await tab.turn_log.record(ABOUT, turnOf());
  await tab.sync.now();
  phone.server.judge = () => null;
  await tab.turn_log.change(ABOUT, { ...made, name: "Nguyễn Thị Tám" });
  await tab.sync.now();
  assert.deepEqual(bodies(phone).map(({ person }) => person.name), ["Nguyễn Thị Bảy", "Nguyễn Thị Tám"]);
  assert.deepEqual((await tab.turn_log.list(STAND.id)).map(({ id, name }) => [id, name]), [[made.id, "Nguyễn Thị Tám"]]);
  assert.equal((await tab.outbox.open(turns.KIND)).size, 0);
});

test("stands lie apart, sealed; names go with the stand, and unsent records stay", async () => {
  const { phone, tab } = await inService();
  const day = tab.clock.day();
  const body = { user: {}, services: [], doors: [], stands: [{ ...STAND, day }, { ...STAND, id: "018bc000-0000-7000-8000-000000000073", day }] };
  phone.server.pack = { etag: '"1"', body };
  assert.equal("stands" in (await tab.pack.refresh()), false);
  assert.deepEqual((await tab.pack.stands()).map(({ id }) => id), body.stands.map(({ id }) => id));
  assert.equal(await tab.pack.hasMore(), true);
  assert.equal((await diskText(tab)).includes("Khu ph"), false);
  phone.online = false;
  await tab.turn_log.record(ABOUT, turnOf());
  // The day is over, and the phone has no network and is locked.
  tab.vault.lock();
  const { now } = Date;
  Date.now = () => now() + 25 * 3600e3;
  await tab.pack.forgetDue();
  Date.now = now;
  assert.deepEqual([(await tab.store.all("sightings")).length, (await tab.outbox.counts()).unsent], [0, 1]);
});

test("a stand that has ended takes the names of its people along", async () => {
  const { phone, tab } = await inService();
  phone.server.pack = { etag: '"1"', body: { user: {}, services: [], doors: [], stands: [{ ...STAND, day: tab.clock.day() }] } };
  await tab.pack.refresh();
  await tab.turn_log.record(ABOUT, turnOf());
  phone.server.pack = { etag: '"2"', body: { user: {}, services: [], doors: [] } };
  await tab.pack.refresh();
  assert.deepEqual([await tab.pack.stands(), await tab.turn_log.list(STAND.id), await tab.pack.hasMore()], [[], [], false]);
});

test("who entered themselves is read and finished live; the counts stay, the names do not", async () => {
  const { phone, tab } = await inService();
  const day = tab.clock.day();
  phone.server.pack = { etag: '"1"', body: { user: {}, services: [], doors: [], stands: [{ ...STAND, day }] } };
  await tab.pack.refresh();
  const { entries, ...asked } = message("stand.json");
  const now = phone.server.now();
  phone.server.desk = { ...asked, now, entries, stand: { ...STAND, day, waiting: 7 } };
  assert.deepEqual((await tab.stand_desk.waiting(STAND.id)).entries, entries);
  const finished = message("stand_finished.json");
  phone.server.desk = { ...finished, now, stand: { ...finished.stand, day } };
  const { services, namesakes } = message("stand_finish.json");
  assert.deepEqual((await tab.stand_desk.finish(STAND.id, entries[0].id, services, namesakes)).entry, finished.entry);
  const { path, body } = phone.server.calls.at(-1);
  assert.deepEqual([path, JSON.parse(body)], [`/api/v1/stands/${STAND.id}/turns/${entries[0].id}/finish`, message("stand_finish.json")]);
  const [kept] = await (await phone.tab()).pack.stands();
  assert.deepEqual([kept.others, kept.waiting], [finished.stand.others, 1]);
  const text = await diskText(tab);
  for (const secret of [entries[0].name, Buffer.from(entries[0].name).toString("latin1")]) assert.equal(text.includes(secret), false);
  phone.server.desk = null;
  assert.equal(await codeOf(tab.stand_desk.waiting(STAND.id)), "not_found");
  phone.online = false;
  assert.equal(await codeOf(tab.stand_desk.drop(STAND.id, entries[0].id)), "offline");
});

test("a clock that lost its time hides no stand, and what one that ran ahead deleted comes again", async () => {
  const { phone, tab } = await inService();
  const day = tab.clock.day();
  phone.server.pack = { etag: '"1"', body: { today: day, user: {}, services: [], doors: [], stands: [{ ...STAND, day }] } };
  await tab.pack.refresh();
  const { now } = Date;
  // The battery died, and the phone believes that it is last year; it has no network.
  phone.online = false;
  Date.now = () => now() - 300 * 864e5;
  try {
    const late = await phone.tab();
    assert.notEqual(await late.pack.get(), null);
    assert.deepEqual([late.clock.day(), (await late.pack.stands()).length], [day, 1]);
    Date.now = () => now() + 864e5;
    const early = await phone.tab();
    await early.pack.get();
    assert.equal((await early.pack.stands()).length, 0);
  } finally {
    Date.now = now;
  }
  phone.online = true;
  const again = await phone.tab();
  await again.pack.refresh();
  assert.equal((await again.pack.stands()).length, 1);
});
