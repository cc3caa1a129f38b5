// The filter of a list, applied as one types: htmx fetches the rows, this keeps the address short and the details current.
// @ts-check

// A field that says nothing is left out of the address.
document.addEventListener("htmx:configRequest", (event) => {
  const { elt, formData } = /** @type {CustomEvent} */ (event).detail;
  if (!(elt instanceof Element) || !elt.matches("form[data-filter]")) return;
  for (const [name, value] of [...formData.entries()]) if (value === "") formData.delete(name);
});

/** The number beside "More filters" counts the fields behind it that say something. @param {Element} details */
function count(details) {
  const fields = /** @type {NodeListOf<HTMLInputElement | HTMLSelectElement>} */ (details.querySelectorAll("input[name], select"));
  const chosen = [...fields].filter((field) => field.value !== "").length;
  const badge = details.querySelector("summary .count");
  if (badge) {
    /** @type {HTMLElement} */ (badge).hidden = chosen === 0;
    if (badge.firstChild) badge.firstChild.textContent = String(chosen);
  }
}

// Where the choice changes more of the page than its list, the whole page follows.
document.addEventListener("change", (event) => {
  const field = /** @type {Element} */ (event.target);
  if (!field.matches("select")) return;
  const form = /** @type {HTMLFormElement | null} */ (field.closest('form[data-filter="page"]'));
  form?.requestSubmit();
});

document.addEventListener("input", (event) => {
  const details = /** @type {Element} */ (event.target).closest(".ds-quietf-more");
  if (details) count(details);
});
