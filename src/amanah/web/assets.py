"""The files that pages load: where they lie and the one version in their address. It never reads outside `static/`."""

import hashlib
from pathlib import Path

WEB = Path(__file__).parent
STATIC = WEB / "static"
CLIENT_MANIFEST = STATIC / "client" / "client-manifest.json"


def compute_assets_version(folder: Path = STATIC) -> str:
    """Give one short hash of every file, so that a page and all modules it imports come from the same release."""
    digest = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        content = path.read_bytes()
        digest.update(f"{path.relative_to(folder).as_posix()}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()[:12]


def compute_client_hash(manifest: Path = CLIENT_MANIFEST) -> str:
    """Give the fingerprint of the program that members' devices run (`spec/public_log.md` 1.4, `client`)."""
    return hashlib.sha256(manifest.read_bytes()).hexdigest()


def compute_release_version(package: Path = WEB.parent) -> str:
    """Give one short hash of everything that is installed: code, templates, translations, files."""
    digest = hashlib.sha256()
    for path in sorted(path for path in package.rglob("*") if path.is_file() and path.suffix != ".pyc"):
        digest.update(path.relative_to(package).as_posix().encode() + b"\0")
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:12]
