import assert from "node:assert/strict";
import { test } from "node:test";
import { drawBytes } from "../src/numbers.js";
import { encodeCompactPass } from "../src/pages/compact.js";
import { encodeQr, toSvgPath } from "../src/pages/qr.js";
import { decodeQr } from "../src/pages/qr_reading.js";

/** Paints a matrix as a camera would see it, `scale` pixels a module. */
function paint(matrix: readonly (readonly boolean[])[], scale: number, quiet = 4) {
  const width = (matrix.length + 2 * quiet) * scale;
  const data = new Uint8ClampedArray(width * width * 4).fill(255);
  matrix.forEach((row, y) => {
    row.forEach((isDark, x) => {
      if (!isDark) return;
      for (let down = 0; down < scale; down++)
        for (let right = 0; right < scale; right++) {
          const at = (((y + quiet) * scale + down) * width + (x + quiet) * scale + right) * 4;
          data.fill(0, at, at + 3);
        }
    });
  });
  return { data, width, height: width };
}

test("an invitation and a whole compact pass survive being shown and read", async () => {
  const authenticator = drawBytes(256);
  const pass = encodeCompactPass({
    version: 1,
    occasion: "1111111111111111",
    key: drawBytes(32),
    authenticator,
  });
  for (const text of ["https://programme.example/join/#0123456789ABCDEFGHJKMNPQRSTV", pass]) {
    const matrix = await encodeQr(text);
    assert.equal(await decodeQr(paint(matrix, 4)), text);
  }
});

test("a compact pass needs no more than version 13 at medium correction", async () => {
  const authenticator = drawBytes(256);
  const pass = encodeCompactPass({
    version: 2,
    occasion: "ffffffffffffffff",
    key: drawBytes(32),
    authenticator,
  });
  assert.ok((await encodeQr(pass)).length <= 17 + 4 * 13);
});

test("a picture without a code gives nothing", async () => {
  assert.equal(
    await decodeQr({ data: new Uint8ClampedArray(100 * 100 * 4).fill(255), width: 100, height: 100 }),
    null,
  );
});

test("the path draws every dark module and nothing else", async () => {
  const matrix = await encodeQr("amanah", "low");
  const { path, size } = toSvgPath(matrix, 4);
  assert.equal(size, matrix.length + 8);
  const drawn = Array.from({ length: size }, () => Array.from({ length: size }, () => false));
  for (const [, x, y, width] of path.matchAll(/M(\d+) (\d+)h(\d+)v1h-\d+z/g))
    drawn[Number(y)]?.fill(true, Number(x), Number(x) + Number(width));
  matrix.forEach((row, y) => {
    assert.deepEqual(drawn[y + 4]?.slice(4, 4 + row.length), row);
  });
  assert.equal(drawn.flat().filter(Boolean).length, matrix.flat().filter(Boolean).length);
});
