import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import test from "node:test";

import { outline, squares } from "../qr.js";
import { prepareZXingModule, readBarcodes } from "../vendor/zxing/reader/index.js";

const LINK = "https://doanso.example/r/hmPz2mYw9TqK7KQ2M4XDab";

/** The squares as a picture of 6 dots each with the quiet zone. */
function picture(rows) {
  const dot = 6;
  const side = (rows.length + 8) * dot;
  const data = new Uint8ClampedArray(side * side * 4).fill(255);
  rows.forEach((row, y) =>
    row.forEach((dark, x) => {
      if (!dark) return;
      for (let b = 0; b < dot; b++) {
        for (let a = 0; a < dot; a++) {
          const at = (((y + 4) * dot + b) * side + (x + 4) * dot + a) * 4;
          data[at] = data[at + 1] = data[at + 2] = 0;
        }
      }
    }),
  );
  return { data, width: side, height: side };
}

async function read(rows) {
  const wasm = await readFile(new URL("../vendor/zxing/reader/zxing_reader.wasm", import.meta.url));
  prepareZXingModule({ overrides: { wasmBinary: wasm.buffer.slice(wasm.byteOffset, wasm.byteOffset + wasm.byteLength) } });
  const found = await readBarcodes(picture(rows), { formats: ["QRCode"], maxNumberOfSymbols: 1 });
  return found.map((one) => one.text);
}

test("the receipt's link drawn here is read again by the scanner we carry", async () => {
  assert.deepEqual(await read(squares(LINK)), [LINK]);
});

test("the outline covers exactly the dark squares", () => {
  const rows = squares(LINK);
  const drawn = rows.map((row) => row.map(() => false));
  for (const [, x, y, width] of outline(rows).matchAll(/M(\d+) (\d+)h(\d+)v1h-\d+z/g)) {
    for (let i = 0; i < Number(width); i++) drawn[Number(y)][Number(x) + i] = true;
  }
  assert.deepEqual(drawn, rows);
});

test("a receipt's link fits a code that a cheap camera reads", () => {
  assert.ok(squares(LINK).length <= 37, "at most version 5");
});
