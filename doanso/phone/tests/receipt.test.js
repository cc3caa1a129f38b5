// A receipt's keys have the shape that the server takes.

import assert from "node:assert/strict";
import { test } from "node:test";
import { ALPHABET, make, spaced, url } from "../receipt.js";

test("a receipt's link has the moment of its id and 128 random bits, its code eight letters that nobody mistakes", () => {
  const made = Array.from({ length: 2000 }, make);
  const bytes = made.map(({ link }) => Buffer.from(link, "base64url"));

  assert.ok(made.every(({ link }) => /^[A-Za-z0-9_-]{29}[AQgw]$/.test(link)));
  assert.ok(made.every(({ id }, at) => bytes[at].toString("hex", 0, 6) === id.replaceAll("-", "").slice(0, 12)));
  assert.equal(new Set(bytes.map((all) => all.toString("hex", 6))).size, 2000);
  assert.ok(made.every(({ code }) => code.length === 8 && [...code].every((char) => ALPHABET.includes(char))));
  assert.equal(new Set(made.map(({ link }) => link)).size, 2000);
  assert.equal(new Set(made.map(({ id }) => id)).size, 2000);
});

test("each letter is as likely as any other", () => {
  const seen = new Map();
  for (let n = 0; n < 4000; n += 1) for (const char of make().code) seen.set(char, (seen.get(char) || 0) + 1);

  assert.equal(seen.size, 30);
  // 32,000 letters: 1,067 each, with a deviation of 32.
  assert.ok([...seen.values()].every((count) => count > 850 && count < 1290));
});

test("the slip shows the code in two halves and the link as an address", () => {
  assert.equal(spaced("7KQ2M4XD"), "7KQ2-M4XD");
  assert.equal(url("https://doanso.example/r/", "abc"), "https://doanso.example/r/abc/");
});
