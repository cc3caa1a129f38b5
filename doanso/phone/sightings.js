// Who was seen at the gates of an event on this phone; see logs.js. The names are the pack's.
// @ts-check

import { body, KIND } from "./check_ins.js";
import { logOf } from "./logs.js";

/** @typedef {import("./check_ins.js").Sighting} Sighting */

export const { record, undo, list } = logOf(KIND, body);
