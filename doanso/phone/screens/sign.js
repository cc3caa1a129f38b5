// @ts-check
// A signature by finger: strokes in a field of 300 × 120, nothing else.

import { button, h } from "../dom.js";
import { drawn, drawnWithin } from "../steps.js";
import { words } from "../words.js";

const SVG = "http://www.w3.org/2000/svg";
const WIDTH = 300;
const HEIGHT = 120;

/**
 * A signature as a picture.
 * @param {string} path @param {string} label
 */
export function signature(path, label) {
  const picture = document.createElementNS(SVG, "svg");
  picture.setAttribute("viewBox", `0 0 ${WIDTH} ${HEIGHT}`);
  picture.setAttribute("class", "door-ink");
  picture.setAttribute("role", "img");
  picture.setAttribute("aria-label", label);
  const ink = document.createElementNS(SVG, "path");
  ink.setAttribute("d", path);
  picture.append(ink);
  return picture;
}

/** @param {string} label @param {(path: string) => void} take @param {() => void} close */
export function pad(label, take, close) {
  /** @type {[number, number][][]} */
  const strokes = [];
  const picture = signature("", label);
  picture.classList.add("door-pad");
  picture.setAttribute("data-signature-pad", "");
  const ink = /** @type {SVGPathElement} */ (picture.firstChild);
  const said = h("p", { class: "ds-msg", role: "alert", hidden: true }, words.receipt.sign_none);
  let down = false;
  /** @param {PointerEvent} event @returns {[number, number]} */
  const at = (event) => {
    const box = picture.getBoundingClientRect();
    const within = (/** @type {number} */ value, /** @type {number} */ most) => Math.max(0, Math.min(most, Math.round(value)));
    return [within(((event.clientX - box.left) / box.width) * WIDTH, WIDTH), within(((event.clientY - box.top) / box.height) * HEIGHT, HEIGHT)];
  };
  picture.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    down = true;
    said.hidden = true;
    picture.setPointerCapture(event.pointerId);
    strokes.push([at(event)]);
  });
  picture.addEventListener("pointermove", (event) => {
    if (!down) return;
    const stroke = strokes[strokes.length - 1];
    const [x, y] = at(event);
    const [lastX, lastY] = stroke[stroke.length - 1];
    if (Math.abs(x - lastX) + Math.abs(y - lastY) < 2) return;
    stroke.push([x, y]);
    ink.setAttribute("d", drawn(strokes));
  });
  for (const end of ["pointerup", "pointercancel"]) picture.addEventListener(end, () => (down = false));
  return h("div", {}, h("p", { class: "door-legend" }, label), picture, said,
    h("div", { class: "ds-two" },
      button(words.receipt.sign_clear, () => {
        strokes.length = 0;
        ink.setAttribute("d", "");
      }, { icon: "eraser" }),
      button(words.pair.done, () => {
        // A tap is no signature.
        if (!strokes.some((stroke) => stroke.length > 2)) return void (said.hidden = false);
        take(drawnWithin(strokes));
      }, { kind: "now", id: "signed", icon: "check" })),
    button(words.cancel, close, { kind: "q" }));
}
