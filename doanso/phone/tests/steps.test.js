import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import test from "node:test";

import * as steps from "../steps.js";

const PHONES = JSON.parse(readFileSync(new URL("../../../contract/phones.json", import.meta.url), "utf8"));
const PACK = {
  unit: { id: "u", name: "Đoàn Phường 4" },
  user: { name: "Trần Gia Huy", teammate: "t1" },
  teams: [{ id: "team", teammates: [{ id: "t1", me: true }, { id: "t2", name: "Võ Thị Năm Thu", kind: "official", me: false }] }],
  consent: { version: "2023-09", purposes: [{ code: "support", needed: true }, { code: "recheck", needed: false }] },
};
const DOOR = { id: "d", drive: "dr", kind: "household", place: "h", name: "", number: "42/7", street: "Lê Lợi", neighbourhood: "n" };
const SECOND = { teammate: "t2", name: "", kind: "official" };
const RECEIPT = { id: "r", link: "l".repeat(22), code: "7KQ2M4XD" };
const HELP = { id: "x", service: "portal", kind: "guide", before: "none", after: "active", obstacle: "" };

function visit(more = {}) {
  return { ...steps.begin({ door: DOOR, pack: PACK, second: SECOND, stamp: "2023-11-12T09:00:00+07:00", day: "2023-11-12" }), ...more };
}

function entry(more = {}) {
  return { ...steps.nobodyYet(), ...more };
}

test("a visit with a name goes through five steps, one without skips the third, an end leads to the last", () => {
  assert.deepEqual(steps.path(visit({ people: [entry({ answer: "named" })] })), [1, 2, 3, 4, 5]);
  assert.deepEqual(steps.path(visit({ people: [entry({ answer: "unnamed" })] })), [1, 2, 4, 5]);
  assert.deepEqual(steps.path(visit({ end: "refused" })), [1, 2, 5]);
  assert.equal(steps.next(visit({ step: 2, people: [entry({ answer: "unnamed" })] })), 4);
  assert.equal(steps.back(visit({ step: 4, people: [entry({ answer: "unnamed" })] })), 2);
  assert.equal(steps.back(visit({ step: 1 })), 0);
});

test("back from the question to a second person leads out, not to who we are", () => {
  assert.equal(steps.back(visit({ step: 2, people: [entry(), entry()], at: 1 })), 0);
  assert.equal(steps.back(visit({ step: 3, people: [entry(), entry({ answer: "named" })], at: 1 })), 2);
});

test("nothing is agreed until somebody says so", () => {
  const fresh = visit({ step: 2 });
  assert.deepEqual(steps.current(fresh).purposes, []);
  assert.equal(steps.missingAnswer(fresh, PACK.consent), "answer");
  assert.equal(steps.missingAnswer(visit({ people: [entry({ answer: "named" })] }), PACK.consent), "purpose");
  assert.equal(steps.missingAnswer(visit({ people: [entry({ answer: "named", purposes: ["recheck"] })] }), PACK.consent), "purpose");
  assert.equal(steps.missingAnswer(visit({ people: [entry({ answer: "named", purposes: ["support"] })] }), PACK.consent), "");
});

test("another day is a day to come", () => {
  assert.equal(steps.missingAnswer(visit({ end: "later", follow_up_on: "" }), PACK.consent), "date");
  assert.equal(steps.missingAnswer(visit({ end: "later", follow_up_on: "2023-11-12" }), PACK.consent), "date");
  assert.equal(steps.missingAnswer(visit({ end: "later", follow_up_on: "2023-11-13" }), PACK.consent), "");
});

test("a name and a birth year are enough", () => {
  const person = { ...steps.blankPerson(), name: "Nguyễn Văn Bảy", birth_year: 1951 };
  assert.deepEqual(steps.wrong(person, 2023), {});
  assert.deepEqual(steps.wrong(steps.blankPerson(), 2023), { name: "name", birth_year: "year" });
  assert.deepEqual(steps.wrong({ ...person, name: "B4y" }, 2023), { name: "name_digits" });
  assert.deepEqual(steps.wrong({ ...person, name: "<b>Bảy</b>" }, 2023), { name: "name_odd" });
  assert.deepEqual(steps.wrong({ ...person, name: "Bảy \u202enăV" }, 2023), { name: "name_odd" });
  assert.deepEqual(steps.wrong({ ...person, birth_year: 2015, guardian: "=A1" }, 2023), { guardian: "name_odd" });
  assert.deepEqual(steps.wrong({ ...person, birth_year: 2024 }, 2023), { birth_year: "year" });
  assert.deepEqual(steps.wrong({ ...person, phone: "0909" }, 2023), { phone: "phone" });
  assert.deepEqual(steps.wrong({ ...person, phone: "+84 909 000 111" }, 2023), {});
  assert.deepEqual(steps.wrong({ ...person, phone: "0273 3855 555" }, 2023), {});
  assert.deepEqual(steps.wrong({ ...person, phone: "0311234567" }, 2023), { phone: "phone_prefix" });
});

