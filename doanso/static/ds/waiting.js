// Counts of what waits, filled in beside sections and tabs once the page has loaded. The browser keeps the answer for a minute;
// the time of the user's last action is part of the address, so that what was just dealt with is never shown as waiting.
// @ts-check

const KEY = "acted";
const place = /** @type {HTMLElement | null} */ (document.querySelector("[data-waiting]"));

function acted() {
  try {
    sessionStorage.setItem(KEY, String(Date.now()));
  } catch {
    // Without storage the counts may be a minute old.
  }
}

function lastAction() {
  try {
    return sessionStorage.getItem(KEY) ?? "";
  } catch {
    return "";
  }
}

async function fill() {
  if (!place) return;
  // The inbox shows its rows as they are now, so the counts beside it must be as new.
  if (document.querySelector("[data-inbox]")) acted();
  const answer = await fetch(`${place.dataset.waiting}?since=${lastAction()}`, { credentials: "same-origin" });
  if (!answer.ok) return;
  /** @type {{ counts: Record<string, string>, word: string }} */
  const { counts, word } = await answer.json();
  for (const element of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-wait]"))) {
    const count = counts[element.dataset.wait ?? ""] ?? "";
    element.textContent = count;
    if (!count) continue;
    const said = document.createElement("span");
    said.className = "ds-vh";
    said.textContent = ` ${word}`;
    element.append(said);
  }
  document.dispatchEvent(new Event("ds:counts"));
}

document.addEventListener("submit", (event) => {
  if (/** @type {HTMLFormElement} */ (event.target).method === "post") acted();
});
document.addEventListener("htmx:afterRequest", (event) => {
  if (/** @type {CustomEvent} */ (event).detail.requestConfig.verb !== "get") acted();
});
// A page stands without its counts: no network, no word.
fill().catch(() => {});
