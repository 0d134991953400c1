/** Passes as they are shown on a screen or printed on paper (spec/passes.md 8.1, 8.2); it stores none. */

import { openSeed } from "../cards.js";
import { type Bytes, joinBytes, parseHex } from "../encoding.js";
import type { Pass } from "../spending.js";
import { encodeBase45 } from "./base45.js";
import { parseToken } from "./tokens.js";

export const PREFIX = "AMANAH:";

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