test("somebody known without a birth year stays so", () => {
  assert.deepEqual(steps.wrong({ ...steps.blankPerson(), contact: "c", name: "Bà Tư" }, 2023), {});
});

test("under sixteen a grown-up agrees with them", () => {
  const child = { ...steps.blankPerson(), name: "Lê An", birth_year: 2008 };
  assert.deepEqual(steps.wrong(child, 2023), { guardian: "guardian" });
  assert.deepEqual(steps.wrong({ ...child, guardian: "Lê Văn Ba" }, 2023), {});
  assert.deepEqual(steps.wrong({ ...child, birth_year: 2007 }, 2023), {});
});

test("a help that goes down its ladder is noticed", () => {
  const service = { rungs: [{ code: "none" }, { code: "level1" }, { code: "active" }] };
  assert.ok(steps.goesDown({ ...HELP, before: "active", after: "none" }, service));
  assert.ok(!steps.goesDown(HELP, service));
  assert.ok(!steps.goesDown({ ...HELP, before: "" }, service));
});

test("the record says what the contract asks for", () => {
  const person = { ...steps.blankPerson(), contact: "c", name: " Nguyễn  Văn Bảy ", birth_year: 1951, gender: "male" };
  const helped = visit({ people: [entry({ answer: "named", purposes: ["support"], person, receipt: RECEIPT, helps: [HELP] })], in_area: true });
  assert.deepEqual(steps.body({ ...helped, proof: { how: "code", proof: "123456" } }, "2023-11-12T09:05:00+07:00"), {
    drive: "dr", door: "d",
    household: { id: "h", new: false, number: "42/7", street: "Lê Lợi", neighbourhood: "n" },
    business: null, happened_on: "2023-11-12", began_at: "2023-11-12T09:00:00+07:00", ended_at: "2023-11-12T09:05:00+07:00",
    outcome: "helped", follow_up_on: null, in_area: true,
    pair: { team: "team", first: { teammate: "t1", how: "sign-in" }, second: { teammate: "t2", name: "", kind: "official", how: "code", proof: "123456" } },
    people: [{
      person: { contact: "c", name: "Nguyễn Văn Bảy", birth_year: 1951, gender: "male", phone: "", guardian: "" },
      business: false, consent: { purposes: ["support"], text: "2023-09", channel: "voice" }, receipt: RECEIPT, helps: [HELP],
    }],
  });
});

test("help without a name leaves neither person nor consent nor receipt, whatever was typed before", () => {
  const changed = entry({ answer: "unnamed", purposes: ["support"], person: { ...steps.blankPerson(), name: "Bảy" }, receipt: RECEIPT, helps: [HELP] });
  assert.deepEqual(steps.body(visit({ people: [changed] }), "z").people, [{ person: null, business: false, consent: null, receipt: null, helps: [HELP] }]);
});

test("a refusal keeps nobody, even if somebody had been typed in", () => {
  const typed = entry({ answer: "named", purposes: ["support"], person: { ...steps.blankPerson(), name: "Bảy", birth_year: 1951 }, receipt: RECEIPT, helps: [HELP] });
  for (const [end, outcome] of [["refused", "refused"], ["not-home", "not-home"], ["had", "had-already"]]) {
    const said = steps.body(visit({ end, people: [typed] }), "z");
    assert.equal(said.outcome, outcome);
    assert.deepEqual(said.people, []);
    assert.doesNotMatch(JSON.stringify(said), /Bảy/);
  }
});

test("another day carries its date, and only then", () => {
  assert.equal(steps.body(visit({ end: "later", follow_up_on: "2023-11-19" }), "z").follow_up_on, "2023-11-19");
  assert.equal(steps.body(visit({ end: "refused", follow_up_on: "2023-11-19" }), "z").follow_up_on, null);
});

test("the shop itself has a receipt and no consent of a person", () => {
  const shop = visit({
    kind: "business", place: { id: "b", new: true, name: "Tạp hóa Năm", number: "5", street: "Lê Lợi", neighbourhood: null },
    people: [entry({ answer: "shop", receipt: RECEIPT, helps: [HELP] })],
  });
  const said = steps.body(shop, "z");
  assert.equal(said.household, null);
  assert.deepEqual(said.business, { id: "b", new: true, name: "Tạp hóa Năm", number: "5", street: "Lê Lợi", neighbourhood: null });
  assert.deepEqual(said.people, [{ person: null, business: true, consent: null, receipt: RECEIPT, helps: [HELP] }]);
});

