import "fake-indexeddb/auto";
import assert from "node:assert/strict";
import { test } from "node:test";
import { drawCardSecrets, openCard, signInDomain } from "../src/cards.js";
import { type Bytes, parseHex } from "../src/encoding.js";
import { drawBytes } from "../src/numbers.js";
import { openPassingStore } from "../src/pages/passing_store.js";
import type { Pass } from "../src/spending.js";
import { openStore, type Store } from "../src/store.js";
import { describe } from "./support/community.js";

function makePass(occasion: string): Pass {
  const [spki, token, seed]: Bytes[] = [drawBytes(342), drawBytes(354), drawBytes(32)];
  assert.ok(spki && token && seed);
  const descriptor = describe("survey", occasion);
  return {
    occasion,
    wave: "89abcdef01234567",
    descriptor,
    spki,
    token,
    seed,
    matureAt: 9,
    isAttempted: false,
  };
}

const stores: [string, () => Promise<Store>][] = [
  ["the device's store", () => openStore(`test-${Math.random()}`)],
  ["a passing store", async () => openPassingStore()],
];

for (const [name, open] of stores) {
  test(`${name} gives back what was put in, until it is removed`, async () => {
    const store = await open();
    const [first, second] = [makePass("1111111111111111"), makePass("2222222222222222")];
    const seen = { size: 3, root: parseHex("00".repeat(32)) };
    assert.equal(await store.read("seen"), null);
    await store.change({ put: { seen }, addPasses: [first, second] });
    assert.deepEqual(await store.read("seen"), seen);
    assert.deepEqual(await store.findPass("1111111111111111"), first);
    assert.equal((await store.listPasses()).length, 2);
    await store.change({ remove: ["seen"], removePasses: ["1111111111111111"] });
    assert.equal(await store.read("seen"), null);
    assert.deepEqual(await store.listPasses(), [second]);
    await store.destroyEverything();
  });
}

test("a card key that cannot be taken out still signs after it was stored, in another session too", async () => {
  const secrets = drawCardSecrets(drawBytes);
  const card = await openCard(secrets.secret, secrets.slip);
  await (await openStore("cards")).change({ put: { card } });
  const read = await (await openStore("cards")).read("card");
  assert.ok(read);
  assert.equal(read.signingKey.extractable, false);
  const message = drawBytes(10);
  assert.deepEqual(
    await signInDomain(read.signingKey, "test", message),
    await signInDomain(card.signingKey, "test", message),
  );
});

test("a change that cannot be stored changes nothing at all", async () => {
  const store = await openStore("atomic");
  const bad = { ...makePass("1111111111111111"), seed: (() => undefined) as never };
  await assert.rejects(async () =>
    store.change({ put: { plan: { wave: "x", fetchAt: 1 } }, addPasses: [bad] }),
  );
  assert.equal(await store.read("plan"), null);
});

test("after everything was destroyed nothing is left for the next session", async () => {
  const store = await openStore("gone");
  await store.change({ addPasses: [makePass("1111111111111111")], put: { plan: { wave: "x", fetchAt: 1 } } });
  await store.destroyEverything();
  assert.deepEqual(
    (await indexedDB.databases()).filter(({ name }) => name === "gone"),
    [],
  );
  assert.deepEqual(await (await openStore("gone")).listPasses(), []);
});
