// What is reported to be on the disk is there; what fails, fails whole and by name.

import assert from "node:assert/strict";
import { test } from "node:test";
import * as fake from "../../../tools/vendor/fake-indexeddb/build/esm/index.js";
import { codeOf, Phone, visit } from "./phone.js";

test("a transaction that fails leaves nothing of itself", async () => {
  const tab = await new Phone().tab();

  await assert.rejects(
    tab.store.change(["meta", "photos"], async (tx) => {
      tx.objectStore("meta").put(1, "one");
      await tab.store.ask(tx.objectStore("photos").put({ id: "x" }));
      throw new RangeError("no");
    }),
    RangeError,
  );

  assert.equal(await tab.store.get("meta", "one"), undefined);
  assert.deepEqual(await tab.store.all("photos"), []);
});

test("writing asks for the disk itself", async () => {
  const phone = new Phone();
  const tab = await phone.tab();
  const wanted = [];
  const probe = Object.getPrototypeOf(
    await new Promise((resolve) => {
      const request = indexedDB.open("probe");
      request.onsuccess = () => resolve(request.result);
    }),
  );
  const { transaction } = probe;
  probe.transaction = function (names, mode, options) {
    wanted.push([mode, options?.durability]);
    return transaction.call(this, names, mode, options);
  };
  await tab.store.setMeta("a", 1);
  await tab.store.get("meta", "a");
  probe.transaction = transaction;

  assert.deepEqual(wanted, [
    ["readwrite", "strict"],
    ["readonly", undefined],
  ]);
});

test("room is said early", async () => {
  const phone = new Phone();
  const tab = await phone.tab();
  const at = async (quota, free) => {
    phone.estimate = { quota, usage: quota - free };
    const { low, full } = await tab.store.room();
    return [low, full];
  };

  assert.deepEqual(await at(1000e6, 600e6), [false, false]);
  assert.deepEqual(await at(1000e6, 199e6), [true, false]);
  assert.deepEqual(await at(100e6, 49e6), [true, false]);
  assert.deepEqual(await at(100e6, 1e6), [true, true]);
  phone.estimate = {};
  assert.deepEqual(await tab.store.room(), { free: null, low: false, full: false, kept: false });
});

test("where the estimate says nothing, a probe that finds no room says it early", async () => {
  const phone = new Phone();
  const tab = await phone.inService();
  phone.estimate = { quota: 4e9, usage: 0 };
  assert.equal(await tab.store.feel(), true);
  let full = true;
  const deleted = [];
  globalThis.caches = {
    open: async () => ({
      put: async () => {
        if (full) throw new DOMException("The disk is full", "QuotaExceededError");
      },
    }),
    delete: async (name) => deleted.push(name),
  };

  assert.equal(await tab.store.feel(), false);
  assert.deepEqual([(await tab.sync.bar()).low, (await tab.sync.bar()).full], [true, false]);
  full = false;
  assert.equal(await tab.store.feel(), true);
  assert.equal((await tab.sync.bar()).low, false);
  assert.deepEqual(deleted, ["probe", "probe"]);
  delete globalThis.caches;
});

test("what is refused after all is said as full, until there is room again", async () => {
  const phone = new Phone();
  const tab = await phone.inService();
  assert.equal(await codeOf(phone.withFullDisk(() => tab.outbox.put(visit()))), "disk_full");
  assert.deepEqual([(await tab.sync.bar()).state, (await tab.sync.bar()).why], ["needs", "disk"]);

  await tab.sync.now();

  assert.equal((await tab.sync.bar()).state, "sent");
});

test("a first start is no eviction, and a lost database is one", async () => {
  const phone = new Phone();
  const tab = await phone.inService();
  assert.equal(await tab.store.evicted(), null);
  await tab.outbox.put(visit());
  assert.equal(await (await phone.tab()).store.evicted(), null);
  await tab.sync.now();
  phone.evict();
  const empty = await phone.inService();
  assert.equal(await empty.store.evicted(), null, "nothing was lost");
  await empty.outbox.put(visit());

  phone.evict();

  assert.deepEqual(await (await phone.tab()).store.evicted(), { unsent: 1 });
});

test("a browser without a database says so", async () => {
  const phone = new Phone();
  const { indexedDB } = globalThis;
  globalThis.indexedDB = undefined;
  await assert.rejects(phone.tab(), { code: "no_storage" });
  globalThis.indexedDB = {
    open: () => {
      const request = {};
      setImmediate(() => {
        request.error = new DOMException("private", "InvalidStateError");
        request.onerror();
      });
      return request;
    },
  };
  await assert.rejects(phone.tab(), { code: "no_storage" });
  globalThis.indexedDB = indexedDB;
});

test("an app older than the database asks to be loaded anew", async () => {
  const phone = new Phone();
  await new Promise((resolve) => {
    const request = indexedDB.open("door", 99);
    request.onsuccess = () => resolve(request.result.close());
  });

  assert.equal(await codeOf(phone.tab()), "old_version");
});

test("a newer version in another tab is not blocked by this one", async () => {
  const phone = new Phone();
  await phone.inService();

  const opened = await new Promise((resolve, reject) => {
    const request = indexedDB.open("door", 99);
    request.onsuccess = () => resolve("opened");
    request.onblocked = () => reject(new Error("blocked"));
  });

  assert.equal(opened, "opened");
});

test("a connection that was closed while the page slept is opened anew", async () => {
  const phone = new Phone();
  const tab = await phone.inService();
  const { transaction } = fake.IDBDatabase.prototype;
  let broken = 0;
  fake.IDBDatabase.prototype.transaction = function (...args) {
    if (broken-- > 0) throw new DOMException("The database connection is closing", "InvalidStateError");
    return transaction.apply(this, args);
  };
  try {
    broken = 1;
    await tab.store.setMeta("a", 2);
    broken = 1;
    assert.equal(await tab.store.get("meta", "a"), 2);
    broken = 2;
    assert.equal(await codeOf(tab.store.setMeta("a", 3)), "disk_failed");
    assert.equal(await tab.store.get("meta", "a"), 2);
  } finally {
    fake.IDBDatabase.prototype.transaction = transaction;
  }
});

test("a phone of the version before keeps what it held, and has room for sightings", async () => {
  const phone = new Phone();
  await new Promise((resolve, reject) => {
    const request = indexedDB.open("door", 1);
    request.onupgradeneeded = () => {
      const db = request.result;
      for (const name of ["meta", "pack"]) db.createObjectStore(name);
      for (const name of ["drafts", "photos", "sent"]) db.createObjectStore(name, { keyPath: "id" });
      db.createObjectStore("outbox", { keyPath: "order", autoIncrement: true });
      request.transaction.objectStore("outbox").add({ id: "x", hash: "h" });
    };
    request.onsuccess = () => resolve(request.result.close());
    request.onerror = reject;
  });

  const tab = await phone.tab();

  assert.deepEqual((await tab.store.all("outbox")).map((row) => row.id), ["x"]);
  assert.deepEqual(await tab.store.all("sightings"), []);
});
