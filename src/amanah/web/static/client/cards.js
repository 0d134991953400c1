import { computeRevocationHash, encodeCode, SECRET_LENGTH } from "./codes.js";
import { encodeUtf8, inDomain, joinBytes, parseBase64url, parseHex } from "./encoding.js";
import { ClientError } from "./errors.js";
import { encodeLeaveBody, encodeRegisterBody, encodeWaveBody } from "./messages.js";
export const SEED_LENGTH = 32;
const PKCS8_PREFIX = parseHex("302e020100300506032b657004220420");
export function drawCardSecrets(random) {
    return { secret: random(SECRET_LENGTH), slip: random(SECRET_LENGTH) };
}
export async function encodeCardCodes(secrets) {
    return {
        backup: await encodeCode("card", secrets.secret),
        revocation: await encodeCode("revocation", secrets.slip),
    };
}
export async function openCard(secret, slip) {
    const seed = await deriveCardSeed(secret);
    const { publicKey, signingKey } = await openSeed(seed);
    return { publicKey, signingKey, revocationHash: slip && (await computeRevocationHash(slip)) };
}
export async function deriveCardSeed(secret) {
    const material = await crypto.subtle.importKey("raw", secret, "HKDF", false, ["deriveBits"]);
    const info = encodeUtf8("amanah/card-key/v1");
    const scheme = { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(0), info };
    return new Uint8Array(await crypto.subtle.deriveBits(scheme, material, 8 * SEED_LENGTH));
}
export async function openSeed(seed) {
    const pkcs8 = joinBytes(PKCS8_PREFIX, seed);
    try {
        const copy = await crypto.subtle.importKey("pkcs8", pkcs8, "Ed25519", true, ["sign"]);
        const { x } = await crypto.subtle.exportKey("jwk", copy);
        const signingKey = await crypto.subtle.importKey("pkcs8", pkcs8, "Ed25519", false, ["sign"]);
        return { publicKey: parseBase64url(x, SEED_LENGTH), signingKey };
    }
    catch {
        throw new ClientError("browser-too-old");
    }
}
export async function findBrowserProblem() {
    if (globalThis.crypto?.subtle === undefined)
        return "connection-not-secure";
    if (typeof indexedDB === "undefined")
        return "storage-unavailable";
    try {
        const seed = new Uint8Array(SEED_LENGTH);
        const { publicKey, signingKey } = await openSeed(seed);
        const signature = await signInDomain(signingKey, "amanah/self-check/v1", seed);
        const isRight = await isSignatureValid(publicKey, "amanah/self-check/v1", seed, signature);
        return isRight ? null : "browser-too-old";
    }
    catch {
        return "browser-too-old";
    }
}
export async function isBrowserFit() {
    return (await findBrowserProblem()) === null;
}
export async function signInDomain(signingKey, domain, ...parts) {
    return new Uint8Array(await crypto.subtle.sign("Ed25519", signingKey, inDomain(domain, ...parts)));
}
export function isSignatureValid(publicKey, domain, message, signature) {
    return isRawSignatureValid(publicKey, inDomain(domain, message), signature);
}
export async function isRawSignatureValid(publicKey, message, signature) {
    try {
        const key = await crypto.subtle.importKey("raw", publicKey, "Ed25519", false, ["verify"]);
        return await crypto.subtle.verify("Ed25519", key, signature, message);
    }
    catch {
        return false;
    }
}
export async function signRegisterBody(card, token) {
    if (card.revocationHash === null)
        throw new ClientError("wrong-step");
    const unsigned = encodeRegisterBody(card.publicKey, card.revocationHash, token);
    return joinBytes(unsigned, await signInDomain(card.signingKey, "amanah/register/v1", unsigned));
}
export async function signLeaveBody(card) {
    const unsigned = encodeLeaveBody(card.publicKey);
    return joinBytes(unsigned, await signInDomain(card.signingKey, "amanah/leave/v1", unsigned));
}
export async function signWaveBody(card, wave, blinded) {
    const unsigned = encodeWaveBody(wave, card.publicKey, blinded);
    return joinBytes(unsigned, await signInDomain(card.signingKey, "amanah/wave/v1", unsigned));
}
