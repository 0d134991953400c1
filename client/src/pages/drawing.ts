/** Draws codes that only this device may know; nothing is sent. */

import { encodeQr, type QrLevel, toSvgPath } from "./qr.js";

const PIXELS_PER_MODULE = 6;

/** Paper white and black whatever the theme, or no camera reads it. */
export async function drawQr(
  canvas: HTMLCanvasElement | null,
  text: string,
  level: QrLevel = "medium",
): Promise<void> {
  const context = canvas?.getContext("2d");
  if (!canvas || !context) return;
  const { path, size } = toSvgPath(await encodeQr(text, level));
  canvas.width = canvas.height = size * PIXELS_PER_MODULE;
  context.fillStyle = "#ffffff";
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.scale(PIXELS_PER_MODULE, PIXELS_PER_MODULE);
  context.fillStyle = "#000000";
  context.fill(new Path2D(path));
}
