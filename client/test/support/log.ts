/** A public log in memory, written after spec/public_log.md with node's own Ed25519: what the client reads is signed by other code than checks it. */

import { createHash, createPrivateKey, createPublicKey, type KeyObject, sign } from "node:crypto";
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

export class MemoryLog {
  leaves: Bytes[] = [];
  readonly checkpointKey = makeSigner("checkpoint");
  readonly offices: Record<string, Signer> = {};
  /** Only these widths of the last bundle are served besides full ones; null serves the published size alone. */
  served: number[] | null = null;

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
    return `${text}\n\u2014 ${ORIGIN} ${line}\n`;
  }

  getFile(path: string): Bytes | null {
    if (path === "checkpoint") return new Uint8Array(Buffer.from(this.checkpoint()));
    for (let number = 0; number * 256 < this.leaves.length; number++) {
      const here = this.leaves.slice(number * 256, number * 256 + 256);
      const widths = here.length === 256 ? [256, ...(this.served ?? [])] : (this.served ?? [here.length]);
      const width = widths.find((candidate) => encodeBundlePath(number, candidate) === path);
      if (width !== undefined) return encodeBundle(here.slice(0, width));
    }
    return null;
  }

  source(): LogSource {
    return { origin: ORIGIN, vkey: this.vkey, getFile: async (path) => this.getFile(path) };
  }

  #keyId(): Buffer {
    return Buffer.from(hash(Buffer.from(`${ORIGIN}\n\u0001`), this.checkpointKey.public).subarray(0, 4));
  }
}

function encodeBundle(entries: readonly Bytes[]): Bytes {
  return joinBytes(
    ...entries.flatMap((entry) => [Uint8Array.of(entry.length >> 8, entry.length & 255), entry]),
  );
}
