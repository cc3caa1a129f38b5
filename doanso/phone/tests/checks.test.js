// Checks of shops' codes: who comes next, what a scanned code is, what is asked, and the record that says it.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import * as checks from "../checks.js";
import { words } from "../shop_words.js";
import { canAmend } from "../steps.js";
import { checksum } from "../vietqr.js";

const contract = (name) => JSON.parse(readFileSync(new URL(`../../../contract/${name}.json`, import.meta.url), "utf8"));
const PACK = contract("pack");
const { codes_key: KEY, shops: SHOPS } = PACK.shops;
const ACB = "00020101021138530010A0000007270123000697041601092576788590208QRIBFTTA53037045802VN6304AE9F";
const [SHOP, STALL] = SHOPS;
const SECOND = { teammate: "018bc000-0000-7000-8000-000000000032", name: "" };

function check(more = {}, shop = SHOP) {
  return { ...checks.begin({ pack: PACK, shop, second: SECOND, stamp: "2023-11-12T09:38:12+07:00", day: "2023-11-12" }), ...more };
}

const shop = (label, more = {}) => ({ ...STALL, business: label, label, ...more });

test("a stall is where its label says, a shop at its address", () => {
  assert.deepEqual([checks.where(SHOP), checks.area(SHOP)], ["14 Lê Lợi", "Lê Lợi"]);
  assert.deepEqual([checks.where(STALL), checks.area(STALL)], ["Chợ Mỹ Tho · sạp A12", "Chợ Mỹ Tho"]);
  const inStreet = { ...SHOP, label: "14 Lê Lợi · Tuyến phố Lê Lợi" };
  assert.deepEqual([checks.where(inStreet), checks.area(inStreet)], ["14 Lê Lợi · Tuyến phố Lê Lợi", "Tuyến phố Lê Lợi"]);
  assert.equal(checks.area({ ...SHOP, label: "14 lê lợi" }), "14 lê lợi");
});

test("shops come in the order of a walk, A2 before A12", () => {
  const rows = checks.indexed([shop("Chợ Mỹ Tho · sạp A12"), SHOP, shop("Chợ Mỹ Tho · sạp A2"), shop("Chợ Thạnh Trị · sạp 1")]);

  assert.deepEqual(rows.map((row) => checks.where(row.shop)), ["Chợ Mỹ Tho · sạp A2", "Chợ Mỹ Tho · sạp A12", "Chợ Thạnh Trị · sạp 1", "14 Lê Lợi"]);
  assert.deepEqual(checks.areas(rows.map((row) => row.shop)), ["Chợ Mỹ Tho", "Chợ Thạnh Trị", "Lê Lợi"]);
});

test("a shop is found by any part of its name or place, without diacritics", () => {
  const rows = checks.indexed(SHOPS);
  const found = (typed, place = "") => checks.search(rows, typed, place).map((row) => row.shop.name);

  assert.deepEqual(found("tap hoa"), ["Tạp hóa Năm"]);
  assert.deepEqual(found("a12 ca"), ["Cô Ba bán cá"]);
  assert.deepEqual(found("", "Lê Lợi"), ["Tạp hóa Năm"]);
  assert.deepEqual(found("a12", "Lê Lợi"), []);
  assert.equal(found("  ").length, 2);
});

test("another account is different, the same one is the same whatever else its code says", async () => {
  const different = await checks.compare(checks.read(ACB), SHOP, KEY);
  assert.deepEqual(different, contract("shop_check").body.scan);
  assert.equal(JSON.stringify(different).includes("257678859"), false);

  const own = { ...SHOP, code: different.fingerprint };
  const dynamic = "00020101021238530010A0000007270123000697041601092576788590208QRIBFTTA53037045405100005802VN62150811Chuyen tien630453E6";
  assert.equal((await checks.compare(checks.read(ACB), own, KEY)).result, "same");
  assert.equal((await checks.compare(checks.read(dynamic), own, KEY)).result, "same");
  assert.equal((await checks.compare(checks.read(ACB), own, "00".repeat(16))).result, "different");
});

test("of a shop that others were merged into each registered code is right", async () => {
  const { fingerprint } = await checks.compare(checks.read(ACB), SHOP, KEY);
  const merged = { ...SHOP, other_codes: [fingerprint] };
  assert.equal((await checks.compare(checks.read(ACB), merged, KEY)).result, "same");
  assert.equal((await checks.compare(checks.read(ACB), { ...merged, other_codes: ["0".repeat(24)] }, KEY)).result, "different");
});

test("a code that names further networks says so, in the record too", async () => {
  const several = `00020101021126140010A000000775${ACB.slice(12, -8)}`;
  const crc = checksum(`${several}6304`);
  const scan = await checks.compare(checks.read(`${several}6304${crc}`), SHOP, KEY);

  assert.equal(scan.several, true);
  assert.equal(checks.body(check({ state: "none", scan }), words.reasons).scan.several, true);
  const usual = await checks.compare(checks.read(ACB), SHOP, KEY);
  assert.equal("several" in checks.body(check({ state: "none", scan: usual }), words.reasons).scan, false);
});

test("a shop without a code has nothing to compare with, and what is no payment code says nothing", async () => {
  assert.equal((await checks.compare(checks.read(ACB), STALL, KEY)).result, "not-registered");
  for (const text of ["", "https://example.vn/", "0909123456", ACB.replace("QRIBFTTA", "QRIBFTTX"), ACB.slice(0, -4) + "0000"]) {
    assert.equal(checks.read(text), null, text);
  }
});

