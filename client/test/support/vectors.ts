/** Reads the vectors that Python and TypeScript share; neither is the reference. */

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Bytes } from "../../src/encoding.js";

const VECTORS = join(process.cwd(), "..", "spec", "vectors");

export function hasVectors(name: string): boolean {
  return existsSync(join(VECTORS, name));
}

export function readVectors<T>(name: string): T {
  return JSON.parse(readFileSync(join(VECTORS, name), "utf8"));
}

/** Hex of either case, with or without 0x, as the RFCs write it. */
export function fromHex(text: string): Bytes {
  const digits = text.replace(/^0x/, "");
  return Uint8Array.from(digits.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}
