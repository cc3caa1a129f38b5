// What is pasted from Word, Google Docs or a page, brought down to plain tags. No style is ever taken over: what a style means
// (bold, italic, underlined, in the middle, a new page) becomes a tag, and the rest is left behind.

const TAG = /<[a-z][^>]*>/gi;
const STYLE = /\sstyle\s*=/gi;
const HANDLER = /[\s"'/]on[a-z]+\s*=/gi;
const SHEET = /<style\b[\s\S]*?(<\/style\s*>|$)/gi;
const UNWANTED = "script,style,meta,link,title,xml,svg,img,object,iframe,form,input,button,select,textarea,o\\:p";

/** @param {Element} element @returns {string} */
function styleOf(element) {
  return (element.getAttribute("data-style") || "").toLowerCase();
}

/** @param {Element} element @param {string} tag */
function wrapInside(element, tag) {
  const wrapper = element.ownerDocument.createElement(tag);
  wrapper.append(...element.childNodes);
  element.append(wrapper);
}

/** @param {Element} element */
function unwrap(element) {
  element.replaceWith(...element.childNodes);
}

/**
 * Looks that a style gives.
 * @param {Element} element
 */
function translate(element) {
  const style = styleOf(element);
  const tag = element.tagName;
  if (/mso-list:\s*ignore/.test(style)) {
    // Word's own sign of a list: "-", "1.", "a)".
    element.replaceWith(`${(element.textContent || "").trim()} `);
    return;
  }
  if (tag === "BR" && /page-break-before:\s*always/.test(style)) {
    const rule = element.ownerDocument.createElement("hr");
    rule.setAttribute("data-page", "");
    (element.closest("p") || element).replaceWith(rule);
    return;
  }
  if (tag === "P" && (/text-align:\s*center/.test(style) || element.getAttribute("align") === "center")) {
    element.setAttribute("align", "center");
  }
  if (tag === "B" && /font-weight:\s*(normal|400)/.test(style)) {
    unwrap(element);
    return;
  }
  if (tag === "SPAN" || tag === "P" || tag === "TD") {
    if (/font-weight:\s*(bold|[6-9]00)/.test(style)) wrapInside(element, "strong");
    if (/font-style:\s*italic/.test(style)) wrapInside(element, "em");
    if (/text-decoration(-line)?:\s*[^;]*underline/.test(style)) wrapInside(element, "u");
  }
}

/**
 * A table within a table becomes a paragraph per cell.
 * @param {Element} table
 */
function flatten(table) {
  const cells = [...table.querySelectorAll("td, th")].map((cell) => {
    const paragraph = table.ownerDocument.createElement("p");
    paragraph.textContent = cell.textContent;
    return paragraph;
  });
  table.replaceWith(...cells);
}

/**
 * A heading where none may stand.
 * @param {Element} element
 */
function toParagraph(element) {
  const paragraph = element.ownerDocument.createElement("p");
  paragraph.append(...element.childNodes);
  wrapInside(paragraph, "strong");
  element.replaceWith(paragraph);
}

/** @param {Document} page */
function tidy(page) {
  for (const one of [...page.body.querySelectorAll(UNWANTED)]) one.remove();
  for (const one of [...page.body.querySelectorAll("[data-style], p[align]")]) if (one.isConnected) translate(one);
  for (const one of [...page.body.querySelectorAll("table table")]) flatten(one);
  for (const one of [...page.body.querySelectorAll(":is(td, th, li) :is(h1, h2, h3, h4, h5, h6)")]) toParagraph(one);
  for (const one of [...page.body.querySelectorAll(":is(td, th, li) hr")]) one.remove();
  const walker = page.createTreeWalker(page.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) walker.currentNode.nodeValue = (walker.currentNode.nodeValue || "").replace(/\u00a0/g, " ");
  for (const one of [...page.body.querySelectorAll("p")]) {
    if (!(one.textContent || "").trim() && !one.querySelector("br, hr") && !one.closest("td, th, li")) one.remove();
  }
}

/** @param {string} html @returns {string} */
export function cleaned(html) {
  // What was cut from an editor of ours is as it should be.
  if (html.includes("data-pm-slice")) return html;
  // The page's policy forbids inline styles and handlers, in what is merely read too.
  const renamed = html
    .replace(SHEET, "")
    .replace(TAG, (tag) => tag.replace(STYLE, " data-style=").replace(HANDLER, " data-handler="));
  const page = new DOMParser().parseFromString(renamed, "text/html");
  tidy(page);
  return new XMLSerializer().serializeToString(page.body).replace(/^<body[^>]*>|<\/body>$/g, "");
}
