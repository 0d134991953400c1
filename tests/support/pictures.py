"""Makes small pictures: one palette for each, so that a gallery fits into a repository. It opens no page itself."""

import base64
import struct
import zlib
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from playwright.sync_api import Page

LARGEST = 90_000
MOST_COLOURS = 64
_APART = 20
_READ_PIXELS = """async (source) => {
  const bytes = Uint8Array.from(atob(source), (letter) => letter.charCodeAt(0));
  const bitmap = await createImageBitmap(new Blob([bytes], { type: "image/png" }));
  const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
  const context = canvas.getContext("2d");
  context.drawImage(bitmap, 0, 0);
  const { data } = context.getImageData(0, 0, bitmap.width, bitmap.height);
  let text = "";
  for (let at = 0; at < data.length; at += 32768) text += String.fromCharCode(...data.subarray(at, at + 32768));
  return [bitmap.width, bitmap.height, btoa(text)];
}"""

Pixels = NDArray[np.uint8]


class PictureError(Exception):
    """A picture is larger than a repository should carry."""


def read_pixels(blank: Page, png: bytes) -> Pixels:
    """Give a picture as rows of red, green and blue; `blank` is any page without a policy, which decodes it."""
    width, height, text = blank.evaluate(_READ_PIXELS, base64.b64encode(png).decode())
    return np.frombuffer(base64.b64decode(text), dtype=np.uint8).reshape(height, width, 4)[:, :, :3]


def compute_palette(pixels: Pixels) -> tuple[Pixels, Pixels]:
    """Give the colours that stand for all, the frequent ones first, and each pixel's number among them."""
    flat = pixels.reshape(-1, 3)
    codes = flat.astype(np.uint32) @ np.array([65536, 256, 1], dtype=np.uint32)
    found, numbers, counts = np.unique(codes, return_inverse=True, return_counts=True)
    colours = np.stack([found >> 16, found >> 8 & 255, found & 255], axis=1).astype(np.int32)
    chosen: list[int] = []
    for colour in np.argsort(-counts, kind="stable"):
        if len(chosen) == MOST_COLOURS:
            break
        if not chosen or np.abs(colours[chosen] - colours[colour]).sum(axis=1).min() >= _APART:
            chosen.append(int(colour))
    palette = colours[chosen]
    nearest = np.abs(colours[:, None, :] - palette[None, :, :]).sum(axis=2).argmin(axis=1)
    return palette.astype(np.uint8), nearest[numbers].reshape(pixels.shape[:2]).astype(np.uint8)


def encode_png(palette: Pixels, numbers: Pixels) -> bytes:
    """Write an indexed PNG."""
    height, width = numbers.shape
    rows = np.concatenate([np.zeros((height, 1), dtype=np.uint8), numbers], axis=1)
    chunks = [
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)),
        (b"PLTE", palette.tobytes()),
        (b"IDAT", zlib.compress(rows.tobytes(), 9)),
        (b"IEND", b""),
    ]
    body = b"".join(
        struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
        for kind, content in chunks
    )
    return b"\x89PNG\r\n\x1a\n" + body


def write_picture(blank: Page, png: bytes, path: Path) -> int:
    """Write a screenshot with one palette; cut it at the bottom when it is too large, and give its size."""
    palette, numbers = compute_palette(read_pixels(blank, png))
    content = encode_png(palette, numbers)
    while len(content) > LARGEST:
        shorter = int(numbers.shape[0] * 0.9)
        if shorter < 400:
            raise PictureError(f"{path.name} does not fit into {LARGEST} bytes")
        numbers = numbers[:shorter]
        content = encode_png(palette, numbers)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return len(content)
