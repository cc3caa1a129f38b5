// @ts-check
// The one line that is always true: what is safe first, then what happens next.

import { button, h, icon } from "../dom.js";
import * as sync from "../sync.js";
import { time, words } from "../words.js";

const element = h("div", { class: "ds-sync", "data-sync-status": "", role: "status" });
let shown = "";

/**
 * What the line says.
 * @param {any} bar @returns {{look: string, shape: string, strong: string, rest: string, act: "" | "look" | "try"}}
 */
export function reading(bar) {
  const w = words.bar;
  const photos = bar.photos ? ` ${w.photos(bar.photos)}` : "";
  if (bar.state === "needs") {
    const held = bar.unsent ? ` ${w.waits(bar.unsent)}` : "";
    const said = { pin: w.pin, "sign-in": w.sign_in, revoked: w.revoked, paused: w.paused, disk: w.disk, "lost-pin": w.lost_pin, photos: w.bad_photos, records: w.needs(bar.needs) };
    const more = (bar.why === "records" ? held : bar.unsent ? ` ${w.held(bar.unsent)}` : "") + (navigator.onLine ? "" : ` ${w.offline}`);
    return { look: "error", shape: "cloud-x", strong: w.kept, rest: `${said[/** @type {keyof said} */ (bar.why)] || ""}${more}`, act: "look" };
  }
  if (bar.state === "sending") return { look: "sending", shape: "cloud-up", strong: w.sending(bar.unsent), rest: photos.trim(), act: "" };
  if (bar.state === "waiting" || (bar.why === "offline" && bar.state !== "sent")) {
    if (bar.why === "offline") return { look: "offline", shape: "cloud-off", strong: w.offline, rest: w.held(bar.unsent) + photos, act: "" };
    return {
      look: "offline", shape: "cloud-up", strong: bar.why === "no_space" ? w.no_space : bar.why === "server" ? w.server : w.soon,
      rest: (bar.unsent ? w.waits(bar.unsent) : "") + photos, act: ["server", "no_space"].includes(bar.why) ? "try" : "",
    };
  }
  if (!navigator.onLine) return { look: "offline", shape: "cloud-off", strong: w.offline, rest: w.held(0), act: "" };
  return { look: "", shape: "cloud-check", strong: w.sent, rest: bar.lastSentAt ? w.sent_at(time(bar.lastSentAt)) : "", act: "" };
}

/** @param {any} bar */
function draw(bar) {
  const said = reading(bar);
  const key = JSON.stringify(said);
  // The same sentence again is no news to whoever listens to the page.
  if (key === shown) return;
  shown = key;
  if (said.look) element.setAttribute("data-s", said.look);
  else element.removeAttribute("data-s");
  const act = said.act === "look" ? h("a", { href: "#/sent" }, words.bar.look)
    : said.act === "try" ? button(words.bar.try, () => void sync.now(), { kind: "bar" }) : null;
  element.replaceChildren(icon(said.shape), h("span", { class: "grow" }, h("b", {}, said.strong), " ", said.rest), ...(act ? [act] : []));
}

/** @type {any} */
let last = null;
/** @type {(() => void) | null} */
let stop = null;

/** The bar itself: one element that moves from screen to screen. */
export function barElement() {
  if (!stop) {
    stop = sync.subscribe((/** @type {any} */ bar) => {
      last = bar;
      draw(bar);
    });
    const again = () => last && draw(last);
    addEventListener("online", again);
    addEventListener("offline", again);
  }
  return element;
}

/** How many records need a person, for the badge. */
export function needs() {
  return last ? last.needs : 0;
}
