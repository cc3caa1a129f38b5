// Writing a document's body. A field without script is a box of plain words; here it becomes an editor whose value, as JSON, is
// what the form sends. Tables bring a library of their own, which is loaded with the first table.

import { baseKeymap, chainCommands, exitCode } from "../vendor/prosemirror-commands/index.js";
import { history, redo, undo } from "../vendor/prosemirror-history/index.js";
import { keymap } from "../vendor/prosemirror-keymap/index.js";
import { Slice } from "../vendor/prosemirror-model/index.js";
import { liftListItem, sinkListItem, splitListItem } from "../vendor/prosemirror-schema-list/index.js";
import { EditorState, Plugin } from "../vendor/prosemirror-state/index.js";
import { EditorView } from "../vendor/prosemirror-view/index.js";
import { commands, inTable, lineBreak, pressed } from "./commands.js";
import { cleaned } from "./pasting.js";
import { schema } from "./schema.js";

const { nodes } = schema;
const WAIT = 250;
// Buttons of tables, by the name of their command in the library.
/** @type {Record<string, string>} */
const OF_TABLES = {
  "row-add": "addRowAfter",
  "row-remove": "deleteRow",
  "column-add": "addColumnAfter",
  "column-remove": "deleteColumn",
  merge: "mergeCells",
  split: "splitCell",
  "head-row": "toggleHeaderRow",
  "table-remove": "deleteTable",
};

/** The text ends with a paragraph, so that one can always go on writing. */
const endsWithParagraph = new Plugin({
  appendTransaction(_transactions, _before, state) {
    const last = state.doc.lastChild;
    if (last && last.type === nodes.paragraph) return null;
    return state.tr.insert(state.doc.content.size, nodes.paragraph.create()).setMeta("addToHistory", false);
  },
});

/** @param {string} stored @returns {import("prosemirror-model").Node} */
function read(stored) {
  const node = schema.nodeFromJSON(JSON.parse(stored));
  node.check();
  return node;
}

export class Editor {
  /** @param {HTMLElement} host has `data-body`: what to begin with */
  constructor(host) {
    this.host = host;
    this.field = /** @type {HTMLTextAreaElement} */ (host.querySelector("textarea"));
    this.bar = /** @type {HTMLElement} */ (host.querySelector("[data-editor-bar]"));
    this.tableBar = /** @type {HTMLElement} */ (host.querySelector("[data-editor-table]"));
    /** @type {Record<string, any> | null} */
    this.tables = null;
    this.timer = 0;
    const page = /** @type {HTMLElement} */ (host.querySelector("[data-editor-page]"));
    const label = host.querySelector("label");
    this.view = new EditorView(page, {
      state: EditorState.create({ doc: read(host.dataset.body || ""), plugins: this.plugins() }),
      attributes: (state) => ({
        class: `dv-body${this.isBlank(state) ? " dv-blank" : ""}`,
        role: "textbox",
        "aria-multiline": "true",
        "aria-label": label ? (label.textContent || "").trim() : "",
        "data-placeholder": host.dataset.placeholder || "",
        spellcheck: "false",
      }),
      transformPastedHTML: cleaned,
      transformPasted: (slice, view) => {
        // Into an empty paragraph comes the first one as it is, with its place in the middle.
        const into = view.state.selection.$from.parent;
        const whole = slice.content.childCount > 1 && slice.openStart === 1 && into.type === nodes.paragraph && !into.content.size;
        return whole ? new Slice(slice.content, 0, slice.openEnd) : slice;
      },
      dispatchTransaction: (transaction) => this.changed(transaction),
    });
    if (label) label.addEventListener("click", () => this.view.focus());
    this.listen();
    this.field.hidden = true;
    for (const one of [page, this.bar]) one.hidden = false;
    this.write();
    this.show();
    this.loadTables();
    this.followKind();
  }

  /** @param {EditorState} state @returns {boolean} */
  isBlank(state) {
    const first = state.doc.firstChild;
    return state.doc.childCount === 1 && first !== null && first.type === nodes.paragraph && !first.content.size;
  }

  /**
   * Whether nobody has written anything yet: the text is blank, or an outline as it came.
   * @param {object[]} outlines
   */
  isUntouched(outlines) {
    const { state } = this.view;
    return this.isBlank(state) || outlines.some((one) => state.doc.eq(read(JSON.stringify(one))));
  }

  /** Another outline takes the place of the untouched one; what somebody wrote stays. */
  followKind() {
    const select = this.field.form && this.field.form.elements.namedItem("kind");
    if (!(select instanceof HTMLSelectElement) || !this.host.dataset.outlines) return;
    /** @type {Record<string, object>} */
    const outlines = JSON.parse(this.host.dataset.outlines);
    select.addEventListener("change", () => {
      const { state } = this.view;
      if (!outlines[select.value] || !this.isUntouched(Object.values(outlines))) return;
      const next = read(JSON.stringify(outlines[select.value]));
      this.view.dispatch(state.tr.replaceWith(0, state.doc.content.size, next.content));
    });
  }

