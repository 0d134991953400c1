/** Waves: which keys the log commits to, and one pass for every occasion (spec/passes.md 6); it never asks for some and not others. */

import { openSeed, SEED_LENGTH } from "./cards.js";
import {
  type Bytes,
  encodeBase64url,
  isObject,
  type Json,
  type JsonObject,
  parseBase64url,
  sha256,
} from "./encoding.js";
import { ClientError } from "./errors.js";
import { drawBytes, type Randomness } from "./numbers.js";
import {
  computeChallengeDigest,
  isDescriptor,
  type OccasionDescriptor,
  parseDescriptor,
} from "./occasions.js";
import { blindToken, finalizeToken, type PendingToken, parsePassKey } from "./passes.js";
import type { LogEntry, LogView } from "./public_log.js";
import type { Pass } from "./spending.js";

const MOST_OCCASIONS = 60;

export interface KeyedOccasion {
  readonly descriptor: OccasionDescriptor;
  readonly spki: Bytes;
}

export interface Wave {
  readonly id: string;
  readonly fetchFrom: number;
  readonly fetchUntil: number;
  readonly minimumAge: number;
  readonly occasions: readonly KeyedOccasion[];
}

/** The wave whose passes the card door now makes: the one opened last. Null when none is open. */
export async function findCurrentWave(view: LogView, community: string): Promise<Wave | null> {
  const opened = listEntries(view, "wave_opened", "card-door").at(-1);
  return opened?.ref ? checkWave(view, opened.ref, community) : null;
}

/** Makes every check of 6.3 on one wave; the error's evidence names the entries that do not fit. */
export async function checkWave(view: LogView, id: string, community: string): Promise<Wave> {
  const planned = listEntries(view, "wave_planned", "programme-door").filter((entry) => entry.ref === id);
  const opened = listEntries(view, "wave_opened", "card-door").filter((entry) => entry.ref === id);
  const [plan, opening] = [planned[0], opened[0]];
  if (!plan || !opening || planned.length > 1 || opened.length > 1)
    throw refuseWave(view, id, [...planned, ...opened]);
  const { fetch_from, fetch_until, minimum_age, occasions } = plan.body;
  const descriptors = listOf(occasions).map(parseDescriptor);
  const keys = listOf(opening.body.keys).map(listOf);
  const isPlanned =
    typeof fetch_from === "number" &&
    typeof fetch_until === "number" &&
    typeof minimum_age === "number" &&
    descriptors.length > 0 &&
    descriptors.length <= MOST_OCCASIONS &&
    keys.length === descriptors.length &&
    descriptors.every((known, place) => known.occasion === keys[place]?.[0]) &&
    descriptors.every((known) => known.community === community && known.kind !== "join");
  if (!isPlanned) throw refuseWave(view, id, [plan, opening]);
  const keyed = descriptors.map((descriptor, place) => ({
    descriptor,
    spki: parseBase64url(keys[place]?.[1]),
  }));
  for (const occasion of keyed) await checkKey(view, id, occasion);
  return { id, fetchFrom: fetch_from, fetchUntil: fetch_until, minimumAge: minimum_age, occasions: keyed };
}

/** The key of any occasion of any wave, after the same checks: for a device that has only a pass before it. */
export async function findKeyedOccasion(
  view: LogView,
  id: string,
  community: string,
): Promise<KeyedOccasion> {
  const plan = listEntries(view, "wave_planned", "programme-door").find((entry) =>
    listOf(entry.body.occasions).some((planned) => isObject(planned) && planned.occasion === id),
  );
  const wave = plan?.ref ? await checkWave(view, plan.ref, community) : null;
  const found = wave?.occasions.find(({ descriptor }) => descriptor.occasion === id);
  if (!found) throw new ClientError("not-an-occasion");
  return found;
}

/** The key for joining: of the join occasions open now, the one logged last, so that every device takes the same. */
export async function findJoinOccasion(
  view: LogView,
  community: string,
  now: number,
): Promise<KeyedOccasion> {
  const open = listEntries(view, "join_key_opened", "card-door").flatMap(({ ref, body }) => {
    const { descriptor, spki } = body;
    const isOpen =
      isDescriptor(descriptor) && ref === descriptor.occasion && isOpenForJoining(descriptor, now);
    return isOpen ? [{ descriptor: parseDescriptor(descriptor), spki: parseBase64url(spki) }] : [];
  });
  const occasion = open.at(-1);
  if (!occasion || occasion.descriptor.community !== community) throw new ClientError("no-join-key");
  await checkKey(view, null, occasion);
  return occasion;
}

function isOpenForJoining(descriptor: OccasionDescriptor, now: number): boolean {
  return descriptor.kind === "join" && descriptor.opens_at <= now && now < descriptor.closes_at;
}

