import { normaliseSymbols, writeSymbols } from "./codes.js";
import { encodeUtf8, inDomain } from "./encoding.js";
import { ClientError } from "./errors.js";
export function screenSlot(now) {
    return `screen:${Math.floor(now / 60)}`;
}
export async function computeRoomCode(roomSecret, slot) {
    const scheme = { name: "HMAC", hash: "SHA-256" };
    const key = await crypto.subtle.importKey("raw", roomSecret, scheme, false, ["sign"]);
    const message = inDomain("amanah/room/v1", encodeUtf8(slot));
    return writeSymbols(new Uint8Array(await crypto.subtle.sign("HMAC", key, message)), 8);
}
export function parseRoomCode(text) {
    const symbols = normaliseSymbols(text);
    if (!/^[0-9A-HJKMNP-TV-Z]{8}$/.test(symbols))
        throw new ClientError("not-a-code");
    return symbols;
}
