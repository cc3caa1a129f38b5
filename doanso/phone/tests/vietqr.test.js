// Payment codes read by the phone: contract/vietqr.json, which the server's suite replays as well.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { Problem } from "../problem.js";
import { checksum, decode, fingerprint, identity, lastFour, masked } from "../vietqr.js";

const { key, read, refused } = JSON.parse(readFileSync(new URL("../../../contract/vietqr.json", import.meta.url), "utf8"));

function refusal(text) {
  try {
    decode(text);
  } catch (error) {
    assert.ok(error instanceof Problem, String(error));
    return { code: error.code, tag: error.field };
  }
  return null;
}

test("the check value of the checksum", () => {
  assert.equal(checksum("123456789"), "29B1");
});

test("codes that the server reads say the same here", async () => {
  for (const { text, identity: who, fingerprint: print, masked: hidden, last_four, ...says } of read) {
    const code = decode(text);
    assert.deepEqual({ ...code }, says, text);
    assert.equal(identity(code), who);
    assert.equal(await fingerprint(key, code), print);
    assert.equal(masked(code.account), hidden);
    assert.equal(lastFour(code.account), last_four);
  }
});

test("codes that the server refuses are refused here for the same reason", () => {
  for (const { text, code, tag } of refused) assert.deepEqual([text, refusal(text)], [text, { code, tag }]);
});

test("every changed character is detected", () => {
  const alphabet = Array.from({ length: 95 }, (_char, at) => String.fromCharCode(32 + at)).concat("Á", "đ", "€", "\u0000", "\ud800", "𝟘");
  for (const { text } of read.slice(0, 8)) {
    for (let at = 0; at < text.length; at += 1) {
      for (const char of alphabet) {
        if (char !== text[at]) assert.ok(refusal(text.slice(0, at) + char + text.slice(at + 1)), `${at} ${char}`);
      }
    }
  }
});

test("another key gives another fingerprint, and a key has 32 digits", async () => {
  const code = decode(read[0].text);
  assert.notEqual(await fingerprint("ff".repeat(16), code), read[0].fingerprint);
  await assert.rejects(fingerprint("ff", code), TypeError);
});
