// @ts-check
// What the screens of a gate and of a stand have in common: the state of each entry of their log, and drawing it anew.

import { on } from "../bus.js";
import { onLeave } from "./frame.js";

/**
 * The state of an entry by what the server has not taken.
 * @param {Awaited<ReturnType<typeof import("../outbox.js").open>>} open @param {{id: string, undone: boolean}} entry
 */
export function stateOf(open, { id, undone }) {
  const found = open.get(id);
  if (undone && !found) return { state: "undone", look: "none", problem: null };
  if (!found) return { state: "sent", look: "on", problem: null };
  return { state: found.state, look: found.state === "waiting" ? "none" : "risk", problem: found.problem };
}

/**
 * Until this screen is left: reread the pack when it was fetched, and the log when something was kept or sent.
 * @param {() => Promise<unknown>} rereadPack @param {() => Promise<unknown>} rereadLog
 */
export function followChanges(rereadPack, rereadLog) {
  const quietly = (/** @type {() => Promise<unknown>} */ work) => () => void work().catch(() => undefined);
  const stops = [on("pack", quietly(rereadPack)), on("outbox", quietly(rereadLog)), on("sent", quietly(rereadLog))];
  onLeave(() => stops.forEach((stop) => stop()));
}
