"""Checks on the machine: memory that may reach a disk, the kernel's walls, disks and the clock."""

import os
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

from amanah.cli.doctor.files import is_local
from amanah.web.config import DEPARTMENTS, Config
from amanah.web.landlock import find_landlock_version

LEAST_FREE_BYTES = 1 << 30
SLACK_SECONDS = 120
_FULL_NETWORK_VERSION = 4


def check_swap(_config: Config, root: Path = Path("/")) -> Iterator[str]:
    """Find swap on an unencrypted disk, and a kernel that hands core dumps to a program."""
    for line in _read(root / "proc/swaps").splitlines()[1:]:
        device = line.split()[0]
        if not _is_encrypted_swap(device, root):
            yield f"Memory is swapped to {device}, which is not encrypted; switch it off (swapoff -a) or encrypt it."
    pattern = _read(root / "proc/sys/kernel/core_pattern").strip()
    if pattern.startswith("|"):
        yield (
            f"The kernel hands core dumps to {pattern[1:].split()[0]}. Amanah's processes forbid dumps of themselves; "
            "to be safe set kernel.core_pattern=core in /etc/sysctl.d."
        )


def _is_encrypted_swap(device: str, root: Path) -> bool:
    name = Path(device).resolve().name
    if name.startswith("zram"):
        return True
    return _read(root / f"sys/block/{name}/dm/uuid").startswith("CRYPT-")


def check_kernel(_config: Config) -> Iterator[str]:
    """Say which of the two walls between processes stands."""
    version = find_landlock_version()
    if version is None:
        yield (
            "This kernel has no Landlock, so only Python itself keeps the doors' files apart. "
            "Use Linux 5.13 or newer, or a system user for each department (amanah init --separate-users)."
        )
    elif version < _FULL_NETWORK_VERSION:
        yield "This kernel cannot keep the doors from connecting to each other; Linux 6.7 and newer can."


def check_disks(config: Config) -> Iterator[str]:
    """Find a data folder on a disk that is nearly full or, as far as can be seen, not encrypted."""
    usage = shutil.disk_usage(config.data)
    if usage.free < LEAST_FREE_BYTES:
        yield f"Only {usage.free >> 20} MiB are free for {config.data}; a full disk stops every door. Make room."
    if is_encrypted(config.data) is False:
        yield (
            f"The disk under {config.data} does not seem to be encrypted. Whoever takes it can read what is held; "
            "put the folder on an encrypted disk (LUKS)."
        )


def is_encrypted(folder: Path) -> bool | None:
    """Tell whether a folder lies on dm-crypt; None where this machine does not show it."""
    device = folder.stat().st_dev
    place = Path(f"/sys/dev/block/{os.major(device)}:{os.minor(device)}")
    if not place.exists():
        return None
    waiting = [place.resolve()]
    while waiting:
        current = waiting.pop()
        if _read(current / "dm/uuid").startswith("CRYPT-"):
            return True
        slaves = current / "slaves"
        waiting += [path.resolve() for path in slaves.iterdir()] if slaves.is_dir() else []
    return False


def check_clock(config: Config) -> Iterator[str]:
    """Find a clock that runs behind what was already written, and a server that does not keep UTC."""
    now = time.time()
    newest = max(
        (path.stat().st_mtime for department in DEPARTMENTS for path in config.folder(department).glob("*")),
        default=0.0,
    )
    if newest > now + SLACK_SECONDS:
        yield (
            f"The clock is {int(newest - now)} seconds behind the newest file in {config.data}; "
            "set it (timedatectl set-ntp true) before you start Amanah."
        )
    if not is_local(config) and (time.timezone != 0 or time.daylight):
        yield f"This server's time zone is {time.tzname[0]}; set it to UTC (timedatectl set-timezone UTC)."


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
