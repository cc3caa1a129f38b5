import assert from "node:assert/strict";
import test from "node:test";

import { looksLikeCard, readCard } from "../card.js";

const CARD = "082099000001||Nguyễn Văn Mẫu|01021999|Nam|Khu phố 1, Phường 4, Mỹ Tho, Tiền Giang|15042021";

test("a card gives a name, a year and a gender, and nothing else", () => {
  assert.deepEqual({ ...readCard(CARD, 2023) }, { name: "Nguyễn Văn Mẫu", birth_year: 1999, gender: "male", doubtful: false });
});

test("what newer cards say of parents, spouse and children is dropped", () => {
  const newer = `${CARD}|Nguyễn Văn Cha|082060000002|Trần Thị Mẹ|082163000003`;
  const read = readCard(newer, 2023);
  assert.deepEqual(Object.keys(read ?? {}), ["name", "birth_year", "gender", "doubtful"]);
  assert.doesNotMatch(JSON.stringify(read), /Cha|Mẹ|0820/);
});

test("six fields, a byte order mark and line ends are fine", () => {
  const six = "\uFEFF082151000017|310000017|Trần Thị  Sáu|31121951|Nữ|Ấp 1\r\n";
  assert.deepEqual({ ...readCard(six, 2023) }, { name: "Trần Thị Sáu", birth_year: 1951, gender: "female", doubtful: false });
});

test("capitals become a name, and decomposed marks are joined", () => {
  assert.equal(readCard("082099000001||NGUYỄN THỊ ÁNH ĐÀO|01021999|Nữ|x|15042021", 2023)?.name, "Nguyễn Thị Ánh Đào");
  assert.equal(readCard(CARD.normalize("NFD"), 2023)?.name, "Nguyễn Văn Mẫu".normalize("NFC"));
});

test("a day with slashes is read", () => {
  assert.equal(readCard("082099000001||Lê Văn Ba|01/02/1960|Nam|x|15042021", 2023)?.birth_year, 1960);
});

test("an unknown gender is left open", () => {
  assert.equal(readCard("082099000001||Lê Văn Ba|01021960||x|15042021", 2023)?.gender, "");
});

for (const [what, text] of [
  ["five fields", "082099000001||Nguyễn Văn Mẫu|01021999|Nam"],
  ["another code", "https://doanso.example/r/abc"],
  ["a number of 11 digits", CARD.slice(1)],
  ["an old number that is none", CARD.replace("||", "|abc|")],
  ["no name", "082099000001|||01021999|Nam|x|15042021"],
  ["digits for a name", "082099000001||123456|01021999|Nam|x|15042021"],
  ["no day", "082099000001||Nguyễn Văn Mẫu|1999|Nam|x|15042021"],
  ["the 31st of February", CARD.replace("01021999", "31021999")],
  ["the 29th of February of a year that has none", CARD.replace("01021999", "29021999")],
  ["a month 13", CARD.replace("01021999", "01131999")],
  ["a day 00", CARD.replace("01021999", "00021999")],
  ["an issue on a day that does not exist", CARD.replace("15042021", "31042021")],
  ["an issue before the birth", CARD.replace("15042021", "15041998")],
  ["a control character in the name", CARD.replace("Văn", "V\u0007n")],
  ["a direction character in the name", CARD.replace("Mẫu", "\u202euẫM")],
  ["a control character in the home", CARD.replace("Khu phố 1", "Khu\u0000phố 1")],
  ["letters read in another encoding", "082099000001||Nguyá»…n VÄƒn Máº«u|01021999|Nam|x|15042021"],
  ["a home read in another encoding", CARD.replace("Mỹ Tho", "Má»¹ Tho")],
  ["letters that were lost", CARD.replace("Nguyễn", "Nguy?n")],
  ["a letter that was replaced", CARD.replace("Nguyễn", "Nguy\uFFFDn")],
  ["a tag for a name", CARD.replace("Mẫu", "<b>Mẫu</b>")],
  ["a birth to come", CARD.replace("1999", "2099")],
  ["nothing", ""],
]) {
  test(`${what} is no card`, () => assert.equal(readCard(text, 2023), null));
}

test("only something with the shape of a card is called an unreadable card", () => {
  assert.ok(looksLikeCard("a|b|c|d|e|f"));
  assert.ok(!looksLikeCard("https://doanso.example/r/abc"));
});

for (const [what, text, doubtful] of [
  ["that agrees with everything", CARD, false],
  ["of a woman of the 21st century", "082305000017||Lê Thị Ba|01022005|Nữ|x|15042021", false],
  ["of another year", CARD.replace("1999|", "1998|"), true],
  ["of another century", "082299000001||Nguyễn Văn Mẫu|01021999|Nam|x|15042021", true],
  ["of the other sex", CARD.replace("|Nam|", "|Nữ|"), true],
  ["of no province", CARD.replace(/^082/, "003"), true],
  ["where no gender is given", CARD.replace("|Nam|", "||"), false],
]) {
  test(`a number ${what} is ${doubtful ? "doubtful" : "fine"}`, () => assert.equal(readCard(text, 2026)?.doubtful, doubtful));
}
