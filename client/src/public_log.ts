/** Reading the public log (spec/public_log.md 3, 4): everything is fetched by everybody and checked before a word of it is believed. */

import { isRawSignatureValid } from "./cards.js";
import {
  areBytesEqual,
  type Bytes,
  encodeBase64url,
  encodeCanonicalJson,
  encodeHex,
  encodeUtf8,
  inDomain,
  isObject,
  type JsonObject,
  joinBytes,
  parseBase64url,
  parseCanonicalJson,
  sha256,
} from "./encoding.js";
import { ClientError } from "./errors.js";
import { isCount, isEntryFit, isParty } from "./log_schemas.js";

export interface LogSource {
  readonly origin: string;
  /** The C2SP verifier key line. */
  readonly vkey: string;
  /** The bytes of a file below the log's address; null when there is none. */
  readonly getFile: (path: string) => Promise<Bytes | null>;
}

/** What a device remembers so that it can never be shown another past. */
export interface SeenCheckpoint {
  readonly size: number;
  readonly root: Bytes;
}

export interface LogEntry {
  readonly index: number;
  readonly at: number;
  readonly by: string;
  readonly kind: string;
  readonly ref: string | null;
  readonly body: JsonObject;
}

export interface LogView extends SeenCheckpoint {
  readonly entries: readonly LogEntry[];
  /** The signed note as it came, to be shown as evidence. */
  readonly note: string;
}

const BUNDLE_WIDTH = 256;
const MEMBERS = "at,body,by,kind,ref,sig,v";
const ATTEMPTS = 3;

/** Fetches the whole log and makes every check of 4.1 to 4.3 against what this device saw before. */
export async function readLog(source: LogSource, seen: SeenCheckpoint | null): Promise<LogView> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const { checkpoint, note } = await fetchCheckpoint(source);
    if (seen && checkpoint.size < seen.size) throw refuse("log-shrank", note, seen);
    const leaves = await fetchLeaves(source, checkpoint.size);
    // A partial bundle may vanish between two requests; then the log has moved on.
    if (leaves === null) continue;
    await checkTree(leaves, checkpoint, note, seen);
    return { ...checkpoint, note, entries: await readEntries(leaves, seen?.size ?? 0) };
  }
  throw new ClientError("log-unreachable");
}

function refuse(
  code: "log-shrank" | "log-rewritten" | "log-not-valid",
  note: string,
  seen: SeenCheckpoint | null,
) {
  const before = seen && { size: seen.size, root: encodeBase64url(seen.root) };
  return new ClientError(code, { checkpoint: note, seen: before });
}

async function checkTree(
  leaves: readonly Bytes[],
  checkpoint: SeenCheckpoint,
  note: string,
  seen: SeenCheckpoint | null,
): Promise<void> {
  const hashes = await Promise.all(leaves.map(computeLeafHash));
  if (!areBytesEqual(await computeRoot(hashes), checkpoint.root)) throw refuse("log-not-valid", note, seen);
  const before = seen && (await computeRoot(hashes.slice(0, seen.size)));
  if (seen && before && !areBytesEqual(before, seen.root)) throw refuse("log-rewritten", note, seen);
}

/** RFC 6962: SHA-256(0x00 || leaf). */
export function computeLeafHash(leaf: Bytes): Promise<Bytes> {
  return sha256(joinBytes(Uint8Array.of(0), leaf));
}

/** The RFC 6962 root of leaf hashes. */
export async function computeRoot(hashes: readonly Bytes[]): Promise<Bytes> {
  if (hashes.length === 0) return sha256(new Uint8Array(0));
  let level = [...hashes];
  while (level.length > 1) {
    const pairs: Promise<Bytes>[] = [];
    for (let place = 0; place + 1 < level.length; place += 2)
      pairs.push(sha256(joinBytes(Uint8Array.of(1), ...level.slice(place, place + 2))));
    // A lonely last node rises unchanged: this gives the same tree as the RFC's split at a power of two.
    const lonely = level.length % 2 === 1 ? level.slice(-1) : [];
    level = [...(await Promise.all(pairs)), ...lonely];
  }
  return level[0] ?? new Uint8Array(0);
}

