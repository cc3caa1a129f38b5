// The words of a draft report, kept while one writes: each text names the version that was read of it, so that what somebody
// else wrote meanwhile is shown and never overwritten. What could not be kept stays in the box and in this tab.

const AFTER_A_PAUSE = 2500;
const AT_THE_LATEST = 20_000;
const TRY_AGAIN_AFTER = 10_000;

/** @typedef {{ seen: string, by: string, at: string, text?: string }} StoredPassage */
/** @typedef {{ problem?: string, version?: number, form?: string,
 *   saved?: Record<string, StoredPassage>, newer?: Record<string, StoredPassage>,
 *   conflicts?: Record<string, StoredPassage>, problems?: Record<string, string> }} SaveAnswer */
/** @typedef {"ready" | "restored" | "unsaved" | "saving" | "saved" | "offline" | "failed" | "ended" | "conflict" | "problem"} Say */

/** @template {Element} E @param {ParentNode} within @param {string} selector @returns {E} */
function part(within, selector) {
  const element = within.querySelector(selector);
  if (!element) throw new RangeError(`The page has no ${selector}.`);
  return /** @type {E} */ (element);
}

/** @param {string} text the text as the server stores it */
const clean = (text) => text.replaceAll("\r\n", "\n").replaceAll("\0", "").trim();

/** One heading with its text. */
class Passage {
  /** @param {HTMLElement} element @param {HTMLTemplateElement} template @param {() => void} changed */
  constructor(element, template, changed) {
    this.element = element;
    this.key = element.dataset.section ?? "";
    this.box = /** @type {HTMLTextAreaElement} */ (part(element, "textarea"));
    this.seen = /** @type {HTMLInputElement} */ (part(element, "input[type=hidden]"));
    this.error = /** @type {HTMLElement} */ (part(element, "[data-words-error]"));
    this.template = template;
    this.changed = changed;
    /** The text as it is stored, as far as this page knows. A text shown with an error is stored nowhere. */
    this.stored = this.error.hidden ? clean(this.box.defaultValue) : null;
    const conflict = /** @type {HTMLElement | null} */ (element.querySelector("[data-conflict]"));
    if (conflict) this.offer(conflict, clean(/** @type {HTMLElement} */ (part(conflict, "[data-conflict-text]")).innerText));
    this.box.addEventListener("input", changed);
    const reuse = /** @type {HTMLButtonElement | null} */ (element.querySelector("button[name=reuse]"));
    reuse?.addEventListener("click", (event) => {
      event.preventDefault();
      const last = clean(/** @type {HTMLElement} */ (part(element, "[data-words-last]")).innerText.replaceAll("\n\n", "\n"));
      this.put([clean(this.box.value), last].filter(Boolean).join("\n"));
    });
  }

  get unsaved() {
    return clean(this.box.value) !== this.stored;
  }

  get conflict() {
    return this.element.querySelector("[data-conflict]") !== null;
  }

  /** @param {string} text */
  put(text) {
    this.box.value = text;
    this.changed();
  }

  /** @param {StoredPassage} state @param {string} sent the text that was sent, if it was */
  keep(state, sent) {
    this.stored = clean(sent);
    this.seen.value = state.seen;
    part(this.element, "[data-words-by]").textContent = [state.by, state.at].filter(Boolean).join(", ");
    this.say("");
  }

  /**
   * Shows what somebody else wrote where nothing was typed here.
   * @param {StoredPassage} state
   */
  renew(state) {
    if (this.unsaved || this.conflict) return;
    this.box.value = state.text ?? "";
    this.keep(state, this.box.value);
  }

  /**
   * Asks what is to become of two texts.
   * @param {StoredPassage} state
   */
  ask(state) {
    if (this.conflict) return;
    this.seen.value = state.seen;
    const copy = /** @type {DocumentFragment} */ (this.template.content.cloneNode(true));
    const conflict = /** @type {HTMLElement} */ (part(copy, "[data-conflict]"));
    part(conflict, "[data-conflict-by]").textContent = [state.by, state.at].filter(Boolean).join(", ") + ":";
    const text = part(conflict, "[data-conflict-text]");
    text.replaceChildren(...(state.text ?? "").split("\n").map((line) => Object.assign(document.createElement("p"), { textContent: line })));
    this.box.after(conflict);
    this.offer(conflict, state.text ?? "");
  }

