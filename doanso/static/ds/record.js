// The form that records help: on a narrow screen one step at a time, the person's fields only for who agreed to be named, and
// Ctrl+Enter saves. Without script the whole form is one page and does the same.
// @ts-check

/** @param {Element} form @param {string} selector */
function all(form, selector) {
  return /** @type {HTMLElement[]} */ ([...form.querySelectorAll(selector)]);
}

/** @param {HTMLFormElement} form */
function answer(form) {
  return /** @type {HTMLInputElement | null} */ (form.querySelector('input[name="answer"]:checked'))?.value ?? "";
}

/** @param {HTMLFormElement} form */
function showForAnswer(form) {
  if (!form.querySelector('input[name="answer"]')) return;
  const unnamed = answer(form) === "unnamed";
  for (const part of all(form, '[data-of="named"]')) part.hidden = unnamed;
  for (const part of all(form, '[data-of="unnamed"]')) part.hidden = !unnamed;
  for (const part of all(form, "[data-named]")) part.classList.toggle("is-off", unnamed || answer(form) === "none");
}

/** @param {HTMLFormElement} form */
function steps(form) {
  const refused = answer(form) === "none";
  return all(form, "[data-step]").filter((step, index) => !step.classList.contains("is-off") && !(refused && index > 0));
}

/** @param {HTMLFormElement} form @param {number} place */
function show(form, place) {
  const now = steps(form);
  const at = Math.max(0, Math.min(place, now.length - 1));
  form.dataset.at = String(at);
  for (const step of all(form, "[data-step]")) step.classList.toggle("is-now", step === now[at]);
  const last = at === now.length - 1;
  for (const button of all(form, "[data-save]")) button.hidden = !last;
  for (const button of all(form, "[data-forward]")) button.hidden = last;
  for (const button of all(form, "[data-back]")) button.hidden = at === 0;
  const bar = form.querySelector("[data-steps]");
  if (!bar) return;
  /** @type {HTMLElement} */ (bar).hidden = false;
  const marks = now.map((_step, index) => {
    const mark = document.createElement("li");
    if (index < at) mark.className = "done";
    if (index === at) mark.className = "now";
    return mark;
  });
  bar.querySelector("ol")?.replaceChildren(...marks);
  const words = bar.querySelector(".ds-stepno");
  if (words) words.textContent = `${form.dataset.word} ${at + 1}/${now.length}`;
}

/** @param {HTMLFormElement} form */
function whole(form) {
  form.classList.remove("is-steps");
  for (const part of all(form, "[data-save]")) part.hidden = false;
  for (const part of all(form, "[data-steps],[data-forward],[data-back]")) part.hidden = true;
}

/** @param {HTMLFormElement} form @param {string} name */
function typed(form, name) {
  const field = /** @type {HTMLInputElement | HTMLSelectElement | null} */ (form.elements.namedItem(name));
  if (field instanceof HTMLSelectElement) return (field.selectedOptions[0]?.textContent ?? "").replace(/^[– ]+/, "").trim();
  return field?.value.trim() ?? "";
}

/** @param {HTMLFormElement} form */
function showKept(form) {
  const kept = /** @type {HTMLElement | null} */ (form.querySelector(".ds-keep"));
  const places = kept ? all(kept, "summary .k > span") : [];
  const helpers = [typed(form, "helper"), typed(form, "second")].filter(Boolean).join(` ${kept?.dataset.and} `);
  for (const [index, words] of [typed(form, "happened_on"), helpers, typed(form, "unit")].entries()) {
    if (places[index] && words) places[index].textContent = words;
  }
}

const narrow = window.matchMedia("(max-width: 40rem)");

/** @param {HTMLFormElement} form */
function lay(form) {
  showForAnswer(form);
  showKept(form);
  if (!narrow.matches) return whole(form);
  form.classList.add("is-steps");
  const wrong = steps(form).findIndex((step) => step.classList.contains("ds-err") || step.querySelector(".ds-err"));
  show(form, form.dataset.at ? Number(form.dataset.at) : Math.max(0, wrong));
}

/** @param {HTMLFormElement} form @param {number} by */
function move(form, by) {
  const first = /** @type {HTMLInputElement | null} */ (form.querySelector('input[name="answer"]'));
  if (by > 0 && first && !answer(form)) {
    first.focus();
    first.reportValidity();
    return;
  }
  if (!form.querySelector(".ds-keep .ds-err")) form.querySelector(".ds-keep")?.removeAttribute("open");
  show(form, Number(form.dataset.at ?? 0) + by);
  form.scrollIntoView({ block: "start" });
  /** @type {HTMLElement | null} */ (form.querySelector(".is-now input:not([type=hidden])"))?.focus({ preventScroll: true });
}

for (const form of /** @type {NodeListOf<HTMLFormElement>} */ (document.querySelectorAll("form[data-record]"))) {
  lay(form);
  // What was refused is below what is kept for the next receiver, on a phone below the fold.
  /** @type {HTMLElement | null} */ (form.querySelector(".ds-err input:not([type=hidden])"))?.focus();
  narrow.addEventListener("change", () => lay(form));
  form.addEventListener("change", () => lay(form));
  form.addEventListener("click", (event) => {
    const pressed = /** @type {Element} */ (event.target).closest("[data-forward],[data-back]");
    if (pressed) move(form, pressed.matches("[data-forward]") ? 1 : -1);
  });
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    const forward = /** @type {HTMLButtonElement | null} */ (form.querySelector("[data-forward]"));
    if (event.ctrlKey) form.requestSubmit(/** @type {HTMLButtonElement} */ (form.querySelector("button[name=next]")));
    else if (forward && !forward.hidden && /** @type {Element} */ (event.target).matches("input")) move(form, 1);
    else return;
    event.preventDefault();
  });
}
