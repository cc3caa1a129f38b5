// A phone comes into service, lapses, goes on, signs out, is revoked.

import assert from "node:assert/strict";
import { test } from "node:test";
import { codeOf, diskText, Phone, PIN, until, visit } from "./phone.js";

test("a phone registers by the session, and speaks by its token alone from then on", async () => {
  const phone = new Phone();
  const tab = await phone.inService();

  const { state, id, name } = await tab.device.state();
  await tab.device.call("GET", "/api/v1/sync/records?after=0");

  assert.deepEqual([state, id, name], ["ready", phone.server.device.id, "Máy của Lan"]);
  const [registration, call] = phone.server.calls;
  assert.deepEqual([registration.credentials, registration.headers["X-CSRFToken"]], ["same-origin", "csrf"]);
  assert.deepEqual([call.credentials, call.headers.Authorization], ["omit", `Bearer ${phone.server.token}`]);
  assert.equal("X-CSRFToken" in call.headers, false);
});

test("a refused registration keeps nothing", async () => {
  const tab = await new Phone().tab();
  await tab.vault.setUp(PIN, { iterations: 1000 });

  assert.equal(await codeOf(tab.device.register({ name: "Máy", csrf: "old", password: "mật khẩu" })), "csrf");
  assert.equal((await tab.device.state()).state, "none");
});

test("a wrong password registers nothing, and is kept nowhere", async () => {
  const phone = new Phone();
  const tab = await phone.tab();
  await tab.vault.setUp(PIN, { iterations: 1000 });

  assert.equal(await codeOf(tab.device.register({ name: "Máy", csrf: "csrf", password: "nhầm" })), "password_wrong");
  assert.equal((await tab.device.state()).state, "none");
  await tab.device.register({ name: "Máy", csrf: "csrf", password: "mật khẩu" });
  assert.equal((await tab.device.state()).state, "ready");
  const disk = await diskText(tab);
  assert.deepEqual([disk.includes("nhầm"), disk.includes("mật khẩu")], [false, false]);
});

test("a revoked phone whose PIN was forgotten is told so at the sign-in, and its records wait for an officer", async () => {
  const phone = new Phone();
  const tab = await phone.inService();
  const kept = await tab.outbox.put(visit());
  const { id } = await tab.device.state();
  phone.server.revoked = id;
  await tab.vault.wipe();
  await tab.vault.setUp("719305", { iterations: 1000 });
  const again = { name: "Máy", csrf: "csrf", password: "mật khẩu" };

  assert.equal(await codeOf(tab.device.register(again)), "device_revoked");

  assert.deepEqual([(await tab.device.state()).state, await tab.vault.state()], ["revoked", "wiped"]);
  const [file] = await tab.backup.save();
  assert.deepEqual(
    (await phone.server.openBackup(file.text)).map((one) => one.hash),
    [kept.hash],
  );

  // An officer reinstates it: what it had not sent goes by itself.
  phone.server.revoked = "";
  await tab.vault.setUp("719305", { iterations: 1000 });
  await tab.device.register(again);
  await tab.sync.now();
  assert.deepEqual([(await tab.device.state()).id, (await tab.sync.bar()).state], [id, "sent"]);
});

test("nothing registers before there is a PIN to seal the token under", async () => {
  const tab = await new Phone().tab();

  assert.equal(await codeOf(tab.device.register({ name: "Máy", csrf: "csrf", password: "mật khẩu" })), "locked");
});

test("an unknown token asks for a sign-in and keeps everything", async () => {
  const phone = new Phone();
  const tab = await phone.inService();
  const { hash } = await tab.outbox.put(visit());
  phone.server.token = "another".padEnd(43, "x");

  await tab.sync.now();

  const bar = await tab.sync.bar();
  assert.deepEqual([bar.state, bar.why, bar.unsent], ["needs", "sign-in", 1]);
  const { id } = await tab.device.state();
  await tab.device.register({ name: "Máy của Lan", csrf: "csrf", password: "mật khẩu" });
  assert.equal((await tab.device.state()).id, id);
  await tab.sync.now();
  assert.equal((await tab.sync.bar()).state, "sent");
  assert.ok([...phone.server.records.values()].some((row) => row.hash === hash));
});