  /** @param {HTMLElement} conflict @param {string} theirs */
  offer(conflict, theirs) {
    /** @type {HTMLElement} */ (part(conflict, "[data-conflict-acts]")).hidden = false;
    const typed = this.box.value;
    const texts = /** @type {Record<string, () => string>} */ ({
      both: () => [theirs, clean(this.box.value)].filter(Boolean).join("\n"),
      mine: () => this.box.value || typed,
      theirs: () => theirs,
    });
    for (const button of /** @type {NodeListOf<HTMLButtonElement>} */ (conflict.querySelectorAll("[data-take]"))) {
      button.addEventListener("click", () => {
        const text = texts[button.dataset.take ?? "mine"]();
        this.stored = theirs;
        this.say("");
        conflict.remove();
        this.put(text);
        this.box.focus();
      });
    }
  }

  /** @param {string} problem */
  say(problem) {
    this.error.hidden = !problem;
    part(this.error, "span").textContent = problem;
    this.box.toggleAttribute("aria-invalid", Boolean(problem));
    this.element.classList.toggle("ds-err", Boolean(problem));
  }
}

class Words {
  /** @param {HTMLFormElement} form */
  constructor(form) {
    this.form = form;
    this.store = `words:${form.dataset.words}`;
    this.state = /** @type {HTMLElement} */ (part(form, "[data-words-state]"));
    const template = /** @type {HTMLTemplateElement} */ (part(form, "template[data-words-conflict]"));
    this.passages = [.../** @type {NodeListOf<HTMLElement>} */ (form.querySelectorAll("[data-section]"))].map(
      (element) => new Passage(element, template, () => this.changed()),
    );
    this.select = /** @type {HTMLSelectElement | null} */ (document.querySelector("select[form=words]"));
    this.version = /** @type {HTMLInputElement} */ (part(form, "input[name=version]"));
    /** The form of the document as it is stored, as far as this page knows. */
    this.shownForm = /** @type {HTMLInputElement} */ (part(form, "input[name=seen-form]"));
    /** @type {HTMLElement | null} the button pressed while words were being saved */
    this.pressed = null;
    this.pause = 0;
    this.latest = 0;
    this.running = false;
    this.again = false;
    this.leaving = false;
    this.say(this.restore() ? "restored" : this.passages.some((passage) => passage.conflict) ? "conflict" : "ready");
    if (this.unsaved().length > 0) this.changed();
    this.listen();
  }

