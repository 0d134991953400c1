import { openSeed } from "./cards.js";
import { encodeBase45, encodeHex, joinBytes, parseBase45, parseHex, sha256 } from "./encoding.js";
import { ClientError } from "./errors.js";
import { computeChallengeDigest } from "./occasions.js";
import { encodeTokenInput, isTokenValid, parseToken } from "./passes.js";
const PREFIX = "AMANAH:";
const LENGTH = 297;
export async function toPresencePass(pass) {
    const { publicKey } = await openSeed(pass.seed);
    return {
        version: 1,
        occasion: pass.occasion,
        key: publicKey,
        authenticator: parseToken(pass.token).authenticator,
    };
}
export function toPaperPass(pass) {
    return {
        version: 2,
        occasion: pass.occasion,
        key: pass.seed,
        authenticator: parseToken(pass.token).authenticator,
    };
}
export function encodeCompactPass(compact) {
    const { version, occasion, key, authenticator } = compact;
    return PREFIX + encodeBase45(joinBytes(Uint8Array.of(version), parseHex(occasion, 8), key, authenticator));
}
export function parseCompactPass(text) {
    const data = text.startsWith(PREFIX) ? parseBase45(text.slice(PREFIX.length)) : new Uint8Array(0);
    const version = data[0];
    if (data.length !== LENGTH || (version !== 1 && version !== 2))
        throw new ClientError("not-a-compact-pass");
    return {
        version,
        occasion: encodeHex(data.slice(1, 9)),
        key: data.slice(9, 41),
        authenticator: data.slice(41),
    };
}
export async function readCompactPass(compact, descriptor, key) {
    if (compact.occasion !== descriptor.occasion)
        return null;
    const seed = compact.version === 2 ? compact.key : null;
    const publicKey = seed ? (await openSeed(seed)).publicKey : compact.key;
    const digest = await computeChallengeDigest(descriptor);
    const input = encodeTokenInput(await sha256(publicKey), digest, key.tokenKeyId);
    const token = joinBytes(input, compact.authenticator);
    return (await isTokenValid(key, token)) ? { occasion: descriptor.occasion, token, publicKey, seed } : null;
}