test("whoever was left half-way is not in the record", () => {
  const done = entry({ answer: "unnamed", helps: [HELP] });
  assert.equal(steps.body(visit({ people: [done, entry()], at: 1 }), "z").people.length, 1);
});

test("one who goes alone has no second", () => {
  assert.equal(steps.body(visit({ second: null }), "z").pair.second, null);
});

test("a long signature is thinned until it fits", () => {
  const long = [Array.from({ length: 1500 }, (_p, i) => [i % 300, (i * 7) % 120])];
  const text = steps.drawnWithin(long);
  assert.ok(text.length <= 4000 && text.length > 1000);
  assert.match(text, /^M\d+ \d+(L\d+ \d+)+$/);
  const dots = steps.drawnWithin(Array.from({ length: 900 }, () => [[299, 119]]));
  assert.ok(dots.length <= 4000);
  assert.match(dots, /^(M\d+ \d+)+$/);
  assert.equal(steps.drawnWithin([[[12, 30], [14, 33]], []]), "M12 30L14 33");
});

/** Every key of an example, as paths; of a list the first one stands for all. */
function keys(value, at = "") {
  if (Array.isArray(value)) return value.length ? keys(value[0], `${at}[]`) : [];
  if (value === null || typeof value !== "object") return [];
  return Object.keys(value).sort().flatMap((key) => [`${at}.${key}`, ...keys(value[key], `${at}.${key}`)]);
}

async function example(name) {
  const text = await readFile(new URL(`../../../contract/${name}.json`, import.meta.url), "utf8");
  return JSON.parse(text).body;
}

test("the record has the keys of the contract's examples, no fewer and no more", async () => {
  const person = { ...steps.blankPerson(), name: "Nguyễn Văn Bảy", birth_year: 1951 };
  const shop = { id: "b", new: true, name: "Tạp hóa Năm", number: "2", street: "Lê Lợi", neighbourhood: null };
  const named = visit({ people: [entry({ answer: "named", purposes: ["support"], person, receipt: RECEIPT, helps: [HELP] })] });
  const made = {
    visit: named,
    visit_unnamed: visit({ people: [entry({ answer: "unnamed", helps: [HELP] })] }),
    visit_shop: visit({ kind: "business", place: shop, people: [entry({ answer: "shop", receipt: RECEIPT, helps: [HELP] })] }),
    visit_refused: visit({ end: "refused", second: null }),
  };
  for (const [name, one] of Object.entries(made)) {
    assert.deepEqual(keys(steps.body(one, "z")), keys(await example(name)), name);
  }
});

test("whoever bears the name of one of the pair is asked about", () => {
  const pack = { user: { name: "Trần Gia Huy" }, teams: [{ teammates: [{ id: "m", name: "Võ Văn Năm", me: false }] }] };
  const named = visit({ second: { teammate: "m", name: "", kind: "official" } });
  assert.ok(steps.isOneOfThePair(named, pack, "TRAN GIA HUY"));
  assert.ok(steps.isOneOfThePair(named, pack, "Võ văn Năm"));
  assert.ok(!steps.isOneOfThePair(named, pack, "Võ Thị Năm"));
  assert.ok(!steps.isOneOfThePair(visit({ second: null }), pack, "Võ Văn Năm"));
});

test("a companion is somebody else, by a name that can be read", () => {
  assert.equal(steps.wrongCompanion("V", "Huy"), "needs_name");
  assert.equal(steps.wrongCompanion("<i>Năm", "Huy"), "name_odd");
  assert.equal(steps.wrongCompanion("TRẦN GIA HUY", "Trần Gia Huy"), "same");
  assert.equal(steps.wrongCompanion("Nguyễn Văn Hưng", "Nguyễn Văn Hùng"), "");
  assert.equal(steps.wrongCompanion("Nguyen Van Hung", "Nguyễn Văn Hùng"), "same");
  assert.equal(steps.wrongCompanion("Trần Gia Huy (KP 3)", "Trần Gia Huy"), "");
});

test("the phone lets the same numbers through as the server", () => {
  for (const number of PHONES.kept) assert.equal(steps.wrongPhone(number), "", number);
  for (const number of PHONES.refused) assert.ok(steps.wrongPhone(number), number);
});
