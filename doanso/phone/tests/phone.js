// A phone for tests: a disk in memory, tabs that are instances of their own over that one disk, and a network that leads
// to a server written from docs/sync.md.

import { registerHooks } from "node:module";
import * as fake from "../../../tools/vendor/fake-indexeddb/build/esm/index.js";
import { Server } from "./server.js";

// A tab is the modules loaded anew: whatever one of them imports belongs to the same tab.
registerHooks({
  resolve(name, context, go) {
    const found = go(name, context);
    const tab = new URL(context.parentURL || "file:///").searchParams.get("tab");
    return tab && name.startsWith("./") ? { ...found, url: `${found.url}?tab=${tab}` } : found;
  },
});

// No test waits so long that a timeout or a pulse would come to its turn, and a tab that died has neither.
for (const name of ["setTimeout", "setInterval"]) {
  const real = globalThis[name];
  globalThis[name] = (work, ms, ...rest) => (ms > 2000 ? 0 : real(work, ms, ...rest));
}

/** What tabs of one phone say to each other arrives a little later, and never at a phone that is no more. */
let channels = [];
globalThis.BroadcastChannel = class {
  constructor() {
    channels.push(this);
  }
  postMessage(data) {
    const copy = structuredClone(data);
    for (const other of channels) if (other !== this) setImmediate(() => other.onmessage?.({ data: copy }));
  }
};

const MODULES =
  "backup became bus clock device drafts duplicates id outbox pack photos problem receipt sender sightings stand_desk standing store sync turn_log vault".split(
    " ",
  );
export const PIN = "280951";
export const UNIT = "018bc000-0000-7000-8000-000000000004";
const QUICK = { iterations: 1000 };
let tabs = 0;

/** Locks as a browser has them; a tab that dies loses its own. */
class Locks {
  held = new Map();
  async request(name, options, work) {
    if (typeof options === "function") [options, work] = [{}, options];
    if (this.held.has(name)) {
      if (options.ifAvailable) return work(null);
      await this.held.get(name);
    }
    let free;
    this.held.set(name, new Promise((resolve) => (free = resolve)));
    try {
      return await work({ name });
    } finally {
      this.held.delete(name);
      free();
    }
  }
  async query() {
    return { held: [...this.held.keys()].map((name) => ({ name })) };
  }
  breakAll() {
    this.held.clear();
  }
}

/** One phone with its disk, and the server it speaks with. */
export class Phone {
  constructor({ locks = true } = {}) {
    this.server = new Server();
    this.online = true;
    this.estimate = { quota: 500e6, usage: 1e6 };
    this.locks = locks ? new Locks() : null;
    this.marks = new Map();
    channels = [];
    this.evict();
    globalThis.IDBKeyRange = fake.IDBKeyRange;
    const phone = this;
    const navigator = {
      get onLine() {
        return phone.online;
      },
      ...(this.locks ? { locks: this.locks } : {}),
      storage: { estimate: async () => this.estimate, persisted: async () => false, persist: async () => true },
    };
    Object.defineProperty(globalThis, "navigator", { value: navigator, configurable: true, writable: true });
    const marks = this.marks;
    globalThis.localStorage = {
      getItem: (key) => marks.get(key) ?? null,
      setItem: (key, value) => marks.set(key, value),
    };
    globalThis.fetch = (path, options) =>
      this.online ? this.server.fetch(path, options) : Promise.reject(new TypeError("Failed to fetch"));
  }

  /** The browser throws the database away. */
  evict() {
    globalThis.indexedDB = new fake.IDBFactory();
  }

  /** The app opened in a tab of its own; `unlocked` once a PIN is there. */
  async tab({ unlock = true } = {}) {
    tabs += 1;
    const loaded = await Promise.all(MODULES.map((name) => import(`../${name}.js?tab=${tabs}`)));
    const tab = Object.fromEntries(MODULES.map((name, place) => [name, loaded[place]]));
    await tab.store.open();
    if (unlock && (await tab.vault.state()) === "locked") await tab.vault.unlock(PIN);
    return tab;
  }

  /** A phone in service. */
  async inService() {
    const tab = await this.tab();
    await tab.vault.setUp(PIN, QUICK);
    await tab.device.register({ name: "Máy của Lan", csrf: "csrf", password: "mật khẩu" });
    return tab;
  }

  /** While `work` runs, writing to these stores finds the disk full. */
  async withFullDisk(work, stores = ["outbox", "drafts", "sent", "photos"]) {
    const { add, put } = fake.IDBObjectStore.prototype;
    const refuse = (real) =>
      function (...args) {
        if (stores.includes(this.name)) throw new DOMException("The disk is full", "QuotaExceededError");
        return real.apply(this, args);
      };
    Object.assign(fake.IDBObjectStore.prototype, { add: refuse(add), put: refuse(put) });
    try {
      return await work();
    } finally {
      Object.assign(fake.IDBObjectStore.prototype, { add, put });
    }
  }
}

/** Whatever lies on the disk, as text: nothing of a name may be found in it. */
export async function diskText(tab) {
  const rows = [];
  for (const name of tab.store.STORES) rows.push(...(await tab.store.all(name)));
  const plain = (_key, value) => (value instanceof Uint8Array ? Buffer.from(value).toString("latin1") : value);
  return JSON.stringify(rows, plain);
}

/** A visit's body, as short as one can be. */
export const visit = (more = {}) => ({
  kind: "outreach.visit",
  unit: UNIT,
  body: {
    drive: null,
    door: null,
    household: {
      id: "018bc000-0000-7000-8000-0000000000aa",
      new: true,
      number: "12/3",
      street: "Lê Lợi",
      neighbourhood: null,
    },
    business: null,
    happened_on: "2023-11-12",
    outcome: "helped",
    people: [{ person: { contact: null, name: "Nguyễn Thị Bảy", birth_year: 1951 } }],
    ...more,
  },
});

/** A number generator that gives the same numbers for the same seed. */
export function seeded(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** Let timers and messages between tabs run. */
export const settle = (ms = 5) => new Promise((resolve) => setTimeout(resolve, ms));

/** Wait until something holds, however busy the machine is. */
export async function until(holds) {
  const end = Date.now() + 20_000;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(`still not: ${holds}`);
    await settle(10);
  }
}

/** The code of the Problem that a promise fails with. */
export async function codeOf(promise) {
  try {
    await promise;
  } catch (error) {
    if (error.code && error.name === "Problem") return error.code;
    throw error;
  }
  return null;
}
