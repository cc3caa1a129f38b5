// A record that the server did not take, opened again as the visit it was made from.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import test from "node:test";
import { troubleAt, visitOf } from "../amending.js";
import * as steps from "../steps.js";

const example = async (name) => JSON.parse(await readFile(new URL(`../../../contract/${name}.json`, import.meta.url), "utf8"));
const NO_LISTS = { services: [], obstacles: [], consent: { version: "2023-09" } };
const refusal = (field, code = "x") => ({ code, message: "Vì sao", field });

/** A pack that knows every service, rung and obstacle of these people. */
function packOf(people) {
  const helps = people.flatMap((one) => one.helps);
  const services = helps.map(({ service, before, after }) => ({ code: service, rungs: [{ code: before }, { code: after }] }));
  return { ...NO_LISTS, services, obstacles: helps.map((one) => ({ code: one.obstacle })) };
}

for (const name of ["visit", "visit_unnamed", "visit_shop", "visit_refused"]) {
  test(`opened and sent as it was, ${name} says the same`, async () => {
    const payload = await example(name);
    const made = visitOf(payload, refusal(""), packOf(payload.body.people));

    assert.deepEqual(steps.body(made, made.ended_at), payload.body);
    assert.equal(made.unit, payload.unit);
  });
}

test("it opens where the trouble is, and says it there", async () => {
  const payload = await example("visit");
  const made = visitOf(payload, refusal("people.0.person.birth_year"), packOf(payload.body.people));

  assert.deepEqual([made.step, made.at, made.amends], [3, 0, { step: 3, at: 0, field: "birth_year", message: "Vì sao" }]);
});

test("each field has its screen", async () => {
  const payload = await example("visit");
  const made = visitOf(payload, null, packOf(payload.body.people));
  const found = (field) => Object.values(troubleAt(refusal(field), made));

  assert.deepEqual(found("household"), [1, 0, "place"]);
  assert.deepEqual(found("business.name"), [1, 0, "place"]);
  assert.deepEqual(found("pair.second.name"), [1, 0, "second"]);
  assert.deepEqual(found("second"), [1, 0, "second"]);
  assert.deepEqual(found("follow_up_on"), [2, 0, "follow_up_on"]);
  assert.deepEqual(found("consent"), [2, 0, "consent"]);
  assert.deepEqual(found("people.0.person.name"), [3, 0, "name"]);
  assert.deepEqual(found("guardian_name"), [3, 0, "guardian"]);
  assert.deepEqual(found("people.0.helps.0.before"), [4, 0, "before"]);
  assert.deepEqual(found("service"), [4, 0, "service"]);
  for (const nowhere of ["", "happened_on", "body"]) assert.deepEqual(found(nowhere), [1, 0, ""]);
});

test("where the server does not say of whom, it is whoever looks wrong, and nobody where nobody is named", async () => {
  const payload = await example("visit");
  const [first] = payload.body.people;
  const people = [first, { ...first, person: { ...first.person, name: "Lê Thị 0909000222" } }];
  const made = visitOf({ ...payload, body: { ...payload.body, people } }, refusal("name"), packOf(people));
  assert.deepEqual([made.step, made.at], [3, 1]);

  const unnamed = await example("visit_unnamed");
  assert.equal(visitOf(unnamed, refusal("name"), packOf(unnamed.body.people)).step, 2);
  assert.equal(visitOf(await example("visit_refused"), refusal("helps"), NO_LISTS).step, 2);
});

test("what no list has any more is left out, so that it can be chosen anew", async () => {
  const payload = await example("visit");
  const [{ helps }] = payload.body.people;
  const pack = packOf(payload.body.people);
  const rungs = { ...pack, services: pack.services.map((one) => ({ ...one, rungs: [] })), obstacles: [] };

  assert.deepEqual(visitOf(payload, refusal("before"), NO_LISTS).people[0].helps, []);
  assert.deepEqual(visitOf(payload, refusal("before"), rungs).people[0].helps[0], { ...helps[0], before: "", after: "", obstacle: "" });
});

test("a receipt that belongs to another help is made anew", async () => {
  const payload = await example("visit");
  const made = visitOf(payload, refusal("receipt", "receipt_taken"), packOf(payload.body.people));

  assert.deepEqual([made.step, made.people[0].receipt], [4, null]);
});

test("what the office decided, or a missing right, is nothing to put right on the phone", () => {
  assert.equal(steps.canAmend("outreach.visit", { code: "digits_in_name" }), true);
  assert.equal(steps.canAmend("outreach.visit", null), true);
  for (const code of ["taken_back", "amended", "no_role", "settled", "other_unit"]) assert.equal(steps.canAmend("outreach.visit", { code }), false);
  assert.equal(steps.canAmend("outreach.confirmation", { code: "x" }), false);
});
