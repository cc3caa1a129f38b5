// @ts-check
// Making elements without markup in strings: what a resident is called never becomes HTML.

/** @typedef {Node | string | number | null | undefined | false | any[]} Child */

const SVG = "http://www.w3.org/2000/svg";

/** @param {Element} into @param {Child[]} children */
function fill(into, children) {
  for (const child of children) {
    if (child === null || child === undefined || child === false) continue;
    if (Array.isArray(child)) fill(into, child);
    else into.append(child instanceof Node ? child : String(child));
  }
}

/**
 * One element. Functions become listeners (`onclick`), true and false properties, the rest attributes; null is left out.
 * @param {string} tag @param {Record<string, any>} [how] @param {...Child} children @returns {any}
 */
export function h(tag, how = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(how)) {
    if (value === null || value === undefined) continue;
    if (typeof value === "function") made.addEventListener(name.slice(2), value);
    else if (typeof value === "boolean") /** @type {any} */ (made)[name] = value;
    else if (name === "value") /** @type {any} */ (made).value = value;
    else made.setAttribute(name, String(value));
  }
  fill(made, children);
  return made;
}

/**
 * An icon of the shell's sprite, beside a word.
 * @param {string} name @param {string} [more]
 */
export function icon(name, more = "") {
  const picture = document.createElementNS(SVG, "svg");
  picture.setAttribute("class", `icon ${more}`);
  picture.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `#i-${name}`);
  picture.append(use);
  return picture;
}

let counted = 0;

/**
 * The promise that stands wherever help is given.
 * @param {string} text
 */
export function promise(text) {
  return h("p", { class: "ds-promise" }, icon("shield-check"), h("span", {}, text));
}

/** An id for a label to point at. */
export function freshId() {
  counted += 1;
  return `f${counted}`;
}

/**
 * A button; the main one of a screen has kind "p".
 * @param {Child} label @param {(event: Event) => void} onclick @param {{kind?: string, icon?: string, id?: string, disabled?: boolean}} [how]
 */
export function button(label, onclick, how = {}) {
  const kinds = (how.kind || "").split(" ").filter(Boolean);
  const looks = ["ds-btn", ...kinds.map((kind) => `ds-btn-${kind}`)].join(" ");
  return h("button", { type: "button", class: looks, "data-primary": kinds.includes("p") ? "" : null, id: how.id, disabled: how.disabled === true, onclick }, how.icon ? icon(how.icon) : null, label);
}

/**
 * A note: a shape, and sentences.
 * @param {string} state on, behind, risk or "" @param {...Child} children
 */
export function note(state, ...children) {
  const shape = { on: "circle-check", behind: "alert-triangle", risk: "alert-triangle" }[state] || "info-circle";
  return h("div", { class: "ds-note", "data-note": state, "data-s": state || null }, icon(shape), h("div", {}, children));
}

/**
 * A labelled field with its error above the input.
 * @param {{label: string, value?: string, help?: string, error?: string, type?: string, mode?: string, id?: string,
 *   list?: string, most?: number, look?: string, options?: {value: string, label: string}[], oninput?: (value: string) => void}} how
 */
export function field(how) {
  const id = how.id || freshId();
  const said = [how.help ? `${id}h` : "", how.error ? `${id}e` : ""].filter(Boolean).join(" ");
  const about = { id, "aria-describedby": said || null, "aria-invalid": how.error ? "true" : null };
  const heard = (/** @type {any} */ event) => how.oninput && how.oninput(event.target.value);
  const input = how.options
    ? h("select", { ...about, class: "form-select", onchange: heard }, how.options.map((one) =>
        h("option", { value: one.value, selected: one.value === (how.value || "") }, one.label)))
    : h("input", {
        ...about, class: `form-control ${how.look || ""}`, type: how.type || "text", inputmode: how.mode, list: how.list, maxlength: how.most,
        autocomplete: "off", value: how.value || "", oninput: heard,
      });
  return h("div", { class: how.error ? "ds-field ds-err" : "ds-field" },
    h("label", { for: id }, how.label),
    how.help ? h("p", { class: "ds-help", id: `${id}h` }, how.help) : null,
    how.error ? h("p", { class: "ds-msg", "data-error": "", id: `${id}e` }, icon("alert-circle"), how.error) : null,
    input);
}

/**
 * A radio or a checkbox with a big area.
 * @param {{type: "radio" | "checkbox", name: string, label: Child, small?: Child, end?: Child, checked?: boolean, value?: string,
 *   onchange: (checked: boolean) => void}} how
 */
export function choice(how) {
  const input = h("input", {
    type: how.type, name: how.name, value: how.value || "on", checked: how.checked === true,
    onchange: (/** @type {any} */ event) => {
      for (const other of document.getElementsByName(how.name)) {
        const around = other.closest(".ds-choice");
        if (around) around.classList.toggle("is-on", /** @type {any} */ (other).checked);
      }
      how.onchange(event.target.checked);
    },
  });
  return h("label", { class: how.checked ? "ds-choice is-on" : "ds-choice" }, input,
    h("span", { class: "grow" }, h("b", {}, how.label), how.small ? h("span", {}, how.small) : null), how.end);
}
