import { compareBytes, computeHash, encodeBase64url, encodeUtf8, joinBytes } from "./encoding.js";
import { ClientError } from "./errors.js";
export const CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
export const SECRET_LENGTH = 16;
const SYMBOLS = 28;
export async function encodeCode(context, secret) {
    const symbols = await encodeSymbols(context, secret);
    return (symbols.match(/.{4}/g) ?? []).join("-");
}
export async function encodeSymbols(context, secret) {
    if (secret.length !== SECRET_LENGTH)
        throw new ClientError("not-a-code");
    const check = await computeHash("amanah/code/v1", encodeUtf8(context), secret);
    return writeSymbols(joinBytes(secret, check.subarray(0, 2)), SYMBOLS);
}
export async function parseCode(context, text) {
    const symbols = normaliseSymbols(text);
    if (symbols.length !== SYMBOLS)
        throw new ClientError("not-a-code");
    const secret = readSymbols(symbols).slice(0, SECRET_LENGTH);
    if ((await encodeSymbols(context, secret)) !== symbols)
        throw new ClientError("not-a-code");
    return secret;
}
export function normaliseSymbols(text) {
    return text
        .replace(/[\p{Zs}\p{Cc}\p{Pd}\p{Cf}\u2212]/gu, "")
        .replace(/[a-z]/g, (letter) => letter.toUpperCase())
        .replaceAll("O", "0")
        .replace(/[IL]/g, "1");
}
export function writeSymbols(data, count) {
    let text = "";
    for (let bit = 0; bit < count * 5; bit += 5) {
        const window = ((data[bit >> 3] ?? 0) << 8) | (data[(bit >> 3) + 1] ?? 0);
        text += CROCKFORD.charAt((window >> (11 - (bit & 7))) & 31);
    }
    return text;
}
function readSymbols(symbols) {
    const bytes = new Uint8Array(Math.ceil((symbols.length * 5) / 8));
    Array.from(symbols).forEach((symbol, place) => {
        const value = CROCKFORD.indexOf(symbol);
        if (value < 0)
            throw new ClientError("not-a-code");
        for (let bit = 0; bit < 5; bit++) {
            const at = place * 5 + bit;
            bytes[at >> 3] = (bytes[at >> 3] ?? 0) | (((value >> (4 - bit)) & 1) << (7 - (at & 7)));
        }
    });
    return bytes;
}
export async function encodeInvitationUrl(programmeUrl, secret) {
    return `${programmeUrl}/join/#${await encodeSymbols("invitation", secret)}`;
}
export async function encodeBackupUrl(programmeUrl, secret) {
    return `${programmeUrl}/card/restore/#${await encodeSymbols("card", secret)}`;
}
export function readFragment(text) {
    return text.slice(text.lastIndexOf("#") + 1);
}
export function computeInvitationHash(secret) {
    return computeHash("amanah/invitation/v1", secret);
}
export function computeRevocationHash(slip) {
    return computeHash("amanah/revocation/v1", slip);
}
export async function drawInvitations(count, random) {
    const secrets = Array.from({ length: count }, () => random(SECRET_LENGTH));
    const hashes = await Promise.all(secrets.map(computeInvitationHash));
    return { secrets, hashes: hashes.sort(compareBytes).map(encodeBase64url) };
}
