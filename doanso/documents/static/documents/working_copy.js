// What one writes is kept on the server while one writes, for oneself alone, until the draft is kept as a version. Leaving the page
// asks first where something typed is not kept at all.

const AFTER_A_PAUSE = 2500;
const AT_THE_LATEST = 20_000;
const TRY_AGAIN_AFTER = 10_000;

/** @typedef {"ready" | "unsaved" | "saving" | "saved" | "offline" | "failed" | "ended" | "problem"} Say */

export class WorkingCopy {
  /** @param {HTMLFormElement} form `data-working-copy` is where it is kept */
  constructor(form) {
    this.form = form;
    this.state = /** @type {HTMLElement} */ (form.querySelector("[data-copy-state]"));
    /** What is kept, or was there when the page was opened. */
    this.kept = this.typed();
    this.pause = 0;
    this.latest = 0;
    this.running = false;
    this.leaving = false;
    this.state.hidden = false;
    form.addEventListener("input", () => this.changed());
    form.addEventListener("change", () => this.changed());
    form.addEventListener("submit", () => { this.leaving = true; });
    window.addEventListener("pageshow", () => { this.leaving = false; });
    window.addEventListener("online", () => void this.keep());
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "hidden") void this.keep();
    });
    window.addEventListener("beforeunload", (event) => {
      if (!this.leaving && this.typed() !== this.kept) event.preventDefault();
    });
  }

  /** @returns {string} the fields as they are sent */
  typed() {
    const fields = new FormData(this.form);
    fields.delete("csrfmiddlewaretoken");
    return JSON.stringify([...fields.entries()]);
  }

  changed() {
    if (this.typed() === this.kept) return;
    this.say("unsaved");
    window.clearTimeout(this.pause);
    this.pause = window.setTimeout(() => void this.keep(), AFTER_A_PAUSE);
    if (!this.latest) this.latest = window.setTimeout(() => void this.keep(), AT_THE_LATEST);
  }

  /** @param {Say} what @param {string} [text] */
  say(what, text) {
    for (const part of /** @type {NodeListOf<HTMLElement>} */ (this.state.querySelectorAll("[data-say]"))) {
      part.hidden = part.dataset.say !== what;
    }
    const shown = this.state.querySelector(what === "saved" ? "[data-copy-at]" : "[data-copy-problem]");
    if (shown && text !== undefined) shown.textContent = text;
  }

  async keep() {
    const typed = this.typed();
    if (this.running || this.leaving || typed === this.kept) return;
    window.clearTimeout(this.pause);
    window.clearTimeout(this.latest);
    this.latest = 0;
    if (!navigator.onLine) {
      this.say("offline");
      return;
    }
    this.running = true;
    this.say("saving");
    try {
      const url = this.form.dataset.workingCopy ?? "";
      const answer = await fetch(url, { method: "POST", body: new FormData(this.form), keepalive: typed.length < 60_000 });
      if (answer.redirected || answer.status === 401 || answer.status === 403) this.say("ended");
      else if (answer.status === 422) this.say("problem", (await answer.json()).problem);
      else if (answer.ok) {
        this.kept = typed;
        this.say("saved", (await answer.json()).saved_at);
      } else throw new TypeError(String(answer.status));
    } catch {
      this.say(navigator.onLine ? "failed" : "offline");
      this.pause = window.setTimeout(() => void this.keep(), TRY_AGAIN_AFTER);
    }
    this.running = false;
    // What was typed while it was sent.
    if (this.kept === typed) this.changed();
  }
}
