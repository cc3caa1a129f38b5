// Rows chosen in a list: counts them, names the count on the button, and keeps the button shut while there are none.
// The server checks everything again; without script the bar stays open and the server answers an empty choice.
// @ts-check

/** @param {Element} form */
function items(form) {
  return /** @type {HTMLInputElement[]} */ ([...form.querySelectorAll("input[data-bulk-item]")]).filter((box) => !box.disabled);
}

/** @param {Element} form */
function refresh(form) {
  const boxes = items(form);
  const count = boxes.filter((box) => box.checked).length;
  for (const all of /** @type {NodeListOf<HTMLInputElement>} */ (form.querySelectorAll("input[data-bulk-all]"))) {
    all.checked = count > 0 && count === boxes.length;
    all.indeterminate = count > 0 && count < boxes.length;
  }
  for (const bar of form.querySelectorAll("[data-bulk-bar]")) bar.classList.toggle("is-on", count > 0);
  form.classList.toggle("has-bulk", count > 0);
  for (const place of form.querySelectorAll("[data-bulk-count]")) place.textContent = String(count);
  for (const part of form.querySelectorAll("[data-bulk-some]")) /** @type {HTMLElement} */ (part).hidden = count === 0;
  for (const part of form.querySelectorAll("[data-bulk-none]")) /** @type {HTMLElement} */ (part).hidden = count > 0;
  for (const button of form.querySelectorAll("button[data-bulk-action]")) /** @type {HTMLButtonElement} */ (button).disabled = count === 0;
}

document.addEventListener("change", (event) => {
  const box = /** @type {HTMLInputElement} */ (event.target);
  const form = box.closest("[data-bulk]");
  if (!form) return;
  if (box.matches("input[data-bulk-all]")) for (const item of items(form)) item.checked = box.checked;
  refresh(form);
});

function refreshAll() {
  for (const form of document.querySelectorAll("[data-bulk]")) refresh(form);
}

refreshAll();
// The browser restores ticked boxes when it comes back to a page, and htmx brings in new rows.
window.addEventListener("pageshow", refreshAll);
document.addEventListener("htmx:load", refreshAll);
