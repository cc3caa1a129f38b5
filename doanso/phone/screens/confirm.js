// @ts-check
// The second of a pair confirms a visit on a phone of their own: one code to scan, one record to send.

import { h } from "../dom.js";
import * as outbox from "../outbox.js";
import { words } from "../words.js";
import { camera } from "./camera.js";
import { attempt, instead, sayNext, show } from "./frame.js";
import { PAIR } from "./receipt.js";

const w = words.confirm;
const KEY = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** @param {Pack} pack */
export function confirm(pack) {
  /** @param {string} text */
  const take = (text) => {
    const visit = text.startsWith(PAIR) ? text.slice(PAIR.length) : "";
    if (!KEY.test(visit)) return w.other;
    void attempt(async () => {
      await outbox.put({ kind: "outreach.confirmation", unit: pack.unit.id, body: { visit, teammate: pack.user.teammate, how: "sign-in" } });
      sayNext("on", w.done);
      instead("/");
    });
    return "";
  };
  const leave = () => instead("/");
  show({ title: w.title, small: pack.unit.name, back: leave, body: [h("p", { class: "ds-muted" }, w.lead), camera({ take, close: leave })] });
}
