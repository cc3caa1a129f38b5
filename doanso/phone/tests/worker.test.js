// The service worker: all files of one version or none, no answer of the server, no update under an open visit.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { runInNewContext } from "node:vm";

const SOURCE = readFileSync(new URL("../sw.js", import.meta.url), "utf8");
const ORIGIN = "https://doanso.example";

/** Caches as a browser has them, shared by all versions of the worker. */
class Caches {
  all = new Map();
  async open(name) {
    if (!this.all.has(name)) this.all.set(name, new Map());
    const kept = this.all.get(name);
    return { put: async (path, answer) => void kept.set(path, answer), match: async (path) => kept.get(path), keys: async () => [...kept.keys()].map((path) => ({ url: ORIGIN + path })) };
  }
  async match(path) {
    for (const kept of this.all.values()) if (kept.has(path)) return kept.get(path);
    return undefined;
  }
  async has(name) {
    return this.all.has(name);
  }
  async keys() {
    return [...this.all.keys()];
  }
  async delete(name) {
    return this.all.delete(name);
  }
}

const page = (text, more = {}) => ({
  ok: true,
  status: 200,
  redirected: false,
  text,
  clone: () => page(text),
  ...more,
});

function worker(version, { caches = new Caches(), network = {} } = {}) {
  const heard = {};
  const asked = [];
  const calls = [];
  const files = ["/door/", `/door/app/${version}/app.js`, "/static/ds/theme.abc.css"];
  const later = [`/door/app/${version}/vendor/zxing/reader.wasm`];
  const soon = [`/door/app/${version}/screens/amend.js`];
  const self = {
    doorApp: { version, files, later: [...later, ...soon], soon },
    location: { origin: ORIGIN },
    addEventListener: (name, listener) => (heard[name] = listener),
    clients: { claim: async () => calls.push("claim") },
    skipWaiting: async () => calls.push("skipWaiting"),
  };
  const fetch = async (what) => {
    const path = typeof what === "string" ? what : new URL(what.url).pathname;
    asked.push(path);
    if (network.off) throw new TypeError("Failed to fetch");
    return network[path] || page(`${version} ${path}`);
  };
  runInNewContext(SOURCE, { self, caches, fetch, URL, Promise, Error });
  const wait = async (name, event = {}) => {
    let promise = Promise.resolve();
    heard[name]({ ...event, waitUntil: (given) => (promise = given) });
    await promise;
  };
  const get = async (path, { method = "GET", mode = "no-cors", origin = ORIGIN } = {}) => {
    let given = null;
    heard.fetch({ request: { method, mode, url: origin + path }, respondWith: (promise) => (given = promise) });
    return given === null ? null : (await given).text;
  };
  return { caches, network, asked, calls, files, later, soon, wait, get };
}

const whole = async (made) => {
  await made.wait("install");
  await made.wait("activate");
  return made;
};

test("after one visit it opens with no network", async () => {
  const made = await whole(worker("v1"));
  made.network.off = true;

  assert.equal(await made.get("/door/", { mode: "navigate" }), "v1 /door/");
  assert.equal(await made.get("/door/app/v1/app.js"), "v1 /door/app/v1/app.js");
  assert.equal(await made.get("/static/ds/theme.abc.css"), "v1 /static/ds/theme.abc.css");
  assert.deepEqual(made.calls, ["claim"]);
});

test("answers of the server and other pages are never touched", async () => {
  const made = await whole(worker("v1"));

  for (const path of [
    "/api/v1/pack",
    "/api/v1/sync",
    "/api/v1/devices/me",
    "/accounts/login/",
    "/r/abc/",
    "/door/app.json",
    "/door/sw.js",
  ]) {
    assert.equal(await made.get(path), null, path);
    assert.equal(await made.get(path, { mode: "navigate" }), null, path);
  }
  assert.equal(await made.get("/door/", { method: "POST", mode: "navigate" }), null);
  assert.equal(await made.get("/door/app/v1/app.js", { origin: "https://elsewhere.example" }), null);
  assert.deepEqual([...made.caches.all.get("door-v1").keys()].sort(), [...made.files, ...made.soon].sort());
});

