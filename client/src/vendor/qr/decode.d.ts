/** The one function that is used of the vendored decoder; it throws when there is no code. */
export default function decodeQR(image: {
  data: Uint8Array | Uint8ClampedArray;
  width: number;
  height: number;
}): string;
