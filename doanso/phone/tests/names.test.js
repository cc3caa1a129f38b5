import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";

import { mayBeOneName, odd, plainSpaces } from "../names.js";

const NAMES = JSON.parse(readFileSync(new URL("../../../contract/names.json", import.meta.url), "utf8"));

test("what the server refuses as a name the phone refuses", () => {
  for (const name of NAMES.refused) assert.ok(odd(name), name);
});

test("what the server keeps as a name the phone keeps", () => {
  for (const name of NAMES.kept) assert.ok(!odd(name), name);
});

test("two spellings are one name where the server says so", () => {
  for (const [one, other] of NAMES.one_name) assert.ok(mayBeOneName(one, other) && mayBeOneName(other, one), one);
  for (const [one, other] of NAMES.two_names) assert.ok(!mayBeOneName(one, other) && !mayBeOneName(other, one), one);
});

test("an odd space of a pasted sign becomes a plain one, as on the server", () => {
  for (const [pasted, plain] of NAMES.respaced) {
    assert.equal(plainSpaces(pasted), plain);
    assert.ok(odd(pasted) && !odd(plain), plain);
  }
});
