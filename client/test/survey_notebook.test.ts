/** What a device remembers of surveys: balls that stand, lots, and a budget that no reload forgets. */

import "fake-indexeddb/auto";
import assert from "node:assert/strict";
import { test } from "node:test";
import { drawBytes, type Randomness } from "../src/numbers.js";
import { openPassingStore } from "../src/pages/passing_store.js";
import { openStore, type Store } from "../src/store.js";
import { findRefusal, type Report, readMeter, SECONDS } from "../src/surveys/budget.js";
import { Notebook } from "../src/surveys/notebook.js";

const NOW = 1_790_000_000;
const [FIRST, SECOND] = ["1111111111111111", "2222222222222222"];
const report = (question: string, family = "harm", weight = 7): Report => ({ question, family, weight });
const says = (ball: number) => () => ball;

function open(store: Store, occasion = FIRST, now = NOW, random: Randomness = drawBytes): Notebook {
  return new Notebook(store, occasion, () => now, random);
}

/** Draws and sends one report as the page does. */
async function send(notebook: Notebook, wanted: Report): Promise<void> {
  assert.equal(await notebook.drawOnce(wanted, says(1)), 1);
  await notebook.markSending([wanted.question]);
  await notebook.recordSent({});
}

test("three reports of weight 7 fill a family and a fourth is refused, in other surveys too", async () => {
  const store = openPassingStore();
  for (const [place, occasion] of [FIRST, SECOND, "3333333333333333"].entries())
    await send(open(store, occasion), report(`harm-${place}`));
  const next = open(store, "4444444444444444");
  assert.equal(await next.findRefusal(report("harm-9")), "family-spent");
  assert.equal(await next.drawOnce(report("harm-9"), () => assert.fail("a ball was drawn")), null);
  assert.deepEqual(await next.readMeter(report("harm-9")), { given: 3, most: 3 });
  assert.equal(await next.findRefusal(report("trust-1", "trust")), null);
  // Even the lightest bag would lift 343 above itself.
  assert.equal(await next.findRefusal(report("harm-9", "harm", 2)), "family-spent");
});

test("the same question is not answered twice within 92 days, and then it is", async () => {
  const store = openPassingStore();
  await send(open(store), report("programme-trust", ""));
  const soon = open(store, SECOND, NOW + SECONDS - 1);
  assert.equal(await soon.findRefusal(report("programme-trust", "")), "same-question");
  // What is kept is the end of the day of sending, so it may be asked again up to a day later, never earlier.
  assert.equal(
    await open(store, SECOND, NOW + SECONDS).findRefusal(report("programme-trust", "")),
    "same-question",
  );
  assert.equal(
    await open(store, SECOND, NOW + SECONDS + 86_400).findRefusal(report("programme-trust", "")),
    null,
  );
});

test("a ball that was drawn stands, in another tab and after a reload", async () => {
  const store = await openStore("standing");
  const drawn = await open(store).drawOnce(report("harm-1"), says(1));
  const again = await open(await openStore("standing")).drawOnce(report("harm-1"), says(0));
  assert.deepEqual([drawn, again], [1, 1]);
  assert.equal(await open(store).findBall("harm-1"), 1);
});

test("a ball that waits in another survey counts already", async () => {
  const store = openPassingStore();
  for (const place of [1, 2, 3]) await open(store).drawOnce(report(`harm-${place}`), says(0));
  assert.equal(await open(store, SECOND).findRefusal(report("harm-4")), "family-spent");
  assert.equal(await open(store, SECOND).findRefusal(report("harm-1")), "same-question");
});

test("neither answers, balls nor the hour stay after sending", async () => {
  const store = openPassingStore();
  const notebook = open(store);
  await notebook.isBlockAsked();
  await send(notebook, report("harm-1"));
  const kept = await store.read("surveys");
  const at = Math.ceil(NOW / 86_400) * 86_400;
  assert.deepEqual(kept, {
    sent: [{ family: "harm", question: "harm-1", weight: 7, at }],
    drawn: [],
    lots: {},
    earlier: {},
  });
});

test("what was handed over without an answer counts as sent once its survey is over, and what was refused does not", async () => {
  const store = openPassingStore();
  const [lost, refused] = [open(store), open(store, SECOND)];
  await lost.drawOnce(report("harm-1"), says(1));
  await lost.markSending(["harm-1"]);
  await refused.drawOnce(report("harm-2"), says(1));
  await refused.markSending(["harm-2"]);
  await refused.markNotSent();
  await lost.forgetOld(() => false);
  const kept = await store.read("surveys");
  assert.deepEqual(
    kept?.sent.map(({ question }) => question),
    ["harm-1"],
  );
  assert.deepEqual(kept?.drawn, []);
});

test("only the questions that were in the sheet are recorded", async () => {
  const store = openPassingStore();
  const notebook = open(store);
  for (const code of ["harm-1", "harm-2"]) await notebook.drawOnce(report(code), says(1));
  await notebook.markSending(["harm-2"]);
  await notebook.recordSent({});
  assert.deepEqual(
    (await store.read("surveys"))?.sent.map(({ question }) => question),
    ["harm-2"],
  );
});

test("the lot of a block is drawn once for an occasion, and asks a third", async () => {
  let asked = 0;
  for (let device = 0; device < 3_000; device += 1) {
    const store = openPassingStore();
    const isAsked = await open(store).isBlockAsked();
    if (device < 200) assert.equal(await open(store).isBlockAsked(), isAsked);
    asked += isAsked ? 1 : 0;
  }
  // 1,000 expected; 6 standard deviations are 155.
  assert.ok(Math.abs(asked - 1_000) < 155, `${asked} of 3,000`);
});

test("a step is kept for a question about change only while its member wants it", async () => {
  const store = openPassingStore();
  await open(store).recordSent({ change: 3, other: null });
  assert.equal(await open(store, SECOND).findEarlier("change"), 3);
  assert.equal(await open(store, SECOND).findEarlier("other"), null);
  await open(store, SECOND).recordSent({ change: null });
  assert.deepEqual((await store.read("surveys"))?.earlier, {});
});

test("the meter counts in answers of the weight that is asked for", () => {
  assert.deepEqual(readMeter([], report("a")), { given: 0, most: 3 });
  assert.deepEqual(readMeter([], report("a", "harm", 3)), { given: 0, most: 5 });
  assert.deepEqual(readMeter([report("b", "harm", 3)], report("a")), { given: 1, most: 3 });
  assert.deepEqual(readMeter([], report("a", "", 7)), { given: 0, most: 1 });
  assert.deepEqual(readMeter([report("b", "harm", 100)], report("a", "harm", 7)), { given: 1, most: 1 });
  assert.equal(findRefusal([report("b", "harm", 49)], report("a", "harm", 7)), null);
  assert.equal(findRefusal([report("b", "harm", 50)], report("a", "harm", 7)), "family-spent");
});
