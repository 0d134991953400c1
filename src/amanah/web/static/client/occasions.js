import { encodeCanonicalJson, encodeInteger, encodeUtf8, isObject, joinBytes, sha256, } from "./encoding.js";
import { ClientError } from "./errors.js";
export const TOKEN_TYPE = 0x0002;
const MEMBERS = "closes_at,community,kind,occasion,opens_at,programme,v";
const SLUG = /^[a-z0-9]+(-[a-z0-9]+)*$/;
export function parseDescriptor(value) {
    if (!isDescriptor(value) || value.opens_at >= value.closes_at)
        throw new ClientError("not-an-occasion");
    const { closes_at, community, kind, occasion, opens_at, programme, v } = value;
    return { closes_at, community, kind, occasion, opens_at, programme, v };
}
export function isDescriptor(value) {
    if (!isObject(value) || Object.keys(value).sort().join() !== MEMBERS)
        return false;
    const { closes_at, community, kind, occasion, opens_at, programme, v } = value;
    return ((kind === "join" || kind === "session" || kind === "survey") &&
        v === 1 &&
        isTime(opens_at) &&
        isTime(closes_at) &&
        isSlug(community) &&
        isOccasionId(occasion) &&
        (kind === "join" ? programme === null : isSlug(programme)));
}
export function isOccasionId(value) {
    return typeof value === "string" && /^[0-9a-f]{16}$/.test(value);
}
function isTime(value) {
    return Number.isSafeInteger(value) && value >= 0;
}
function isSlug(value) {
    return typeof value === "string" && value.length <= 64 && SLUG.test(value);
}
export function encodeDescriptor(descriptor) {
    return encodeCanonicalJson({ ...descriptor });
}
export function computeOccasionHash(descriptor) {
    return sha256(encodeDescriptor(descriptor));
}
export async function computeChallengeDigest(descriptor) {
    const issuer = encodeUtf8(`${descriptor.community}.amanah`);
    const context = await computeOccasionHash(descriptor);
    return sha256(encodeChallenge(issuer, context, new Uint8Array(0)));
}
export function encodeChallenge(issuer, context, origin) {
    return joinBytes(encodeInteger(TOKEN_TYPE, 2), encodeInteger(issuer.length, 2), issuer, encodeInteger(context.length, 1), context, encodeInteger(origin.length, 2), origin);
}
