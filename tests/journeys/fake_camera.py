"""A browser whose camera sees a code, then nothing, then the code again. Nothing is decoded for it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from playwright.sync_api import Browser

from tests.support.chromium import FLAGS, find_chromium

SIDE = 480
FRAMES_A_SECOND = 4
SHOWN_SECONDS, AWAY_SECONDS = 4, 5


def write_video(modules: list[list[bool]], path: Path) -> None:
    """Write an uncompressed video (YUV4MPEG2) that shows the code and takes it away."""
    shown = ~np.array(modules, dtype=bool)
    scale = SIDE // len(modules)
    picture = np.full((SIDE, SIDE), 235, dtype=np.uint8)
    drawn = np.kron(shown, np.ones((scale, scale), dtype=np.uint8)).astype(np.uint8) * 219 + 16
    margin = (SIDE - drawn.shape[0]) // 2
    picture[margin : margin + drawn.shape[0], margin : margin + drawn.shape[1]] = drawn
    empty = np.full((SIDE, SIDE), 120, dtype=np.uint8)
    colour = np.full(SIDE * SIDE // 2, 128, dtype=np.uint8).tobytes()
    frames = [picture] * (SHOWN_SECONDS * FRAMES_A_SECOND) + [empty] * (AWAY_SECONDS * FRAMES_A_SECOND)
    with path.open("wb") as file:
        file.write(f"YUV4MPEG2 W{SIDE} H{SIDE} F{FRAMES_A_SECOND}:1 Ip A1:1 C420jpeg\n".encode())
        for frame in frames:
            file.write(b"FRAME\n" + frame.tobytes() + colour)


@contextmanager
def browser_seeing(browser: Browser, modules: list[list[bool]], folder: Path) -> Iterator[Browser]:
    """Run a second browser with this code before its camera."""
    video = folder / "camera.y4m"
    write_video(modules, video)
    flags = [
        *FLAGS,
        "--use-fake-ui-for-media-stream",
        "--use-fake-device-for-media-stream",
        f"--use-file-for-fake-video-capture={video}",
    ]
    seeing = browser.browser_type.launch(executable_path=find_chromium(), args=flags)
    try:
        yield seeing
    finally:
        seeing.close()
        video.unlink()
