// What a body may hold: the same small schema that the server reads (doanso/documents/body/schema.py).

import { Schema } from "../vendor/prosemirror-model/index.js";

/** @typedef {import("prosemirror-model").Node} Node */

const MOST_SPANNED = 30;

/** @param {HTMLElement} dom @param {string} name @returns {number} */
function span(dom, name) {
  const count = Number.parseInt(dom.getAttribute(name) || "1", 10);
  return count >= 1 ? Math.min(count, MOST_SPANNED) : 1;
}

/** @param {HTMLElement} dom @returns {{colspan: number, rowspan: number, colwidth: null}} */
function cellAttributes(dom) {
  return { colspan: span(dom, "colspan"), rowspan: span(dom, "rowspan"), colwidth: null };
}

/** @param {string} tag @param {string} role @returns {object} */
function cell(tag, role) {
  return {
    content: "flow+",
    attrs: { colspan: { default: 1 }, rowspan: { default: 1 }, colwidth: { default: null } },
    tableRole: role,
    isolating: true,
    parseDOM: [{ tag, getAttrs: cellAttributes }],
    /** @param {Node} node */
    toDOM(node) {
      /** @type {Record<string, number>} */
      const shown = {};
      for (const name of ["colspan", "rowspan"]) if (node.attrs[name] !== 1) shown[name] = node.attrs[name];
      return [tag, shown, 0];
    },
  };
}

export const schema = new Schema({
  nodes: {
    doc: { content: "top+" },
    paragraph: {
      group: "top flow",
      content: "inline*",
      attrs: { align: { default: null } },
      parseDOM: [{ tag: "p", getAttrs: (dom) => ({ align: dom.getAttribute("align") === "center" ? "center" : null }) }],
      toDOM: (node) => ["p", node.attrs.align ? { align: node.attrs.align, class: "dv-centred" } : {}, 0],
    },
    heading: {
      group: "top",
      content: "inline*",
      attrs: { level: { default: 1 } },
      defining: true,
      parseDOM: [1, 2, 3, 4, 5, 6].map((level) => ({ tag: `h${level}`, attrs: { level: Math.min(level, 3) } })),
      // Below the page's own title.
      toDOM: (node) => [`h${node.attrs.level + 1}`, { class: `dv-h${node.attrs.level}`, "data-level": node.attrs.level }, 0],
    },
    ordered_list: {
      group: "top flow",
      content: "list_item+",
      attrs: { order: { default: 1 } },
      parseDOM: [{ tag: "ol", getAttrs: (dom) => ({ order: Math.max(Number.parseInt(dom.getAttribute("start") || "1", 10) || 1, 0) }) }],
      toDOM: (node) => ["ol", node.attrs.order === 1 ? {} : { start: node.attrs.order }, 0],
    },
    bullet_list: { group: "top flow", content: "list_item+", parseDOM: [{ tag: "ul" }], toDOM: () => ["ul", 0] },
    list_item: { content: "paragraph flow*", defining: true, parseDOM: [{ tag: "li" }], toDOM: () => ["li", 0] },
    table: {
      group: "top",
      content: "table_row+",
      tableRole: "table",
      isolating: true,
      parseDOM: [{ tag: "table" }],
      toDOM: () => ["table", ["tbody", 0]],
    },
    table_row: { content: "(table_cell | table_header)*", tableRole: "row", parseDOM: [{ tag: "tr" }], toDOM: () => ["tr", 0] },
    table_cell: cell("td", "cell"),
    table_header: cell("th", "header_cell"),
    page_break: {
      group: "top",
      selectable: true,
      parseDOM: [{ tag: "hr[data-page]" }],
      toDOM: () => ["hr", { "data-page": "", class: "dv-break" }],
    },
    text: { group: "inline" },
    hard_break: { group: "inline", inline: true, selectable: false, parseDOM: [{ tag: "br" }], toDOM: () => ["br"] },
  },
  marks: {
    strong: { parseDOM: [{ tag: "strong" }, { tag: "b" }], toDOM: () => ["strong", 0] },
    em: { parseDOM: [{ tag: "em" }, { tag: "i" }], toDOM: () => ["em", 0] },
    underline: { parseDOM: [{ tag: "u" }], toDOM: () => ["u", 0] },
  },
});
