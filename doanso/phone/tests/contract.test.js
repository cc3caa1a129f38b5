// The messages in contract/, as far as they concern the engine: what it makes is what stands there, and it takes what stands there.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { codeOf, Phone, UNIT } from "./phone.js";
import { make, read } from "./vectors.js";

const FOLDER = new URL("../../../contract/", import.meta.url);
const message = (name) => JSON.parse(readFileSync(new URL(name, FOLDER), "utf8"));
const records = readdirSync(FOLDER)
  .filter((name) => name.endsWith(".json"))
  .map((name) => [name, message(name)])
  .filter(([, example]) => typeof example.kind === "string" && example.body);

test("the vectors are what this code makes", async () => {
  assert.deepEqual(read(), JSON.parse(JSON.stringify(await make())));
});

test("the contract has records to replay", () => {
  assert.ok(records.length > 0, "no record in contract/");
});

for (const [name, example] of records) {
  test(`${name} goes through the outbox as it stands`, async () => {
    const phone = new Phone();
    const tab = await phone.inService();

    const { id, hash } = await tab.outbox.put({ kind: example.kind, version: example.version, unit: UNIT, body: example.body });
    await tab.sync.now();

    const arrived = JSON.parse(phone.server.records.get(`${id}:${hash}`).payload);
    assert.deepEqual(Object.keys(arrived).sort(), Object.keys(example).sort());
    assert.deepEqual(arrived.body, example.body);
    const [row] = await tab.sync.sent();
    assert.deepEqual(Object.keys(row.line), ["outcome", "day", "place"]);
    for (const { person } of example.body.people || []) {
      if (person) assert.equal(JSON.stringify(row).includes(person.name), false);
    }
  });
}

test("a request has the form of sync_request.json", async () => {
  const phone = new Phone();
  const tab = await phone.inService();
  await tab.outbox.put({ kind: records[0][1].kind, unit: UNIT, body: records[0][1].body });
  await tab.sync.now();
  const wanted = message("sync_request.json");

  const sent = JSON.parse(phone.server.calls.find((call) => call.path === "/api/v1/sync").body);

  assert.deepEqual(Object.keys(sent), Object.keys(wanted));
  assert.deepEqual(Object.keys(sent.records[0]), Object.keys(wanted.records[0]));
  assert.match(sent.sent_at, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d$/);
});

test("sync_answer.json is read, and its macs, which are not ours, take nothing out", async () => {
  const phone = new Phone();
  const tab = await phone.inService();
  const answer = message("sync_answer.json");
  const rows = answer.acks.map(({ id, hash }) => ({ id, hash }));
  assert.deepEqual(await tab.sender.genuine(answer.acks, rows, phone.server.key), []);

  const signed = await Promise.all(
    answer.acks.map(async (ack) => ({
      ...ack,
      mac: await tab.id.hmac(phone.server.key, `${ack.id}:${ack.hash}:${ack.seq}`),
    })),
  );
  const good = await tab.sender.genuine(signed, rows, phone.server.key);

  assert.deepEqual(
    good,
    answer.acks.map(({ id, hash, seq, state, problem }) => ({ id, hash, seq, state, problem })),
  );
});

test("the vectors' acknowledgements are genuine, each of them and no other", async () => {
  const tab = await new Phone().inService();
  const { key, acks } = read().acknowledgement;
  const bytes = tab.id.fromHex(key);
  for (const ack of acks) {
    const asked = { ...ack, state: "applied" };
    assert.equal((await tab.sender.genuine([asked], [ack], bytes)).length, 1);
    assert.equal((await tab.sender.genuine([{ ...asked, seq: ack.seq - 1 }], [ack], bytes)).length, 0);
  }
});

for (const name of ["pack.json"].filter((one) => readdirSync(FOLDER).includes(one))) {
  test(`${name} is kept and read`, async () => {
    const phone = new Phone();
    const tab = await phone.inService();
    const example = message(name);
    const { now } = Date;
    Date.now = () => Date.parse(example.now);
    phone.server.now = () => example.now;
    phone.server.pack.body = example;
    try {
      const { shops, events, stands, ...rest } = example;
      assert.deepEqual(await tab.pack.refresh(), rest);
      assert.deepEqual(await tab.pack.shops(), shops);
      assert.deepEqual(await tab.pack.stands(), stands);
      for (const { id, tickets, members } of events ? events.events : []) {
        const gate = await tab.pack.gate(id);
        assert.deepEqual([gate.tickets, gate.members], [tickets || [], members || []]);
      }
      assert.equal(await codeOf((await phone.tab({ unlock: false })).pack.get()), "locked");
    } finally {
      Date.now = now;
    }
  });
}