  listen() {
    this.select?.addEventListener("change", () => this.changed());
    this.form.addEventListener("submit", (event) => {
      const conflict = this.passages.find((passage) => passage.conflict);
      if (this.running && event.submitter?.hasAttribute("formaction")) {
        // The version to freeze comes with the answer.
        event.preventDefault();
        this.pressed = event.submitter;
        return;
      }
      if (event.submitter?.hasAttribute("formaction") && !conflict) {
        // Freezing stores the texts itself.
        this.leaving = true;
        return;
      }
      event.preventDefault();
      if (conflict) {
        this.say("conflict");
        conflict.element.scrollIntoView();
        conflict.box.focus();
      } else void this.save();
    });
    window.addEventListener("online", () => void this.save());
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "hidden") void this.save();
    });
    window.addEventListener("beforeunload", (event) => {
      if (!this.leaving && this.unsaved().length > 0) event.preventDefault();
    });
    const stale = /** @type {HTMLElement | null} */ (document.querySelector("[data-words-stale]"));
    stale?.querySelector("button")?.addEventListener("click", () => {
      stale.hidden = true;
      document.body.dispatchEvent(new Event("report-reprint"));
    });
    this.stale = stale;
  }

  /** @returns {Passage[]} */
  unsaved() {
    return this.passages.filter((passage) => passage.unsaved);
  }

  /** @param {Say} what @param {string} [words] */
  say(what, words) {
    for (const say of /** @type {NodeListOf<HTMLElement>} */ (this.state.querySelectorAll("[data-say]"))) {
      say.hidden = say.dataset.say !== what;
    }
    if (words !== undefined) part(this.state, what === "saved" ? "[data-words-at]" : "[data-words-problem]").textContent = words;
  }

  /**
   * Keeps what is not saved in this tab's own memory, which outlives a reload and nothing more. Until somebody has chosen between
   * two texts, the other one counts as not read: after a reload it is asked again.
   */
  remember() {
    const entries = this.unsaved().map((passage) => [
      passage.key,
      { text: passage.box.value, seen: passage.conflict ? "0." : passage.seen.value },
    ]);
    const kept = Object.fromEntries(entries);
    try {
      if (Object.keys(kept).length > 0) sessionStorage.setItem(this.store, JSON.stringify(kept));
      else sessionStorage.removeItem(this.store);
    } catch {
      // A browser without room or right to store: the text is still in its box.
    }
  }

  /** @returns {boolean} whether words of before are back in their boxes */
  restore() {
    /** @type {Record<string, { text: string, seen: string }>} */
    let kept = {};
    try {
      kept = JSON.parse(sessionStorage.getItem(this.store) ?? "{}");
    } catch {
      return false;
    }
    let restored = false;
    for (const passage of this.passages) {
      const entry = kept[passage.key];
      if (!entry || clean(entry.text) === clean(passage.box.value)) continue;
      passage.box.value = entry.text;
      if (!passage.conflict) passage.seen.value = entry.seen;
      restored = true;
    }
    return restored;
  }

  changed() {
    this.remember();
    window.clearTimeout(this.pause);
    this.pause = window.setTimeout(() => void this.save(), AFTER_A_PAUSE);
    if (!this.latest) this.latest = window.setTimeout(() => void this.save(), AT_THE_LATEST);
    if (!this.running) this.say(this.passages.some((passage) => passage.conflict) ? "conflict" : "unsaved");
  }

  async save() {
    if (this.running) {
      this.again = true;
      return;
    }
    window.clearTimeout(this.pause);
    window.clearTimeout(this.latest);
    this.latest = 0;
    const sent = this.unsaved().filter((passage) => !passage.conflict);
    const formChanged = this.select !== null && this.select.value !== this.shownForm.value;
    if (sent.length === 0 && !formChanged) {
      this.settle();
      return;
    }
    if (!navigator.onLine) {
      this.say("offline");
      return;
    }
    this.running = true;
    this.say("saving");
    const texts = new Map(sent.map((passage) => [passage.key, passage.box.value]));
    const answer = await this.send(texts, formChanged);
    this.running = false;
    if (answer) this.take(answer, texts);
    const pressed = this.pressed;
    this.pressed = null;
    if (pressed && answer) {
      this.again = false;
      this.form.requestSubmit(pressed);
    } else if (this.again) {
      this.again = false;
      void this.save();
    }
  }

  /** @param {Map<string, string>} texts @param {boolean} formChanged @returns {Promise<SaveAnswer | null>} */
  async send(texts, formChanged) {
    const body = new FormData();
    body.set("csrfmiddlewaretoken", /** @type {HTMLInputElement} */ (part(this.form, "input[name=csrfmiddlewaretoken]")).value);
    for (const passage of this.passages) body.set(`seen-${passage.key}`, passage.seen.value);
    for (const [key, text] of texts) body.set(`text-${key}`, text);
    body.set("seen-form", this.shownForm.value);
    if (formChanged && this.select) body.set("form", this.select.value);
    try {
      const answer = await fetch(this.form.action, { method: "POST", body, headers: { Accept: "application/json" } });
      if (answer.redirected || answer.status === 401 || answer.status === 403) {
        this.say("ended");
        return null;
      }
      if (!answer.ok && answer.status !== 422) throw new TypeError(String(answer.status));
      const wasChosen = body.get("form");
      if (answer.ok && typeof wasChosen === "string") this.shownForm.value = wasChosen;
      return await answer.json();
    } catch {
      // They may be stored or not: taken back, they are sent all the same.
      for (const passage of this.passages) if (texts.has(passage.key)) passage.stored = null;
      this.remember();
      this.say(navigator.onLine ? "failed" : "offline");
      this.pause = window.setTimeout(() => void this.save(), TRY_AGAIN_AFTER);
      return null;
    }
  }

  /** @param {SaveAnswer} answer @param {Map<string, string>} texts */
  take(answer, texts) {
    if (answer.problem) {
      this.say("problem", answer.problem);
      return;
    }
    for (const passage of this.passages) {
      const saved = answer.saved?.[passage.key];
      const newer = answer.newer?.[passage.key];
      const conflict = answer.conflicts?.[passage.key];
      if (saved) passage.keep(saved, texts.get(passage.key) ?? "");
      if (newer) passage.renew(newer);
      if (conflict) passage.ask(conflict);
      passage.say(answer.problems?.[passage.key] ?? "");
    }
    this.takeVersion(answer);
    if (this.stale) this.stale.hidden = false;
    this.remember();
    this.settle();
  }

  /**
   * What may be frozen is what was read: the version of an answer that tells nothing new.
   * @param {SaveAnswer} answer
   */
  takeVersion(answer) {
    const form = answer.form ?? this.shownForm.value;
    const others = Object.keys(answer.newer ?? {}).length + Object.keys(answer.conflicts ?? {}).length;
    if (others === 0 && form === this.shownForm.value && answer.version) this.version.value = String(answer.version);
    if (this.select?.value === this.shownForm.value) this.select.value = form;
    this.shownForm.value = form;
  }

  settle() {
    if (this.passages.some((passage) => passage.conflict)) this.say("conflict");
    else if (this.unsaved().length > 0) this.say("unsaved");
    else this.say("saved", new Date().toLocaleTimeString("vi", { hour: "2-digit", minute: "2-digit" }));
  }
}

const form = document.querySelector("form[data-words]");
if (form instanceof HTMLFormElement) new Words(form);
