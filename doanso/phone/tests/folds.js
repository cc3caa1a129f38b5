// The search key of every letter that a Vietnamese keyboard, an old list or a web page may bring, for comparison with the
// server's: reads texts as a JSON list, writes their keys as one.

import { readFileSync } from "node:fs";
import { fold } from "../duplicates.js";

process.stdout.write(JSON.stringify(JSON.parse(readFileSync(0, "utf8")).map(fold)));
