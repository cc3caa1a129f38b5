// The search palette: opened by Ctrl K, "/" or a search button; the server answers with a fragment of results.
// The text goes in the body of a request and never into an address. Opened objects are kept in this browser as addresses alone,
// which hold ids; the server shows of them what the reader may still open. Without script the buttons lead to the search page.
// @ts-check

const WAIT = 150;
const KEPT = 20;
const OBJECT = /^\/(?:[a-z]+\/)+[0-9a-f]{8}-[0-9a-f-]{27}\/$|^\/units\/[\w-]+\/$|^\/programmes\/[\w-]+\/indicators\/[\w-]+\/(?:[\w-]+\/)?$/;

/** @param {HTMLDialogElement} dialog */
function palette(dialog) {
  const form = /** @type {HTMLFormElement} */ (dialog.querySelector("form"));
  const input = /** @type {HTMLInputElement} */ (dialog.querySelector("input[type=search]"));
  const results = /** @type {HTMLElement} */ (dialog.querySelector("#search-results"));
  const count = /** @type {HTMLElement} */ (dialog.querySelector("[data-search-count]"));
  const failed = /** @type {HTMLElement} */ (dialog.querySelector("[data-search-failed]"));
  const kept = `ds-opened:${dialog.dataset.reader}`;
  let timer = 0;
  /** @type {AbortController | null} */
  let running = null;
  // The text whose results are shown; null before the first answer.
  let answered = /** @type {string | null} */ (null);

  /** @returns {string[]} */
  function opened() {
    try {
      const paths = JSON.parse(localStorage.getItem(kept) ?? "[]");
      return Array.isArray(paths) ? paths.filter((path) => typeof path === "string") : [];
    } catch {
      return [];
    }
  }

  /** @param {string} path */
  function remember(path) {
    if (!OBJECT.test(path)) return;
    try {
      localStorage.setItem(kept, JSON.stringify([path, ...opened().filter((other) => other !== path)].slice(0, KEPT)));
    } catch {
      // Private windows may refuse; nothing is remembered then.
    }
  }

  const options = () => /** @type {HTMLAnchorElement[]} */ ([...results.querySelectorAll("[role=option]")]);
  const chosen = () => options().find((option) => option.getAttribute("aria-selected") === "true");

  /** @param {HTMLAnchorElement | undefined} option */
  function choose(option) {
    for (const other of options()) other.setAttribute("aria-selected", String(other === option));
    if (option) {
      input.setAttribute("aria-activedescendant", option.id);
      option.scrollIntoView({ block: "nearest" });
    } else {
      input.removeAttribute("aria-activedescendant");
    }
  }

  /** @param {string} html */
  function show(html) {
    results.innerHTML = html;
    failed.hidden = true;
    const found = options();
    input.setAttribute("aria-expanded", String(found.length > 0));
    choose(found[0]);
    results.scrollTop = 0;
    if (input.value.trim()) count.textContent = found.length ? `${found.length} ${count.dataset.many}` : count.dataset.none ?? "";
    else count.textContent = "";
  }

  async function ask() {
    const text = input.value;
    running?.abort();
    const request = new AbortController();
    running = request;
    const body = new URLSearchParams({ q: text });
    if (!text.trim()) for (const path of opened()) if (path !== location.pathname) body.append("opened", path);
    try {
      const answer = await fetch(String(dialog.dataset.url), {
        method: "POST",
        body,
        headers: { "X-CSRFToken": String(dialog.dataset.token) },
        signal: request.signal,
      });
      if (answer.redirected) {
        // Signed out meanwhile.
        location.assign(String(dialog.dataset.page));
        return;
      }
      if (!answer.ok) throw new Error(String(answer.status));
      const html = await answer.text();
      if (running !== request) return;
      answered = text;
      show(html);
    } catch (error) {
      if (running !== request || (error instanceof DOMException && error.name === "AbortError")) return;
      answered = null;
      results.replaceChildren();
      input.setAttribute("aria-expanded", "false");
      choose(undefined);
      failed.hidden = false;
      count.textContent = failed.querySelector("b")?.textContent ?? "";
    }
  }

  function open() {
    if (dialog.open) return;
    dialog.showModal();
    input.focus();
    input.select();
    if (answered === null || answered !== input.value) void ask();
  }

  /** @param {boolean} newTab */
  function follow(newTab) {
    const option = chosen();
    if (!option) return;
    if (newTab) window.open(option.href, "_blank", "noopener");
    else location.assign(option.href);
  }

  document.addEventListener("keydown", (event) => {
    const typing = /** @type {Element | null} */ (event.target)?.closest?.("input, textarea, select, [contenteditable]");
    if ((event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && event.key.toLowerCase() === "k") {
      // A form's editor has its own meaning for Ctrl K.
      if (typing instanceof HTMLElement && typing.isContentEditable) return;
      event.preventDefault();
      open();
    } else if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey && !document.querySelector("dialog[open]")) {
      event.preventDefault();
      open();
    }
  });

  document.addEventListener("click", (event) => {
    const target = /** @type {Element} */ (event.target);
    if (event.ctrlKey || event.metaKey || !target.closest("[data-search-open]")) return;
    event.preventDefault();
    open();
  });

  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = window.setTimeout(ask, WAIT);
  });

  input.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    const all = options();
    const place = all.findIndex((option) => option.getAttribute("aria-selected") === "true");
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (all.length) choose(all[(place + (event.key === "ArrowDown" ? 1 : all.length - 1) + all.length) % all.length]);
    } else if (event.key === "Enter") {
      event.preventDefault();
      const newTab = event.ctrlKey || event.metaKey;
      if (answered === input.value) return follow(newTab);
      // Typed faster than the answer: wait for the results of this very text.
      clearTimeout(timer);
      void ask().then(() => answered === input.value && follow(newTab));
    } else if (event.key === "Escape") {
      // A search field would first only be emptied.
      event.preventDefault();
      dialog.close();
    }
  });

  form.addEventListener("submit", (event) => event.preventDefault());
  results.addEventListener("pointermove", (event) => {
    const option = /** @type {HTMLAnchorElement | null} */ (/** @type {Element} */ (event.target).closest("[role=option]"));
    if (option && option.getAttribute("aria-selected") !== "true") choose(option);
  });
  dialog.addEventListener("click", (event) => {
    const target = /** @type {Element} */ (event.target);
    if (target === dialog || target.closest("[data-search-close]")) dialog.close();
  });
  // A page that the browser keeps for "back" would come back with the box over it.
  window.addEventListener("pagehide", () => dialog.close());
  remember(location.pathname);
}

const dialog = /** @type {HTMLDialogElement | null} */ (document.querySelector("dialog#search-palette"));
if (dialog) palette(dialog);
