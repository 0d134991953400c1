/** The 28-symbol codes that people read, write and scan (spec/passes.md 2 to 4); it never sends one anywhere. */

import { type Bytes, computeHash, encodeUtf8, joinBytes } from "./encoding.js";
import { ClientError } from "./errors.js";

export type CodeContext = "invitation" | "card" | "revocation" | "giver";

export const CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
export const SECRET_LENGTH = 16;
const SYMBOLS = 28;

/** Seven groups of four symbols, as printed. */
export async function encodeCode(context: CodeContext, secret: Bytes): Promise<string> {
  const symbols = await encodeSymbols(context, secret);
  return (symbols.match(/.{4}/g) ?? []).join("-");
}

/** The 28 symbols without hyphens, as in a QR code. */
export async function encodeSymbols(context: CodeContext, secret: Bytes): Promise<string> {
  if (secret.length !== SECRET_LENGTH) throw new ClientError("not-a-code");
  const check = await computeHash("amanah/code/v1", encodeUtf8(context), secret);
  return writeSymbols(joinBytes(secret, check.subarray(0, 2)), SYMBOLS);
}

/** Reads what a person typed or a camera saw; refuses a code of another context. */
export async function parseCode(context: CodeContext, text: string): Promise<Bytes> {
  const symbols = normaliseSymbols(text);
  if (symbols.length !== SYMBOLS) throw new ClientError("not-a-code");
  const secret = readSymbols(symbols).slice(0, SECRET_LENGTH);
  if ((await encodeSymbols(context, secret)) !== symbols) throw new ClientError("not-a-code");
  return secret;
}

/** Upper case, without spaces, hyphens and invisible marks, O read as 0, I and L as 1. */
export function normaliseSymbols(text: string): string {
  return text
    .replace(/[\p{Zs}\p{Cc}\p{Pd}\p{Cf}\u2212]/gu, "")
    .replace(/[a-z]/g, (letter) => letter.toUpperCase())
    .replaceAll("O", "0")
    .replace(/[IL]/g, "1");
}

/** The first `count` times five bits of the data as Crockford symbols. */
export function writeSymbols(data: Uint8Array, count: number): string {
  let text = "";
  for (let bit = 0; bit < count * 5; bit += 5) {
    const window = ((data[bit >> 3] ?? 0) << 8) | (data[(bit >> 3) + 1] ?? 0);
    text += CROCKFORD.charAt((window >> (11 - (bit & 7))) & 31);
  }
  return text;
}

function readSymbols(symbols: string): Bytes {
  const bytes = new Uint8Array(Math.ceil((symbols.length * 5) / 8));
  Array.from(symbols).forEach((symbol, place) => {
    const value = CROCKFORD.indexOf(symbol);
    if (value < 0) throw new ClientError("not-a-code");
    for (let bit = 0; bit < 5; bit++) {
      const at = place * 5 + bit;
      bytes[at >> 3] = (bytes[at >> 3] ?? 0) | (((value >> (4 - bit)) & 1) << (7 - (at & 7)));
    }
  });
  return bytes;
}

/** Takes the code out of a scanned URL, or gives the text back as it is. */
export function readFragment(text: string): string {
  return text.slice(text.lastIndexOf("#") + 1);
}

export function computeInvitationHash(secret: Bytes): Promise<Bytes> {
  return computeHash("amanah/invitation/v1", secret);
}

export function computeRevocationHash(slip: Bytes): Promise<Bytes> {
  return computeHash("amanah/revocation/v1", slip);
}
