/** Base45 (RFC 9285), in which bytes stand in a QR code's letters. */

import { type Bytes, encodeInteger } from "../encoding.js";
import { ClientError } from "../errors.js";

const BASE45 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";

export function encodeBase45(data: Uint8Array): string {
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

export function parseBase45(text: string): Bytes {
  const output: number[] = [];
  for (let start = 0; start < text.length; start += 3) {
    const digits = Array.from(text.slice(start, start + 3), (symbol) => BASE45.indexOf(symbol));
    const number = digits.reduceRight((sum, digit) => sum * 45 + digit, 0);
    const width = digits.length - 1;
    if (width === 0 || digits.includes(-1) || number >= 256 ** width) throw new ClientError("not-base45");
    output.push(...encodeInteger(number, width));
  }
  return Uint8Array.from(output);
}
