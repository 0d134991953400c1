import assert from "node:assert/strict";
import { test } from "node:test";
import type { Bytes } from "../src/encoding.js";
import { ClientError } from "../src/errors.js";
import {
  computeInverse,
  computePower,
  drawBytes,
  drawNumberBelow,
  drawTime,
  readNumber,
  writeNumber,
} from "../src/numbers.js";
import { shuffle } from "../src/pages/shuffling.js";

test("powers and inverses agree with schoolbook arithmetic", () => {
  for (let value = 1n; value < 101n; value++) {
    assert.equal(computePower(value, 13n, 101n), value ** 13n % 101n);
    assert.equal((computeInverse(value, 101n) * value) % 101n, 1n);
  }
});

test("a number that shares a factor with the modulus has no inverse", () => {
  for (const value of [0n, 7n, 14n, 77n])
    assert.throws(
      () => computeInverse(value, 77n),
      (error) => error instanceof ClientError,
    );
});

test("drawing throws away what does not fit instead of folding it", () => {
  const draws = [255, 0, 200, 100];
  const random = (): Bytes => Uint8Array.of(draws.shift() ?? 0);
  assert.equal(drawNumberBelow(200n, random), 100n);
});

test("every second of a window can be drawn and none outside it", () => {
  const seen = new Set(Array.from({ length: 500 }, () => drawTime(10, 13, drawBytes)));
  assert.deepEqual([...seen].sort(), [10, 11, 12, 13]);
  assert.equal(drawTime(10, 10, drawBytes), 10);
});

test("numbers keep their leading zeros on the wire", () => {
  assert.deepEqual(writeNumber(258n, 4), Uint8Array.of(0, 0, 1, 2));
  assert.equal(readNumber(Uint8Array.of(0, 0, 1, 2)), 258n);
  assert.throws(() => writeNumber(256n, 1));
});

test("shuffling loses nothing", () => {
  const items = Array.from({ length: 50 }, (_, place) => place);
  const mixed = shuffle(items, drawBytes);
  assert.deepEqual(
    [...mixed].sort((a, b) => a - b),
    items,
  );
  assert.notDeepEqual(mixed, items);
});
