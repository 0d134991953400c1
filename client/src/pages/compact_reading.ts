/** Passes as a camera reads them from a screen or from paper (spec/passes.md 8.1, 8.2): believed only when they verify. */

import { openSeed } from "../cards.js";
import { type Bytes, encodeHex, joinBytes, sha256 } from "../encoding.js";
import { ClientError } from "../errors.js";
import { computeChallengeDigest, type OccasionDescriptor } from "../occasions.js";
import { encodeTokenInput, type PassKey } from "../passes.js";
import { parseBase45 } from "./base45.js";
import { type CompactPass, PREFIX } from "./compact.js";
import { isTokenValid } from "./token_check.js";

const LENGTH = 297;

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
