import assert from "node:assert/strict";
import { test } from "node:test";
import { parseCode } from "../src/codes.js";
import { type Bytes, encodeBase64url } from "../src/encoding.js";
import { ClientError } from "../src/errors.js";
import { Journey, type Report, revokeCard, type Surroundings } from "../src/journey.js";
import { drawBytes } from "../src/numbers.js";
import { openPassingStore } from "../src/pages/passing_store.js";
import { isTokenValid } from "../src/pages/token_check.js";
import { parsePassKey } from "../src/passes.js";
import { isPassYoung } from "../src/spending.js";
import type { Store } from "../src/store.js";
import { blindWave, finalizeWave } from "../src/waves.js";
import { Community, describe, START, WAVE } from "./support/community.js";
import { openFreshIssuer } from "./support/issuer.js";

const INVITATION: Bytes = Uint8Array.from({ length: 16 }, (_, place) => place);

class Clock {
  time = START + 100;
}

function surround(community: Community, store: Store, clock: Clock): Surroundings {
  return {
    facts: community.facts,
    store,
    network: community.network,
    now: () => clock.time,
    random: drawBytes,
    maker: {
      blind: (occasions, progress) => blindWave(occasions, progress),
      finalize: (pending, signatures, facts, progress) => finalizeWave(pending, signatures, facts, progress),
    },
    hold: (work) => work(),
  };
}

/** Advances and sleeps until nothing more is to be done. */
async function settle(journey: Journey, clock: Clock): Promise<Report> {
  for (let round = 0; round < 20; round++) {
    const report = await journey.advance();
    if (report.wakeAt === null) return report;
    clock.time = Math.max(clock.time, report.wakeAt);
  }
  throw new Error("the journey does not end");
}

async function joined(community: Community, store: Store, clock: Clock): Promise<Journey> {
  const journey = new Journey(surround(community, store, clock));
  await journey.begin(INVITATION);
  await journey.confirmCodes();
  await settle(journey, clock);
  return journey;
}

async function foundCommunity(): Promise<Community> {
  const community = await Community.found();
  await community.print([INVITATION]);
  return community;
}

test("a member goes from an invitation to a pass for every occasion", async () => {
  const [community, store, clock] = [await foundCommunity(), openPassingStore(), new Clock()];
  community.plan();
  community.open();
  const journey = new Journey(surround(community, store, clock));
  assert.deepEqual(await journey.look(), { step: "no-card" });
  const shown = await journey.begin(INVITATION);
  assert.equal(shown.step, "codes-to-keep");
  assert.deepEqual(await journey.begin(INVITATION), shown, "scanning again shows the same codes");
  assert.equal((await journey.confirmCodes()).step, "joining");
  const waiting = await journey.advance();
  assert.equal(waiting.situation.step, "registering");
  assert.ok(waiting.wakeAt && waiting.wakeAt >= clock.time && waiting.wakeAt <= clock.time + 86_400);
  assert.equal(community.cards.size, 0, "nothing is registered before the drawn time");
  const report = await settle(journey, clock);
  assert.equal(report.hindrance, null);
  assert.ok(report.situation.step === "member" && report.situation.lastWave?.wave === WAVE);
  assert.equal(report.situation.passes, 2);
  for (const pass of await store.listPasses()) {
    assert.equal(await isTokenValid(await parsePassKey(pass.spki), pass.token), true);
    assert.equal(isPassYoung(pass, clock.time), true);
    assert.equal(isPassYoung(pass, clock.time + 86_400), false);
  }
  assert.equal(await store.read("draft"), null, "the card's secret is forgotten");
  assert.equal(await store.read("wave"), null);
});

test("whatever call is the last before a crash, the journey ends with one card, one join and every pass", async () => {
  let crashes = 0;
  for (let fuse = 1; ; fuse++) {
    const [community, store, clock] = [await foundCommunity(), openPassingStore(), new Clock()];
    community.plan();
    community.open();
    let left = fuse;
    const isCrash = () => --left === 0;
    const fragile: Store = {
      ...store,
      change: async (change) => {
        if (isCrash()) throw new Error("crash before it was stored");
        await store.change(change);
        if (isCrash()) throw new Error("crash after it was stored");
      },
    };
    const network = community.network;
    const parts: Surroundings = {
      ...surround(community, fragile, clock),
      network: {
        getFile: network.getFile,
        post: async (url, body, replyLength) => {
          if (isCrash()) throw new Error("crash before it was sent");
          const outcome = await network.post(url, body, replyLength);
          if (isCrash()) throw new Error("crash before the answer came");
          return outcome;
        },
      },
    };
    for (;;) {
      try {
        const journey = new Journey(parts);
        if ((await journey.look()).step === "no-card") await journey.begin(INVITATION);
        if ((await journey.look()).step === "codes-to-keep") await journey.confirmCodes();
        const report = await settle(journey, clock);
        assert.equal(report.hindrance, null, `fuse ${fuse}`);
        break;
      } catch (error) {
        assert.ok(error instanceof Error && error.message.startsWith("crash"), String(error));
        crashes++;
      }
    }
    assert.equal(community.used.size, 1);
    assert.equal(community.cards.size, 1);
    assert.equal((await store.listPasses()).length, 2);
    if (left > 0) break;
  }
  assert.ok(crashes > 20, `only ${crashes} crashes`);
});

