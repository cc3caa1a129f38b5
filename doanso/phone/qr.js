// @ts-check
// A QR drawn on the phone itself, so that a receipt can be scanned before anything was sent.

import { qrcode } from "./vendor/qrcode/qrcode.js";

/**
 * The dark squares of a text's QR, row by row.
 * @param {string} text @returns {boolean[][]}
 */
export function squares(text) {
  const code = qrcode(0, "M");
  code.addData(text, "Byte");
  code.make();
  const size = code.getModuleCount();
  return Array.from({ length: size }, (_row, y) => Array.from({ length: size }, (_square, x) => code.isDark(y, x)));
}

/**
 * One SVG path over all dark squares, a piece per run.
 * @param {boolean[][]} rows @returns {string}
 */
export function outline(rows) {
  let path = "";
  rows.forEach((row, y) => {
    for (let x = 0; x < row.length; x++) {
      if (!row[x]) continue;
      const from = x;
      while (x + 1 < row.length && row[x + 1]) x++;
      path += `M${from} ${y}h${x - from + 1}v1h-${x - from + 1}z`;
    }
  });
  return path;
}

const SVG = "http://www.w3.org/2000/svg";

/**
 * The picture for the page, with the quiet zone of four squares that scanners want.
 * @param {string} text @param {string} label what a screen reader says @returns {SVGSVGElement}
 */
export function draw(text, label) {
  const rows = squares(text);
  const picture = document.createElementNS(SVG, "svg");
  const side = rows.length + 8;
  picture.setAttribute("viewBox", `-4 -4 ${side} ${side}`);
  picture.setAttribute("role", "img");
  picture.setAttribute("aria-label", label);
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", outline(rows));
  picture.append(path);
  return picture;
}
