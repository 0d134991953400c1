"""The files that pages load: where they lie and the one version in their address. It never reads outside `static/`."""

import hashlib
from pathlib import Path

WEB = Path(__file__).parent
STATIC = WEB / "static"


def compute_assets_version(folder: Path = STATIC) -> str:
    """Give one short hash of every file, so that a page and all modules it imports come from the same release."""
    digest = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        content = path.read_bytes()
        digest.update(f"{path.relative_to(folder).as_posix()}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()[:12]