test("a door that cannot be reached is asked again later with the same bytes", async () => {
  const [community, store, clock] = [await foundCommunity(), openPassingStore(), new Clock()];
  const journey = new Journey(surround(community, store, clock));
  await journey.begin(INVITATION);
  await journey.confirmCodes();
  community.isDown = true;
  const report = await journey.advance();
  assert.deepEqual(report.hindrance, { code: "unreachable", retryAt: clock.time + 30, evidence: null });
  const body = (await store.read("join"))?.body;
  await journey.advance();
  assert.deepEqual((await store.read("join"))?.body, body);
  community.isDown = false;
  assert.equal((await journey.advance()).situation.step, "registering");
  assert.equal(community.used.size, 1);
});

test("an invitation that is not known is refused, and another one serves the same card", async () => {
  const [community, store, clock] = [await Community.found(), openPassingStore(), new Clock()];
  const journey = new Journey(surround(community, store, clock));
  await journey.begin(INVITATION);
  await journey.confirmCodes();
  const report = await journey.advance();
  assert.equal(report.hindrance?.code, "refused");
  assert.equal(report.situation.step, "joining");
  const other: Bytes = new Uint8Array(16).fill(9);
  await community.print([other]);
  await journey.useOtherInvitation(other);
  assert.equal((await journey.advance()).situation.step, "registering");
});

test("two keys for one occasion stop the device and give evidence", async () => {
  const [community, store, clock] = [await foundCommunity(), openPassingStore(), new Clock()];
  const journey = await joined(community, store, clock);
  const window: [number, number] = [clock.time, clock.time + 10];
  community.plan(WAVE, window);
  community.open();
  const extra = encodeBase64url(community.joinIssuer.key.spki);
  community.log.add("card-door", "wave_opened", "ffffffffffffffff", { keys: [["1111111111111111", extra]] });
  community.log.add("card-door", "wave_opened", WAVE, { keys: community.keys() });
  const report = await journey.advance();
  assert.equal(report.hindrance?.code, "wave-not-unique");
  assert.ok(Array.isArray(report.hindrance?.evidence?.entries));
  assert.equal((await store.listPasses()).length, 0);
  assert.equal(community.cards.values().next().value?.wave, null, "nothing was sent");
});

test("a key that stands for two occasions, a plan in another order and a foreign community are refused", async () => {
  type Breach = (community: Community) => void;
  const breaches: Breach[] = [
    (community) => {
      const [first, second] = community.keys();
      assert.ok(first?.[0] && first[1] && second?.[0]);
      const keys = [first, [second[0], first[1]]];
      community.log.add("card-door", "wave_opened", WAVE, { keys });
    },
    (community) => community.log.add("card-door", "wave_opened", WAVE, { keys: community.keys().reverse() }),
    (community) => community.log.add("card-door", "wave_opened", WAVE, { keys: community.keys().slice(1) }),
    (community) => {
      community.plan("ffffffffffffffff");
      community.open();
    },
    (community) => {
      community.plan();
      community.open();
    },
  ];
  for (const breach of breaches) {
    const [community, store, clock] = [await foundCommunity(), openPassingStore(), new Clock()];
    const journey = await joined(community, store, clock);
    community.plan(WAVE, [clock.time, clock.time + 10]);
    breach(community);
    assert.equal((await journey.advance()).hindrance?.code, "wave-not-unique");
  }
});

test("a log that shrinks is refused before anything is blinded", async () => {
  const [community, store, clock] = [await foundCommunity(), openPassingStore(), new Clock()];
  const journey = await joined(community, store, clock);
  community.log.leaves.pop();
  assert.equal((await journey.advance()).hindrance?.code, "log-shrank");
});

test("the fetch time is drawn once, lies in the window and is kept", async () => {
  const [community, store, clock] = [await foundCommunity(), openPassingStore(), new Clock()];
  const journey = await joined(community, store, clock);
  const window: [number, number] = [clock.time + 1000, clock.time + 50_000];
  community.plan(WAVE, window);
  community.open();
  const first = await journey.advance();
  assert.ok(first.wakeAt && first.wakeAt >= window[0] && first.wakeAt <= window[1]);
  for (let round = 0; round < 5; round++) assert.equal((await journey.advance()).wakeAt, first.wakeAt);
});

test("after the window the device waits for its member's word", async () => {
  const [community, store, clock] = [await foundCommunity(), openPassingStore(), new Clock()];
  const journey = await joined(community, store, clock);
  community.plan(WAVE, [clock.time, clock.time + 10]);
  community.open();
  clock.time += 11;
  assert.equal((await journey.advance()).hindrance?.code, "window-over");
  const report = await journey.fetchNow();
  assert.equal(report.hindrance, null);
  assert.ok(report.situation.step === "member" && report.situation.passes === 2);
});

