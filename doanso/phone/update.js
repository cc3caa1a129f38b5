// The service worker, and a new version of the app: fetched in the background, taken when the person says so.
// @ts-check

const HOUR = 3_600_000;
/** @type {ServiceWorkerRegistration | null} */
let registration = null;

/**
 * Register the worker; `onReady` is called once a new version is here completely. The open page goes on with the one it has.
 * @param {() => void} onReady @returns {Promise<void>}
 */
export async function start(onReady) {
  const workers = globalThis.navigator?.serviceWorker;
  if (!workers) return;
  registration = await workers.register("/door/sw.js", { scope: "/door/", updateViaCache: "none" });
  const own = registration;
  if (own.waiting && workers.controller) onReady();
  own.addEventListener("updatefound", () => {
    const coming = own.installing;
    coming?.addEventListener("statechange", () => {
      // Without a controller it is the first one, and nothing is new about it.
      if (coming.state === "installed" && workers.controller) onReady();
    });
  });
  let asked = Date.now();
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState !== "visible" || Date.now() - asked < HOUR) return;
    asked = Date.now();
    own.update().catch(() => {});
  });
}

/** Go on in the new version; for a moment when no visit is open. */
export function apply() {
  const waiting = registration?.waiting;
  if (!waiting) return;
  navigator.serviceWorker.addEventListener("controllerchange", () => location.reload(), { once: true });
  waiting.postMessage("apply");
}
