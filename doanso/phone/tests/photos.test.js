// A picture goes after its visit, in pieces, and goes on where it broke off. Drawing is tested in the browser.

import assert from "node:assert/strict";
import { test } from "node:test";
import { diskText, Phone, visit } from "./phone.js";

const picture = (size = 700_000) => Uint8Array.from({ length: size }, (_none, place) => (place * 7) % 251);

async function withPicture(size) {
  const phone = new Phone();
  const tab = await phone.inService();
  const { id } = await tab.outbox.put(visit());
  const photo = await tab.photos.keep(id, picture(size));
  return { phone, tab, visitId: id, photo };
}

const requests = (phone) => phone.server.calls.filter((call) => call.path.startsWith("/api/v1/photos"));

test("a picture goes after its visit, in pieces of at most 256 kB", async () => {
  const { phone, tab, photo } = await withPicture();
  assert.deepEqual([(await tab.sync.bar()).state, (await tab.sync.bar()).photos], ["waiting", 1]);

  await tab.sync.now();

  assert.deepEqual(new Uint8Array(phone.server.photos.get(photo).pieces), picture());
  assert.deepEqual(
    requests(phone).map((call) => call.method),
    ["POST", "PATCH", "PATCH", "PATCH"],
  );
  assert.equal((await tab.sync.bar()).state, "sent");
  assert.deepEqual(await tab.store.all("photos"), []);
});

test("a picture whose visit has not arrived waits", async () => {
  const { phone, tab } = await withPicture();
  phone.server.faults = ["damaged"];

  await tab.sync.now();

  assert.deepEqual(requests(phone), []);
  assert.equal((await tab.sync.bar()).photos, 1);
});

test("after a break it goes on where it was, even when an answer was lost", async () => {
  const { phone, tab, visitId, photo } = await withPicture();
  phone.server.faults = ["", "", "", "lost-answer"];
  await tab.sync.now();
  assert.deepEqual(
    (await tab.photos.list(visitId)).map((one) => [one.id, one.offset]),
    [[photo, 256_000]],
  );
  assert.equal((await tab.sync.bar()).state, "waiting");

  await (await phone.tab()).sync.now();

  assert.deepEqual(
    requests(phone).map((call) => call.headers["Upload-Offset"]),
    [undefined, "0", "256000", undefined, "512000", "640000"],
  );
  assert.deepEqual(new Uint8Array(phone.server.photos.get(photo).pieces), picture());
});

test("one that the server refuses asks for somebody, and holds up no other", async () => {
  const { phone, tab, visitId, photo } = await withPicture(1000);
  const other = await tab.photos.keep(visitId, picture(2000));
  const { photo: real } = phone.server;
  phone.server.photo = function (path, method, headers, body) {
    if (method === "POST" && JSON.parse(body).id === photo)
      return new Response(JSON.stringify({ code: "photo_kind", message: "Chỉ nhận ảnh" }), { status: 422 });
    return real.call(this, path, method, headers, body);
  };

  await tab.sync.now();

  assert.equal(phone.server.photos.has(other), true);
  assert.deepEqual(
    (await tab.photos.list(visitId)).map((one) => [one.id, one.problem.code]),
    [[photo, "photo_kind"]],
  );
  assert.deepEqual([(await tab.sync.bar()).state, (await tab.sync.bar()).why], ["needs", "photos"]);
  await tab.photos.remove(photo);
  assert.equal((await tab.sync.bar()).state, "sent");
});

test("a picture lies sealed", async () => {
  const { tab } = await withPicture(5000);

  assert.equal((await diskText(tab)).includes(Buffer.from(picture(200)).toString("latin1")), false);
});

const segment = (marker, body) => [0xff, marker, (body.length + 2) >> 8, (body.length + 2) & 255, ...body];
const start = [0xff, 0xd8];
const frame = segment(0xe0, [...Buffer.from("JFIF\0"), 1, 1, 0, 0, 1, 0, 1, 0, 0]);
const rest = [...segment(0xdb, [1, 2, 3]), ...segment(0xda, [1, 1, 0, 0, 63, 0]), 5, 0xff, 0, 7, 0xff, 0xd9];

test("what a browser writes beside the pixels does not go", async () => {
  const { photos } = await new Phone().inService();
  const text = (what) => [...Buffer.from(what)];
  const beside = [
    segment(0xe1, text("Exif\0\0 Mỹ Tho")),
    segment(0xe2, text("ICC_PROFILE\0")),
    segment(0xfe, text("note")),
  ].flat();
  const thumbnail = segment(0xe0, [...Buffer.from("JFIF\0"), 1, 1, 0, 0, 1, 0, 1, 1, 1, 9, 9, 9]);

  assert.deepEqual(
    [...photos.onlyPixels(Uint8Array.from([...start, ...frame, ...beside, ...rest]))],
    [...start, ...frame, ...rest],
  );
  assert.deepEqual([...photos.onlyPixels(Uint8Array.from([...start, ...thumbnail, ...rest]))], [...start, ...rest]);
  assert.deepEqual(
    [...photos.onlyPixels(Uint8Array.from([...start, ...frame, ...rest]))],
    [...start, ...frame, ...rest],
  );
});

test("one that was damaged on its way goes once more from its beginning", async () => {
  const { phone, tab, photo } = await withPicture(300_000);
  const { photo: real } = phone.server;
  let harmed = false;
  phone.server.photo = function (path, method, headers, body) {
    if (method !== "PATCH" || headers["Upload-Offset"] !== "256000" || harmed)
      return real.call(this, path, method, headers, body);
    harmed = true;
    this.photos.get(photo).pieces = Buffer.alloc(0);
    return new Response(JSON.stringify({ code: "photo_damaged", message: "" }), { status: 422 });
  };

  await tab.sync.now();

  assert.deepEqual(new Uint8Array(phone.server.photos.get(photo).pieces), picture(300_000));
  assert.equal((await tab.sync.bar()).state, "sent");
});

test("one that holds more than pixels is not sent again", async () => {
  const { phone, tab, visitId } = await withPicture(1000);
  const { photo: real } = phone.server;
  phone.server.photo = function (path, method, headers, body) {
    if (method !== "PATCH") return real.call(this, path, method, headers, body);
    return new Response(JSON.stringify({ code: "photo_has_more_than_pixels", message: "Ảnh có thêm dữ liệu" }), {
      status: 422,
    });
  };

  await tab.sync.now();

  assert.deepEqual(
    requests(phone).map((call) => call.method),
    ["POST", "PATCH"],
  );
  assert.equal((await tab.photos.list(visitId))[0].problem.code, "photo_has_more_than_pixels");
});