test("an occasion whose key is destroyed and a spoiled signature cost only their own pass", async () => {
  const [community, store, clock] = [await foundCommunity(), openPassingStore(), new Clock()];
  const journey = await joined(community, store, clock);
  community.destroyed.add("1111111111111111");
  community.plan(WAVE, [clock.time, clock.time + 10]);
  community.open();
  const report = await settle(journey, clock);
  assert.ok(report.situation.step === "member");
  assert.deepEqual(report.situation.lastWave?.destroyed, ["1111111111111111"]);
  assert.equal(report.situation.passes, 1);

  // A clock of its own: two waits before registering would be longer than a log may be silent.
  const [spoiling, later] = [await foundCommunity(), new Clock()];
  const other = await joined(spoiling, openPassingStore(), later);
  spoiling.plan(WAVE, [later.time, later.time + 10]);
  spoiling.open();
  const [first, second] = spoiling.waveIssuers;
  assert.ok(first && second);
  spoiling.waveIssuers = [{ ...first, sign: second.sign }, second];
  const spoiled = await settle(other, later);
  assert.ok(spoiled.situation.step === "member");
  assert.deepEqual(spoiled.situation.lastWave?.spoiled, ["1111111111111111"]);
});

test("a request that the next wave overtook is dropped and the next wave is fetched", async () => {
  const [community, store, clock] = [await foundCommunity(), openPassingStore(), new Clock()];
  const journey = await joined(community, store, clock);
  community.plan(WAVE, [clock.time, clock.time]);
  community.open();
  community.isDown = true;
  await journey.advance();
  assert.ok(await store.read("wave"));
  community.isDown = false;
  community.occasions = [describe("survey", "3333333333333333")];
  community.waveIssuers = [await openFreshIssuer()];
  community.plan("aaaaaaaaaaaaaaaa", [clock.time, clock.time + 10]);
  community.open("aaaaaaaaaaaaaaaa");
  const report = await settle(journey, clock);
  assert.equal(report.hindrance, null);
  assert.deepEqual(
    (await store.listPasses()).map((pass) => pass.occasion),
    ["3333333333333333"],
  );
});

test("a restored card is refused the wave it fetched elsewhere, and is a member all the same", async () => {
  const [community, store, clock] = [await foundCommunity(), openPassingStore(), new Clock()];
  community.plan();
  community.open();
  const journey = new Journey(surround(community, store, clock));
  const codes = await journey.begin(INVITATION);
  assert.ok(codes.step === "codes-to-keep");
  await journey.confirmCodes();
  await settle(journey, clock);
  const phone = openPassingStore();
  const restored = new Journey(surround(community, phone, clock));
  await restored.restore(await parseCode("card", codes.backup));
  const report = await restored.fetchNow();
  assert.equal(report.situation.step, "member");
  assert.equal(report.hindrance?.code, "refused");
  assert.deepEqual((await phone.read("card"))?.publicKey, (await store.read("card"))?.publicKey);
});

test("leaving takes the card off the door and everything off the device", async () => {
  const [community, store, clock] = [await foundCommunity(), openPassingStore(), new Clock()];
  const journey = await joined(community, store, clock);
  assert.equal(community.cards.size, 1);
  assert.equal((await journey.leave()).kind, "done");
  assert.equal(community.cards.size, 0);
  assert.deepEqual(await journey.look(), { step: "no-card" });
});

test("the revocation slip ends a lost card", async () => {
  const [community, store, clock] = [await foundCommunity(), openPassingStore(), new Clock()];
  const journey = new Journey(surround(community, store, clock));
  const codes = await journey.begin(INVITATION);
  assert.ok(codes.step === "codes-to-keep");
  await journey.confirmCodes();
  await settle(journey, clock);
  const slip = await parseCode("revocation", codes.revocation);
  assert.equal((await revokeCard(community.network, "card:", slip)).kind, "done");
  assert.equal(community.cards.size, 0);
});

test("passes of a closed occasion are thrown away", async () => {
  const [community, store, clock] = [await foundCommunity(), openPassingStore(), new Clock()];
  const journey = await joined(community, store, clock);
  community.plan(WAVE, [clock.time, clock.time + 10]);
  community.open();
  await settle(journey, clock);
  const body = { bundle: "0".repeat(64), redeemed: 0 };
  community.log.add("programme-door", "occasion_closed", "1111111111111111", body);
  await journey.advance();
  assert.deepEqual(
    (await store.listPasses()).map((pass) => pass.occasion),
    ["2222222222222222"],
  );
});

test("a step that does not fit is refused", async () => {
  const [community, store, clock] = [await foundCommunity(), openPassingStore(), new Clock()];
  const journey = await joined(community, store, clock);
  const isWrongStep = (error: unknown) => error instanceof ClientError && error.code === "wrong-step";
  await assert.rejects(journey.begin(INVITATION), isWrongStep);
  await assert.rejects(journey.confirmCodes(), isWrongStep);
  await assert.rejects(journey.restore(INVITATION), isWrongStep);
  await assert.rejects(journey.useOtherInvitation(INVITATION), isWrongStep);
});
