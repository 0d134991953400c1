import assert from "node:assert/strict";
import { test } from "node:test";
import type { Bytes } from "../src/encoding.js";
import { Journey, type Surroundings } from "../src/journey.js";
import { drawBytes } from "../src/numbers.js";
import { openPassingStore } from "../src/pages/passing_store.js";
import type { Store } from "../src/store.js";
import { blindWave, finalizeWave } from "../src/waves.js";
import { Community, START, WAVE } from "./support/community.js";
import { MemoryWitness } from "./support/log.js";

const INVITATION: Bytes = Uint8Array.from({ length: 16 }, (_, place) => place);
const STALE = 26 * 3600;

/** A device in a community whose log two witnesses watch; it counts how often something was blinded. */
class Device {
  readonly store: Store = openPassingStore();
  time = START + 100;
  waves = 0;

  private constructor(readonly community: Community) {}

  static async open(): Promise<Device> {
    const community = await Community.found();
    await community.print([INVITATION]);
    const { log } = community;
    log.witnesses = ["cedar.example/w", "olive.example/w"].map((name) => new MemoryWitness(name));
    log.least = 2;
    const device = new Device(community);
    device.witness();
    return device;
  }

  /** Both witnesses see the log now. */
  witness(): void {
    this.community.log.seenAt = { "cedar.example/w": this.time, "olive.example/w": this.time };
  }

  get journey(): Journey {
    const parts: Surroundings = {
      facts: { ...this.community.facts, register_window: 0 },
      store: this.store,
      network: this.community.network,
      now: () => this.time,
      random: drawBytes,
      maker: {
        blind: (occasions, progress) => {
          this.waves++;
          return blindWave(occasions, progress);
        },
        finalize: finalizeWave,
      },
      hold: (work) => work(),
    };
    return new Journey(parts);
  }

  async begin(): Promise<void> {
    await this.journey.begin(INVITATION);
    await this.journey.confirmCodes();
  }
}

test("nobody joins on a log that too few have witnessed, and it goes on by itself once enough have", async () => {
  const device = await Device.open();
  const { log } = device.community;
  log.seenAt = { "cedar.example/w": device.time };
  await device.begin();
  const report = await device.journey.advance();
  assert.equal(report.situation.step, "joining");
  assert.equal(report.hindrance?.code, "log-not-witnessed");
  assert.equal(report.wakeAt, device.time + 30);
  assert.deepEqual(report.hindrance?.evidence, {
    witnessed: ["cedar.example/w"],
    needed: 2,
    checkpoint: log.checkpoint(),
    seen: null,
  });
  assert.ok(await device.store.read("invitation"), "the invitation was not used");
  assert.equal(await device.store.read("join"), null, "nothing was blinded");
  assert.equal(await device.store.read("seen"), null, "nothing was believed");
  device.witness();
  assert.equal((await device.journey.advance()).situation.step, "member");
});

test("a device keeps what it believed when the next checkpoint lacks its witnesses", async () => {
  const device = await Device.open();
  await device.begin();
  await device.journey.advance();
  const believed = await device.store.read("seen");
  assert.ok(believed);
  device.community.plan();
  device.community.open();
  device.community.log.seenAt = {};
  const report = await device.journey.fetchNow();
  assert.equal(report.hindrance?.code, "log-not-witnessed");
  assert.deepEqual(await device.store.read("seen"), believed);
  assert.equal(device.waves, 0);
  device.witness();
  const later = await device.journey.fetchNow();
  assert.ok(later.situation.step === "member" && later.situation.lastWave?.wave === WAVE);
});

test("nobody joins on a stale log", async () => {
  const device = await Device.open();
  await device.begin();
  device.time += STALE + 1;
  const report = await device.journey.advance();
  assert.equal(report.hindrance?.code, "log-stale");
  assert.equal(report.wakeAt, device.time + 30);
  assert.equal(report.hindrance?.evidence?.aliveAt, START + 100);
  assert.equal(await device.store.read("join"), null, "nothing was blinded");
  assert.equal(device.community.used.size, 0);
  device.witness();
  assert.equal((await device.journey.advance()).situation.step, "member");
});

test("no wave is blinded on a stale log, not even when the member asks for it at once", async () => {
  const device = await Device.open();
  await device.begin();
  await device.journey.advance();
  device.community.plan(WAVE, [START, START + 10 * STALE]);
  device.community.open();
  device.witness();
  device.time += STALE + 1;
  for (const go of [() => device.journey.advance(), () => device.journey.fetchNow()]) {
    const report = await go();
    assert.equal(report.hindrance?.code, "log-stale");
    assert.equal(device.waves, 0);
    assert.equal(await device.store.read("wave"), null);
  }
  device.witness();
  assert.equal((await device.journey.fetchNow()).hindrance, null);
  assert.equal(device.waves, 1);
});

test("one slow witness does not make a log stale that the other has seen, where one is enough", async () => {
  const device = await Device.open();
  const { log } = device.community;
  log.least = 1;
  await device.begin();
  device.time += STALE + 1;
  log.seenAt = { "cedar.example/w": START, "olive.example/w": device.time };
  assert.equal((await device.journey.advance()).situation.step, "member");
});