async function fetchCheckpoint(source: LogSource): Promise<{ checkpoint: SeenCheckpoint; note: string }> {
  const file = await source.getFile("checkpoint");
  if (file === null) throw new ClientError("log-unreachable");
  const note = new TextDecoder().decode(file);
  return { checkpoint: await verifyCheckpoint(note, source.origin, source.vkey), note };
}

/** Opens a signed note with the one key that this device was given. */
export async function verifyCheckpoint(note: string, origin: string, vkey: string): Promise<SeenCheckpoint> {
  const key = await parseVerifierKey(vkey);
  const gap = note.lastIndexOf("\n\n");
  const text = note.slice(0, gap + 1);
  const signatures = note
    .slice(gap + 2, -1)
    .split("\n")
    .map(parseSignatureLine)
    .filter((line) => line.name === key.name && areBytesEqual(line.blob.subarray(0, 4), key.id));
  const isSigned =
    gap > 0 &&
    note.endsWith("\n") &&
    signatures.length > 0 &&
    (
      await Promise.all(
        signatures.map((line) => isRawSignatureValid(key.publicKey, encodeUtf8(text), line.blob.slice(4))),
      )
    ).every(Boolean);
  const [first, size, root, ...extensions] = text.slice(0, -1).split("\n");
  const isReadable = first === origin && /^(0|[1-9]\d{0,14})$/.test(size ?? "") && !extensions.includes("");
  const hash = parseBase64(root ?? "");
  if (!isSigned || !isReadable || hash.length !== 32) throw refuse("log-not-valid", note, null);
  return { size: Number(size), root: hash };
}

async function parseVerifierKey(vkey: string): Promise<{ name: string; id: Bytes; publicKey: Bytes }> {
  const [, name = "", id = "", material = ""] = /^([^+\s]+)\+([0-9a-f]{8})\+(\S+)$/.exec(vkey.trim()) ?? [];
  const key = parseBase64(material);
  const computed = (await sha256(joinBytes(encodeUtf8(`${name}\n`), key))).slice(0, 4);
  if (key.length !== 33 || key[0] !== 1 || encodeHex(computed) !== id) throw new ClientError("log-not-valid");
  return { name, id: computed, publicKey: key.slice(1) };
}

function parseSignatureLine(line: string): { name: string; blob: Bytes } {
  const [, name, encoded] = /^\u2014 (\S+) (\S+)$/.exec(line) ?? [];
  const blob = parseBase64(encoded ?? "");
  if (name === undefined || blob.length <= 4) throw new ClientError("log-not-valid");
  return { name, blob };
}

/** Padded standard base64 in its one spelling; nothing when it is not. */
function parseBase64(text: string): Bytes {
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(text) || text.length % 4 !== 0) return new Uint8Array(0);
  const data = Uint8Array.from(atob(text), (symbol) => symbol.charCodeAt(0));
  return btoa(String.fromCharCode(...data)) === text ? data : new Uint8Array(0);
}

async function fetchLeaves(source: LogSource, size: number): Promise<Bytes[] | null> {
  const leaves: Bytes[] = [];
  for (let number = 0; number * BUNDLE_WIDTH < size; number++) {
    const width = Math.min(BUNDLE_WIDTH, size - number * BUNDLE_WIDTH);
    const file = await fetchBundle(source, number, width);
    if (file === null) return null;
    const entries = parseBundle(file);
    if (entries.length < width) throw new ClientError("log-not-valid");
    leaves.push(...entries.slice(0, width));
  }
  return leaves;
}

