/** What a pass is for: descriptor, occasion hash and challenge (spec/passes.md 1); it knows no member. */

import {
  type Bytes,
  encodeCanonicalJson,
  encodeInteger,
  encodeUtf8,
  isObject,
  type Json,
  type JsonObject,
  joinBytes,
  sha256,
} from "./encoding.js";
import { ClientError } from "./errors.js";

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
const MEMBERS = "closes_at,community,kind,occasion,opens_at,programme,v";
const SLUG = /^[a-z0-9]+(-[a-z0-9]+)*$/;

export function parseDescriptor(value: Json | undefined): OccasionDescriptor {
  if (!isDescriptor(value) || value.opens_at >= value.closes_at) throw new ClientError("not-an-occasion");
  const { closes_at, community, kind, occasion, opens_at, programme, v } = value;
  return { closes_at, community, kind, occasion, opens_at, programme, v };
}

/** The form that the log asks for; that it opens before it closes is for `parseDescriptor` to say. */
export function isDescriptor(value: Json | undefined): value is JsonObject & OccasionDescriptor {
  if (!isObject(value) || Object.keys(value).sort().join() !== MEMBERS) return false;
  const { closes_at, community, kind, occasion, opens_at, programme, v } = value;
  return (
    (kind === "join" || kind === "session" || kind === "survey") &&
    v === 1 &&
    isTime(opens_at) &&
    isTime(closes_at) &&
    isSlug(community) &&
    isOccasionId(occasion) &&
    (kind === "join" ? programme === null : isSlug(programme))
  );
}

export function isOccasionId(value: Json | undefined): value is string {
  return typeof value === "string" && /^[0-9a-f]{16}$/.test(value);
}

function isTime(value: Json | undefined): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function isSlug(value: Json | undefined): value is string {
  return typeof value === "string" && value.length <= 64 && SLUG.test(value);
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
