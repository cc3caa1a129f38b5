// @ts-check
// The camera's frame inside a screen. It ends when the screen is left, when a code was taken, and when somebody says so.

import { button, h, icon, note } from "../dom.js";
import * as scan from "../scan.js";
import { words } from "../words.js";
import { onLeave } from "./frame.js";

const SVG = "http://www.w3.org/2000/svg";

/** The corners of the frame in which a code is held. */
export function corners() {
  const picture = document.createElementNS(SVG, "svg");
  picture.setAttribute("class", "fr");
  picture.setAttribute("viewBox", "0 0 100 100");
  picture.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", "M14 30V14h16M70 14h16v16M86 70v16H70M30 86H14V70");
  picture.append(path);
  return picture;
}

/**
 * A frame that is looking for a code.
 * @param {{take: (text: string) => string, close: () => void, none?: string}} how take: "" when it is what was wanted, else a sentence;
 *   none: what to do on a phone that can't read codes
 */
export function camera(how) {
  const w = words.scan;
  const video = h("video", { class: "door-video", muted: true, playsInline: true, "aria-hidden": "true" });
  const said = h("p", { class: "ds-muted", role: "status" }, w.opening);
  const view = h("div", { class: "ds-view" }, video, corners());
  const take = (/** @type {string} */ text) => {
    const wrong = how.take(text);
    if (wrong) said.textContent = wrong;
    return wrong === "";
  };
  let stop = () => {};
  // Once it is on the page: what begins before would be ended with the screen that is being left.
  setTimeout(() => {
    if (!video.isConnected) return;
    stop = scan.watch(video, take, (state) => {
      view.hidden = true;
      said.replaceChildren(note("behind", h("p", {}, state === "camera" ? w.no_camera : how.none || w.no_reader)));
    });
    onLeave(stop);
  });
  video.addEventListener("playing", () => (said.textContent = w.hint), { once: true });
  const input = h("input", {
    type: "file", accept: "image/*", capture: "environment", class: "ds-vh", tabindex: "-1", "aria-hidden": "true",
    onchange: async () => {
      const file = input.files && input.files[0];
      if (!file) return;
      said.textContent = w.loading;
      try {
        const text = await scan.still(file);
        if (!text) said.textContent = w.still_nothing;
        else if (take(text)) stop();
      } catch {
        said.textContent = how.none || w.no_reader;
      }
      input.value = "";
    },
  });
  return h("div", {}, view, said, input,
    h("div", { class: "ds-two" },
      button(w.still, () => input.click(), { icon: "camera" }),
      button(w.stop, () => {
        stop();
        how.close();
      }, { icon: "x" })),
    h("p", { class: "ds-quiet" }, w.still_small));
}

/**
 * The button that opens it, with what is promised under it.
 * @param {string} label @param {() => void} open @param {string} [small]
 */
export function scanButton(label, open, small = "") {
  return h("button", { type: "button", class: "ds-choice door-open", onclick: open },
    h("span", { class: "ds-ic" }, icon("qrcode")), h("span", { class: "grow" }, h("b", {}, label), small ? h("span", {}, small) : null));
}
