/** The key of somebody who gives or receives authority to teach (spec/credentials.md 10): made here, written on paper, kept in this browser only where its owner says so. What signs cannot be taken out again. */

import { openSeed, SEED_LENGTH, signInDomain } from "../cards.js";
import { encodeCode, parseCode, SECRET_LENGTH } from "../codes.js";
import { type Bytes, encodeUtf8, joinBytes, sha256 } from "../encoding.js";
import { ClientError } from "../errors.js";
import { drawBytes } from "../numbers.js";

/** A key that can sign here and now. */
export interface GiverKey {
  /** `did:key:z…`, the name under which everybody knows the key. */
  readonly did: string;
  readonly signingKey: CryptoKey;
}

const CONTEXT = "giver";
const ED25519_PUBLIC = Uint8Array.of(0xed, 0x01);
const BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
const DATABASE = "amanah-giver";
const KEYS = "keys";
const OWN = "own";

export function drawKeySecret(): Bytes {
  return drawBytes(SECRET_LENGTH);
}

/** What is written on paper. */
export function encodeBackup(secret: Bytes): Promise<string> {
  return encodeCode(CONTEXT, secret);
}

/** Reads what was written on paper; refuses any other code. */
export function parseBackup(text: string): Promise<Bytes> {
  return parseCode(CONTEXT, text);
}

/** HKDF-SHA256 of the secret (10.1). */
export async function deriveKeySeed(secret: Bytes): Promise<Bytes> {
  const material = await crypto.subtle.importKey("raw", secret, "HKDF", false, ["deriveBits"]);
  const info = encodeUtf8("amanah/giver-key/v1");
  const scheme = { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(0), info };
  return new Uint8Array(await crypto.subtle.deriveBits(scheme, material, 8 * SEED_LENGTH));
}

export async function openKey(secret: Bytes): Promise<GiverKey> {
  const { publicKey, signingKey } = await openSeed(await deriveKeySeed(secret));
  return { did: buildDidKey(publicKey), signingKey };
}

/** The `did:key` of an Ed25519 public key. */
export function buildDidKey(publicKey: Uint8Array): string {
  return `did:key:${encodeBase58(joinBytes(ED25519_PUBLIC, publicKey))}`;
}

/** Multibase base58btc. */
export function encodeBase58(data: Uint8Array): string {
  let number = data.reduce((sum, byte) => sum * 256n + BigInt(byte), 0n);
  let text = "";
  for (; number > 0n; number /= 58n) text = BASE58.charAt(Number(number % 58n)) + text;
  const zeros = data.findIndex((byte) => byte !== 0);
  return `z${"1".repeat(zeros < 0 ? data.length : zeros)}${text}`;
}

/** Shows whoever made the address that the key is held here (10.2), and signs nothing else by it. */
export async function provePossession(key: GiverKey, linkSecret: string): Promise<Bytes> {
  return signInDomain(key.signingKey, "amanah/credential-key/v1", await sha256(encodeUtf8(linkSecret)));
}

/** The key that this browser keeps, or null. */
export async function findKeptKey(): Promise<GiverKey | null> {
  return (await withKeys<GiverKey | undefined>("readonly", (keys) => keys.get(OWN))) ?? null;
}

export async function keepKey(key: GiverKey): Promise<void> {
  await withKeys("readwrite", (keys) => keys.put(key, OWN));
}

export async function forgetKey(): Promise<void> {
  await withKeys("readwrite", (keys) => keys.delete(OWN));
}

async function withKeys<T>(
  mode: IDBTransactionMode,
  ask: (keys: IDBObjectStore) => IDBRequest<T>,
): Promise<T> {
  const database = await openDatabase();
  try {
    return await new Promise<T>((resolve, reject) => {
      const transaction = database.transaction(KEYS, mode, { durability: "strict" });
      const request = ask(transaction.objectStore(KEYS));
      transaction.oncomplete = () => resolve(request.result);
      transaction.onabort = () => reject(new ClientError("storage-unavailable"));
    });
  } finally {
    database.close();
  }
}

function openDatabase(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const refuse = () => reject(new ClientError("storage-unavailable"));
    try {
      const request = indexedDB.open(DATABASE, 1);
      request.onupgradeneeded = () => request.result.createObjectStore(KEYS);
      request.onsuccess = () => resolve(request.result);
      request.onerror = refuse;
    } catch {
      refuse();
    }
  });
}
