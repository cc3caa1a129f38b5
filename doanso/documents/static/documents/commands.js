// What the buttons and keys of the editor do. Each is a command as ProseMirror knows them: (state, dispatch) => whether it can.

import { setBlockType, toggleMark } from "../vendor/prosemirror-commands/index.js";
import { liftListItem, wrapInList } from "../vendor/prosemirror-schema-list/index.js";
import { TextSelection } from "../vendor/prosemirror-state/index.js";
import { Counter, numberLength } from "./numbering.js";
import { schema } from "./schema.js";

/** @typedef {import("prosemirror-state").EditorState} State */
/** @typedef {import("prosemirror-state").Command} Command */
/** @typedef {import("prosemirror-model").Node} Node */
/** @typedef {import("prosemirror-model").NodeType} NodeType */

const { nodes, marks } = schema;

/**
 * The innermost node of one of the types around the cursor.
 * @param {State} state @param {object[]} types
 */
function around(state, types) {
  const { $from } = state.selection;
  for (let depth = $from.depth; depth > 0; depth -= 1) {
    if (types.includes($from.node(depth).type)) return { node: $from.node(depth), position: $from.before(depth), depth };
  }
  return null;
}

/** @param {State} state */
export const inTable = (state) => around(state, [nodes.table]) !== null;

/**
 * Which of the buttons are pressed here.
 * @param {State} state @returns {Set<string>}
 */
export function pressed(state) {
  const found = new Set();
  const { $from, from, to, empty } = state.selection;
  const has = (/** @type {import("prosemirror-model").MarkType} */ mark) => (empty ? mark.isInSet(state.storedMarks || $from.marks()) : state.doc.rangeHasMark(from, to, mark));
  if (has(marks.strong)) found.add("bold");
  if (has(marks.em)) found.add("italic");
  if (has(marks.underline)) found.add("underline");
  const block = $from.parent;
  if (block.type === nodes.heading) found.add(`heading-${block.attrs.level}`);
  if (block.type === nodes.paragraph && block.attrs.align) found.add("centre");
  const list = around(state, [nodes.bullet_list, nodes.ordered_list]);
  if (list) found.add(list.node.type === nodes.bullet_list ? "bullets" : "numbers");
  return found;
}

/**
 * A heading with the next number of its level; pressed again, a paragraph without it.
 * @param {number} level @returns {Command}
 */
export const heading = (level) => (state, dispatch) => {
  const { $from } = state.selection;
  const block = $from.parent;
  const toParagraph = block.type === nodes.heading && block.attrs.level === level;
  const [type, attributes] = toParagraph ? [nodes.paragraph, {}] : [nodes.heading, { level }];
  if (!setBlockType(type, attributes)(state)) return false;
  if (!dispatch) return true;
  const begin = $from.start();
  const tr = state.tr.setBlockType(begin, begin, type, attributes);
  const counter = new Counter();
  state.doc.forEach((node, offset) => {
    if (offset < begin - 1 && node.type === nodes.heading) counter.next(node.attrs.level);
  });
  const said = toParagraph ? "" : counter.next(level);
  tr.insertText(said, begin, begin + numberLength(block.textContent));
  dispatch(tr.scrollIntoView());
  return true;
};

/** @type {Command} Every heading that bears a number gets the one of its place. */
export function renumber(state, dispatch) {
  const counter = new Counter();
  const tr = state.tr;
  state.doc.forEach((node, offset) => {
    if (node.type !== nodes.heading) return;
    const length = numberLength(node.textContent);
    const said = counter.next(node.attrs.level);
    if (!length || node.textContent.slice(0, length) === said) return;
    const begin = tr.mapping.map(offset + 1);
    tr.insertText(said, begin, begin + length);
  });
  if (!tr.docChanged) return false;
  if (dispatch) dispatch(tr);
  return true;
}

/** @type {Command} */
export function centre(state, dispatch) {
  const { from, to } = state.selection;
  /** @type {[number, Node][]} */
  const found = [];
  state.doc.nodesBetween(from, to, (node, position) => {
    if (node.type === nodes.paragraph) found.push([position, node]);
  });
  if (!found.length) return false;
  const align = found.every(([, node]) => node.attrs.align) ? null : "center";
  if (dispatch) {
    const tr = state.tr;
    for (const [position] of found) tr.setNodeMarkup(position, undefined, { align });
    dispatch(tr);
  }
  return true;
}

/**
 * A list, the other kind of list, or none.
 * @param {NodeType} type @returns {Command}
 */
const list = (type) => (state, dispatch) => {
  const found = around(state, [nodes.bullet_list, nodes.ordered_list]);
  if (!found) return wrapInList(type)(state, dispatch);
  if (found.node.type === type) return liftListItem(nodes.list_item)(state, dispatch);
  if (dispatch) dispatch(state.tr.setNodeMarkup(found.position, type, null));
  return true;
};

/**
 * Put a block of the top after the one of the top in which the cursor is.
 * @param {State} state @param {Node} node
 */
function insertAfter(state, node) {
  const { $from } = state.selection;
  const top = $from.depth ? $from.node(1) : null;
  const isBlank = top && top.type === nodes.paragraph && top.content.size === 0;
  const begin = top ? (isBlank ? $from.before(1) : $from.after(1)) : state.selection.to;
  const tr = isBlank ? state.tr.replaceWith(begin, $from.after(1), node) : state.tr.insert(begin, node);
  return { tr, begin };
}

/** @type {Command} */
export function pageBreak(state, dispatch) {
  if (inTable(state)) return false;
  if (dispatch) {
    const { tr, begin } = insertAfter(state, nodes.page_break.create());
    const after = begin + 1;
    if (!tr.doc.nodeAt(after)) tr.insert(after, nodes.paragraph.create());
    dispatch(tr.setSelection(TextSelection.near(tr.doc.resolve(after), 1)).scrollIntoView());
  }
  return true;
}

/** @type {Command} Three rows of three, the first one a head. */
export function table(state, dispatch) {
  if (inTable(state)) return false;
  if (dispatch) {
    const row = (/** @type {NodeType} */ type) => nodes.table_row.create(null, [0, 1, 2].map(() => /** @type {Node} */ (type.createAndFill())));
    const made = nodes.table.create(null, [row(nodes.table_header), row(nodes.table_cell), row(nodes.table_cell)]);
    const { tr, begin } = insertAfter(state, made);
    dispatch(tr.setSelection(TextSelection.near(tr.doc.resolve(begin + 1), 1)).scrollIntoView());
  }
  return true;
}

/** @type {Command} */
export function lineBreak(state, dispatch) {
  if (dispatch) dispatch(state.tr.replaceSelectionWith(nodes.hard_break.create()).scrollIntoView());
  return true;
}

/** @type {Record<string, Command>} By the name that a button bears in `data-do`. */
export const commands = {
  bold: toggleMark(marks.strong),
  italic: toggleMark(marks.em),
  underline: toggleMark(marks.underline),
  "heading-1": heading(1),
  "heading-2": heading(2),
  "heading-3": heading(3),
  renumber,
  centre,
  bullets: list(nodes.bullet_list),
  numbers: list(nodes.ordered_list),
  table,
  page: pageBreak,
};
