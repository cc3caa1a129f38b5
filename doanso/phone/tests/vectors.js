// What contract/vectors.json holds, made by the phone's own code from the inputs below. Written anew by
//   node doanso/phone/tests/vectors.js --write
// after a change that docs/sync.md says; the server's suite replays the file with its own code.

import { webcrypto } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { sealForServer } from "../backup.js";
import { bits, fold } from "../duplicates.js";
import { fromHex, hmac, sha256 } from "../id.js";
import { ALPHABET, spaced } from "../receipt.js";

const PLACE = new URL("../../../contract/vectors.json", import.meta.url);
const ID = "018bc38a-5c00-7abc-8def-0123456789ab";
const TOKEN = "Qk3v0cJmZ1o8s5wXy7RrT2uLpN4hGdFbE6aVqWiSxKY";
const DUPLICATES_KEY = "00112233445566778899aabbccddeeff";

// Made once for this file; no installation has them.
const SERVER = {
  d: "7XzIdk7lf49cduXUWj7trN8_6Qa4RNBYl7zBl_hU77U",
  x: "dDfIRnYnR0S7z303qU_-XMttknrFywlLsvCMk_753Dc",
  y: "ieMVxhZORK5mu5KF0NoMdsU9J8f0o1xNJcBQwc0TJzs",
};
const EPHEMERAL = {
  d: "waFvL4pumJR24qZd6mhofwc6VffUsWZWiXiwwrxJorE",
  x: "33znCxkO74CXAr1ikDgAtK6h3TfkMIYF7iNrfT8tYgA",
  y: "kitW7b4GPxsMyxrH1bWILPfwfoTuNeVGVihwEW6FnRg",
};

const PAYLOADS = [
  `{"kind":"outreach.visit","version":1,"unit":"${ID}","base":null,"made_at":"2023-11-12T08:30:00+07:00","body":{"outcome":"helped","name":"Nguyễn Thị Bảy"}}`,
  `{"kind":"outreach.confirmation","version":1,"unit":"${ID}","base":null,"made_at":"2023-11-12T08:31:00+07:00","body":{"visit":"${ID}","teammate":"${ID}","how":"sign-in"}}`,
];

const NAMES = [
  "Nguyễn Thị Bảy",
  "NGUYỄN THỊ BẢY",
  "nguyễn thị bảy".normalize("NFD"),
  "  Trần   Văn\tÚt ",
  "Đặng Đình Đỗ",
  "Ðặng Ɖình đỗ",
  "Đoàn\u200bSố \ufeffLê\u00a0Lợi",
  "Quý Hoà Thuỷ Hòa Thủy",
  "Nguyê\u0303n Huê\u0323",
  "Straße Ångström Çelik Ñandú",
  "ﬁne ①② ΣΊΣΥΦΟΣ ẞ",
  "Ｎｇｕｙễｎ",
  "O'Brien-Lý, Jr.",
  "李小龙",
  "",
];

const PEOPLE = [
  ["Nguyễn Thị Bảy", 1951],
  ["nguyen thi bay", 1951],
  ["Nguyễn Thị Bảy", 1952],
  ["Nguyễn Thị Bảy", null],
  ["Đặng Văn Út", 2001],
];

/** @param {{d: string, x: string, y: string}} jwk @param {boolean} exported */
async function pairOf({ d, x, y }, exported = true) {
  const curve = { name: "ECDH", namedCurve: "P-256" };
  const base = { kty: "EC", crv: "P-256", x, y, ext: true };
  return {
    privateKey: await webcrypto.subtle.importKey("jwk", { ...base, d }, curve, exported, ["deriveBits"]),
    publicKey: await webcrypto.subtle.importKey("jwk", base, curve, true, []),
  };
}

/** Everything, computed now. */
export async function make() {
  const records = await Promise.all(
    PAYLOADS.map(async (payload) => ({ id: ID, hash: await sha256(payload), payload })),
  );
  const key = await sha256(`acknowledge:${TOKEN}`);
  const seqs = [1, 4711, 9_007_199_254_740_991];
  const macs = seqs.map(async (seq) => ({
    id: ID,
    hash: records[0].hash,
    seq,
    mac: await hmac(fromHex(key), `${ID}:${records[0].hash}:${seq}`),
  }));
  const backupKey = { id: "vectors", x: SERVER.x, y: SERVER.y };
  const sealed = await Promise.all(
    records.map(async (record) => ({
      id: record.id,
      ...(await sealForServer(backupKey, record, await pairOf(EPHEMERAL))),
    })),
  );
  return {
    about: "Made by the phone's code (doanso/phone/tests/vectors.js); both suites replay it.",
    records,
    acknowledgement: { token: TOKEN, key, acks: await Promise.all(macs) },
    backup: {
      private_key: SERVER,
      ephemeral_key: EPHEMERAL,
      backup_key: backupKey,
      opened: records,
      file: {
        format: "doanso-backup-1",
        device: ID,
        key: backupKey.id,
        made_at: "2023-11-12T09:00:00+07:00",
        records: sealed.map(({ id, point, sealed: text }) => ({ id, point, sealed: text })),
      },
    },
    fold: NAMES.map((text) => ({ text, folded: fold(text) })),
    duplicates: {
      key: DUPLICATES_KEY,
      people: await Promise.all(
        PEOPLE.map(async ([name, year]) => ({ name, birth_year: year, bits: await bits(DUPLICATES_KEY, name, year) })),
      ),
    },
    receipt: { alphabet: ALPHABET, link_length: 30, code_length: 8, code: "7KQ2M4XD", spaced: spaced("7KQ2M4XD") },
  };
}

/** As it lies in the repository. */
export const read = () => JSON.parse(readFileSync(PLACE, "utf8"));

if (process.argv[1] === fileURLToPath(import.meta.url) && process.argv.includes("--write")) {
  writeFileSync(PLACE, `${JSON.stringify(await make(), null, 2)}\n`);
  // The open channel between tabs would keep this process waiting.
  process.exit();
}
