/** Using a pass: the bodies for presence and for an answer (spec/passes.md 7); what is answered is signed by the pass's own key. */

import { openSeed, signInDomain } from "./cards.js";
import { type Bytes, encodeCanonicalJson, encodeUtf8, type Json, joinBytes } from "./encoding.js";
import { ClientError } from "./errors.js";
import { encodeSpendBody, LONGEST_PAYLOAD, PATHS, REPLY_LENGTH } from "./messages.js";
import type { Network, Outcome } from "./network.js";
import { computeOccasionHash, type OccasionDescriptor } from "./occasions.js";
import type { Store } from "./store.js";

/** One pass as the device keeps it. */
export interface Pass {
  readonly occasion: string;
  readonly wave: string;
  readonly descriptor: OccasionDescriptor;
  readonly spki: Bytes;
  readonly token: Bytes;
  /** Of the one-time key. */
  readonly seed: Bytes;
  /** UTC seconds from which on its use no longer points at the moment of its making. */
  readonly matureAt: number;
  /** It was sent once and no answer came: a refusal may then mean that it was counted. */
  readonly isAttempted: boolean;
}

export type Answer = string | readonly string[] | number;
export type Answers = Readonly<Record<string, Answer>>;

/** Tells whether the member must be warned that this pass is young (7.7). */
export function isPassYoung(pass: Pass, now: number): boolean {
  return now < pass.matureAt;
}

/** 2048 bytes that say: a member is in the room. */
export async function encodePresenceSpend(
  spendable: { readonly token: Bytes; readonly seed: Bytes },
  roomCode: string,
): Promise<Bytes> {
  const { publicKey } = await openSeed(spendable.seed);
  return encodeShownPresenceSpend({ token: spendable.token, publicKey }, roomCode);
}

/** The same for a pass that was shown at the door, whose seed the scanner never sees. */
export function encodeShownPresenceSpend(
  shown: { readonly token: Bytes; readonly publicKey: Bytes },
  roomCode: string,
): Bytes {
  return encodeSpendBody(shown.token, shown.publicKey, new Uint8Array(64), encodeUtf8(roomCode));
}

/** The canonical JSON that is signed (7.4). */
export function encodeAnswerPayload(occasion: string, answers: Answers): Bytes {
  const copied: Record<string, Json> = {};
  for (const [question, answer] of Object.entries(answers))
    copied[question] = typeof answer === "object" ? [...answer] : answer;
  const payload = encodeCanonicalJson({ answers: copied, occasion, v: 1 });
  if (payload.length > LONGEST_PAYLOAD) throw new ClientError("not-an-answer");
  return payload;
}

/** 2048 bytes that carry a signed answer. */
export async function encodeAnswerSpend(
  spendable: { readonly token: Bytes; readonly seed: Bytes; readonly descriptor: OccasionDescriptor },
  answers: Answers,
): Promise<Bytes> {
  const { publicKey, signingKey } = await openSeed(spendable.seed);
  const payload = encodeAnswerPayload(spendable.descriptor.occasion, answers);
  const signature = await signAnswer(signingKey, spendable.descriptor, payload);
  return encodeSpendBody(spendable.token, publicKey, signature, payload);
}

/** Signs `"amanah/answer/v1"` || 0x00 || occasion hash || payload; the two parts have no separator between them. */
async function signAnswer(key: CryptoKey, descriptor: OccasionDescriptor, payload: Bytes): Promise<Bytes> {
  const message = joinBytes(await computeOccasionHash(descriptor), payload);
  return signInDomain(key, "amanah/answer/v1", message);
}

/** Sends a spend of a stored pass and deletes the pass and its key after a 200 (7.7). */
export async function spendPass(
  parts: { readonly store: Store; readonly network: Network; readonly spendingUrl: string },
  pass: Pass,
  body: Bytes,
): Promise<Outcome> {
  await parts.store.change({ addPasses: [{ ...pass, isAttempted: true }] });
  const outcome = await parts.network.post(parts.spendingUrl + PATHS.spend, body, REPLY_LENGTH);
  if (outcome.kind === "done") await parts.store.change({ removePasses: [pass.occasion] });
  // A refusal or a full queue stored nothing, so the mark from this attempt means nothing.
  else if (outcome.kind !== "unreachable") await parts.store.change({ addPasses: [pass] });
  return outcome;
}
