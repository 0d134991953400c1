/** Blind RSA on the device (spec/passes.md 5; RFC 9474 RSABSSA-SHA384-PSS-Deterministic); the pending state can be stored, the signer's key cannot be used here. */

import { areBytesEqual, type Bytes, encodeInteger, joinBytes, parseHex, sha256 } from "./encoding.js";
import { ClientError } from "./errors.js";
import {
  computeInverse,
  computePower,
  drawNumberBelow,
  type Randomness,
  readNumber,
  writeNumber,
} from "./numbers.js";
import { TOKEN_TYPE } from "./occasions.js";

export const MODULUS_LENGTH = 256;
export const SALT_LENGTH = 48;
export const TOKEN_INPUT_LENGTH = 98;
export const TOKEN_LENGTH = TOKEN_INPUT_LENGTH + MODULUS_LENGTH;
const EXPONENT = 65_537n;
const HASH_LENGTH = 48;

/** Everything of a SubjectPublicKeyInfo before the 256 bytes of the modulus. */
export const PSS_PREFIX = parseHex(
  "30820152303d06092a864886f70d01010a3030a00d300b0609608648016503040202a11a301806092a864886f70d010108300b" +
    "0609608648016503040202a2030201300382010f003082010a0282010100",
);
const EXPONENT_SUFFIX = parseHex("0203010001");

export interface RsaPublicKey {
  readonly modulus: bigint;
  readonly exponent: bigint;
  /** In bytes. */
  readonly length: number;
}

export interface PassKey extends RsaPublicKey {
  readonly spki: Bytes;
  readonly tokenKeyId: Bytes;
}

/** The two secrets of one blinding: 48 bytes of salt, and r in 1 to n - 1. */
export interface Blinding {
  readonly salt: Bytes;
  readonly factor: bigint;
}

/** What must be stored before the blinded message is sent; every part survives IndexedDB. */
export interface PendingToken {
  readonly tokenInput: Bytes;
  readonly encoded: Bytes;
  readonly inverse: Bytes;
  readonly blinded: Bytes;
}

/** Reads the key of an occasion and makes every check of 1.5. */
export async function parsePassKey(spki: Bytes): Promise<PassKey> {
  const isFit =
    spki.length === PSS_PREFIX.length + MODULUS_LENGTH + EXPONENT_SUFFIX.length &&
    areBytesEqual(spki.subarray(0, PSS_PREFIX.length), PSS_PREFIX) &&
    areBytesEqual(spki.subarray(-EXPONENT_SUFFIX.length), EXPONENT_SUFFIX);
  const modulus = readModulus(spki);
  // The top bit: a modulus of 2047 bits would fit into the same 256 bytes.
  if (!isFit || modulus >> 2047n !== 1n || (modulus & 1n) === 0n) throw new ClientError("key-not-fit");
  return { spki, modulus, exponent: EXPONENT, length: MODULUS_LENGTH, tokenKeyId: await sha256(spki) };
}

function readModulus(spki: Bytes): bigint {
  return readNumber(spki.subarray(PSS_PREFIX.length, PSS_PREFIX.length + MODULUS_LENGTH));
}

/** The 98 bytes that are signed (5.2). */
export function encodeTokenInput(nonce: Bytes, challengeDigest: Bytes, tokenKeyId: Bytes): Bytes {
  return joinBytes(encodeInteger(TOKEN_TYPE, 2), nonce, challengeDigest, tokenKeyId);
}

export function drawBlinding(key: RsaPublicKey, random: Randomness): Blinding {
  return { salt: random(SALT_LENGTH), factor: drawNumberBelow(key.modulus, random) };
}

/** RFC 9474 section 4.2. */
export async function blindMessage(
  key: RsaPublicKey,
  message: Bytes,
  blinding: Blinding,
): Promise<PendingToken> {
  const encoded = await encodePss(message, blinding.salt, key.modulus.toString(2).length - 1);
  const number = readNumber(encoded);
  // A message that shares a factor with the modulus would show that the key is broken.
  computeInverse(number, key.modulus);
  const inverse = computeInverse(blinding.factor, key.modulus);
  const mask = computePower(blinding.factor, key.exponent, key.modulus);
  return {
    tokenInput: message,
    encoded,
    inverse: writeNumber(inverse, key.length),
    blinded: writeNumber((number * mask) % key.modulus, key.length),
  };
}

/** RFC 9474 section 4.4; gives the signature only when it verifies. */
export function finalizeMessage(key: RsaPublicKey, pending: PendingToken, blindSignature: Bytes): Bytes {
  const blind = readNumber(blindSignature);
  if (blindSignature.length !== key.length || blind >= key.modulus)
    throw new ClientError("signature-not-valid");
  const signature = (blind * readNumber(pending.inverse)) % key.modulus;
  // The device knows the one encoded message that it asked for, so equality is stricter than PSS verification.
  if (computePower(signature, key.exponent, key.modulus) !== readNumber(pending.encoded))
    throw new ClientError("signature-not-valid");
  return writeNumber(signature, key.length);
}

/** Blinds the token of one occasion (5.2, 5.3). */
export function blindToken(
  key: PassKey,
  nonce: Bytes,
  challengeDigest: Bytes,
  random: Randomness,
): Promise<PendingToken> {
  const input = encodeTokenInput(nonce, challengeDigest, key.tokenKeyId);
  return blindMessage(key, input, drawBlinding(key, random));
}

/** Gives the 354 bytes of a token that has been verified (5.5). */
export function finalizeToken(key: PassKey, pending: PendingToken, blindSignature: Bytes): Bytes {
  return joinBytes(pending.tokenInput, finalizeMessage(key, pending, blindSignature));
}

/** EMSA-PSS-ENCODE of RFC 8017 section 9.1.1 with SHA-384 and MGF1-SHA-384. */
async function encodePss(message: Bytes, salt: Bytes, bits: number): Promise<Bytes> {
  const length = Math.ceil(bits / 8);
  const digest = await sha384(joinBytes(new Uint8Array(8), await sha384(message), salt));
  const block = new Uint8Array(length - HASH_LENGTH - 1);
  block[block.length - salt.length - 1] = 1;
  block.set(salt, block.length - salt.length);
  const mask = await makeMask(digest, block.length);
  const masked = block.map((byte, place) => byte ^ (mask[place] ?? 0));
  masked[0] = (masked[0] ?? 0) & (255 >> (8 * length - bits));
  return joinBytes(masked, digest, Uint8Array.of(0xbc));
}

async function makeMask(seed: Bytes, length: number): Promise<Bytes> {
  const count = Math.ceil(length / HASH_LENGTH);
  const counters = Array.from({ length: count }, (_, place) => encodeInteger(place, 4));
  return joinBytes(...(await Promise.all(counters.map((counter) => sha384(joinBytes(seed, counter))))));
}

async function sha384(data: Bytes): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.digest("SHA-384", data));
}
