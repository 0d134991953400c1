/** Reading the public log (spec/public_log.md 3, 4): everything is fetched by everybody and checked before a word of it is believed. */

import { makeVerifier, type Verifier } from "./cards.js";
import {
  type Checkpoint,
  type LogPolicy,
  refuseBroken,
  type SeenCheckpoint,
  verifyCheckpoint,
} from "./checkpoints.js";
import {
  areBytesEqual,
  type Bytes,
  encodeBase64url,
  encodeCanonicalJson,
  inDomain,
  isObject,
  type Json,
  type JsonObject,
  joinBytes,
  parseBase64url,
  parseCanonicalJson,
  sha256,
} from "./encoding.js";
import { ClientError } from "./errors.js";
import { isEntryFit, isParty } from "./log_schemas.js";
import { isBytes, isCount, isEither, isExactly, isNull, isOneOf } from "./shapes.js";

export interface LogSource extends LogPolicy {
  /** The bytes of a file below the log's address; null when there is none. */
  readonly getFile: (path: string) => Promise<Bytes | null>;
}

export interface LogEntry {
  readonly index: number;
  readonly at: number;
  readonly by: string;
  readonly kind: string;
  readonly ref: string | null;
  readonly body: JsonObject;
}

export interface LogView extends Checkpoint {
  readonly entries: readonly LogEntry[];
  /** The signed note as it came, to be shown as evidence. */
  readonly note: string;
  /** The newest sign of life (4.6), in UTC seconds. */
  readonly aliveAt: number;
}

export type Progress = (done: number, of: number) => void;

const BUNDLE_WIDTH = 256;
const ATTEMPTS = 3;
const STALE_SECONDS = 26 * 3600;

/** Fetches the whole log and makes every check of 4.1 to 4.5 against what this device saw before. */
export async function readLog(
  source: LogSource,
  seen: SeenCheckpoint | null,
  progress: Progress = () => undefined,
): Promise<LogView> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const file = await source.getFile("checkpoint");
    if (file === null) break;
    // A mark at its beginning is kept and bytes that are no text become U+FFFD, so that both are refused.
    const note = new TextDecoder("utf-8", { ignoreBOM: true }).decode(file);
    try {
      const view = await readLogUnder(note, source, seen, progress);
      // A partial bundle may vanish between two requests; then the log has moved on.
      if (view) return view;
    } catch (error) {
      // What a rule of the log did not hold for is shown with what the device saw.
      if (!(error instanceof ClientError && error.evidence)) throw error;
      const before = seen && { size: seen.size, root: encodeBase64url(seen.root), note: seen.note ?? null };
      throw new ClientError(error.code, { ...error.evidence, checkpoint: note, seen: before });
    }
  }
  throw new ClientError("log-unreachable");
}

/** Tells whether a log has given no sign of life for so long that it may be an old copy (4.6). */
export function isStale({ aliveAt }: LogView, now: number): boolean {
  return now - aliveAt > STALE_SECONDS;
}

/** What may be blinded only on a log that is alive asks here first. */
export function requireFresh(view: LogView, now: number): void {
  if (isStale(view, now))
    throw new ClientError("log-stale", { checkpoint: view.note, aliveAt: view.aliveAt });
}

