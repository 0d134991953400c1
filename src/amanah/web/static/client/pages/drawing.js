import { encodeQr, toSvgPath } from "../qr.js";
const PIXELS_PER_MODULE = 6;
export async function drawQr(canvas, text, level = "medium") {
    const context = canvas?.getContext("2d");
    if (!canvas || !context)
        return;
    const { path, size } = toSvgPath(await encodeQr(text, level));
    canvas.width = canvas.height = size * PIXELS_PER_MODULE;
    context.fillStyle = "#ffffff";
    context.fillRect(0, 0, canvas.width, canvas.height);
    context.scale(PIXELS_PER_MODULE, PIXELS_PER_MODULE);
    context.fillStyle = "#000000";
    context.fill(new Path2D(path));
}