/** An upper bound for how many cards there can be; under 10 the device warns before spending (7.7). */
export function countInvitationsPrinted(view: LogView): number {
  const printed = listEntries(view, "invitations_printed", "programme-door");
  return printed.reduce((sum, entry) => sum + listOf(entry.body.hashes).length, 0);
}

/** The occasions that the programme door has closed; their passes are of no use any more. */
export function listClosedOccasions(view: LogView): string[] {
  return listEntries(view, "occasion_closed", "programme-door").flatMap((entry) => entry.ref ?? []);
}

/** Refuses a second key for the occasion, a second occasion for the key, a second plan, and a key that is not of 1.5. */
async function checkKey(view: LogView, wave: string | null, occasion: KeyedOccasion): Promise<void> {
  const id = occasion.descriptor.occasion;
  const spki = encodeBase64url(occasion.spki);
  const uses = listKeys(view).filter((key) => key.occasion === id || key.spki === spki);
  const plans = listEntries(view, "wave_planned", "programme-door").filter(
    (entry) =>
      listOf(entry.body.occasions).filter((plan) => isObject(plan) && plan.occasion === id).length > 0,
  );
  const isUnique = uses.length === 1 && plans.length === (wave === null ? 0 : 1);
  if (!isUnique) throw refuseWave(view, wave, [...uses.map((key) => key.entry), ...plans]);
  await parsePassKey(occasion.spki);
}

function listKeys(view: LogView): { occasion: Json | undefined; spki: Json | undefined; entry: LogEntry }[] {
  return view.entries.flatMap((entry) => {
    const { descriptor, spki } = entry.body;
    if (entry.kind === "join_key_opened")
      return [{ occasion: isObject(descriptor) ? descriptor.occasion : null, spki, entry }];
    if (entry.kind !== "wave_opened") return [];
    return listOf(entry.body.keys).map((pair) => ({
      occasion: listOf(pair)[0],
      spki: listOf(pair)[1],
      entry,
    }));
  });
}

function listEntries(view: LogView, kind: string, by: string): LogEntry[] {
  return view.entries.filter((entry) => entry.kind === kind && entry.by === by);
}

function listOf(value: Json | undefined): Json[] {
  return Array.isArray(value) ? value : [];
}

function refuseWave(view: LogView, wave: string | null, entries: readonly LogEntry[]): ClientError {
  const shown = entries.map(({ index, kind, ref, body }): JsonObject => ({ index, kind, ref, body }));
  return new ClientError("wave-not-unique", { checkpoint: view.note, wave, entries: shown });
}

/** The pending state of one wave; stored as it is before anything is sent. */
export interface PendingPass extends KeyedOccasion {
  readonly seed: Bytes;
  readonly token: PendingToken;
}

export type Progress = (done: number, of: number) => void;

/** Blinds one token for every occasion, wanted or not (6.4). */
export async function blindWave(
  occasions: readonly KeyedOccasion[],
  progress: Progress = () => undefined,
  random: Randomness = drawBytes,
): Promise<PendingPass[]> {
  const pending: PendingPass[] = [];
  for (const { descriptor, spki } of occasions) {
    const seed = random(SEED_LENGTH);
    const nonce = await sha256((await openSeed(seed)).publicKey);
    const key = await parsePassKey(spki);
    const token = await blindToken(key, nonce, await computeChallengeDigest(descriptor), random);
    pending.push({ descriptor, spki, seed, token });
    progress(pending.length, occasions.length);
  }
  return pending;
}

export interface FinalizedWave {
  readonly passes: Pass[];
  /** Occasions that were over: their key is destroyed. */
  readonly destroyed: string[];
  /** Occasions for which the card door gave something that is no signature. */
  readonly spoiled: string[];
}

/** What every pass of one reply has in common. */
export interface WaveFacts {
  readonly wave: string;
  readonly matureAt: number;
}

/** Unblinds and verifies the reply, pass by pass. */
export async function finalizeWave(
  pending: readonly PendingPass[],
  signatures: readonly (Bytes | null)[],
  facts: WaveFacts,
  progress: Progress = () => undefined,
): Promise<FinalizedWave> {
  const result: FinalizedWave = { passes: [], destroyed: [], spoiled: [] };
  for (const [place, { descriptor, spki, seed, token }] of pending.entries()) {
    const signature = signatures[place] ?? null;
    if (signature === null) result.destroyed.push(descriptor.occasion);
    else
      try {
        const whole = finalizeToken(await parsePassKey(spki), token, signature);
        const { occasion } = descriptor;
        result.passes.push({ occasion, ...facts, descriptor, spki, token: whole, seed, isAttempted: false });
      } catch (error) {
        if (!(error instanceof ClientError)) throw error;
        result.spoiled.push(descriptor.occasion);
      }
    progress(place + 1, pending.length);
  }
  return result;
}
