import { areBytesEqual, encodeInteger, joinBytes, parseHex, sha256 } from "./encoding.js";
import { ClientError } from "./errors.js";
import { computeInverse, computePower, drawNumberBelow, readNumber, writeNumber, } from "./numbers.js";
import { TOKEN_TYPE } from "./occasions.js";
export const MODULUS_LENGTH = 256;
export const SALT_LENGTH = 48;
export const TOKEN_INPUT_LENGTH = 98;
export const TOKEN_LENGTH = TOKEN_INPUT_LENGTH + MODULUS_LENGTH;
const EXPONENT = 65537n;
const HASH_LENGTH = 48;
const PSS_PREFIX = parseHex("30820152303d06092a864886f70d01010a3030a00d300b0609608648016503040202a11a301806092a864886f70d010108300b" +
    "0609608648016503040202a2030201300382010f003082010a0282010100");
const RSA_PREFIX = parseHex("30820122300d06092a864886f70d01010105000382010f003082010a0282010100");
const EXPONENT_SUFFIX = parseHex("0203010001");
export async function parsePassKey(spki) {
    const isFit = spki.length === PSS_PREFIX.length + MODULUS_LENGTH + EXPONENT_SUFFIX.length &&
        areBytesEqual(spki.subarray(0, PSS_PREFIX.length), PSS_PREFIX) &&
        areBytesEqual(spki.subarray(-EXPONENT_SUFFIX.length), EXPONENT_SUFFIX);
    const modulus = readModulus(spki);
    if (!isFit || modulus >> 2047n !== 1n || (modulus & 1n) === 0n)
        throw new ClientError("key-not-fit");
    return { spki, modulus, exponent: EXPONENT, length: MODULUS_LENGTH, tokenKeyId: await sha256(spki) };
}
function readModulus(spki) {
    return readNumber(spki.subarray(PSS_PREFIX.length, PSS_PREFIX.length + MODULUS_LENGTH));
}
export function encodeTokenInput(nonce, challengeDigest, tokenKeyId) {
    return joinBytes(encodeInteger(TOKEN_TYPE, 2), nonce, challengeDigest, tokenKeyId);
}
export function parseToken(token) {
    if (token.length !== TOKEN_LENGTH || token[0] !== 0 || token[1] !== TOKEN_TYPE)
        throw new ClientError("signature-not-valid");
    return {
        nonce: token.slice(2, 34),
        challengeDigest: token.slice(34, 66),
        tokenKeyId: token.slice(66, 98),
        authenticator: token.slice(98),
    };
}
export function drawBlinding(key, random) {
    return { salt: random(SALT_LENGTH), factor: drawNumberBelow(key.modulus, random) };
}
export async function blindMessage(key, message, blinding) {
    const encoded = await encodePss(message, blinding.salt, key.modulus.toString(2).length - 1);
    const number = readNumber(encoded);
    computeInverse(number, key.modulus);
    const inverse = computeInverse(blinding.factor, key.modulus);
    const mask = computePower(blinding.factor, key.exponent, key.modulus);
    return {
        tokenInput: message,
        encoded,
        inverse: writeNumber(inverse, key.length),
        blinded: writeNumber((number * mask) % key.modulus, key.length),
    };
}
export function finalizeMessage(key, pending, blindSignature) {
    const blind = readNumber(blindSignature);
    if (blindSignature.length !== key.length || blind >= key.modulus)
        throw new ClientError("signature-not-valid");
    const signature = (blind * readNumber(pending.inverse)) % key.modulus;
    if (computePower(signature, key.exponent, key.modulus) !== readNumber(pending.encoded))
        throw new ClientError("signature-not-valid");
    return writeNumber(signature, key.length);
}
export function blindToken(key, nonce, challengeDigest, random) {
    const input = encodeTokenInput(nonce, challengeDigest, key.tokenKeyId);
    return blindMessage(key, input, drawBlinding(key, random));
}
export function finalizeToken(key, pending, blindSignature) {
    return joinBytes(pending.tokenInput, finalizeMessage(key, pending, blindSignature));
}
export async function isTokenValid(key, token) {
    if (token.length !== TOKEN_LENGTH)
        return false;
    const input = token.slice(0, TOKEN_INPUT_LENGTH);
    const isForKey = areBytesEqual(token.subarray(66, 98), key.tokenKeyId);
    const verifier = await importVerifier(key);
    const scheme = { name: "RSA-PSS", saltLength: SALT_LENGTH };
    return isForKey && crypto.subtle.verify(scheme, verifier, token.slice(TOKEN_INPUT_LENGTH), input);
}
function importVerifier(key) {
    const plain = joinBytes(RSA_PREFIX, key.spki.subarray(PSS_PREFIX.length));
    return crypto.subtle.importKey("spki", plain, { name: "RSA-PSS", hash: "SHA-384" }, false, ["verify"]);
}
async function encodePss(message, salt, bits) {
    const length = Math.ceil(bits / 8);
    const digest = await sha384(joinBytes(new Uint8Array(8), await sha384(message), salt));
    const block = new Uint8Array(length - HASH_LENGTH - 1);
    block[block.length - salt.length - 1] = 1;
    block.set(salt, block.length - salt.length);
    const mask = await makeMask(digest, block.length);
    const masked = block.map((byte, place) => byte ^ (mask[place] ?? 0));
    masked[0] = (masked[0] ?? 0) & (255 >> (8 * length - bits));
    return joinBytes(masked, digest, Uint8Array.of(0xbc));
}
async function makeMask(seed, length) {
    const count = Math.ceil(length / HASH_LENGTH);
    const counters = Array.from({ length: count }, (_, place) => encodeInteger(place, 4));
    return joinBytes(...(await Promise.all(counters.map((counter) => sha384(joinBytes(seed, counter))))));
}
async function sha384(data) {
    return new Uint8Array(await crypto.subtle.digest("SHA-384", data));
}
