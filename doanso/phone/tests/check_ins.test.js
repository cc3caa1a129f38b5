// Check-in at a gate: what a scanned text is, who is found, what the phone says at once, and the record.

import assert from "node:assert/strict";
import test from "node:test";
import * as checkIns from "../check_ins.js";
import * as receipt from "../receipt.js";

const KEY = "0f1e2d3c4b5a69788796a5b4c3d2e1f0";
const LINK = "AYvAAAAAERITFBUWFxgZGhscHR4f";
const EVENT = "018bc000-0000-7000-8000-000000000061";
const MEMBER = "018bc000-0000-7000-8000-000000000062";
const link = (text) => text.padEnd(30, "x").slice(0, 30);

async function gate() {
  return {
    cards_key: KEY,
    tickets: [
      { code: await checkIns.codeOf(link("duyen")), number: 12, name: "Phan Thị Mỹ Duyên", state: "registered", came_at: null },
      { code: await checkIns.codeOf(link("bay")), number: 121, name: "Nguyễn Văn Bảy", state: "waiting", came_at: null },
      { code: await checkIns.codeOf(link("paper")), number: 2, name: "", state: "blank", came_at: "2023-11-12T07:42:00+07:00" },
    ],
    members: [
      { id: MEMBER, name: "Đặng Quốc Bảo", unit: "Chi đoàn Khu phố 7", card: await checkIns.cardOf(KEY, "0720-1234") },
      { id: "018bc000-0000-7000-8000-000000000063", name: "Bùi Thị Lan", unit: "Chi đoàn Khu phố 1", card: "" },
    ],
  };
}

const register = async () => checkIns.register(await gate());

test("a ticket is known by its link alone, whoever serves it", async () => {
  const known = await register();
  for (const text of [`https://doanso.example/t/${link("duyen")}/`, ` http://localhost:8000/t/${link("duyen")} `, `https://x.vn/t/${link("duyen")}/?a=1`]) {
    const { who, method } = await checkIns.recognise(text, known);
    assert.equal(method, "ticket");
    assert.deepEqual(checkIns.face(who, known), { title: "Phan Thị Mỹ Duyên", unit: "", number: 12, state: "registered", came: null });
  }
});

test("the code of a ticket is a plain hash, as the server makes it", async () => {
  assert.equal(await checkIns.codeOf("AAAAAAAAAAAAAAAAAAAAAA"), "832b7aa7aef2fd356125c0ee");
  assert.match(receipt.make().link, /^[A-Za-z0-9_-]{30}$/);
  assert.match(await checkIns.codeOf(receipt.make().link), /^[0-9a-f]{24}$/);
});

test("a ticket that is not on this phone is taken all the same", async () => {
  const known = await register();
  const { who } = await checkIns.recognise(`https://doanso.example/t/${LINK.padEnd(30, "0")}/`, known);

  assert.equal(who.ticket.length, 24);
  assert.equal(checkIns.face(who, known).state, "unknown");
});

test("a member's card is known by its number, also within a longer text, and no number lies here", async () => {
  const known = await register();
  for (const text of ["0720-1234", " 0720-1234\n", "https://the.doan.vn/?so=0720-1234&x=1", "Thẻ đoàn viên|0720-1234|P4"]) {
    assert.deepEqual(await checkIns.recognise(text, known), { who: checkIns.ofMember(MEMBER), method: "card" }, text);
  }
  assert.deepEqual(await checkIns.recognise("0720-9999", known), { wrong: "card" });
});

test("a citizen card gives a name to look for and nothing else; other codes are named", async () => {
  const known = await register();
  const citizen = "082201001234||Đặng Quốc Bảo|12032001|Nam|12/3 Lê Lợi|01012022";
  assert.deepEqual(await checkIns.recognise(citizen, known), { name: "Đặng Quốc Bảo" });
  assert.deepEqual(await checkIns.recognise(`https://doanso.example/r/${link("a")}/`, known), { wrong: "receipt" });
  for (const text of ["", "https://doanso.example/e/ngay-hoi/", "https://doanso.example/t/short/", "Xin chào các bạn!"]) {
    assert.deepEqual(await checkIns.recognise(text, known), { wrong: "other" }, text);
  }
});

