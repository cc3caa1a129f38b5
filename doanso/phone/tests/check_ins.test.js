// Check-in at a gate: what a scanned text is, who is found, what the phone says at once, and the record.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import * as checkIns from "../check_ins.js";
import { fold } from "../duplicates.js";
import { words } from "../event_words.js";
import * as receipt from "../receipt.js";

const contract = (name) => JSON.parse(readFileSync(new URL(`../../../contract/${name}.json`, import.meta.url), "utf8"));
const KEY = "0f1e2d3c4b5a69788796a5b4c3d2e1f0";
const LINK = "AYvAAAAAEBESExQVFhcYGRobHB0eHw";
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

test("tickets and cards have the codes of the contract", async () => {
  const { tickets, cards_key, cards } = contract("event_codes");
  const empty = checkIns.register({ cards_key, tickets: [], members: [] });
  for (const { read, link: made, code } of tickets) {
    const { who = {} } = await checkIns.recognise(read, empty);
    assert.deepEqual([who.link || "", who.key || ""], [made, code], read);
  }
  for (const { read, card } of cards) {
    assert.equal(await checkIns.cardOf(cards_key, read), card, read);
    const member = { id: MEMBER, name: "Đặng Quốc Bảo", unit: "", card };
    assert.deepEqual(await checkIns.recognise(read, checkIns.register({ cards_key, tickets: [], members: [member] })), { who: checkIns.ofMember(MEMBER), method: "card" });
  }
  assert.match(receipt.make().link, /^[A-Za-z0-9_-]{30}$/);
});

test("a ticket that is not on this phone is taken all the same, and named by its link", async () => {
  const known = await register();
  const { who, method } = await checkIns.recognise(`https://doanso.example/t/${link("new")}/`, known);

  assert.deepEqual(who, { key: await checkIns.codeOf(link("new")), ticket: null, member: null, link: link("new") });
  assert.equal(checkIns.face(who, known).state, "unknown");
  assert.deepEqual(checkIns.body(EVENT, seen({ ...who, method })).walk_in, { link: link("new") });
});

test("somebody who got a code on this phone is known when it is scanned again", async () => {
  const made = seen({ ...checkIns.ofTicket(await checkIns.codeOf(LINK), LINK), method: "walk-in" });
  const known = checkIns.register(await gate(), [made]);
  const { who } = await checkIns.recognise(`https://doanso.example/t/${LINK}/`, known);

  assert.equal(who.key, made.key);
  assert.equal(checkIns.face(who, known).state, "walk-in");
});

test("a member's card is known by its number, also within a longer text, and no number lies here", async () => {
  const known = await register();
  for (const text of ["0720-1234", " 0720 1234\n", "https://the.doan.vn/?so=0720-1234&x=1", "Thẻ đoàn viên|0720-1234|P4"]) {
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
  const named = ["Đoàn Hoàng Tiến", "Lê Thị Hòa", "phạm thị hoa"].map((title) => ({ face: { title, number: null }, text: fold(title) }));
  const order = (typed) => checkIns.search(named, typed).map(({ face }) => face.title);
  assert.deepEqual(order("hoa"), ["Lê Thị Hòa", "phạm thị hoa", "Đoàn Hoàng Tiến"]);
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
  assert.equal(says(shown("cancelled"), "in", "new"), "risk cancelled");
  assert.equal(says(shown("registered"), "in", "again"), "behind again");
  assert.equal(says(shown("registered"), "out", "repeated"), "behind repeated");
});

test("the record says what the contract asks for", async () => {
  const records = ["event_check_in", "event_check_in_member", "event_check_in_walk_in"].map((name) => contract(name).body);
  const links = await Promise.all(records.map(async ({ ticket, member, walk_in }) =>
    ticket ? checkIns.ofTicket(ticket) : member ? checkIns.ofMember(member) : checkIns.ofTicket(await checkIns.codeOf(walk_in.link), walk_in.link)));
  for (const [place, { event, gate: name, seen_at, direction, method, undone }] of records.entries()) {
    assert.deepEqual(checkIns.body(event, { id: "i", ...links[place], gate: name, seen_at, direction, method, undone }), records[place]);
  }
});

test("the contract's pack is a register in which everybody is found", async () => {
  const { cards_key, events: [event] } = contract("pack").events;
  const known = checkIns.register({ cards_key, tickets: event.tickets, members: event.members });
  const states = ["613", "614", "615"].map((typed) => checkIns.search(checkIns.indexed(known), typed)[0].face.state);

  assert.deepEqual(states, ["waiting", "cancelled", "blank"]);
  assert.equal(checkIns.search(checkIns.indexed(known), "my duyen")[0].face.unit, "Chi đoàn THCS Lê Lợi");
  const { who } = await checkIns.recognise("TG-MT-001234", known);
  assert.equal(checkIns.face(who, known).title, "Phan Thị Mỹ Duyên");
});

test("every answer has its words", () => {
  for (const word of ["come", "back", "left", "again", "repeated", "elsewhere", "waiting", "unknown", "cancelled", "undone"]) {
    assert.match(words.verdicts[word]("07:42", false), /^[ĐMVPD]/u, word);
  }
  for (const wrong of ["receipt", "card", "other"]) assert.equal(words.wrong[wrong].length, 2);
  for (const state of ["waiting", "sent", "needs", "undecided", "undone"]) assert.ok(words.states[state]);
});
