/** The card of one device and its one-time keys (spec/passes.md 4, 5.1); a signing key made here cannot be taken out again. */

import { computeRevocationHash, encodeCode, SECRET_LENGTH } from "./codes.js";
import { type Bytes, encodeUtf8, inDomain, joinBytes, parseBase64url, parseHex } from "./encoding.js";
import { ClientError, type ErrorCode } from "./errors.js";
import { encodeLeaveBody, encodeRegisterBody, encodeWaveBody } from "./messages.js";
import type { Randomness } from "./numbers.js";

export const SEED_LENGTH = 32;
const PKCS8_PREFIX = parseHex("302e020100300506032b657004220420");

/** What the device keeps: it can sign as the card but not show its secret. */
export interface Card {
  readonly publicKey: Bytes;
  readonly signingKey: CryptoKey;
  readonly revocationHash: Bytes | null;
}

/** What is shown to the member once, before first use, and then forgotten. */
export interface CardSecrets {
  readonly secret: Bytes;
  readonly slip: Bytes;
}

export function drawCardSecrets(random: Randomness): CardSecrets {
  return { secret: random(SECRET_LENGTH), slip: random(SECRET_LENGTH) };
}

/** The two codes that a member writes down or prints. */
export async function encodeCardCodes(secrets: CardSecrets): Promise<{ backup: string; revocation: string }> {
  return {
    backup: await encodeCode("card", secrets.secret),
    revocation: await encodeCode("revocation", secrets.slip),
  };
}

/** Makes the card of a secret; the slip is null when a card is restored from its backup alone. */
export async function openCard(secret: Bytes, slip: Bytes | null): Promise<Card> {
  const seed = await deriveCardSeed(secret);
  const { publicKey, signingKey } = await openSeed(seed);
  return { publicKey, signingKey, revocationHash: slip && (await computeRevocationHash(slip)) };
}

/** HKDF-SHA256 of the secret (4.1). */
export async function deriveCardSeed(secret: Bytes): Promise<Bytes> {
  const material = await crypto.subtle.importKey("raw", secret, "HKDF", false, ["deriveBits"]);
  const info = encodeUtf8("amanah/card-key/v1");
  const scheme = { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(0), info };
  return new Uint8Array(await crypto.subtle.deriveBits(scheme, material, 8 * SEED_LENGTH));
}

/** The Ed25519 key of a seed; the signing key is not extractable. */
export async function openSeed(seed: Bytes): Promise<{ publicKey: Bytes; signingKey: CryptoKey }> {
  const pkcs8 = joinBytes(PKCS8_PREFIX, seed);
  try {
    // WebCrypto gives a public key only by exporting the private one, so this copy is made and dropped.
    const copy = await crypto.subtle.importKey("pkcs8", pkcs8, "Ed25519", true, ["sign"]);
    const { x } = await crypto.subtle.exportKey("jwk", copy);
    const signingKey = await crypto.subtle.importKey("pkcs8", pkcs8, "Ed25519", false, ["sign"]);
    return { publicKey: parseBase64url(x, SEED_LENGTH), signingKey };
  } catch {
    throw new ClientError("browser-too-old");
  }
}

/** Why this browser cannot hold a card, in a code that the page puts into words; null when it can. */
export async function findBrowserProblem(): Promise<ErrorCode | null> {
  if (globalThis.crypto?.subtle === undefined) return "connection-not-secure";
  if (typeof indexedDB === "undefined") return "storage-unavailable";
  try {
    const seed = new Uint8Array(SEED_LENGTH);
    const { publicKey, signingKey } = await openSeed(seed);
    const signature = await signInDomain(signingKey, "amanah/self-check/v1", seed);
    const isRight = await isSignatureValid(publicKey, "amanah/self-check/v1", seed, signature);
    return isRight ? null : "browser-too-old";
  } catch {
    return "browser-too-old";
  }
}

/** Tells whether this browser can do what a card needs. */
export async function isBrowserFit(): Promise<boolean> {
  return (await findBrowserProblem()) === null;
}

export async function signInDomain(signingKey: CryptoKey, domain: string, ...parts: Bytes[]): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.sign("Ed25519", signingKey, inDomain(domain, ...parts)));
}

export function isSignatureValid(
  publicKey: Bytes,
  domain: string,
  message: Bytes,
  signature: Bytes,
): Promise<boolean> {
  return isRawSignatureValid(publicKey, inDomain(domain, message), signature);
}

export function isRawSignatureValid(publicKey: Bytes, message: Bytes, signature: Bytes): Promise<boolean> {
  return makeVerifier(publicKey)(message, signature);
}

export type Verifier = (message: Bytes, signature: Bytes) => Promise<boolean>;

/** Checks signatures by one key, which the browser is handed only once: that takes longer than a check. */
export function makeVerifier(publicKey: Bytes): Verifier {
  let imported: Promise<CryptoKey> | undefined;
  return async (message, signature) => {
    try {
      imported ??= crypto.subtle.importKey("raw", publicKey, "Ed25519", false, ["verify"]);
      return await crypto.subtle.verify("Ed25519", await imported, signature, message);
    } catch {
      return false;
    }
  };
}

/** The body of `/api/v1/register` (4.5); the card must know its revocation hash. */
export async function signRegisterBody(card: Card, token: Bytes): Promise<Bytes> {
  if (card.revocationHash === null) throw new ClientError("wrong-step");
  const unsigned = encodeRegisterBody(card.publicKey, card.revocationHash, token);
  return joinBytes(unsigned, await signInDomain(card.signingKey, "amanah/register/v1", unsigned));
}

/** The body of `/api/v1/leave` (4.7). */
export async function signLeaveBody(card: Card): Promise<Bytes> {
  const unsigned = encodeLeaveBody(card.publicKey);
  return joinBytes(unsigned, await signInDomain(card.signingKey, "amanah/leave/v1", unsigned));
}

/** The body of `/api/v1/wave` (6.5). */
export async function signWaveBody(card: Card, wave: string, blinded: readonly Bytes[]): Promise<Bytes> {
  const unsigned = encodeWaveBody(wave, card.publicKey, blinded);
  return joinBytes(unsigned, await signInDomain(card.signingKey, "amanah/wave/v1", unsigned));
}
