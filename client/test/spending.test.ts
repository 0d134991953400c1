import assert from "node:assert/strict";
import { test } from "node:test";
import { ClientError } from "../src/errors.js";
import type { Network, Outcome } from "../src/network.js";
import { drawBytes } from "../src/numbers.js";
import { toPresencePass } from "../src/pages/compact.js";
import { openPassingStore } from "../src/pages/passing_store.js";
import {
  encodeAnswerPayload,
  encodeAnswerSpend,
  encodePresenceSpend,
  encodeShownPresenceSpend,
  type Pass,
  spendPass,
} from "../src/spending.js";
import { describe } from "./support/community.js";

function makePass(): Pass {
  const descriptor = describe("survey", "2222222222222222");
  const token = drawBytes(354);
  token.set([0, 2]);
  const facts = { occasion: descriptor.occasion, wave: "89abcdef01234567", matureAt: 0, isAttempted: false };
  return { ...facts, descriptor, spki: drawBytes(342), token, seed: drawBytes(32) };
}

test("every spend has 2048 bytes, whatever it says", async () => {
  const pass = makePass();
  const answers = { q1: "yes", q2: ["b", "a"], q3: 7 };
  assert.equal((await encodePresenceSpend(pass, "SMAY1ZXQ")).length, 2048);
  assert.equal((await encodeAnswerSpend(pass, answers)).length, 2048);
  assert.equal((await encodeAnswerSpend(pass, {})).length, 2048);
});

test("a scanner sends what the device would have sent", async () => {
  const pass = makePass();
  const { key } = await toPresencePass(pass);
  const shown = encodeShownPresenceSpend({ token: pass.token, publicKey: key }, "SMAY1ZXQ");
  assert.deepEqual(shown, await encodePresenceSpend(pass, "SMAY1ZXQ"));
});

test("an answer that does not fit, or is no whole number, is not sent", () => {
  const isNoAnswer = (error: unknown) => error instanceof ClientError;
  assert.throws(() => encodeAnswerPayload("2222222222222222", { q: "x".repeat(1600) }), isNoAnswer);
  assert.throws(() => encodeAnswerPayload("2222222222222222", { q: 0.5 }), isNoAnswer);
});

test("a pass is deleted when it was accepted and only then", async () => {
  const outcomes: [Outcome, number, boolean][] = [
    [{ kind: "unreachable" }, 1, true],
    [{ kind: "busy", retryAfter: 1 }, 1, true],
    [{ kind: "refused" }, 1, true],
    [{ kind: "done", reply: new Uint8Array(512) }, 0, true],
  ];
  const store = openPassingStore();
  await store.change({ addPasses: [makePass()] });
  for (const [outcome, left, isAttempted] of outcomes) {
    const network: Network = { getFile: async () => null, post: async () => outcome };
    const pass = await store.findPass("2222222222222222");
    assert.ok(pass);
    const answer = await spendPass({ store, network, spendingUrl: "spending:" }, pass, new Uint8Array(2048));
    assert.deepEqual(answer, outcome);
    const passes = await store.listPasses();
    assert.equal(passes.length, left);
    // Once an answer was lost, a later refusal may mean that the first attempt was counted.
    for (const kept of passes) assert.equal(kept.isAttempted, isAttempted);
  }
});

test("a refusal without an attempt before it leaves no doubt behind", async () => {
  const store = openPassingStore();
  const pass = makePass();
  await store.change({ addPasses: [pass] });
  const network: Network = { getFile: async () => null, post: async () => ({ kind: "refused" }) };
  await spendPass({ store, network, spendingUrl: "spending:" }, pass, new Uint8Array(2048));
  assert.deepEqual(await store.listPasses(), [pass]);
});