  plugins() {
    /** @type {(way: 1 | -1) => import("prosemirror-state").Command} */
    const tab = (way) => (state, dispatch, view) => {
      if (this.tables && inTable(state)) return this.tables.goToNextCell(way)(state, dispatch, view);
      return (way > 0 ? sinkListItem : liftListItem)(nodes.list_item)(state, dispatch);
    };
    const keys = {
      "Mod-z": undo, "Mod-y": redo, "Shift-Mod-z": redo,
      "Mod-b": commands.bold, "Mod-i": commands.italic, "Mod-u": commands.underline, "Mod-e": commands.centre,
      "Mod-Alt-1": commands["heading-1"], "Mod-Alt-2": commands["heading-2"], "Mod-Alt-3": commands["heading-3"],
      "Mod-Shift-7": commands.numbers, "Mod-Shift-8": commands.bullets,
      "Mod-Enter": chainCommands(exitCode, commands.page), "Shift-Enter": lineBreak,
      Enter: splitListItem(nodes.list_item), Tab: tab(1), "Shift-Tab": tab(-1),
      "Alt-F10": () => this.focusBar(),
    };
    const own = [history(), keymap(keys), keymap(baseKeymap), endsWithParagraph];
    return this.tables ? [this.tables.tableEditing(), ...own] : own;
  }

  /** Whether the text holds a table, the library of tables comes. */
  async loadTables() {
    if (this.tables) return;
    let has = false;
    this.view.state.doc.forEach((node) => { has = has || node.type === nodes.table; });
    if (!has) return;
    this.tables = await import("../vendor/prosemirror-tables/index.js");
    this.view.updateState(this.view.state.reconfigure({ plugins: this.plugins() }));
    const mended = this.tables.fixTables(this.view.state);
    if (mended) this.view.dispatch(mended);
    this.show();
  }

  /** @param {import("prosemirror-state").Transaction} transaction */
  changed(transaction) {
    this.view.updateState(this.view.state.apply(transaction));
    this.show();
    if (!transaction.docChanged) return;
    this.loadTables();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.tell(), WAIT);
  }

  /** @returns {object} what is written, as the server reads it */
  get body() {
    return this.view.state.doc.toJSON();
  }

  /** The field holds what is written. */
  write() {
    this.field.value = JSON.stringify(this.body);
  }

  tell() {
    clearTimeout(this.timer);
    this.write();
    // Whoever saves by itself listens to the field.
    this.field.dispatchEvent(new Event("input", { bubbles: true }));
  }

  /** @returns {HTMLButtonElement[]} */
  buttons() {
    return [.../** @type {NodeListOf<HTMLButtonElement>} */ (this.host.querySelectorAll("button[data-do]"))];
  }

  /** @param {string} name @returns {import("prosemirror-state").Command | null} */
  command(name) {
    if (name === "undo") return undo;
    if (name === "redo") return redo;
    if (name in OF_TABLES) return this.tables ? this.tables[OF_TABLES[name]] : null;
    return commands[name] || null;
  }

  /** Which buttons are pressed, and which can be. */
  show() {
    const { state } = this.view;
    const on = pressed(state);
    // Of several editors on a page, the one in which somebody writes.
    this.tableBar.hidden = !(this.tables && inTable(state) && this.host.contains(document.activeElement));
    for (const button of this.buttons()) {
      const name = button.dataset.do || "";
      const command = this.command(name);
      const can = Boolean(command && command(state));
      // A button in focus is not switched off under the fingers of whoever goes by keys.
      button.setAttribute("aria-disabled", String(!can));
      if (button.hasAttribute("aria-pressed")) button.setAttribute("aria-pressed", String(on.has(name)));
    }
  }

  focusBar() {
    const first = this.buttons().find((one) => one.tabIndex === 0);
    if (first) first.focus();
    return true;
  }

  listen() {
    for (const bar of [this.bar, this.tableBar]) {
      // The selection stays where it is while a button is pressed.
      bar.addEventListener("mousedown", (event) => event.preventDefault());
      bar.addEventListener("click", (event) => this.press(event));
      bar.addEventListener("keydown", (event) => this.walk(bar, event));
      /** @type {NodeListOf<HTMLElement>} */ (bar.querySelectorAll("button[data-do]")).forEach((one, place) => { one.tabIndex = place ? -1 : 0; });
    }
    for (const kind of ["focusin", "focusout"]) this.host.addEventListener(kind, () => setTimeout(() => this.show()));
    const form = this.field.form;
    if (form) {
      form.addEventListener("submit", () => this.write(), true);
      form.addEventListener("formdata", (event) => {
        this.write();
        if (this.field.name) event.formData.set(this.field.name, this.field.value);
      });
    }
  }

  /** @param {Event} event */
  press(event) {
    const button = /** @type {HTMLElement} */ (event.target).closest("button[data-do]");
    if (!(button instanceof HTMLButtonElement)) return;
    const command = this.command(button.dataset.do || "");
    if (command) command(this.view.state, this.view.dispatch, this.view);
    this.view.focus();
  }

  /**
   * Arrow keys go from button to button.
   * @param {HTMLElement} bar @param {KeyboardEvent} event
   */
  walk(bar, event) {
    if (event.key === "Escape") {
      this.view.focus();
      return;
    }
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    const buttons = [.../** @type {NodeListOf<HTMLButtonElement>} */ (bar.querySelectorAll("button[data-do]"))];
    const at = buttons.indexOf(/** @type {HTMLButtonElement} */ (event.target));
    if (!step || at < 0) return;
    event.preventDefault();
    const next = buttons[(at + step + buttons.length) % buttons.length];
    for (const one of buttons) one.tabIndex = one === next ? 0 : -1;
    next.focus();
  }
}