for (const [what, bad] of [
  ["a missing file", { ok: false, status: 404 }],
  ["a page of a portal", { redirected: true }],
]) {
  test(`${what} leaves no half version, and the one before goes on`, async () => {
    const before = await whole(worker("v1"));
    const after = worker("v2", { caches: before.caches, network: { "/door/app/v2/app.js": page("", bad) } });

    await assert.rejects(after.wait("install"));

    assert.deepEqual(await before.caches.keys(), ["door-v1"]);
    before.network.off = true;
    assert.equal(await before.get("/door/", { mode: "navigate" }), "v1 /door/");
  });
}

test("the same version installed again without network leaves the first one whole", async () => {
  const first = await whole(worker("v1"));
  const again = worker("v1", { caches: first.caches, network: { off: true } });

  await assert.rejects(again.wait("install"));

  first.network.off = true;
  assert.equal(await first.get("/door/", { mode: "navigate" }), "v1 /door/");
});

test("a new version waits until the person takes it, and the open page keeps its files", async () => {
  const before = await whole(worker("v1"));
  const after = worker("v2", { caches: before.caches });
  await after.wait("install");
  assert.deepEqual(after.calls, []);
  assert.equal(await before.get("/door/", { mode: "navigate" }), "v1 /door/");

  await after.wait("message", { data: "something" });
  assert.deepEqual(after.calls, []);
  await after.wait("message", { data: "apply" });
  await after.wait("activate");

  assert.deepEqual(after.calls, ["skipWaiting", "claim"]);
  after.network.off = true;
  assert.equal(await after.get("/door/", { mode: "navigate" }), "v2 /door/");
  assert.equal(await after.get("/door/app/v1/app.js"), "v1 /door/app/v1/app.js");
});

test("an update that is applied without signal lacks nothing that the version before had", async () => {
  const before = await whole(worker("v1"));
  const [reader] = before.later;
  await before.get(reader);
  const after = worker("v2", { caches: before.caches });
  await after.wait("install");
  after.network.off = true;
  await after.wait("activate");

  const kept = [...after.caches.all.get("door-v2").keys()].sort();
  assert.deepEqual(kept, [...after.files, ...after.soon, ...after.later].sort());
  assert.equal(await after.get(after.later[0]), `v2 ${after.later[0]}`);

  const fresh = worker("v3", { caches: after.caches, network: { [`/door/app/v3/screens/amend.js`]: page("", { ok: false, status: 500 }) } });
  await fresh.wait("install");
  assert.ok((await fresh.caches.keys()).includes("door-v3"));
});

test("of many versions the last two are kept", async () => {
  const { caches } = await whole(worker("v1"));
  for (const version of ["v2", "v3", "v4"]) await whole(worker(version, { caches }));

  assert.deepEqual(await caches.keys(), ["door-v3", "door-v4"]);
});

test("what a first load does without is there for a day without signal, and no hindrance when it fails", async () => {
  const made = await whole(worker("v1"));
  const [path] = made.soon;
  made.network.off = true;
  assert.equal(await made.get(path), `v1 ${path}`);

  const lost = worker("v2", { network: { "/door/app/v2/screens/amend.js": page("", { ok: false, status: 500 }) } });
  await whole(lost);
  assert.deepEqual([...lost.caches.all.get("door-v2").keys()].sort(), [...lost.files].sort());
});

test("what is seldom needed comes when it is, and is kept from then on", async () => {
  const made = await whole(worker("v1"));
  const [path] = made.later;
  assert.equal(made.asked.includes(path), false);

  assert.equal(await made.get(path), `v1 ${path}`);
  made.network.off = true;

  assert.equal(await made.get(path), `v1 ${path}`);
});
