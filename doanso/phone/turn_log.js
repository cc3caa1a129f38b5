// Who was recorded at a stand on this phone, by name; see logs.js.
// @ts-check

import { logOf } from "./logs.js";
import { body, KIND } from "./stand_turns.js";

export const { record, change, undo, list } = logOf(KIND, body);
