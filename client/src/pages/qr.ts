/** QR codes as matrices and SVG paths; the vendored library is loaded only when one is drawn. */

export type QrLevel = "low" | "medium" | "quartile" | "high";

/** Dark modules are true; without a quiet zone. */
export async function encodeQr(text: string, level: QrLevel = "medium"): Promise<boolean[][]> {
  const { default: encode } = await import("../vendor/qr/index.js");
  // The library always leaves a border; one module is its smallest.
  return encode(text, "raw", { ecc: level, border: 1 })
    .slice(1, -1)
    .map((row) => row.slice(1, -1));
}

/** The `d` of an SVG path in units of one module, with the quiet zone of four that the standard asks for. */
export function toSvgPath(
  matrix: readonly (readonly boolean[])[],
  quiet = 4,
): { path: string; size: number } {
  let path = "";
  matrix.forEach((row, y) => {
    for (let x = 0; x < row.length; x++) {
      if (!row[x]) continue;
      const start = x;
      while (row[x + 1]) x++;
      const width = x - start + 1;
      path += `M${start + quiet} ${y + quiet}h${width}v1h-${width}z`;
    }
  });
  return { path, size: matrix.length + 2 * quiet };
}
