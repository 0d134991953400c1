import { ClientError } from "./errors.js";
const BASE45 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";
const LONGEST_DOCUMENT = 65_535;
const DEEPEST_NESTING = 32;
const HALF_A_CHARACTER = /\p{Surrogate}/u;
const ASCII = /^[\x00-\x7f]*$/;
export function encodeUtf8(text) {
    return new TextEncoder().encode(text);
}
export function joinBytes(...parts) {
    const joined = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
    let place = 0;
    for (const part of parts) {
        joined.set(part, place);
        place += part.length;
    }
    return joined;
}
export function areBytesEqual(first, second) {
    return first.length === second.length && first.every((byte, place) => byte === second[place]);
}
export function compareBytes(first, second) {
    for (let place = 0; place < Math.min(first.length, second.length); place++) {
        const difference = (first[place] ?? 0) - (second[place] ?? 0);
        if (difference !== 0)
            return difference;
    }
    return first.length - second.length;
}
export function encodeInteger(value, width) {
    const bytes = new Uint8Array(width);
    for (let place = width - 1, rest = value; place >= 0; place--, rest = Math.floor(rest / 256))
        bytes[place] = rest % 256;
    return bytes;
}
export async function sha256(data) {
    return new Uint8Array(await crypto.subtle.digest("SHA-256", data));
}
export async function computeHash(domain, ...parts) {
    return sha256(inDomain(domain, ...parts));
}
export function inDomain(domain, ...parts) {
    return joinBytes(encodeUtf8(domain), ...parts.flatMap((part) => [new Uint8Array(1), part]));
}
export function encodeHex(data) {
    return Array.from(data, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
export function parseHex(text, length) {
    const isHex = /^([0-9a-f]{2})*$/.test(text);
    if (!isHex || (length !== undefined && text.length !== 2 * length))
        throw new ClientError("not-hex");
    return Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}
export function encodeBase64url(data) {
    const binary = Array.from(data, (byte) => String.fromCharCode(byte)).join("");
    return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}
export function parseBase64url(text, length) {
    if (typeof text !== "string" || !/^[A-Za-z0-9_-]*$/.test(text) || text.length % 4 === 1)
        throw new ClientError("not-base64url");
    const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
    const data = Uint8Array.from(binary, (symbol) => symbol.charCodeAt(0));
    if (encodeBase64url(data) !== text || (length !== undefined && data.length !== length))
        throw new ClientError("not-base64url");
    return data;
}
export function encodeBase45(data) {
    let text = "";
    for (let start = 0; start < data.length; start += 2) {
        const chunk = data.subarray(start, start + 2);
        let number = chunk.reduce((sum, byte) => sum * 256 + byte, 0);
        for (let place = 0; place <= chunk.length; place++) {
            text += BASE45.charAt(number % 45);
            number = Math.floor(number / 45);
        }
    }
    return text;
}
export function parseBase45(text) {
    const output = [];
    for (let start = 0; start < text.length; start += 3) {
        const digits = Array.from(text.slice(start, start + 3), (symbol) => BASE45.indexOf(symbol));
        const number = digits.reduceRight((sum, digit) => sum * 45 + digit, 0);
        const width = digits.length - 1;
        if (width === 0 || digits.includes(-1) || number >= 256 ** width)
            throw new ClientError("not-base45");
        output.push(...encodeInteger(number, width));
    }
    return Uint8Array.from(output);
}
export function encodeCanonicalJson(value) {
    return encodeUtf8(writeCanonical(value, 0));
}
function writeCanonical(value, depth) {
    if (depth > DEEPEST_NESTING)
        throw new ClientError("not-canonical");
    if (typeof value === "number" && !Number.isSafeInteger(value))
        throw new ClientError("not-canonical");
    if (typeof value === "string" && HALF_A_CHARACTER.test(value))
        throw new ClientError("not-canonical");
    if (Array.isArray(value))
        return `[${value.map((item) => writeCanonical(item, depth + 1)).join(",")}]`;
    if (typeof value !== "object" || value === null)
        return JSON.stringify(value);
    const members = Object.keys(value).sort();
    if (!members.every((name) => ASCII.test(name)))
        throw new ClientError("not-canonical");
    const written = members.map((name) => `${JSON.stringify(name)}:${writeCanonical(value[name] ?? null, depth + 1)}`);
    return `{${written.join(",")}}`;
}
export function parseCanonicalJson(data, longest = LONGEST_DOCUMENT) {
    if (data.length > longest)
        throw new ClientError("not-canonical");
    let value;
    try {
        value = JSON.parse(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(data));
    }
    catch {
        throw new ClientError("not-canonical");
    }
    if (!areBytesEqual(encodeCanonicalJson(value), data))
        throw new ClientError("not-canonical");
    return value;
}
export function isObject(value) {
    return typeof value === "object" && value !== null && !Array.isArray(value);
}
