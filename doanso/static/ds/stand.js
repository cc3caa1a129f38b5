// A stand without network: what was typed by hand is kept in this tab, the form is free for the next person, and everything
// kept is sent in order when the network is back. A form's key makes what is sent twice one receiver.
// @ts-check

/** @typedef {{fields: [string, string][], refused: boolean}} Line */

const PARTS = ["stand-said", "stand-last", "waiting", "stand-list", "stand-count", "by-hand", "stand-save"];
/** @type {HTMLButtonElement | null} */
let pressed = null;
let sending = false;

function box() {
  return document.getElementById("stand-kept");
}

function byHand() {
  return /** @type {HTMLFormElement | null} */ (document.querySelector(".ds-stand-form form"));
}

function storeName() {
  return `doanso.stand.${box()?.dataset.stand ?? ""}`;
}

/** @returns {Line[]} */
function kept() {
  try {
    return JSON.parse(sessionStorage.getItem(storeName()) ?? "[]");
  } catch {
    return [];
  }
}

/** @param {Line[]} lines */
function store(lines) {
  if (lines.length > 0) sessionStorage.setItem(storeName(), JSON.stringify(lines));
  else sessionStorage.removeItem(storeName());
  draw();
}

/** @param {Line} line @param {string} name */
function value(line, name) {
  return line.fields.find((field) => field[0] === name)?.[1] ?? "";
}

/** @param {string} which @param {() => void} action */
function button(which, action) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "ds-btn ds-btn-sm";
  made.textContent = box()?.dataset[which] ?? "";
  made.addEventListener("click", action);
  return made;
}

function draw() {
  const section = box();
  if (!section) return;
  const lines = kept();
  section.hidden = lines.length === 0;
  const count = section.querySelector("[data-kept-count]");
  if (count) count.textContent = String(lines.length);
  const items = lines.map((line, place) => {
    const item = document.createElement("li");
    const words = document.createElement("span");
    words.className = "grow";
    const isUnnamed = line.fields.some((field) => field[0] === "unnamed");
    words.textContent = isUnnamed
      ? section.dataset.unnamed ?? ""
      : [value(line, "name"), value(line, "birth_year")].filter(Boolean).join(", ");
    item.append(words);
    if (line.refused) {
      const reason = document.createElement("span");
      reason.className = "ds-msg";
      reason.textContent = section.dataset.refused ?? "";
      words.append(reason);
      item.append(button("again", () => fillIn(place)), button("drop", () => store(kept().filter((_line, at) => at !== place))));
    }
    return item;
  });
  section.querySelector("ul")?.replaceChildren(...items);
}

/** @param {number} place */
function fillIn(place) {
  const form = byHand();
  const line = kept()[place];
  if (!form || !line) return;
  for (const [name, text] of line.fields) {
    for (const field of form.querySelectorAll(`[name="${name}"]`)) {
      const input = /** @type {HTMLInputElement} */ (field);
      if (input.type === "checkbox") input.checked = input.value === text;
      else if (name !== "csrfmiddlewaretoken" && name !== "key" && input.type !== "submit") input.value = text;
    }
  }
  store(kept().filter((_line, at) => at !== place));
  /** @type {HTMLElement | null} */ (form.querySelector('[name="name"]'))?.focus();
}

function newKey() {
  if (typeof crypto.randomUUID === "function") return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

/** Keep what the form holds, and free it for the next person. @param {HTMLFormElement} form */
function keep(form) {
  const isUnnamed = pressed?.name === "unnamed";
  if (!isUnnamed && !form.reportValidity()) return;
  /** @type {[string, string][]} */
  const fields = [];
  for (const [name, text] of new FormData(form)) {
    if (name !== "csrfmiddlewaretoken" && typeof text === "string") fields.push([name, text]);
  }
  if (isUnnamed) fields.push(["unnamed", ""]);
  store([...kept(), { fields, refused: false }]);
  for (const name of ["name", "birth_year", "phone"]) {
    const input = /** @type {HTMLInputElement | null} */ (form.querySelector(`[name="${name}"]`));
    if (input) input.value = "";
  }
  const agreed = /** @type {HTMLInputElement | null} */ (form.querySelector('[name="agreed"]'));
  if (agreed) agreed.checked = false;
  const key = /** @type {HTMLInputElement | null} */ (form.querySelector('[name="key"]'));
  if (key) key.value = newKey();
  /** @type {HTMLElement | null} */ (form.querySelector('[name="name"]'))?.focus();
}

/** Put the page's parts that change with a receiver in place. @param {string} text */
function renew(text) {
  const answer = new DOMParser().parseFromString(text, "text/html");
  for (const id of PARTS) {
    const old = document.getElementById(id);
    const fresh = answer.getElementById(id);
    if (!old || !fresh) continue;
    old.replaceWith(fresh);
    /** @type {{htmx?: {process: (part: Element) => void}}} */ (/** @type {unknown} */ (window)).htmx?.process(fresh);
  }
}

async function send() {
  const form = byHand();
  if (sending || !navigator.onLine || !form) return;
  sending = true;
  try {
    for (;;) {
      const lines = kept();
      const place = lines.findIndex((line) => !line.refused);
      if (place < 0) break;
      const data = new URLSearchParams(lines[place].fields);
      data.set("csrfmiddlewaretoken", /** @type {HTMLInputElement | null} */ (form.querySelector('[name="csrfmiddlewaretoken"]'))?.value ?? "");
      const answer = await fetch(form.action, { method: "POST", body: data, headers: { "HX-Request": "true" } });
      // Somebody signed out elsewhere: the lines wait until the page is opened again.
      if (new URL(answer.url).pathname !== new URL(form.action).pathname) break;
      const text = await answer.text();
      if (answer.ok) {
        store(kept().filter((_line, at) => at !== place));
        renew(text);
      } else if (answer.status === 422) {
        store(kept().map((line, at) => (at === place ? { ...line, refused: true } : line)));
      } else break;
    }
  } catch {
    // Still no network: the lines stay, and are tried again.
  } finally {
    sending = false;
  }
}

document.addEventListener(
  "submit",
  (event) => {
    if (event.target !== byHand()) return;
    pressed = /** @type {HTMLButtonElement | null} */ (/** @type {SubmitEvent} */ (event).submitter);
    if (navigator.onLine) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    keep(/** @type {HTMLFormElement} */ (event.target));
  },
  true,
);
for (const failure of ["htmx:sendError", "htmx:timeout"]) {
  document.addEventListener(failure, (event) => {
    const form = byHand();
    if (form && /** @type {CustomEvent} */ (event).detail.elt === form) keep(form);
  });
}
// The next line has the focus with the swap itself: what is typed before htmx settles would go to the line before, or nowhere.
document.addEventListener("htmx:afterSwap", () => {
  const first = /** @type {HTMLElement | null | undefined} */ (byHand()?.querySelector("[autofocus]"));
  first?.focus();
  first?.removeAttribute("autofocus");
});
document.addEventListener("htmx:afterSettle", () => {
  draw();
  send();
});
document.addEventListener("click", (event) => {
  if (event.target instanceof Element && event.target.closest("[data-kept-send]")) send();
});
window.addEventListener("online", () => send());
window.addEventListener("beforeunload", (event) => {
  if (kept().length > 0) event.preventDefault();
});
draw();
send();
