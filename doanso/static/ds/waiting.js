// Counts of what waits are asked for once a page has loaded. The browser keeps them for a minute; what the user did since the
// last answer, and the inbox itself, ask anew: the time of the last action is part of the address.
// @ts-check

const KEY = "acted";

function acted() {
  try {
    sessionStorage.setItem(KEY, String(Date.now()));
  } catch {
    // Without storage the counts may be a minute old.
  }
}

document.addEventListener("submit", (event) => {
  if (/** @type {HTMLFormElement} */ (event.target).method === "post") acted();
});
document.addEventListener("htmx:afterRequest", (event) => {
  if (/** @type {CustomEvent} */ (event).detail.requestConfig.verb !== "get") acted();
});
document.addEventListener("htmx:configRequest", (event) => {
  const { elt, parameters } = /** @type {CustomEvent} */ (event).detail;
  if (!elt.hasAttribute("data-quiet")) return;
  if (document.querySelector("[data-inbox]")) acted();
  try {
    const since = sessionStorage.getItem(KEY);
    if (since) parameters.since = since;
  } catch {
    // As above.
  }
});
