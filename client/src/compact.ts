/** Passes as they are shown on a screen or printed on paper (spec/passes.md 8.1, 8.2); it stores none. */

import { openSeed } from "./cards.js";
import { type Bytes, encodeBase45, encodeHex, joinBytes, parseBase45, parseHex, sha256 } from "./encoding.js";
import { ClientError } from "./errors.js";
import { computeChallengeDigest, type OccasionDescriptor } from "./occasions.js";
import { encodeTokenInput, isTokenValid, type PassKey, parseToken } from "./passes.js";
import type { Pass } from "./spending.js";

const PREFIX = "AMANAH:";
const LENGTH = 297;

export interface CompactPass {
  /** 1: only the public key, enough for presence. 2: the seed, so that an answer can be signed. */
  readonly version: 1 | 2;
  readonly occasion: string;
  /** The one-time public key (version 1) or its seed (version 2). */
  readonly key: Bytes;
  readonly authenticator: Bytes;
}

/** A pass to be read at a door; the seed stays on the device. */
export async function toPresencePass(pass: Pass): Promise<CompactPass> {
  const { publicKey } = await openSeed(pass.seed);
  return {
    version: 1,
    occasion: pass.occasion,
    key: publicKey,
    authenticator: parseToken(pass.token).authenticator,
  };
}

/** A pass to be printed and handed to somebody without a phone. */
export function toPaperPass(pass: Pass): CompactPass {
  return {
    version: 2,
    occasion: pass.occasion,
    key: pass.seed,
    authenticator: parseToken(pass.token).authenticator,
  };
}

export function encodeCompactPass(compact: CompactPass): string {
  const { version, occasion, key, authenticator } = compact;
  return PREFIX + encodeBase45(joinBytes(Uint8Array.of(version), parseHex(occasion, 8), key, authenticator));
}

export function parseCompactPass(text: string): CompactPass {
  const data = text.startsWith(PREFIX) ? parseBase45(text.slice(PREFIX.length)) : new Uint8Array(0);
  const version = data[0];
  if (data.length !== LENGTH || (version !== 1 && version !== 2)) throw new ClientError("not-a-compact-pass");
  return {
    version,
    occasion: encodeHex(data.slice(1, 9)),
    key: data.slice(9, 41),
    authenticator: data.slice(41),
  };
}

/** What can be spent: the whole token, its one-time public key and, from version 2, the seed. */
export interface ReadPass {
  readonly occasion: string;
  readonly token: Bytes;
  readonly publicKey: Bytes;
  readonly seed: Bytes | null;
}

/** Rebuilds the token under the key of its occasion; null when it is not a valid pass for it. */
export async function readCompactPass(
  compact: CompactPass,
  descriptor: OccasionDescriptor,
  key: PassKey,
): Promise<ReadPass | null> {
  if (compact.occasion !== descriptor.occasion) return null;
  const seed = compact.version === 2 ? compact.key : null;
  const publicKey = seed ? (await openSeed(seed)).publicKey : compact.key;
  const digest = await computeChallengeDigest(descriptor);
  const input = encodeTokenInput(await sha256(publicKey), digest, key.tokenKeyId);
  const token = joinBytes(input, compact.authenticator);
  return (await isTokenValid(key, token)) ? { occasion: descriptor.occasion, token, publicKey, seed } : null;
}
