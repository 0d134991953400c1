/** The one function that is used of the vendored encoder. */
export default function encodeQR(
  text: string,
  output: "raw",
  options: { ecc: "low" | "medium" | "quartile" | "high"; border: number },
): boolean[][];