test("nothing is said until somebody says it", () => {
  assert.equal(checks.missing(check()), "state");
  assert.equal(checks.missing(check({ state: "none" })), "");
  assert.equal(checks.missing(check({ state: "displayed" })), "used");
  assert.equal(checks.missing(check({ state: "displayed", used: "unknown" })), "");
  assert.equal(checks.missing(check({ state: "stopped" })), "why");
  assert.equal(checks.missing(check({ state: "stopped", why: "0" })), "");
  assert.equal(checks.missing(check({ state: "stopped", why: "other", reason: " " })), "reason");
  assert.equal(checks.missing(check({ state: "stopped", why: "other", reason: "gọi 0909 123 456" })), "number");
  assert.equal(checks.missing(check({ state: "stopped", why: "other", reason: "đổi sau 15 ngày" })), "");
});

test("the owner is asked about another account, and where a change was announced", () => {
  const scan = contract("shop_check").body.scan;
  assert.equal(checks.missing(check({ state: "none", scan })), "changed");
  assert.equal(checks.missing(check({ state: "none", scan: { ...scan, result: "same" } })), "");
  assert.equal(checks.missing(check({ state: "none" }, { ...SHOP, changing: true })), "changed");
  assert.equal(checks.missing(check({ state: "none", changed: "unknown" }, { ...SHOP, changing: true })), "");
});

test("the record says what the contract asks for", () => {
  const record = contract("shop_check").body;
  assert.deepEqual(checks.body(check({ state: "displayed", used: "yes", scan: record.scan, changed: "no" }), words.reasons), record);

  const stopped = contract("shop_check_stopped").body;
  const alone = { ...PACK, teams: [], user: { ...PACK.user, teammate: null } };
  const second = { teammate: null, name: "Võ Thị Năm Thu", kind: "official", title: "x", body: "y" };
  const made = checks.begin({ pack: alone, shop: STALL, second, stamp: stopped.seen_at, day: stopped.happened_on });
  assert.deepEqual(checks.body({ ...made, state: "stopped", why: "0" }, words.reasons), stopped);
});

test("an answer to a question that is no longer asked is not sent", () => {
  const body = checks.body(check({ state: "none", used: "yes", why: "1", reason: "x", changed: "yes" }), words.reasons);

  assert.deepEqual([body.used_recently, body.reason, body.owner_says_changed], [null, "", null]);
  assert.equal(checks.body(check({ state: "displayed", used: "no" }), words.reasons).used_recently, false);
  assert.equal(checks.body(check({ state: "displayed", used: "unknown" }), words.reasons).used_recently, null);
});

test("a reason in words is one line of at most 200 characters", () => {
  const reason = `  đổi\nsang   ví ${"x".repeat(300)}`;
  const written = checks.body(check({ state: "stopped", why: "other", reason }), words.reasons).reason;

  assert.equal(written.length, checks.LONGEST_REASON);
  assert.ok(written.startsWith("đổi sang ví xxx"));
});

for (const name of ["shop_check", "shop_check_stopped"]) {
  test(`opened and sent as it was, ${name} says the same`, () => {
    const payload = contract(name);
    const known = SHOPS.find((one) => one.business === payload.body.business);
    const made = checks.checkOf(payload, { message: "Vì sao" }, known, "", words.reasons);

    assert.deepEqual(checks.body(made, words.reasons), payload.body);
    assert.equal(checks.missing(made), "");
    assert.deepEqual([made.unit, made.amends.message, made.place.name], [payload.unit, "Vì sao", known.name]);
  });
}

test("the name of a companion that the server did not take can be put right, or left out", () => {
  const made = checks.checkOf(contract("shop_check_stopped"), { message: "Tên có chữ số", field: "pair.second.name" }, STALL, "", words.reasons);
  assert.deepEqual(made.amends, { message: "Tên có chữ số", field: "pair.second.name" });

  const named = (name) => checks.body({ ...made, second: { teammate: null, name } }, words.reasons).pair.second;
  assert.deepEqual(named(" Võ Thị  Thu "), { teammate: null, name: "Võ Thị Thu" });
  assert.equal(named("  "), null);
});

test("a shop met on a visit is checked without a code to compare with", async () => {
  const place = { id: "s", new: false, name: "Cà phê Ba", number: "14", street: "Lê Lợi", neighbourhood: null };
  const known = checks.unlisted(place);

  assert.deepEqual(Object.keys(known), Object.keys(SHOP));
  assert.equal((await checks.compare(checks.read(ACB), known, KEY)).result, "not-registered");
});

test("a shop that left the list is still shown by where it is", () => {
  const made = checks.checkOf(contract("shop_check_stopped"), null, null, "Chợ Mỹ Tho · sạp A12", words.reasons);

  assert.equal(checks.where(made.place), "Chợ Mỹ Tho · sạp A12");
  assert.deepEqual([made.why, made.reason], ["0", ""]);
  const { why, reason } = checks.checkOf(contract("shop_check_stopped"), null, null, "", []);
  assert.deepEqual([why, reason], ["other", "Lo về hóa đơn, thuế"]);
});

test("a check that the server did not take can be put right here, unless the office decided", () => {
  assert.equal(canAmend("cashless.check", { code: "reason_missing" }), true);
  for (const code of ["taken_back", "no_role", "settled", "shop_unknown"]) assert.equal(canAmend("cashless.check", { code }), false);
});

test("every state, verdict, answer and question has its words", () => {
  for (const state of ["none", "offered", "displayed", "used", "stopped"]) assert.ok(words.states[state]);
  for (const result of ["same", "different", "unreadable", "not-registered"]) assert.ok(words.verdicts[result] && words.about[result]);
  for (const key of ["changed", "state", "used", "why", "reason", "number"]) assert.ok(words.missing[key]);
  assert.ok(words.reasons.every((reason) => reason.length <= checks.LONGEST_REASON));
});