test("a lapsed lease keeps everything, and a later answer ends it", async () => {
  const phone = new Phone();
  const tab = await phone.inService();
  await tab.drafts.begin({ step: 1 });
  await tab.outbox.put(visit());
  phone.server.refusal = { status: 403, body: { code: "device_lapsed", message: "" } };
  await tab.sync.now();
  assert.equal((await tab.device.state()).state, "lapsed");
  assert.equal((await tab.drafts.list()).length, 1);

  phone.server.refusal = null;
  await tab.sync.now();

  assert.deepEqual([(await tab.device.state()).state, (await tab.sync.bar()).state], ["ready", "sent"]);
  assert.equal((await tab.device.state()).leaseUntil, "2023-11-19T09:00:00Z");
});

test("a revoked phone wipes itself at the next contact, and its records can still be handed in", async () => {
  const phone = new Phone();
  const tab = await phone.inService();
  phone.server.pack.body = { doors: [], services: [], user: { name: "Lan" } };
  await tab.pack.refresh();
  await tab.outbox.put(visit());
  await tab.sync.now();
  const kept = await tab.outbox.put(visit());
  await tab.drafts.begin({ name: "Bảy" });
  await tab.photos.keep(kept.id, new Uint8Array(10));
  phone.server.refusal = { status: 403, body: { code: "device_revoked", message: "", wipe: true } };

  await tab.sync.now();

  const counted = {};
  for (const name of tab.store.STORES) counted[name] = (await tab.store.all(name)).length;
  assert.deepEqual({ ...counted, meta: 0 }, { meta: 0, pack: 0, drafts: 0, outbox: 1, sent: 0, photos: 0, sightings: 0 });
  const [row] = await tab.store.all("outbox");
  assert.deepEqual([row.sealed, row.line], [null, null]);
  assert.equal((await tab.store.get("meta", "device")).secret, null);
  assert.equal((await tab.store.get("meta", "vault")).wrapped, null);
  assert.equal((await diskText(tab)).includes(phone.server.token), false);
  const bar = await tab.sync.bar();
  assert.deepEqual([bar.state, bar.why, bar.unsent], ["needs", "revoked", 1]);
  const [file] = await tab.backup.save();
  assert.deepEqual(
    (await phone.server.openBackup(file.text)).map((one) => one.hash),
    [kept.hash],
  );
  assert.equal(await codeOf(tab.device.call("GET", "/api/v1/pack")), "no_device");
});

test("without a role today the phone waits, works on, and goes on by itself", async () => {
  const phone = new Phone();
  const tab = await phone.inService();
  phone.server.pack.body = { doors: [], services: [], user: { name: "Lan" } };
  await tab.pack.refresh();
  await tab.outbox.put(visit());
  await tab.sync.now();
  await tab.outbox.put(visit());
  await tab.drafts.begin({ name: "Bảy" });
  const before = {};
  for (const name of tab.store.STORES) before[name] = (await tab.store.all(name)).length;
  phone.server.refusal = { status: 403, body: { code: "device_paused", message: "" } };

  await tab.sync.now();

  const bar = await tab.sync.bar();
  assert.deepEqual([bar.state, bar.why, bar.unsent, await tab.vault.state()], ["needs", "paused", 1, "open"]);
  for (const name of tab.store.STORES.filter((one) => one !== "meta"))
    assert.equal((await tab.store.all(name)).length, before[name], name);
  assert.ok((await tab.pack.get()) && (await tab.store.get("meta", "device")).secret);
  // A visit meanwhile is kept like any other.
  await tab.outbox.put(visit());

  phone.server.refusal = null;
  await tab.sync.now();

  assert.deepEqual([(await tab.device.state()).state, (await tab.sync.bar()).state], ["ready", "sent"]);
  assert.equal(phone.server.records.size, 3);
});

