"""Reads jurisdiction packs for pages and for whoever decides. A pack never changes while a process runs."""

from amanah.core.data_requests.jurisdictions import Pack
from amanah.request_door.jurisdictions.packs_on_disk import (
    FaultyFile,
    PackOnDisk,
    compute_pack_hash,
    get_own_folder,
    read_shelf,
)
from amanah.web.settings import get_config

__all__ = [
    "compute_pack_hash",
    "find_pack",
    "get_pack_in_force",
    "get_version",
    "list_faulty_files",
    "list_packs",
]


def list_packs() -> tuple[PackOnDisk, ...]:
    """Give every pack that can be used, by code."""
    return read_shelf(get_own_folder(get_config())).packs


def list_faulty_files() -> tuple[FaultyFile, ...]:
    """Give the community's own files that cannot be used."""
    return read_shelf(get_own_folder(get_config())).faulty


def find_pack(code: str) -> PackOnDisk | None:
    """Give one pack; None where there is none of this code."""
    return read_shelf(get_own_folder(get_config())).find(code)


def get_pack_in_force() -> tuple[Pack, bytes]:
    """Give the pack that decisions are made under, and its file byte for byte."""
    config = get_config()
    found = read_shelf(get_own_folder(config)).get_in_force(config.jurisdiction)
    return found.pack, found.data


def get_version() -> object:
    """Give what changes when any pack or any fault does."""
    shelf = read_shelf(get_own_folder(get_config()))
    return [(found.pack_hash, found.is_own) for found in shelf.packs], shelf.faulty, get_config().jurisdiction
