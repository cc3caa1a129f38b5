import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";

import { odd } from "../names.js";

const NAMES = JSON.parse(readFileSync(new URL("../../../contract/names.json", import.meta.url), "utf8"));

test("what the server refuses as a name the phone refuses", () => {
  for (const name of NAMES.refused) assert.ok(odd(name), name);
});

test("what the server keeps as a name the phone keeps", () => {
  for (const name of NAMES.kept) assert.ok(!odd(name), name);
});
