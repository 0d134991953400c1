"""The jurisdiction packs that this process reads: those that come with Amanah, and the community's own beside them.

They are read once: a pack cannot change between a request and its answer because somebody edited a file. A faulty file
is kept with its faults and never used. It imports no Django, so that a door can look before it starts.
"""

import functools
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from amanah.core.data_requests.jurisdictions import Pack, PackFaultsError, parse_pack
from amanah.core.data_requests.pack_reading import LONGEST_PACK
from amanah.core.errors import MisconfiguredError
from amanah.web.config import Config

OURS = Path(__file__).parent / "packs"
MOST_OWN_FILES = 100


@dataclass(frozen=True)
class PackOnDisk:
    """A pack that can be used, its file byte for byte, and whether the community wrote that file itself."""

    pack: Pack
    data: bytes
    is_own: bool

    @property
    def pack_hash(self) -> str:
        """Give what decisions and reports cite."""
        return compute_pack_hash(self.data)


@dataclass(frozen=True)
class FaultyFile:
    """A file of the community that cannot be used, and why."""

    code: str
    name: str
    problems: tuple[str, ...]


@dataclass(frozen=True)
class Shelf:
    """All packs, those of the community in the place of ours, and its files that have faults."""

    packs: tuple[PackOnDisk, ...]
    faulty: tuple[FaultyFile, ...]

    def find(self, code: str) -> PackOnDisk | None:
        """Give the pack of this code; None where there is none that can be used."""
        return next((found for found in self.packs if found.pack.code == code), None)

    def get_in_force(self, code: str) -> PackOnDisk:
        """Give the pack that the community chose; raise MisconfiguredError where it cannot be used."""
        faults = [fault for fault in self.faulty if fault.code == code]
        if faults:
            raise MisconfiguredError(
                [
                    f"{fault.name} is the jurisdiction pack in force and has a fault. {problem}"
                    for fault in faults
                    for problem in fault.problems
                ]
            )
        found = self.find(code)
        if found is None:
            known = ", ".join(sorted(one.pack.code for one in self.packs))
            raise MisconfiguredError(
                [
                    f"AMANAH_JURISDICTION is '{code}', and there is no such pack; write one of: {known}, or put "
                    f"{code}.json into public/jurisdictions of the data folder."
                ]
            )
        return found


def get_own_folder(config: Config) -> Path:
    """Give the folder in which a community puts its own packs."""
    return config.data / "public" / "jurisdictions"


def check_pack_in_force(config: Config) -> None:
    """Refuse to start without a pack in force; files of other countries may have faults."""
    read_shelf(get_own_folder(config)).get_in_force(config.jurisdiction)


@functools.cache
def read_shelf(own: Path) -> Shelf:
    """Read every pack, once in the life of a process."""
    packs = {found.pack.code: found for found in map(_read_ours, sorted(OURS.glob("*.json")))}
    faulty = []
    for found in _read_own(own):
        if isinstance(found, FaultyFile):
            faulty.append(found)
        else:
            packs[found.pack.code] = found
    return Shelf(tuple(packs[code] for code in sorted(packs)), tuple(faulty))


def compute_pack_hash(data: bytes) -> str:
    """Give the SHA-256 of a pack's file, in hex."""
    return hashlib.sha256(data).hexdigest()


def _read_ours(path: Path) -> PackOnDisk:
    data = path.read_bytes()
    return PackOnDisk(parse_pack(data), data, is_own=False)


def _read_own(folder: Path) -> Iterator[PackOnDisk | FaultyFile]:
    paths = sorted(folder.glob("*.json")) if folder.is_dir() else []
    for path in paths[:MOST_OWN_FILES]:
        try:
            with path.open("rb") as reading:
                data = reading.read(LONGEST_PACK + 1)
            pack = parse_pack(data)
        except PackFaultsError as error:
            yield FaultyFile(path.stem, path.name, tuple(error.problems))
        except OSError as error:
            yield FaultyFile(path.stem, path.name, (f"The file cannot be read: {error.strerror}.",))
        else:
            if pack.code == path.stem:
                yield PackOnDisk(pack, data, is_own=True)
            else:
                problem = f"“code”: the pack says “{pack.code}”, so its file must be called {pack.code}.json."
                yield FaultyFile(path.stem, path.name, (problem,))
