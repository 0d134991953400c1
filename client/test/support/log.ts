/** A public log in memory, written after spec/public_log.md with node's own Ed25519: what the client reads is signed by other code than checks it. */

import { createHash, createPrivateKey, createPublicKey, type KeyObject, sign } from "node:crypto";
import type { LogPolicy } from "../../src/checkpoints.js";
import {
  type Bytes,
  encodeBase64url,
  encodeCanonicalJson,
  type JsonObject,
  joinBytes,
} from "../../src/encoding.js";
import { encodeBundlePath, type LogSource } from "../../src/public_log.js";

const PKCS8 = Buffer.from("302e020100300506032b657004220420", "hex");
export const ORIGIN = "riverside.amanah/log";

interface Signer {
  readonly private: KeyObject;
  readonly public: Bytes;
}

function makeSigner(label: string): Signer {
  const seed = createHash("sha256").update(label).digest();
  const key = createPrivateKey({ key: Buffer.concat([PKCS8, seed]), format: "der", type: "pkcs8" });
  const spki = createPublicKey(key).export({ format: "der", type: "spki" });
  return { private: key, public: new Uint8Array(spki.subarray(-32)) };
}

function hash(...parts: Uint8Array[]): Bytes {
  return new Uint8Array(
    createHash("sha256")
      .update(joinBytes(...parts))
      .digest(),
  );
}

/** RFC 6962 section 2.1, by its own recursive definition. */
export function treeHash(leaves: readonly Bytes[]): Bytes {
  const [only] = leaves;
  if (only === undefined) return hash();
  if (leaves.length === 1) return hash(Uint8Array.of(0), only);
  let split = 1;
  while (split * 2 < leaves.length) split *= 2;
  return hash(Uint8Array.of(1), treeHash(leaves.slice(0, split)), treeHash(leaves.slice(split)));
}

/** The policy of a reader that was given the log's key and nothing else. */
export function trustKey(origin: string, vkey: string): LogPolicy {
  return { origin, vkey, witnesses: [], groups: [], quorum: "none" };
}

/** A witness of a log in memory: its name is also the one that the policy gives it. */
export class MemoryWitness {
  readonly key: Signer;

  constructor(readonly name: string) {
    this.key = makeSigner(name);
  }

  get vkey(): string {
    const material = joinBytes(Uint8Array.of(4), this.key.public);
    return `${this.name}+${this.keyId().toString("hex")}+${Buffer.from(material).toString("base64")}`;
  }

  keyId(): Buffer {
    return Buffer.from(hash(Buffer.from(`${this.name}\n\u0004`), this.key.public).subarray(0, 4));
  }

  /** tlog-cosignature/v1. */
  cosign(text: string, at: number): string {
    const time = Buffer.alloc(8);
    time.writeBigUInt64BE(BigInt(at));
    const message = Buffer.from(`cosignature/v1\ntime ${at}\n${text}`);
    const blob = Buffer.concat([this.keyId(), time, sign(null, message, this.key.private)]);
    return `\u2014 ${this.name} ${blob.toString("base64")}\n`;
  }
}

export class MemoryLog {
  leaves: Bytes[] = [];
  readonly checkpointKey = makeSigner("checkpoint");
  readonly offices: Record<string, Signer> = {};
  /** Only these widths of the last bundle are served besides full ones; null serves the published size alone. */
  served: number[] | null = null;
  /** Those whom readers know, and how many of them they ask for. */
  witnesses: MemoryWitness[] = [];
  least = 0;
  /** When each witness saw the newest checkpoint; one without a time has not seen it. */
  seenAt: Record<string, number> = {};

  constructor() {
    for (const by of ["log", "card-door", "programme-door", "request-door"]) {
      this.offices[by] = makeSigner(by);
      this.admit(by);
    }
  }

  admit(door: string): void {
    this.add("log", "door_admitted", null, {
      door,
      key: encodeBase64url(this.offices[door]?.public ?? new Uint8Array(0)),
    });
  }

  add(by: string, kind: string, ref: string | null, body: JsonObject, signedBy = by): void {
    const unsigned = { at: 1_763_800_000 + this.leaves.length, body, by, kind, ref, v: 1 };
    const signer = this.offices[signedBy];
    if (!signer) throw new Error(`no office ${signedBy}`);
    const message = joinBytes(Buffer.from("amanah/entry/v1\0"), encodeCanonicalJson(unsigned));
    const sig = encodeBase64url(sign(null, message, signer.private));
    this.leaves.push(encodeCanonicalJson({ ...unsigned, sig }));
  }

  get vkey(): string {
    const material = joinBytes(Uint8Array.of(1), this.checkpointKey.public);
    return `${ORIGIN}+${this.#keyId().toString("hex")}+${Buffer.from(material).toString("base64")}`;
  }

  checkpoint(size = this.leaves.length): string {
    const root = Buffer.from(treeHash(this.leaves.slice(0, size))).toString("base64");
    const text = `${ORIGIN}\n${size}\n${root}\n`;
    const signature = sign(null, Buffer.from(text), this.checkpointKey.private);
    const line = Buffer.concat([this.#keyId(), signature]).toString("base64");
    const seen = this.witnesses.filter(({ name }) => this.seenAt[name] !== undefined);
    const lines = seen.map((witness) => witness.cosign(text, this.seenAt[witness.name] ?? 0));
    return `${text}\n\u2014 ${ORIGIN} ${line}\n${lines.join("")}`;
  }

  get policy(): LogPolicy {
    const names = this.witnesses.map(({ name }) => name);
    return {
      ...trustKey(ORIGIN, this.vkey),
      witnesses: this.witnesses.map(({ name, vkey }) => [name, vkey] as const),
      groups: this.least > 0 ? [["sisters", this.least, names]] : [],
      quorum: this.least > 0 ? "sisters" : "none",
    };
  }

  getFile(path: string): Bytes | null {
    if (path === "checkpoint") return new Uint8Array(Buffer.from(this.checkpoint()));
    const [, level, ...rest] = /^tile\/(\d+)\/(\d{3})(?:\.p\/(\d+))?$/.exec(path) ?? [];
    if (level !== undefined) return this.tile(Number(level), Number(rest[0]), Number(rest[1] ?? 256));
    for (let number = 0; number * 256 < this.leaves.length; number++) {
      const here = this.leaves.slice(number * 256, number * 256 + 256);
      const widths = here.length === 256 ? [256, ...(this.served ?? [])] : (this.served ?? [here.length]);
      const width = widths.find((candidate) => encodeBundlePath(number, candidate) === path);
      if (width !== undefined) return encodeBundle(here.slice(0, width));
    }
    return null;
  }

  /** tlog-tiles: each hash stands over 256^level leaves. */
  tile(level: number, number: number, width: number): Bytes | null {
    const each = 256 ** level;
    const start = number * 256 * each;
    if (this.leaves.length < start + width * each) return null;
    const places = Array.from({ length: width }, (_, place) => start + place * each);
    return joinBytes(...places.map((place) => treeHash(this.leaves.slice(place, place + each))));
  }

  source(): LogSource {
    return { ...this.policy, getFile: async (path) => this.getFile(path) };
  }

  #keyId(): Buffer {
    return Buffer.from(hash(Buffer.from(`${ORIGIN}\n\u0001`), this.checkpointKey.public).subarray(0, 4));
  }
}

export function encodeBundle(entries: readonly Bytes[]): Bytes {
  return joinBytes(
    ...entries.flatMap((entry) => [Uint8Array.of(entry.length >> 8, entry.length & 255), entry]),
  );
}
