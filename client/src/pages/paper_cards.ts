/** Makes cards whose device is paper (spec/passes.md 8.4): each joins, registers and fetches as a phone does, and is then forgotten here. */

import { openSurroundings } from "../device.js";
import type { Bytes } from "../encoding.js";
import { ClientError } from "../errors.js";
import { Journey, type Report } from "../journey.js";
import type { Pass } from "../spending.js";
import { encodeCompactPass, toPaperPass } from "./compact.js";
import { fetchOccasions, type ListedOccasion, pickTitle } from "./listing.js";
import { type PageFacts, sleep } from "./page.js";
import { openPassingStore } from "./passing_store.js";
import { writeMoment } from "./times.js";

const TRIES = 90;

export interface PaperPass {
  readonly title: string;
  readonly when: string;
  /** What its QR code holds. */
  readonly text: string;
}

export interface PaperCard {
  readonly backup: string;
  readonly revocation: string;
  readonly passes: readonly PaperPass[];
}

/** The sheets are drawn blind and shuffled, and made in one go, so that a wait before registering would hide nothing. */
export async function makePaperCard(facts: PageFacts, invitation: Bytes): Promise<PaperCard> {
  const store = openPassingStore();
  const journey = new Journey(await openSurroundings({ ...facts, register_window: 0 }, store));
  const begun = await journey.begin(invitation);
  if (begun.step !== "codes-to-keep") throw new ClientError("wrong-step");
  await journey.confirmCodes();
  // Until the card door has read the log, it refuses the invitation as unknown; asking again is the same request.
  await goOnUntil(
    () => journey.advance(),
    ({ situation }) => situation.step === "member",
  );
  await goOnUntil(
    () => journey.fetchNow(),
    ({ situation }) => situation.step === "member" && situation.passes > 0,
  );
  const titles = await fetchOccasions(facts.urls.programme);
  const passes = (await store.listPasses()).sort(byOpening).map((pass) => describe(pass, titles));
  await store.destroyEverything();
  return { backup: begun.backup, revocation: begun.revocation, passes };
}

function byOpening(left: Pass, right: Pass): number {
  return left.descriptor.opens_at - right.descriptor.opens_at;
}

function describe(pass: Pass, listed: readonly ListedOccasion[]): PaperPass {
  const occasion = listed.find((other) => other.occasion === pass.occasion);
  return {
    title: occasion ? pickTitle(occasion) : "",
    when: writeMoment(occasion?.begins_at ?? pass.descriptor.opens_at),
    text: encodeCompactPass(toPaperPass(pass)),
  };
}

async function goOnUntil(step: () => Promise<Report>, isReached: (report: Report) => boolean): Promise<void> {
  for (let turn = 0; turn < TRIES; turn++) {
    if (isReached(await step())) return;
    await sleep(1);
  }
  throw new ClientError("log-unreachable");
}
