// When records go, who sends them, and whether the bar is true.

import assert from "node:assert/strict";
import { test } from "node:test";
import { codeOf, Phone, settle, until, visit } from "./phone.js";

const states = async (tab) => {
  const { state, why } = await tab.sync.bar();
  return why ? `${state}:${why}` : state;
};

test("sent means that the server has said so of everything", async () => {
  const phone = new Phone();
  const tab = await phone.inService();
  assert.equal(await states(tab), "sent");

  phone.online = false;
  const { id } = await tab.outbox.put(visit());
  await tab.sync.now();
  assert.equal(await states(tab), "waiting:offline");
  assert.equal(phone.server.batches.length, 0);

  phone.online = true;
  assert.equal(await states(tab), "waiting:soon");
  await tab.sync.now();
  assert.equal(await states(tab), "sent");
  const [row] = await tab.sync.sent();
  assert.deepEqual(
    [row.id, row.state, row.line],
    [id, "applied", { outcome: "helped", day: "2023-11-12", place: "12/3 Lê Lợi" }],
  );
});

test("a line about what was sent holds no name, and is readable while the vault is open only", async () => {
  const phone = new Phone();
  const tab = await phone.inService();
  await tab.outbox.put(visit());
  await tab.sync.now();

  assert.equal(JSON.stringify(await tab.sync.sent()).includes("Bảy"), false);
  assert.equal((await tab.store.all("sent"))[0].sealed, null);
  tab.vault.lock();
  assert.equal((await tab.sync.sent())[0].line, null);
});

for (const fault of ["lost-request", "lost-answer", "503", "portal", "wrong-mac", "liar"]) {
  test(`after ${fault} nothing is deleted, and the next try brings it through once`, async () => {
    const phone = new Phone();
    const tab = await phone.inService();
    const { id, hash } = await tab.outbox.put(visit());
    phone.server.faults = [fault];

    await tab.sync.now();

    assert.equal((await tab.store.all("outbox")).length, 1);
    const bar = await tab.sync.bar();
    assert.deepEqual([bar.state, bar.unsent, bar.nextTryAt !== null], ["waiting", 1, true]);
    await tab.sync.now();
    assert.equal(await states(tab), "sent");
    assert.deepEqual([...phone.server.records.keys()], [`${id}:${hash}`]);
  });
}

test("an acknowledgement of another id, hash, sequence or key takes nothing out", async () => {
  const phone = new Phone();
  const tab = await phone.inService();
  const { id, hash } = await tab.outbox.put(visit());
  const other = await tab.outbox.put(visit({ outcome: "had-already" }));
  const rows = await tab.store.all("outbox");
  const key = phone.server.key;
  const mac = (...parts) => tab.id.hmac(key, parts.join(":"));
  const good = { id, hash, seq: 5, state: "applied", mac: await mac(id, hash, 5) };

  const kept = async (ack) => (await tab.sender.genuine([ack], rows, key)).length;

  assert.equal(await kept(good), 1);
  assert.equal(await kept({ ...good, seq: 6 }), 0);
  assert.equal(await kept({ ...good, seq: "5" }), 0);
  assert.equal(await kept({ ...good, mac: good.mac.toUpperCase() }), 0);
  assert.equal(await kept({ ...good, mac: "" }), 0);
  assert.equal(await kept({ ...good, mac: undefined }), 0);
  assert.equal(await kept({ ...good, hash: other.hash, mac: await mac(id, other.hash, 5) }), 0);
  assert.equal(await kept({ ...good, id: "018bc000-0000-7000-8000-00000000ffff" }), 0);
  assert.equal(await kept(null), 0);
  assert.equal(await kept({ ...good, mac: await tab.id.hmac(new Uint8Array(32), `${id}:${hash}:5`) }), 0);
});

test("what the server did not take stays, is tried again, and then waits for somebody", async () => {
  const phone = new Phone();
  const tab = await phone.inService();
  const first = await tab.outbox.put(visit());
  await tab.outbox.put(visit());
  phone.server.faults = ["damaged", "damaged", "damaged"];

  await tab.sync.now();
  assert.equal(phone.server.records.size, 1);
  assert.equal(await states(tab), "waiting:server");
  assert.notEqual((await tab.sync.bar()).nextTryAt, null);
  await tab.sync.now();
  await tab.sync.now();

  assert.equal(await states(tab), "needs:records");
  const [row] = await tab.outbox.list();
  assert.deepEqual([row.id, row.state, row.problem.code], [first.id, "needs", "damaged"]);
  await tab.sync.now();
  assert.equal(phone.server.records.size, 1);
  await tab.outbox.tryAgain(first.id);
  await tab.sync.now();
  assert.equal(await states(tab), "sent");
});