/** A partial bundle may have been replaced by the full one, which begins with it. */
async function fetchBundle(source: LogSource, number: number, width: number): Promise<Bytes | null> {
  const exact = await source.getFile(encodeBundlePath(number, width));
  return exact ?? (width < BUNDLE_WIDTH ? source.getFile(encodeBundlePath(number, BUNDLE_WIDTH)) : null);
}

/** C2SP tlog-tiles: 1234067 is x001/x234/067. */
export function encodeBundlePath(number: number, width: number): string {
  const groups =
    number
      .toString()
      .padStart(Math.ceil(number.toString().length / 3) * 3, "0")
      .match(/.{3}/g) ?? [];
  const path = groups.map((group, place) => (place < groups.length - 1 ? `x${group}` : group)).join("/");
  return `tile/entries/${path}${width < BUNDLE_WIDTH ? `.p/${width}` : ""}`;
}

export function parseBundle(file: Bytes): Bytes[] {
  const entries: Bytes[] = [];
  for (let place = 0; place < file.length; ) {
    const end = place + 2 + (file[place] ?? 0) * 256 + (file[place + 1] ?? 0);
    if (place + 2 > file.length || end > file.length) throw new ClientError("log-not-valid");
    entries.push(file.slice(place + 2, end));
    place = end;
  }
  return entries;
}

/** Reads every entry and checks the signatures of those after `trusted`: the root has shown that the rest is what was checked before. */
async function readEntries(leaves: readonly Bytes[], trusted: number): Promise<LogEntry[]> {
  const keys = new Map<string, Bytes>();
  const entries: LogEntry[] = [];
  const checks: Promise<boolean>[] = [];
  leaves.forEach((leaf, index) => {
    const { entry, signature, signed } = parseEntry(leaf, index);
    const key = keys.get(entry.by) ?? (isFirstLogKey(entry) ? readAdmittedKey(entry) : undefined);
    if (key === undefined) throw new ClientError("log-not-valid", { entry: index });
    if (index >= trusted) checks.push(isRawSignatureValid(key, signed, signature));
    // The log's own key is the first one for good (4.3).
    if (entry.kind === "door_admitted" && entry.by === "log") {
      const door = String(entry.body.door);
      if (door !== "log" || !keys.has("log")) keys.set(door, readAdmittedKey(entry));
    }
    entries.push(entry);
  });
  const bad = (await Promise.all(checks)).indexOf(false);
  if (bad >= 0) throw new ClientError("log-not-valid", { entry: trusted + bad });
  return entries;
}

function isFirstLogKey(entry: LogEntry): boolean {
  return entry.by === "log" && entry.kind === "door_admitted" && entry.body.door === "log";
}

function readAdmittedKey(entry: LogEntry): Bytes {
  return parseBase64url(entry.body.key, 32);
}

/** Reads the envelope of an entry of any kind (1.2). */
function parseEntry(leaf: Bytes, index: number): { entry: LogEntry; signature: Bytes; signed: Bytes } {
  const value = parseCanonicalJson(leaf);
  if (!isObject(value) || Object.keys(value).sort().join() !== MEMBERS)
    throw new ClientError("log-not-valid", { entry: index });
  const { sig, ...unsigned } = value;
  const entry = { index, ...readEnvelope(unsigned) };
  if (!isEntryFit(entry)) throw new ClientError("log-not-valid", { entry: index });
  return {
    entry,
    signature: parseBase64url(sig, 64),
    signed: inDomain("amanah/entry/v1", encodeCanonicalJson(unsigned)),
  };
}

function readEnvelope(value: JsonObject): Omit<LogEntry, "index"> {
  const { at, body, by, kind, ref, v } = value;
  const isReadable = v === 1 && isCount(at) && isObject(body) && isParty(by);
  if (!isReadable || typeof kind !== "string" || (ref !== null && typeof ref !== "string"))
    throw new ClientError("log-not-valid");
  return { at: at as number, by: by as string, kind, ref, body };
}
