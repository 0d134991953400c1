"""What a page tells the client about this community: addresses, names and waiting times, the same for all."""

from functools import lru_cache
from pathlib import Path
from typing import Any

from amanah.web.config import PROCESSES, Config


def build_facts(config: Config) -> dict[str, Any]:
    """Give the content of the data block `amanah-facts`."""
    return {
        "community": config.community,
        "issuer": config.issuer_name,
        "pace": config.pace,
        "urls": {process: config.urls[process] for process in PROCESSES},
        "log": {"origin": config.log_origin, "vkey": _read_public_fact(config.data / "public" / "log.vkey")},
        "register_window": config.pacing.register_window,
        "minimum_age": config.pacing.minimum_age,
    }


@lru_cache(maxsize=4)
def _read_public_fact(path: Path) -> str:
    """Read a file of `data/public` once; before `amanah init` clients trust no log."""
    return path.read_text(encoding="utf-8").strip() if path.is_file() else ""