test("a name is found by the beginning of each word without diacritics, a number by its digits", async () => {
  const rows = checkIns.indexed(await register());
  const found = (typed) => checkIns.search(rows, typed).map(({ face }) => face.title || face.number);

  assert.deepEqual(found("bao quoc"), ["Đặng Quốc Bảo"]);
  assert.deepEqual(found("BA"), ["Đặng Quốc Bảo", "Nguyễn Văn Bảy"]);
  assert.deepEqual(found("khu pho 7"), ["Đặng Quốc Bảo"]);
  assert.deepEqual(found("ao"), []);
  assert.deepEqual(found("12"), ["Phan Thị Mỹ Duyên", "Nguyễn Văn Bảy"]);
  assert.deepEqual(found("0012"), ["Phan Thị Mỹ Duyên", "Nguyễn Văn Bảy"]);
  assert.deepEqual(found("2"), [2]);
  assert.deepEqual([found(" "), found("zzz")], [[], []]);
});

const at = (minute) => `2023-11-12T08:${String(minute).padStart(2, "0")}:00+07:00`;
const seen = (more = {}) => ({ id: "i", ...checkIns.ofTicket("a1"), method: "ticket", direction: "in", seen_at: at(0), gate: "Cổng A", undone: false, ...more });

test("only the newest sighting that holds counts", () => {
  const all = [seen(), seen({ id: "j", direction: "out", seen_at: at(5) }), seen({ id: "k", seen_at: at(9), undone: true })];

  assert.equal(checkIns.newest(all).get("a1").id, "j");
  assert.equal(checkIns.newest([seen({ undone: true })]).size, 0);
});

test("the same ticket twice in five minutes is one sighting, later it is one more", () => {
  const compared = (before, direction, minute) => checkIns.compare(before, direction, Date.parse(at(minute)));

  assert.equal(compared(undefined, "in", 0), "new");
  assert.deepEqual([compared(seen(), "in", 4), compared(seen(), "in", 5)], ["repeated", "again"]);
  assert.deepEqual([compared(seen(), "out", 1), compared(seen({ direction: "out" }), "in", 1)], ["new", "back"]);
  // The clock was set back.
  assert.equal(compared(seen({ seen_at: at(30) }), "in", 0), "again");
});

test("amber wherever somebody should look twice", () => {
  const shown = (state, came = null) => ({ title: "x", unit: "", number: 1, state, came });
  const says = (...about) => Object.values(checkIns.verdict(...about)).join(" ");

  assert.equal(says(shown("registered"), "in", "new"), "on come");
  assert.equal(says(shown("blank"), "in", "new"), "on come");
  assert.equal(says(shown("member"), "in", "back"), "on back");
  assert.equal(says(shown("walk-in"), "in", "new"), "on come");
  assert.equal(says(shown("registered", at(0)), "in", "new"), "behind elsewhere");
  assert.equal(says(shown("registered", at(0)), "in", "back"), "on back");
  assert.equal(says(shown("registered", at(0)), "out", "new"), "met left");
  assert.equal(says(shown("waiting"), "in", "new"), "behind waiting");
  assert.equal(says(shown("unknown"), "in", "new"), "behind unknown");
  assert.equal(says(shown("registered"), "in", "again"), "behind again");
  assert.equal(says(shown("registered"), "out", "repeated"), "behind repeated");
});

test("the record names exactly one of ticket, member and link", async () => {
  const made = [
    seen(),
    seen({ ...checkIns.ofMember(MEMBER), method: "name" }),
    seen({ ...checkIns.ofTicket(await checkIns.codeOf(LINK), LINK), method: "walk-in" }),
  ].map((sighting) => checkIns.body(EVENT, sighting));

  assert.deepEqual(made[0], { event: EVENT, gate: "Cổng A", seen_at: at(0), direction: "in", method: "ticket", ticket: "a1", member: null, walk_in: null, undone: false });
  assert.deepEqual(made.map(({ ticket, member, walk_in }) => [ticket, member, walk_in].filter(Boolean)), [["a1"], [MEMBER], [{ link: LINK }]]);
});
