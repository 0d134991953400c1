/** Bytes and text that mean one thing (spec/public_log.md 1.1); it never guesses: what is not in canonical form is refused. */

import { ClientError } from "./errors.js";

export type Bytes = Uint8Array<ArrayBuffer>;
export type Json = null | boolean | number | string | Json[] | JsonObject;
export interface JsonObject {
  [name: string]: Json;
}

const LONGEST_DOCUMENT = 65_535;
const DEEPEST_NESTING = 32;
// Without the u flag's pairing, this finds only halves of characters.
const HALF_A_CHARACTER = /\p{Surrogate}/u;
// biome-ignore lint/suspicious/noControlCharactersInRegex: ASCII is exactly this range
const ASCII = /^[\x00-\x7f]*$/;

export function encodeUtf8(text: string): Bytes {
  return new TextEncoder().encode(text) as Bytes;
}

export function joinBytes(...parts: readonly Uint8Array[]): Bytes {
  const joined = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let place = 0;
  for (const part of parts) {
    joined.set(part, place);
    place += part.length;
  }
  return joined;
}

export function areBytesEqual(first: Uint8Array, second: Uint8Array): boolean {
  return first.length === second.length && first.every((byte, place) => byte === second[place]);
}

export function encodeInteger(value: number, width: number): Bytes {
  const bytes = new Uint8Array(width);
  for (let place = width - 1, rest = value; place >= 0; place--, rest = Math.floor(rest / 256))
    bytes[place] = rest % 256;
  return bytes;
}

export async function sha256(data: Bytes): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", data));
}

/** SHA-256(domain || 0x00 || part || 0x00 || part ...): one domain, one meaning. */
export async function computeHash(domain: string, ...parts: readonly Uint8Array[]): Promise<Bytes> {
  return sha256(inDomain(domain, ...parts));
}

/** What is hashed or signed under a domain. */
export function inDomain(domain: string, ...parts: readonly Uint8Array[]): Bytes {
  return joinBytes(encodeUtf8(domain), ...parts.flatMap((part) => [new Uint8Array(1), part]));
}

export function encodeHex(data: Uint8Array): string {
  return Array.from(data, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export function parseHex(text: string, length?: number): Bytes {
  const isHex = /^([0-9a-f]{2})*$/.test(text);
  if (!isHex || (length !== undefined && text.length !== 2 * length)) throw new ClientError("not-hex");
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

export function encodeBase64url(data: Uint8Array): string {
  const binary = Array.from(data, (byte) => String.fromCharCode(byte)).join("");
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

export function parseBase64url(text: Json | undefined, length?: number): Bytes {
  if (typeof text !== "string" || !/^[A-Za-z0-9_-]*$/.test(text) || text.length % 4 === 1)
    throw new ClientError("not-base64url");
  const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  const data = Uint8Array.from(binary, (symbol) => symbol.charCodeAt(0));
  if (encodeBase64url(data) !== text || (length !== undefined && data.length !== length))
    throw new ClientError("not-base64url");
  return data;
}

/** The RFC 8785 bytes of a value of the restricted profile. */
export function encodeCanonicalJson(value: Json): Bytes {
  return encodeUtf8(writeCanonical(value, 0));
}

function writeCanonical(value: Json, depth: number): string {
  if (depth > DEEPEST_NESTING) throw new ClientError("not-canonical");
  if (typeof value === "number" && !Number.isSafeInteger(value)) throw new ClientError("not-canonical");
  if (typeof value === "string" && HALF_A_CHARACTER.test(value)) throw new ClientError("not-canonical");
  if (Array.isArray(value)) return `[${value.map((item) => writeCanonical(item, depth + 1)).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const members = Object.keys(value).sort();
  if (!members.every((name) => ASCII.test(name))) throw new ClientError("not-canonical");
  const written = members.map(
    (name) => `${JSON.stringify(name)}:${writeCanonical(value[name] ?? null, depth + 1)}`,
  );
  return `{${written.join(",")}}`;
}

/** Reads canonical JSON; anything that is not byte for byte its own canonical form is refused. */
export function parseCanonicalJson(data: Uint8Array): Json {
  let value: Json;
  try {
    value = JSON.parse(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(data));
  } catch {
    throw new ClientError("not-canonical");
  }
  if (data.length > LONGEST_DOCUMENT || !areBytesEqual(encodeCanonicalJson(value), data))
    throw new ClientError("not-canonical");
  return value;
}

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
