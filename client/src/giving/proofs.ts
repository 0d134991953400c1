/** What Ed25519 signs under a credential (spec/credentials.md 3.1), computed from the document itself in both cryptosuites; it fetches nothing. */

import {
  type Bytes,
  encodeCanonicalJson,
  encodeUtf8,
  type JsonObject,
  joinBytes,
  sha256,
} from "../encoding.js";
import type { GiverKey } from "./keys.js";

export const SUITES = ["eddsa-jcs-2022", "eddsa-rdfc-2022"] as const;
export type Suite = (typeof SUITES)[number];

/** Gives a document as canonical N-Quads, and refuses one of which any word would get lost. */
export type Canonize = (document: JsonObject) => Promise<string>;

/** Hash of the proof's options, then hash of the document: 64 bytes. */
export async function computeProofInput(
  document: JsonObject,
  suite: Suite,
  did: string,
  created: string,
  canonize: Canonize,
): Promise<Bytes> {
  const write = async (value: JsonObject) =>
    suite === "eddsa-jcs-2022" ? encodeCanonicalJson(value) : encodeUtf8(await canonize(value));
  const options = buildProofOptions(document, suite, did, created);
  return joinBytes(await sha256(await write(options)), await sha256(await write(document)));
}

export async function signDocument(
  document: JsonObject,
  key: GiverKey,
  created: string,
  canonize: Canonize,
): Promise<Record<Suite, Bytes>> {
  const sign = async (suite: Suite): Promise<Bytes> => {
    const input = await computeProofInput(document, suite, key.did, created, canonize);
    return new Uint8Array(await crypto.subtle.sign("Ed25519", key.signingKey, input));
  };
  return {
    "eddsa-jcs-2022": await sign("eddsa-jcs-2022"),
    "eddsa-rdfc-2022": await sign("eddsa-rdfc-2022"),
  };
}

/** Whole seconds in UTC, as every time of a credential is written. */
export function encodeTime(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace(/\.\d+Z$/, "Z");
}

function buildProofOptions(document: JsonObject, suite: Suite, did: string, created: string): JsonObject {
  return {
    "@context": document["@context"] ?? null,
    type: "DataIntegrityProof",
    cryptosuite: suite,
    created,
    verificationMethod: `${did}#${did.slice("did:key:".length)}`,
    proofPurpose: "assertionMethod",
  };
}