async function readLogUnder(
  note: string,
  source: LogSource,
  seen: SeenCheckpoint | null,
  progress: Progress,
): Promise<LogView | null> {
  const checkpoint = await verifyCheckpoint(note, source);
  const { size, root, witnessedAt } = checkpoint;
  if (seen && size < seen.size) throw new ClientError("log-shrank", {});
  const leaves = await fetchLeaves(source, size);
  if (leaves === null) return null;
  const hashes = await Promise.all(leaves.map(computeLeafHash));
  if (!areBytesEqual(await computeRoot(hashes), root)) throw refuseBroken("root");
  if (seen && !areBytesEqual(await computeRoot(hashes.slice(0, seen.size)), seen.root))
    throw new ClientError("log-rewritten", {});
  const entries = await readEntries(leaves, seen?.size ?? 0, progress);
  return { ...checkpoint, note, entries, aliveAt: witnessedAt ?? entries.at(-1)?.at ?? 0 };
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

async function fetchLeaves(source: LogSource, size: number): Promise<Bytes[] | null> {
  const leaves: Bytes[] = [];
  for (let number = 0; number * BUNDLE_WIDTH < size; number++) {
    const width = Math.min(BUNDLE_WIDTH, size - number * BUNDLE_WIDTH);
    const file = encodeBundlePath(number, width);
    // A partial bundle may have been replaced by the full one, which begins with it.
    const bundle =
      (await source.getFile(file)) ?? (await source.getFile(encodeBundlePath(number, BUNDLE_WIDTH)));
    if (bundle === null) return null;
    const entries = parseBundle(bundle);
    if (entries.length < width || entries.length > BUNDLE_WIDTH) throw refuseBroken("bundle", { file });
    leaves.push(...entries.slice(0, width));
  }
  return leaves;
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

/** The entries of a bundle; none when it is cut off. */
export function parseBundle(file: Bytes): Bytes[] {
  const entries: Bytes[] = [];
  for (let place = 0; place < file.length; ) {
    const end = place + 2 + (file[place] ?? 0) * 256 + (file[place + 1] ?? 0);
    if (place + 2 > file.length || end > file.length) return [];
    entries.push(file.slice(place + 2, end));
    place = end;
  }
  return entries;
}

/** Reads every entry and checks the signatures of those after `trusted`: the root has shown that the rest is what was checked before. */
async function readEntries(
  leaves: readonly Bytes[],
  trusted: number,
  progress: Progress,
): Promise<LogEntry[]> {
  const keys = new Map<string, Verifier>();
  const entries: LogEntry[] = [];
  // Bundle by bundle, so that a page stays alive over a long log.
  for (let start = 0; start < leaves.length; start += BUNDLE_WIDTH) {
    const checks = leaves.slice(start, start + BUNDLE_WIDTH).map((leaf) => {
      const index = entries.length;
      const { entry, signature, signed } = parseEntry(leaf, index);
      const { kind, by, body } = entry;
      const door = kind === "door_admitted" ? String(body.door) : "";
      const admit = () => keys.set(door, makeVerifier(parseBase64url(body.key)));
      // The log's own key is the first one for good (4.3).
      if (index === 0 && door === "log") admit();
      const isSigned = keys.get(by);
      if (!isSigned) throw refuseBroken("office", { entry: index });
      if (door && door !== "log") admit();
      entries.push(entry);
      return index < trusted || isSigned(signed, signature);
    });
    const bad = (await Promise.all(checks)).indexOf(false);
    if (bad >= 0) throw refuseBroken("entry-signature", { entry: start + bad });
    progress(entries.length, leaves.length);
  }
  return entries;
}

const isString = (value: unknown) => typeof value === "string";
const isEnvelope = isExactly({
  at: isCount,
  body: isObject,
  by: isParty,
  kind: isString,
  ref: isEither(isNull, isString),
  sig: isBytes(64),
  v: isOneOf(1),
});

/** Reads an entry of any kind (1.1 to 1.4). */
export function parseEntry(leaf: Bytes, index: number): { entry: LogEntry; signature: Bytes; signed: Bytes } {
  let value: Json = null;
  try {
    value = parseCanonicalJson(leaf);
  } catch {
    // It is no envelope then.
  }
  if (isEnvelope(value)) {
    const { sig, ...unsigned } = value;
    const entry = { index, ...unsigned } as unknown as LogEntry;
    const signed = inDomain("amanah/entry/v1", encodeCanonicalJson(unsigned));
    if (isEntryFit(entry)) return { entry, signature: parseBase64url(sig), signed };
  }
  throw refuseBroken("entry", { entry: index });
}
