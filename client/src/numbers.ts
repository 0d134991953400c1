/** Whole numbers of RSA size: powers, inverses and uniform draws; it never chooses its own randomness. */

import { type Bytes, encodeHex, parseHex } from "./encoding.js";
import { ClientError } from "./errors.js";

/** Gives that many random bytes; `drawBytes` everywhere but in tests. */
export type Randomness = (length: number) => Bytes;

export const drawBytes: Randomness = (length) => crypto.getRandomValues(new Uint8Array(length));

export function readNumber(data: Uint8Array): bigint {
  return data.length === 0 ? 0n : BigInt(`0x${encodeHex(data)}`);
}

export function writeNumber(value: bigint, width: number): Bytes {
  return parseHex(value.toString(16).padStart(2 * width, "0"), width);
}

export function computePower(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n;
  let square = base % modulus;
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = (result * square) % modulus;
    square = (square * square) % modulus;
  }
  return result;
}

/** The number that multiplies with `value` to 1; throws when they share a factor. */
export function computeInverse(value: bigint, modulus: bigint): bigint {
  let [low, high] = [value % modulus, modulus];
  let [left, right] = [1n, 0n];
  while (low > 1n) {
    const quotient = high / low;
    [low, high] = [high - quotient * low, low];
    [left, right] = [right - quotient * left, left];
  }
  if (low !== 1n) throw new ClientError("key-not-fit");
  return left < 0n ? left + modulus : left;
}

/** Uniform in 1 to limit - 1, by drawing again until it fits. */
export function drawNumberBelow(limit: bigint, random: Randomness): bigint {
  const bits = limit.toString(2).length;
  const width = Math.ceil(bits / 8);
  const mask = (1n << BigInt(bits)) - 1n;
  for (;;) {
    const value = readNumber(random(width)) & mask;
    if (value > 0n && value < limit) return value;
  }
}

/** Uniform among the whole seconds from `earliest` to `latest`, both possible. */
export function drawTime(earliest: number, latest: number, random: Randomness): number {
  if (latest <= earliest) return earliest;
  return earliest + Number(drawNumberBelow(BigInt(latest - earliest + 2), random) - 1n);
}
