/** What a pass is for: descriptor, occasion hash and challenge (spec/passes.md 1); it knows no member. */

import {
  type Bytes,
  encodeCanonicalJson,
  encodeInteger,
  encodeUtf8,
  type Json,
  type JsonObject,
  joinBytes,
  sha256,
} from "./encoding.js";
import { ClientError } from "./errors.js";
import { isCount, isEither, isExactly, isId, isNull, isOneOf, isSlug } from "./shapes.js";

export type OccasionKind = "join" | "session" | "survey";

export interface OccasionDescriptor {
  readonly closes_at: number;
  readonly community: string;
  readonly kind: OccasionKind;
  readonly occasion: string;
  readonly opens_at: number;
  readonly programme: string | null;
  readonly v: 1;
}

export const TOKEN_TYPE = 0x0002;
const hasMembers = isExactly({
  closes_at: isCount,
  community: isSlug,
  kind: isOneOf("join", "session", "survey"),
  occasion: isId,
  opens_at: isCount,
  programme: isEither(isNull, isSlug),
  v: isOneOf(1),
});

export function parseDescriptor(value: Json | undefined): OccasionDescriptor {
  if (!isDescriptor(value) || value.opens_at >= value.closes_at) throw new ClientError("not-an-occasion");
  return value;
}

/** The form that the log asks for; that it opens before it closes is for `parseDescriptor` to say. */
export function isDescriptor(value: Json | undefined): value is JsonObject & OccasionDescriptor {
  return hasMembers(value) && (value.programme === null) === (value.kind === "join");
}

export function encodeDescriptor(descriptor: OccasionDescriptor): Bytes {
  return encodeCanonicalJson({ ...descriptor });
}

export function computeOccasionHash(descriptor: OccasionDescriptor): Promise<Bytes> {
  return sha256(encodeDescriptor(descriptor));
}

/** SHA-256 of the RFC 9577 TokenChallenge. */
export async function computeChallengeDigest(descriptor: OccasionDescriptor): Promise<Bytes> {
  const issuer = encodeUtf8(`${descriptor.community}.amanah`);
  const context = await computeOccasionHash(descriptor);
  return sha256(encodeChallenge(issuer, context, new Uint8Array(0)));
}

export function encodeChallenge(issuer: Uint8Array, context: Uint8Array, origin: Uint8Array): Bytes {
  return joinBytes(
    encodeInteger(TOKEN_TYPE, 2),
    encodeInteger(issuer.length, 2),
    issuer,
    encodeInteger(context.length, 1),
    context,
    encodeInteger(origin.length, 2),
    origin,
  );
}
