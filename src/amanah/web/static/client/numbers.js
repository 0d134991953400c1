import { encodeHex, parseHex } from "./encoding.js";
import { ClientError } from "./errors.js";
export const drawBytes = (length) => crypto.getRandomValues(new Uint8Array(length));
export function readNumber(data) {
    return data.length === 0 ? 0n : BigInt(`0x${encodeHex(data)}`);
}
export function writeNumber(value, width) {
    return parseHex(value.toString(16).padStart(2 * width, "0"), width);
}
export function computePower(base, exponent, modulus) {
    let result = 1n;
    let square = base % modulus;
    for (let rest = exponent; rest > 0n; rest >>= 1n) {
        if (rest & 1n)
            result = (result * square) % modulus;
        square = (square * square) % modulus;
    }
    return result;
}
export function computeInverse(value, modulus) {
    let [low, high] = [value % modulus, modulus];
    let [left, right] = [1n, 0n];
    while (low > 1n) {
        const quotient = high / low;
        [low, high] = [high - quotient * low, low];
        [left, right] = [right - quotient * left, left];
    }
    if (low !== 1n)
        throw new ClientError("key-not-fit");
    return left < 0n ? left + modulus : left;
}
export function drawNumberBelow(limit, random) {
    const bits = limit.toString(2).length;
    const width = Math.ceil(bits / 8);
    const mask = (1n << BigInt(bits)) - 1n;
    for (;;) {
        const value = readNumber(random(width)) & mask;
        if (value > 0n && value < limit)
            return value;
    }
}
export function drawTime(earliest, latest, random) {
    if (latest <= earliest)
        return earliest;
    return earliest + Number(drawNumberBelow(BigInt(latest - earliest + 2), random) - 1n);
}
export function shuffle(items, random) {
    const rest = [...items];
    const mixed = [];
    while (rest.length > 0) {
        const [item] = rest.splice(drawTime(0, rest.length - 1, random), 1);
        if (item !== undefined)
            mixed.push(item);
    }
    return mixed;
}
