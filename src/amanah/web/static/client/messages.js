import { SECRET_LENGTH } from "./codes.js";
import { encodeInteger, joinBytes, parseHex } from "./encoding.js";
import { ClientError } from "./errors.js";
import { MODULUS_LENGTH, TOKEN_LENGTH } from "./passes.js";
export const REPLY_LENGTH = 512;
export const SPEND_LENGTH = 2048;
export const LONGEST_PAYLOAD = 1536;
const KEY_LENGTH = 32;
const SIGNATURE_LENGTH = 64;
export const PATHS = {
    join: "/api/v1/join",
    register: "/api/v1/register",
    revoke: "/api/v1/revoke",
    leave: "/api/v1/leave",
    wave: "/api/v1/wave",
    spend: "/api/v1/spend",
};
export function encodeJoinBody(invitation, blinded) {
    return joinSized([invitation, SECRET_LENGTH], [blinded, MODULUS_LENGTH]);
}
export function encodeRegisterBody(publicKey, revocationHash, token) {
    return joinSized([publicKey, KEY_LENGTH], [revocationHash, KEY_LENGTH], [token, TOKEN_LENGTH]);
}
export function encodeRevokeBody(slip) {
    return joinSized([slip, SECRET_LENGTH]);
}
export function encodeLeaveBody(publicKey) {
    return joinSized([publicKey, KEY_LENGTH]);
}
export function encodeWaveBody(wave, publicKey, blinded) {
    return joinSized([parseHex(wave, 8), 8], [publicKey, KEY_LENGTH], [encodeInteger(blinded.length, 2), 2], ...blinded.map((message) => [message, MODULUS_LENGTH]));
}
export function parseWaveReply(reply, count) {
    if (reply.length !== count * MODULUS_LENGTH)
        throw new ClientError("signature-not-valid");
    return Array.from({ length: count }, (_, place) => {
        const part = reply.slice(place * MODULUS_LENGTH, (place + 1) * MODULUS_LENGTH);
        return part.some((byte) => byte !== 0) ? part : null;
    });
}
export function encodeSpendBody(token, publicKey, signature, payload) {
    if (payload.length > LONGEST_PAYLOAD)
        throw new ClientError("not-an-answer");
    const filled = joinSized([token, TOKEN_LENGTH], [publicKey, KEY_LENGTH], [signature, SIGNATURE_LENGTH], [encodeInteger(payload.length, 2), 2], [payload, payload.length]);
    return joinBytes(filled, new Uint8Array(SPEND_LENGTH - filled.length));
}
function joinSized(...parts) {
    for (const [part, length] of parts)
        if (part.length !== length)
            throw new ClientError("wrong-step");
    return joinBytes(...parts.map(([part]) => part));
}
