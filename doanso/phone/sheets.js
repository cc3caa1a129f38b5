// @ts-check
// Styles of screens that no first load needs.

import { h } from "./dom.js";

/**
 * @param {string} name of a style sheet of the app @returns {Promise<unknown>} it has come, or never will
 */
export function styled(name) {
  const sheet = h("link", { rel: "stylesheet", href: new URL(name, import.meta.url).href });
  document.head.append(sheet);
  return new Promise((done) => {
    sheet.addEventListener("load", done);
    sheet.addEventListener("error", done);
  });
}
