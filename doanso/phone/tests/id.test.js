// Ids sort as they were made; bytes have one spelling.

import assert from "node:assert/strict";
import { test } from "node:test";
import { base64url, fromBase64url, fromHex, hex, hmac, isUuid, sha256, uuid7 } from "../id.js";
import { seeded } from "./phone.js";

test("ten thousand ids are version 7, all different, and sort as they were made", () => {
  const made = Array.from({ length: 10_000 }, uuid7);

  assert.ok(made.every((id) => isUuid(id) && /^.{14}7.{4}[89ab]/.test(id)));
  assert.equal(new Set(made).size, made.length);
  assert.deepEqual([...made].sort(), made);
});

test("an id begins with the moment, and the clock set back makes none that sorts earlier", () => {
  const { now } = Date;
  const before = uuid7();
  Date.now = () => 1_700_000_000_000;
  const after = uuid7();
  Date.now = () => 4_000_000_000_000;
  const later = uuid7();
  Date.now = now;

  assert.ok(before < after && after < later);
  assert.equal(parseInt(later.replace(/-/g, "").slice(0, 12), 16), 4_000_000_000_000);
});

test("hashes and macs are those of the standards", async () => {
  assert.equal(await sha256("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  assert.equal(await sha256(new Uint8Array(0)), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  // RFC 4231, test case 2.
  const key = new TextEncoder().encode("Jefe");
  assert.equal(
    await hmac(key, "what do ya want for nothing?"),
    "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
  );
});

test("bytes come back from either spelling", () => {
  const chance = seeded(7);
  for (let length = 0; length < 70; length += 1) {
    const bytes = Uint8Array.from({ length }, () => Math.floor(chance() * 256));
    assert.deepEqual(fromHex(hex(bytes)), bytes);
    assert.deepEqual(fromBase64url(base64url(bytes)), bytes);
    assert.equal(base64url(bytes), Buffer.from(bytes).toString("base64url"));
  }
  const picture = new Uint8Array(300_000).fill(7);
  assert.deepEqual(fromBase64url(base64url(picture)), picture);
});

test("what is no spelling of bytes is refused", () => {
  for (const text of ["0", "0g", "AB", " 00"]) assert.throws(() => fromHex(text), TypeError);
  for (const text of ["a+b/", "a=", "ơ"]) assert.throws(() => fromBase64url(text), TypeError);
});
