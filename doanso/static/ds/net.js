// A slow or missing network, said calmly; and a form that is sent once, however often its button is pressed.
// @ts-check

const SLOW_AFTER = 10_000;
const notice = document.querySelector("[data-net]");
/** @type {Set<unknown>} */
const waiting = new Set();
let timer = 0;

/** @param {"slow" | "offline" | "failed" | ""} what */
function say(what) {
  if (!notice) return;
  for (const part of notice.querySelectorAll("[data-net-say]")) {
    /** @type {HTMLElement} */ (part).hidden = /** @type {HTMLElement} */ (part).dataset.netSay !== what;
  }
  /** @type {HTMLElement} */ (notice).dataset.s = what === "failed" ? "error" : what === "slow" ? "sending" : "offline";
  /** @type {HTMLElement} */ (notice).hidden = what === "";
}

/** @param {unknown} request */
function begin(request) {
  waiting.add(request);
  window.clearTimeout(timer);
  timer = window.setTimeout(() => say("slow"), SLOW_AFTER);
}

/** @param {unknown} request @param {boolean} failed */
function end(request, failed) {
  waiting.delete(request);
  if (waiting.size === 0) window.clearTimeout(timer);
  if (failed) say(navigator.onLine ? "failed" : "offline");
  else if (navigator.onLine && waiting.size === 0) say("");
}

window.addEventListener("offline", () => say("offline"));
window.addEventListener("online", () => say(""));
if (!navigator.onLine) say("offline");

document.addEventListener("htmx:beforeRequest", (event) => begin(/** @type {CustomEvent} */ (event).detail.xhr));
document.addEventListener("htmx:afterRequest", (event) => {
  const { xhr, failed } = /** @type {CustomEvent} */ (event).detail;
  // 422 is a form's own answer and shows itself.
  end(xhr, Boolean(failed) && xhr.status !== 422);
});

document.addEventListener("submit", (event) => {
  const form = /** @type {HTMLFormElement} */ (event.target);
  if (event.defaultPrevented || form.method !== "post" || form.hasAttribute("data-again")) return;
  if (form.getAttribute("aria-busy") === "true") {
    event.preventDefault();
    return;
  }
  form.setAttribute("aria-busy", "true");
  begin(form);
});
// Coming back with the browser's button shows the page as it was left: open its forms again. A browser that kept the page in
// memory, although it is told not to, asks for it anew: its user may have signed out meanwhile.
window.addEventListener("pageshow", ({ persisted }) => {
  if (persisted) {
    document.documentElement.hidden = true;
    window.location.reload();
    return;
  }
  for (const form of document.querySelectorAll("form[aria-busy]")) {
    form.removeAttribute("aria-busy");
    waiting.delete(form);
  }
  window.clearTimeout(timer);
});
