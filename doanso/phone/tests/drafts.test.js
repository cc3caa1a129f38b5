// A visit half written down is found again as it was, and written by one tab.

import assert from "node:assert/strict";
import { test } from "node:test";
import { codeOf, Phone, visit } from "./phone.js";

for (const locks of [true, false]) {
  test(`a draft survives a reload ${locks ? "with" : "without"} locks`, async () => {
    const phone = new Phone({ locks });
    const tab = await phone.inService();
    const { id } = await tab.drafts.begin({ step: 1 });
    await tab.drafts.save(id, { step: 2, name: "Bảy" });
    phone.locks?.breakAll();
    const { now } = Date;
    if (!locks) Date.now = () => now() + 200_000;

    const reloaded = await phone.tab();
    const found = await reloaded.drafts.open(id);
    await reloaded.drafts.save(id, { step: 3 });

    assert.deepEqual(found, { id, body: { step: 2, name: "Bảy" }, elsewhere: false });
    assert.deepEqual((await reloaded.drafts.open(id)).body, { step: 3 });
    Date.now = now;
  });

  test(`the later of two tabs learns of the earlier, may take over, and then the earlier one is ${locks ? "with" : "without"} locks`, async () => {
    const phone = new Phone({ locks });
    const first = await phone.inService();
    const { id } = await first.drafts.begin({ step: 1 });
    const second = await phone.tab();

    assert.deepEqual(
      (await second.drafts.list()).map((one) => [one.id, one.elsewhere]),
      [[id, true]],
    );
    assert.equal((await second.drafts.open(id)).elsewhere, true);
    assert.equal(await codeOf(second.drafts.save(id, { step: 9 })), "draft_elsewhere");
    await first.drafts.save(id, { step: 2 });

    assert.deepEqual(await second.drafts.takeOver(id), { id, body: { step: 2 }, elsewhere: false });
    await second.drafts.save(id, { step: 3 });
    assert.equal(await codeOf(first.drafts.save(id, { step: 4 })), "draft_elsewhere");
    assert.deepEqual((await second.drafts.open(id)).body, { step: 3 });
  });
}

test("a draft that became a record in one tab is not written again by another", async () => {
  const phone = new Phone();
  const tab = await phone.inService();
  const { id } = await tab.drafts.begin({ step: 5 });
  await tab.outbox.put({ ...visit(), id, draft: id });

  assert.equal(await codeOf(tab.drafts.save(id, { step: 5 })), "not_here");
  assert.equal(await codeOf(tab.drafts.open(id)), "not_here");
});

test("a full disk fails the save by name and leaves the step before it", async () => {
  const phone = new Phone();
  const tab = await phone.inService();
  const { id } = await tab.drafts.begin({ step: 1 });

  assert.equal(await codeOf(phone.withFullDisk(() => tab.drafts.save(id, { step: 2 }))), "disk_full");
  assert.deepEqual((await tab.drafts.open(id)).body, { step: 1 });
});