test("a batch refused as a whole is halved until the bad one stands alone", async () => {
  const phone = new Phone();
  const tab = await phone.inService();
  const all = [];
  for (let n = 0; n < 7; n += 1) all.push(await tab.outbox.put(visit()));
  phone.server.poison = ({ id }) => id === all[4].id;

  await tab.sync.now();

  assert.equal(phone.server.records.size, 6);
  assert.deepEqual(
    (await tab.outbox.list()).map((row) => [row.id, row.problem.code, row.problem.message]),
    [[all[4].id, "poison", "Không đọc được"]],
  );
  assert.equal(await states(tab), "needs:records");
});

test("waits double from 2 to 300 seconds, each a little off, and end by success", async () => {
  const phone = new Phone();
  const tab = await phone.inService();
  const { backOff } = tab.sync;

  assert.deepEqual(
    [1, 2, 3, 4, 5, 6, 7, 8, 9, 60].map((n) => backOff(n, () => 0.5) / 1000),
    [2, 4, 8, 16, 32, 64, 128, 256, 300, 300],
  );
  for (let n = 1; n < 12; n += 1) {
    for (const chance of [0, 0.3, 0.999])
      assert.ok(backOff(n, () => chance) >= 2000 && backOff(n, () => chance) <= 300_000);
  }
  assert.notEqual(
    backOff(5, () => 0),
    backOff(5, () => 0.9),
  );
  await tab.outbox.put(visit());
  phone.server.faults = ["503", "503"];
  await tab.sync.now();
  await tab.sync.now();
  assert.equal((await tab.store.get("meta", "sync")).failures, 2);
  assert.equal(await states(tab), "waiting:server");
  await tab.sync.now();
  assert.deepEqual([(await tab.store.get("meta", "sync")).failures, (await tab.sync.bar()).nextTryAt], [0, null]);
});

test("of two tabs one sends, and both show the truth", async () => {
  const phone = new Phone();
  const one = await phone.inService();
  const two = await phone.tab();
  for (let n = 0; n < 5; n += 1) await one.outbox.put(visit());
  let open;
  const { server } = phone;
  const route = server.route.bind(server);
  server.route = async (...all) => {
    await new Promise((resolve) => (open = resolve));
    return route(...all);
  };

  const sending = one.sync.now();
  await until(() => open);
  await two.sync.now();
  await until(async () => (await states(two)) === "sending");
  const during = [await states(one), await states(two)];
  open();
  await sending;
  await until(async () => (await states(two)) === "sent");

  assert.deepEqual(during, ["sending", "sending"]);
  assert.deepEqual([await states(one), await states(two)], ["sent", "sent"]);
  assert.equal(server.batches.length, 1);
});

test("a tab that dies while it sends leaves the work to the other, and no bar that says sending", async () => {
  const phone = new Phone();
  const dying = await phone.inService();
  const other = await phone.tab();
  const { hash } = await dying.outbox.put(visit());
  phone.server.faults = ["stuck-after"];
  void dying.sync.now();
  await until(() => phone.server.records.size === 1);

  phone.locks.breakAll();

  assert.equal(await states(other), "waiting:soon");
  await other.sync.now();
  assert.equal(await states(other), "sent");
  assert.equal([...phone.server.records.values()][0].hash, hash);
});

test("without Web Locks a lease does the same, and a dead tab's runs out", async () => {
  const phone = new Phone({ locks: false });
  const dying = await phone.inService();
  const other = await phone.tab();
  await dying.outbox.put(visit());
  phone.server.faults = ["stuck"];
  void dying.sync.now();
  await until(() => phone.server.faults.length === 0);

  await other.sync.now();
  assert.equal(phone.server.records.size, 0);
  const lease = await other.store.get("meta", "lease-send");
  await other.store.setMeta("lease-send", { ...lease, until: Date.now() - 1 });
  await other.sync.now();

  assert.equal(phone.server.records.size, 1);
  assert.equal((await other.outbox.counts()).unsent, 0);
});

test("after start a record goes by itself, and so does what a returning network finds", async () => {
  const phone = new Phone();
  const tab = await phone.inService();
  const heard = {};
  globalThis.addEventListener = (name, listener) => (heard[name] = listener);
  tab.sync.start();
  delete globalThis.addEventListener;
  const seen = [];
  const stop = tab.sync.subscribe(({ state }) => {
    if (state !== "sending" && seen.at(-1) !== state) seen.push(state);
  });
  await until(() => seen.length);

  await tab.outbox.put(visit());
  await until(async () => (await states(tab)) === "sent" && seen.at(-1) === "sent");
  phone.online = false;
  heard.offline();
  await tab.outbox.put(visit());
  await until(() => seen.at(-1) === "waiting");
  // Longer than a record waits before it goes.
  await settle(400);
  assert.equal(await states(tab), "waiting:offline");
  phone.online = true;
  heard.online();
  await until(async () => (await states(tab)) === "sent" && seen.at(-1) === "sent");
  stop();

  assert.equal(phone.server.records.size, 2);
  assert.deepEqual(seen, ["sent", "waiting", "sent", "waiting", "sent"]);
});

