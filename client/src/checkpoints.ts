/** Checkpoints and who stands behind them (spec/public_log.md 3.2, 6.4, 7.2): a signed note, its cosignatures, and the policy that judges both. It believes no key that it was not given. */

import { isRawSignatureValid } from "./cards.js";
import { areBytesEqual, type Bytes, encodeHex, encodeUtf8, joinBytes, sha256 } from "./encoding.js";
import { ClientError } from "./errors.js";
import { readNumber } from "./numbers.js";

/** Whom a reader believes, as the page tells it; vkeys are C2SP verifier key lines. */
export interface LogPolicy {
  readonly origin: string;
  readonly vkey: string;
  /** Name and vkey. */
  readonly witnesses: readonly (readonly [string, string])[];
  /** Name, how many must have cosigned, and of whom: witnesses or earlier groups. */
  readonly groups: readonly (readonly [string, number, readonly string[]])[];
  /** The witness or group that must have cosigned, or "none". */
  readonly quorum: string;
}

/** What a device remembers so that it can never be shown another past. */
export interface SeenCheckpoint {
  readonly size: number;
  readonly root: Bytes;
  /** The signed note itself: beside another one it proves to everybody that the log told two stories. */
  readonly note?: string;
}

/** Who saw a checkpoint, and when. */
export interface Testimony {
  /** UTC seconds, by the name of the witness. */
  readonly seenAt: ReadonlyMap<string, number>;
  /** The smallest number of witnesses that meets the quorum. */
  readonly needed: number;
  /** UTC seconds since when enough of them have seen it (4.6); null where none is needed. */
  readonly witnessedAt: number | null;
}

export type Checkpoint = SeenCheckpoint & Testimony;

interface SignatureLine {
  readonly name: string;
  readonly blob: Bytes;
}

const LONGEST_NOTE = 65_536;
const MOST_SIGNATURES = 100;
const [SIGNER, COSIGNER] = [1, 4];

/** What was broken, and where: for the page to say in words, and for the member to show. */
export function refuseBroken(broken: string, where: Readonly<Record<string, unknown>> = {}): ClientError {
  return new ClientError("log-not-valid", { broken, ...where });
}

/** Opens a signed note under a policy (7.2): a bad signature by a key that it knows is never skipped. */
export async function verifyCheckpoint(note: string, policy: LogPolicy): Promise<Checkpoint> {
  const gap = note.lastIndexOf("\n\n");
  const text = note.slice(0, gap + 1);
  const lines = note
    .slice(gap + 2, -1)
    .split("\n")
    .map(parseSignatureLine);
  const [origin, size = "", root = "", ...extensions] = text.slice(0, -1).split("\n");
  const hash = parseBase64(root);
  const isReadable =
    // What is left out are control characters, and U+FFFD for bytes that were no text.
    !/[^\n -\ufffc\u{10000}-\u{10ffff}]/u.test(note) &&
    note.length <= LONGEST_NOTE &&
    lines.length <= MOST_SIGNATURES &&
    note.endsWith("\n") &&
    origin === policy.origin &&
    /^(0|[1-9]\d{0,14})$/.test(size) &&
    hash.length === 32 &&
    !extensions.includes("");
  if (gap < 0 || !isReadable) throw refuseBroken("checkpoint");
  const [signed] = await readTimes(text, lines, policy.vkey, SIGNER, refuseBroken("signature"));
  if (signed === undefined) throw refuseBroken("signature");
  const seenAt = new Map<string, number>();
  for (const [witness, vkey] of policy.witnesses) {
    const times = await readTimes(text, lines, vkey, COSIGNER, refuseBroken("cosignature", { witness }));
    if (times.length > 0) seenAt.set(witness, Math.max(...times));
  }
  return { size: Number(size), root: hash, ...judge(policy, seenAt) };
}

function judge(policy: LogPolicy, seenAt: ReadonlyMap<string, number>): Testimony {
  if (policy.quorum === "none") return { seenAt, needed: 0, witnessedAt: null };
  const needed = countNeeded(policy);
  const since = (time: number) => [...seenAt].filter(([, at]) => at >= time).map(([name]) => name);
  const newestFirst = [...seenAt.values()].sort((a, b) => b - a);
  const witnessedAt = newestFirst.find((time) => isMet(policy, since(time)));
  if (witnessedAt === undefined)
    throw new ClientError("log-not-witnessed", { witnessed: [...seenAt.keys()], needed });
  return { seenAt, needed, witnessedAt };
}

function isMet({ groups, quorum }: LogPolicy, names: readonly string[]): boolean {
  const met = new Set(names);
  for (const [name, least, members] of groups)
    if (members.filter((member) => met.has(member)).length >= least) met.add(name);
  return met.has(quorum);
}

function countNeeded({ witnesses, groups, quorum }: LogPolicy): number {
  const counts = new Map(witnesses.map(([name]) => [name, 1]));
  for (const [name, least, members] of groups) {
    const each = members.map((member) => counts.get(member) ?? Number.NaN).sort((a, b) => a - b);
    counts.set(
      name,
      each.slice(0, least).reduce((sum, count) => sum + count, 0),
    );
  }
  return counts.get(quorum) ?? Number.NaN;
}

/** When the owner of a key says it saw the text, once for each of its lines; a log's own line tells no time. */
async function readTimes(
  text: string,
  lines: readonly SignatureLine[],
  vkey: string,
  type: number,
  refusal: ClientError,
): Promise<number[]> {
  const key = await parseVerifierKey(vkey, type);
  const times: number[] = [];
  for (const { name, blob } of lines) {
    if (name !== key.name || !areBytesEqual(blob.subarray(0, 4), key.id)) continue;
    const time = type === COSIGNER ? readNumber(blob.subarray(4, 12)) : 1n;
    const message = type === COSIGNER ? `cosignature/v1\ntime ${time}\n${text}` : text;
    const signature = blob.slice(type === COSIGNER ? 12 : 4);
    const isTime = time > 0n && time >> 63n === 0n;
    if (!isTime || !(await isRawSignatureValid(key.publicKey, encodeUtf8(message), signature))) throw refusal;
    times.push(Number(time));
  }
  return times;
}

async function parseVerifierKey(
  vkey: string,
  type: number,
): Promise<{ name: string; id: Bytes; publicKey: Bytes }> {
  const [, name = "", id = "", material = ""] = /^([^+\s]+)\+([0-9a-f]{8})\+(\S+)$/.exec(vkey.trim()) ?? [];
  const key = parseBase64(material);
  const computed = (await sha256(joinBytes(encodeUtf8(`${name}\n`), key))).slice(0, 4);
  if (key.length !== 33 || key[0] !== type || encodeHex(computed) !== id) throw refuseBroken("policy");
  return { name, id: computed, publicKey: key.slice(1) };
}

function parseSignatureLine(line: string): SignatureLine {
  const [, name = "", encoded = ""] = /^\u2014 ([^+\s]{1,255}) (\S+)$/.exec(line) ?? [];
  const blob = parseBase64(encoded);
  if (blob.length <= 4) throw refuseBroken("checkpoint");
  return { name, blob };
}

/** Padded standard base64 in its one spelling; nothing when it is not. */
function parseBase64(text: string): Bytes {
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(text) || text.length % 4 !== 0) return new Uint8Array(0);
  const data = Uint8Array.from(atob(text), (symbol) => symbol.charCodeAt(0));
  return btoa(String.fromCharCode(...data)) === text ? data : new Uint8Array(0);
}