test("a refusal that is not ours to obey wipes nothing", async () => {
  const phone = new Phone();
  const tab = await phone.inService();
  await tab.outbox.put(visit());
  for (const refusal of [
    { status: 403, body: { code: "device_revoked", message: "" } },
    { status: 500, body: { code: "device_revoked", wipe: true } },
    { status: 403, body: { code: "forbidden", wipe: true } },
  ]) {
    phone.server.refusal = refusal;
    await tab.sync.now();
    assert.equal(await tab.vault.state(), "open");
    assert.equal((await tab.outbox.counts()).unsent, 1);
  }
});

test("signing out in one tab locks the others", async () => {
  const phone = new Phone();
  const tab = await phone.inService();
  const other = await phone.tab();
  assert.equal(other.vault.isOpen(), true);

  await tab.device.signOut();
  await until(() => !other.vault.isOpen());

  assert.equal(await codeOf(other.device.call("GET", "/api/v1/pack")), "no_device");
});

test("signing out takes drafts, pack and token, and leaves records sealed and as backup", async () => {
  const phone = new Phone();
  const tab = await phone.inService();
  phone.server.pack.body = { doors: [], services: [] };
  await tab.pack.refresh();
  await tab.drafts.begin({ name: "Bảy" });
  await tab.outbox.put(visit());

  await tab.device.signOut();

  assert.equal((await tab.device.state()).state, "signed-out");
  assert.deepEqual([await tab.store.all("pack"), await tab.store.all("drafts")], [[], []]);
  assert.equal((await tab.store.get("meta", "device")).secret, null);
  const [row] = await tab.store.all("outbox");
  assert.ok(row.sealed && row.backup.sealed);
  assert.equal((await tab.backup.save()).length, 1);
  assert.deepEqual([(await tab.sync.bar()).state, (await tab.sync.bar()).why], ["needs", "sign-in"]);

  await tab.vault.unlock(PIN);
  assert.equal(await codeOf(tab.outbox.put(visit())), "no_device");
  await tab.device.register({ name: "Máy của Lan", csrf: "csrf", password: "mật khẩu" });
  await tab.sync.now();
  assert.equal((await tab.sync.bar()).state, "sent");
});

test("a phone that goes to somebody else sends nothing of the one before in their name", async () => {
  const phone = new Phone();
  const tab = await phone.inService();
  const old = await tab.outbox.put(visit());
  await tab.photos.keep(old.id, new Uint8Array(5));
  const { id } = await tab.device.state();
  await tab.device.signOut();
  phone.server.taken = id;

  await tab.vault.wipe();
  await tab.vault.setUp("719305", { iterations: 1000 });
  await tab.device.register({ name: "Máy của Hoa", csrf: "csrf", password: "mật khẩu" });
  const own = await tab.outbox.put(visit());
  await tab.sync.now();

  assert.notEqual((await tab.device.state()).id, id);
  assert.deepEqual([...phone.server.records.keys()], [`${own.id}:${own.hash}`]);
  const bar = await tab.sync.bar();
  assert.deepEqual([bar.state, bar.why, bar.unsent, bar.photos], ["needs", "lost-pin", 1, 0]);
  const [file] = await tab.backup.save();
  assert.equal(JSON.parse(file.text).device, id);
  assert.deepEqual(
    (await phone.server.openBackup(file.text)).map((one) => one.hash),
    [old.hash],
  );

  await tab.backup.handedIn();
  assert.equal((await tab.sync.bar()).state, "sent");
  assert.equal((await tab.store.all("outbox")).length, 1);
});

test("a page of a portal is no answer, and a broken network is named as such", async () => {
  const phone = new Phone();
  const tab = await phone.inService();

  phone.server.faults = ["portal"];
  assert.equal(await codeOf(tab.device.call("GET", "/api/v1/sync/records?after=0")), "bad_answer");
  phone.online = false;
  assert.equal(await codeOf(tab.device.call("GET", "/api/v1/sync/records?after=0")), "offline");
});