test("a locked phone with records asks for the PIN, a full disk says so early", async () => {
  const phone = new Phone();
  const tab = await phone.inService();
  await tab.outbox.put(visit());
  tab.vault.lock();
  assert.equal(await states(tab), "needs:pin");

  phone.estimate = { quota: 60e6, usage: 20e6 };
  assert.deepEqual([(await tab.sync.bar()).low, (await tab.sync.bar()).full], [true, false]);
  phone.estimate = { quota: 60e6, usage: 59e6 };
  assert.equal(await states(tab), "needs:disk");
});

test("a full disk still lets go what the server keeps", async () => {
  const phone = new Phone();
  const tab = await phone.inService();
  await tab.outbox.put(visit());

  await phone.withFullDisk(() => tab.sync.now(), ["sent"]);

  assert.deepEqual(await tab.store.all("outbox"), []);
  assert.equal(await states(tab), "sent");
});

test("what is undecided is asked for again, page by page", async () => {
  const phone = new Phone();
  const tab = await phone.inService();
  phone.server.judge = () => ({ state: "quarantined" });
  const undecided = await tab.outbox.put(visit());
  await tab.sync.now();
  assert.equal(await states(tab), "sent");
  phone.server.judge = () => null;
  for (let n = 0; n < 205; n += 1) await tab.outbox.put(visit());
  await tab.sync.now();
  assert.equal((await tab.sync.sent()).find((row) => row.id === undecided.id).state, "quarantined");
  [...phone.server.records.values()].find((row) => row.id === undecided.id).state = "applied";

  await tab.sync.refresh();

  assert.equal((await tab.sync.sent()).find((row) => row.id === undecided.id).state, "applied");
  const asked = phone.server.calls.length;
  await tab.sync.refresh();
  assert.equal(phone.server.calls.length, asked);
});

test("a refusal that was seen, or settled by an officer, asks nobody any more", async () => {
  const phone = new Phone();
  const tab = await phone.inService();
  phone.server.judge = () => ({
    state: "refused",
    problem: { code: "no_consent", message: "Thiếu đồng ý", field: "" },
  });
  const { id } = await tab.outbox.put(visit());
  await tab.sync.now();
  assert.equal(await states(tab), "needs:records");
  assert.equal((await tab.sync.sent())[0].problem.message, "Thiếu đồng ý");

  [...phone.server.records.values()][0].problem = { code: "settled", message: "Cán bộ đã xem" };
  await tab.sync.refresh();

  assert.equal(await states(tab), "sent");
  assert.deepEqual(
    (await tab.sync.sent()).map((row) => [row.id, row.isNew, row.problem.code]),
    [[id, false, "settled"]],
  );
  assert.equal((await tab.store.all("sent"))[0].sealed, null);
});

test("a refusal seen stays to be put right, but asks no more", async () => {
  const phone = new Phone();
  const tab = await phone.inService();
  phone.server.judge = () => ({ state: "refused", problem: { code: "x", message: "" } });
  const { id } = await tab.outbox.put(visit());
  await tab.sync.now();

  await tab.sync.seen(id);

  assert.equal(await states(tab), "sent");
  assert.equal((await tab.outbox.read(id)).body.outcome, "helped");
  assert.equal(await codeOf(tab.outbox.amend("018bc000-0000-7000-8000-00000000ffff", {})), "not_here");
});

test("the oldest lines about what is decided are forgotten, and nothing else", async () => {
  const phone = new Phone();
  const tab = await phone.inService();
  phone.server.judge = () => ({ state: "quarantined" });
  const undecided = await tab.outbox.put(visit());
  await tab.sync.now();
  phone.server.judge = () => null;
  const made = [];
  for (let n = 0; n < 6; n += 1) made.push(await tab.outbox.put(visit()));
  // A gate's check-ins after them push none of them out.
  for (let n = 0; n < 5; n += 1) await tab.outbox.put({ ...visit(), kind: "events.check-in" });
  await tab.sync.now();

  await tab.became.forgetOld(4);

  const rows = await tab.sync.sent();
  assert.equal(rows.filter((row) => row.kind === "events.check-in").length, 4);
  const left = rows.filter((row) => row.kind !== "events.check-in").map((row) => row.id);
  assert.deepEqual(
    left,
    [...made.slice(2).reverse(), undecided].map((one) => one.id),
  );
});

test("a row whose bytes do not open any more goes as its backup, and holds up no other", async () => {
  const phone = new Phone();
  const tab = await phone.inService();
  const made = [];
  for (let n = 0; n < 3; n += 1) made.push(await tab.outbox.put(visit({ n })));
  await tab.store.change(["outbox"], async (tx) => {
    const outbox = tx.objectStore("outbox");
    const [, row] = await tab.store.ask(outbox.getAll());
    row.sealed[20] ^= 1;
    outbox.put(row);
  });
  assert.deepEqual(
    (await tab.outbox.list()).map((row) => row.body?.n),
    [0, undefined, 2],
  );

  await tab.sync.now();

  assert.deepEqual([...phone.server.records.keys()].sort(), made.map((one) => `${one.id}:${one.hash}`).sort());
  assert.equal(await states(tab), "sent");
});
