// The phone's clock is sent as it is; how far it is off is learnt from answers and said.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Phone, visit } from "./phone.js";

const MINUTE = 60_000;

test("a phone learns from an answer how far its clock is off, and knows it after a reload", async () => {
  const phone = new Phone();
  const tab = await phone.inService();
  assert.equal(tab.clock.warning(), 0);
  phone.server.clockAhead = -47 * MINUTE;
  await tab.outbox.put(visit());
  await tab.sync.now();

  assert.ok(Math.abs(tab.clock.skew() + 47 * MINUTE) < 5000);
  assert.equal(tab.clock.warning(), 47);
  assert.equal((await tab.sync.bar()).skewMinutes, 47);
  const reloaded = await phone.tab();
  await reloaded.clock.load();
  assert.equal(reloaded.clock.warning(), 47);
});

test("under ten minutes nobody need care", async () => {
  const phone = new Phone();
  const tab = await phone.inService();
  await tab.clock.note(new Date(Date.now() + 9 * MINUTE).toISOString(), Date.now(), Date.now());

  assert.equal(tab.clock.warning(), 0);
});

test("the moment between sending and receiving counts, and nonsense counts not", async () => {
  const tab = await new Phone().tab();
  await tab.clock.note("2023-11-12T00:01:00Z", Date.parse("2023-11-12T00:00:00Z"), Date.parse("2023-11-12T00:00:20Z"));
  assert.equal(tab.clock.skew(), 50_000);

  for (const [now, sent, received] of [
    ["soon", 0, 1],
    [null, 0, 1],
    ["2023-11-12T00:00:00Z", 10, 5],
  ])
    await tab.clock.note(now, sent, received);
  assert.equal(tab.clock.skew(), 50_000);
});

test("the day is that of Vietnam, put right; a record's moment is the phone's own", async () => {
  const phone = new Phone();
  const tab = await phone.inService();
  const { now } = Date;
  Date.now = () => Date.parse("2023-11-12T17:30:00Z");
  const here = tab.clock.day();
  await tab.clock.note("2023-11-12T16:30:00Z", Date.now(), Date.now());
  const right = tab.clock.day();
  Date.now = now;

  assert.deepEqual([here, right], ["2023-11-13", "2023-11-12"]);
  const stamp = tab.clock.stamp(new Date("2023-11-12T01:02:03.456Z"));
  assert.match(stamp, /^2023-11-1\dT\d\d:\d\d:03[+-]\d\d:\d\d$/);
  assert.equal(Date.parse(stamp), Date.parse("2023-11-12T01:02:03Z"));
});

test("days follow the server's business day, as it was sent with the moment, and nonsense changes none", async () => {
  const tab = await new Phone().tab();
  const date = tab.clock.day();
  // Half past one in the morning of the thirteenth in Vietnam.
  tab.clock.follow("2023-11-12T18:30:00Z", "2023-11-13");
  assert.equal(tab.clock.day(), date);

  tab.clock.follow("2023-11-12T18:30:00Z", "2023-11-03");
  assert.equal(Date.parse(date) - Date.parse(tab.clock.day()), 10 * 24 * 60 * MINUTE);
  for (const [now, today] of [[undefined, undefined], ["soon", "2023-11-03"], ["2023-11-12T18:30:00Z", "soon"]]) {
    tab.clock.follow(now, today);
    assert.equal(tab.clock.day(), date);
  }
});
