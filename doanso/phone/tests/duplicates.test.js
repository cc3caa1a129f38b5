// Whether somebody was helped already, asked without names.

import assert from "node:assert/strict";
import { test } from "node:test";
import { bits, fold, isHelped } from "../duplicates.js";

const KEY = "00112233445566778899aabbccddeeff";

test("one name is one key, however it was typed", () => {
  const typed = [
    "Nguyễn Thị Bảy",
    "NGUYỄN  THỊ BẢY ",
    "Nguyễn Thị Bảy".normalize("NFD"),
    "nguyen thi bay",
    "Nguyê\u0303n Thị\u00a0Ba\u0309y",
  ];

  assert.deepEqual([...new Set(typed.map(fold))], ["nguyen thi bay"]);
  assert.equal(fold("Đặng Ðình Ɖỗ"), "dang dinh do");
});

test("somebody helped at the door is known by name and year alone", async () => {
  const door = { helped: [await bits(KEY, "Nguyễn Thị Bảy", 1951)] };

  assert.match(door.helped[0], /^[0-9a-f]{6}$/);
  assert.equal(await isHelped(door, KEY, "nguyễn thị bảy", 1951), true);
  assert.equal(await isHelped(door, KEY, "Nguyễn Thị Bảy", 1952), false);
  assert.equal(await isHelped(door, KEY, "Nguyễn Thị Bảy", null), false);
  assert.equal(await isHelped(door, "ff".repeat(16), "Nguyễn Thị Bảy", 1951), false);
  assert.equal(await isHelped({ helped: [] }, KEY, "Nguyễn Thị Bảy", 1951), false);
  assert.equal(await isHelped({}, KEY, "Nguyễn Thị Bảy", 1951), false);
});
