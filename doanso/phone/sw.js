// The service worker: the app's own files, whole and of one version, so that it opens cold without signal. It never
// touches an answer of the server. `self.doorApp` ({version, files, later, soon}) is put before this text as it is served.
// @ts-check

const worker = /** @type {any} */ (self);
/** @type {{version: string, files: string[], later: string[], soon: string[]}} */
const app = worker.doorApp;
const PREFIX = "door-";
const CACHE = PREFIX + app.version;
const SHELL = "/door/";

/** @param {string} address */
async function fetchWhole(address) {
  const answer = await fetch(address, { cache: address === SHELL ? "reload" : "default", credentials: "omit" });
  // A page of a portal between us and the server would be kept as the app.
  if (!answer.ok || answer.redirected) throw new Error(`${address}: ${answer.status}`);
  return answer;
}

/** All files or none: a version with a hole would open without signal and then fail. */
async function install() {
  // The same version may be installed again; what a first install has laid down is whole and stays.
  const existed = await caches.has(CACHE);
  try {
    const cache = await caches.open(CACHE);
    await Promise.all(app.files.map(async (address) => cache.put(address, await fetchWhole(address))));
    // An update takes nothing away: it may be applied on a day without signal.
    const before = (await versions()).filter((name) => name !== CACHE);
    if (before.length) await lookAhead(before);
  } catch (error) {
    if (!existed) await caches.delete(CACHE);
    throw error;
  }
}

const versions = async () => (await caches.keys()).filter((name) => name.startsWith(PREFIX));
/** The name of a file within any version. */
const nameOf = (/** @type {string} */ address) => address.replace(/^\/door\/app\/[^/]+\//, "");

/**
 * What no first load needs, fetched while there is signal, with what those versions had fetched when it was needed; what fails now
 * is fetched when it is asked for.
 * @param {string[]} [before]
 */
async function lookAhead(before = []) {
  const cache = await caches.open(CACHE);
  const had = await Promise.all(before.map(async (name) => (await caches.open(name)).keys()));
  const names = had.flat().map(({ url }) => nameOf(new URL(url).pathname));
  const wanted = app.later.filter((address) => app.soon.includes(address) || names.includes(nameOf(address)));
  const fetched = async (/** @type {string} */ address) => (await cache.match(address)) || cache.put(address, await fetchWhole(address));
  await Promise.all(wanted.map((address) => fetched(address).catch(() => {})));
}

/** Keep this version and the one before it, whose pages may still be open. */
async function tidy() {
  const names = (await versions()).filter((name) => name !== CACHE);
  await Promise.all(names.slice(0, -1).map((name) => caches.delete(name)));
  await worker.clients.claim();
}

/** @param {Request} request @param {string} path */
async function answer(request, path) {
  const own = await caches.open(CACHE);
  const kept = (await own.match(path)) || (await caches.match(path));
  if (kept) return kept;
  const fresh = await fetch(request);
  if (fresh.ok && !fresh.redirected && app.later.includes(path)) {
    // A full disk must not cost the person the file that has just come.
    await own.put(path, fresh.clone()).catch(() => {});
  }
  return fresh;
}

worker.addEventListener("install", (/** @type {any} */ event) => event.waitUntil(install()));
worker.addEventListener("activate", (/** @type {any} */ event) => event.waitUntil(tidy().then(() => lookAhead())));
worker.addEventListener("message", (/** @type {any} */ event) => {
  if (event.data === "apply") void worker.skipWaiting();
});
worker.addEventListener("fetch", (/** @type {any} */ event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== worker.location.origin) return;
  const isShell = request.mode === "navigate" && pathname === SHELL;
  const isOurs = pathname.startsWith("/door/app/") || (pathname !== SHELL && app.files.includes(pathname));
  if (isShell || isOurs) event.respondWith(answer(request, pathname));
});
