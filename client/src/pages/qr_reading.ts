/** Reading a QR code in a picture; the vendored library is loaded only when there is one to read. */

/** The text of the code in a picture, or null when there is none that can be read. */
export async function decodeQr(image: {
  data: Uint8Array | Uint8ClampedArray;
  width: number;
  height: number;
}): Promise<string | null> {
  const { default: decode } = await import("../vendor/qr/decode.js");
  try {
    return decode(image);
  } catch {
    return null;
  }
}
