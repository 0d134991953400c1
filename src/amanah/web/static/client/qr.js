export async function encodeQr(text, level = "medium") {
    const { default: encode } = await import("./vendor/qr/index.js");
    return encode(text, "raw", { ecc: level, border: 1 })
        .slice(1, -1)
        .map((row) => row.slice(1, -1));
}
export function toSvgPath(matrix, quiet = 4) {
    let path = "";
    matrix.forEach((row, y) => {
        for (let x = 0; x < row.length; x++) {
            if (!row[x])
                continue;
            const start = x;
            while (row[x + 1])
                x++;
            const width = x - start + 1;
            path += `M${start + quiet} ${y + quiet}h${width}v1h-${width}z`;
        }
    });
    return { path, size: matrix.length + 2 * quiet };
}
export async function decodeQr(image) {
    const { default: decode } = await import("./vendor/qr/decode.js");
    try {
        return decode(image);
    }
    catch {
        return null;
    }
}
