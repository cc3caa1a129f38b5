// The appendices of a document: each with its title and an editor of its own. One hidden field holds them all, as JSON; without
// script it is sent back as it came.

import { Editor } from "./editor.js";

const BLANK = '{"type":"doc","content":[{"type":"paragraph"}]}';

export class Appendices {
  /** @param {HTMLElement} host */
  constructor(host) {
    this.field = /** @type {HTMLInputElement} */ (host.querySelector("input[type=hidden]"));
    this.list = /** @type {HTMLElement} */ (host.querySelector("[data-appendices-list]"));
    this.template = /** @type {HTMLTemplateElement} */ (host.querySelector("template"));
    this.made = 0;
    /** @type {Map<Element, {title: HTMLInputElement, editor: Editor}>} */
    this.parts = new Map();
    for (const one of JSON.parse(this.field.value || "[]")) this.add(one.title, JSON.stringify(one.body));
    const button = /** @type {HTMLButtonElement} */ (host.querySelector("[data-appendix-add]"));
    button.hidden = false;
    button.addEventListener("click", () => this.add("", BLANK).title.focus());
    host.addEventListener("input", (event) => {
      if (event.target !== this.field) this.write();
    });
    const form = this.field.form;
    if (form) {
      form.addEventListener("submit", () => this.write(), true);
      form.addEventListener("formdata", (event) => {
        this.write();
        event.formData.set(this.field.name, this.field.value);
      });
    }
  }

  /** @param {string} title @param {string} body */
  add(title, body) {
    const part = /** @type {HTMLElement} */ (/** @type {Element} */ (this.template.content.firstElementChild).cloneNode(true));
    this.made += 1;
    const input = /** @type {HTMLInputElement} */ (part.querySelector("[data-appendix-title]"));
    input.value = title;
    input.id = `appendix-title-${this.made}`;
    /** @type {HTMLLabelElement} */ (part.querySelector("label")).htmlFor = input.id;
    const host = /** @type {HTMLElement} */ (part.querySelector("[data-editor]"));
    const area = /** @type {HTMLTextAreaElement} */ (host.querySelector("textarea"));
    area.id = `appendix-body-${this.made}`;
    /** @type {HTMLLabelElement} */ (host.querySelector("label")).htmlFor = area.id;
    host.dataset.body = body;
    this.list.append(part);
    const made = { title: input, editor: new Editor(host) };
    this.parts.set(part, made);
    /** @type {HTMLElement} */ (part.querySelector("[data-appendix-remove]")).addEventListener("click", () => this.remove(part));
    this.number();
    return made;
  }

  /** @param {HTMLElement} part */
  remove(part) {
    this.parts.delete(part);
    part.remove();
    this.number();
    this.write();
    this.field.dispatchEvent(new Event("input", { bubbles: true }));
  }

  /** Their legends count them. */
  number() {
    [...this.parts.keys()].forEach((part, place) => {
      /** @type {HTMLElement} */ (part.querySelector("[data-appendix-number]")).textContent = String(place + 1);
    });
  }

  write() {
    const all = [...this.parts.values()].map(({ title, editor }) => ({ title: title.value, body: editor.body }));
    this.field.value = JSON.stringify(all);
  }
}
