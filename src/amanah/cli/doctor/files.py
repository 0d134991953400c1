"""Checks on folders and keys: modes, owners, sizes and where they lie."""

import stat
import subprocess
from collections.abc import Iterator
from pathlib import Path

from amanah.cli.founding import DJANGO_SECRET, list_key_files
from amanah.web.config import DEPARTMENTS, Config, read_settings

_SHORTEST_SECRET = 50
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def check_folders(config: Config) -> Iterator[str]:
    """Find anything in a department's folder that another user may read, write or enter."""
    for department in DEPARTMENTS:
        top = config.folder(department)
        owner = top.stat().st_uid
        if top.stat().st_mode & _OTHERS:
            yield f"Others may enter {top}; close it: chmod 700 {top}"
        for path in top.rglob("*"):
            found = path.lstat()
            if found.st_uid != owner:
                yield f"{path} belongs to another user than {top}; give it back: chown --reference={top} {path}"
            if stat.S_ISLNK(found.st_mode):
                yield f"{path} is a link and may lead out of the department; replace it by the file itself."
            elif found.st_mode & stat.S_IWOTH:
                yield f"Anybody may write {path}; close it: chmod o-w {path}"
    owners = {config.folder(department).stat().st_uid for department in DEPARTMENTS}
    if len(owners) == 1 and not is_local(config):
        yield (
            "All departments belong to one system user. On a server give each its own: "
            "amanah init --separate-users, and the units in deploy/."
        )
    if config.data.stat().st_mode & stat.S_IWOTH:
        yield f"Anybody may write to {config.data}; close it: chmod 711 {config.data}"


def check_keys(config: Config) -> Iterator[str]:
    """Find keys that others can read, that are too short, or that two departments share."""
    seen: dict[bytes, Path] = {}
    for department in DEPARTMENTS:
        folder = config.keys(department)
        if folder.stat().st_mode & _OTHERS:
            yield f"Others may enter {folder}; close it: chmod 700 {folder}"
        for name in list_key_files(department):
            path = folder / name
            content = path.read_bytes()
            if path.stat().st_mode & _OTHERS:
                yield f"Others may read the key {path}. Close it (chmod 600 {path}) and consider it known."
            if name == DJANGO_SECRET:
                is_whole = len(content.strip()) >= _SHORTEST_SECRET
            else:
                is_whole = len(content) == 32 and len(set(content)) > 8
            if not is_whole:
                yield f"The key {path} is damaged or was not drawn at random; restore it from a backup."
            if content in seen:
                yield f"{path} and {seen[content]} are the same key; a department's keys are its own."
            seen[content] = path


def check_placement(config: Config) -> Iterator[str]:
    """Find secrets inside a git work tree, a synchronised folder, or a settings file that others can read."""
    if _is_committable(config.data):
        yield f"{config.data} lies in a git work tree that does not ignore it; move it, or add it to .gitignore."
    for word in ("dropbox", "onedrive", "nextcloud", "google drive", "icloud"):
        if any(word in part.lower() for part in config.data.parts):
            yield f"{config.data} seems to be synchronised to another machine ({word}); move it out of that folder."
    file = read_settings().get("AMANAH_CONFIG")
    if (
        file
        and Path(file).stat().st_mode & _OTHERS
        and "postgresql://" in Path(file).read_text(encoding="utf-8")
    ):
        yield f"Others may read the passwords in {file}; close it: chmod 600 {file}"
    for path in config.data.rglob("*"):
        if path.suffix in {".age", ".bak", ".sql", ".dump"} or path.name.endswith("~"):
            yield f"{path} looks like a copy. Copies belong on another machine, encrypted: amanah backup."


def _is_committable(folder: Path) -> bool:
    work_tree = next((parent for parent in (folder, *folder.parents) if (parent / ".git").exists()), None)
    if work_tree is None:
        return False
    try:
        done = subprocess.run(
            ["git", "-C", str(work_tree), "check-ignore", "-q", str(folder)], capture_output=True, check=False
        )
    except FileNotFoundError:
        return True
    return done.returncode == 1


def is_local(config: Config) -> bool:
    """Tell whether every address is this very machine."""
    return all(url.startswith(("http://localhost", "http://127.0.0.1")) for url in config.urls.values())
