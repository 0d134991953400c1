"""Each process confines itself to its own department: by Landlock where the kernel has it, by an audit hook everywhere.

It runs before anything else is imported, because Landlock binds the calling thread and what this thread starts later.
It never loosens what is already in force.
"""

import ctypes
import os
import resource
import sys
import tempfile
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from amanah.core.errors import InvalidInputError, MisconfiguredError
from amanah.core.public_log.policies import parse_policy
from amanah.web.config import DEPARTMENTS, Config, Department, Process
from amanah.web.landlock import Ruleset, find_landlock_version, restrict_self
from amanah.web.log_policy import find_policy_path

DEPARTMENT_OF: dict[Process, Department] = {
    "log": "log",
    "card": "card",
    "programme": "programme",
    "spending": "programme",
    "request": "request",
}
DATABASES_OF: dict[Department, tuple[str, ...]] = {
    "log": ("log",),
    "card": ("card",),
    "programme": ("programme", "spending"),
    "request": ("request",),
}
_SYSTEM_FOLDERS = ("/usr", "/lib", "/lib64", "/bin", "/etc", "/proc", "/sys", "/run", "/nix")
_DEVICES = ("/dev",)
_NAME_LOOKUP = 53
_PR_SET_DUMPABLE = 4
_CAPABILITIES_VERSION = 0x20080522
# CAP_SYS_PTRACE, CAP_SYS_ADMIN, CAP_PERFMON: with any of them root reads another process's environment and memory map.
_LOOKING_INTO_OTHERS = (19, 21, 38)
_WATCHED_EVENTS = frozenset(
    {
        "open",
        "sqlite3.connect",
        "os.listdir",
        "os.scandir",
        "os.rename",
        "os.remove",
        "os.link",
        "os.symlink",
        "os.truncate",
    }
)


@dataclass(frozen=True)
class Territory:
    """What one process may touch: everything else on the machine stays closed to it."""

    writable: tuple[Path, ...]
    readable: tuple[Path, ...]
    forbidden: tuple[Path, ...]
    listens_on: tuple[int, ...]
    connects_to: tuple[int, ...]


@dataclass(frozen=True)
class Confinement:
    """What is in force after `confine`: the version of Landlock, or None where only the audit hook stands."""

    landlock: int | None


def confine(config: Config, process: Process) -> Confinement:
    """Confine this process to its department for the rest of its life."""
    department = DEPARTMENT_OF[process]
    forbid_core_dumps()
    use_private_temporary_folder(config, department)
    territory = compute_territory(config, process)
    refuse_by_audit_hook(territory)
    give_up_looking_into_others()
    return Confinement(restrict_by_kernel(territory))


def forbid_core_dumps() -> None:
    """Keep memory off the disk: no core file, and no other process of this user may look inside."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)


def give_up_looking_into_others() -> None:
    """Give up what lets root look into other processes; who is not root has none of it, and loses nothing."""
    libc = ctypes.CDLL(None, use_errno=True)
    header = (ctypes.c_uint32 * 2)(_CAPABILITIES_VERSION, 0)
    held = (ctypes.c_uint32 * 6)()
    if libc.capget(header, held):
        return
    for capability in _LOOKING_INTO_OTHERS:
        word, bit = divmod(capability, 32)
        for kind in range(3):
            held[3 * word + kind] &= ~(1 << bit)
    libc.capset(header, held)


def use_private_temporary_folder(config: Config, department: Department) -> None:
    """Put temporary files inside the department's folder, because /tmp belongs to everybody."""
    folder = config.folder(department) / "tmp"
    folder.mkdir(mode=0o700, exist_ok=True)
    os.environ["TMPDIR"] = str(folder)
    tempfile.tempdir = str(folder)


def compute_territory(config: Config, process: Process) -> Territory:
    """Work out what a process may touch; raise MisconfiguredError where two departments would overlap."""
    department = DEPARTMENT_OF[process]
    own = {_resolve(config.folder(department))} | {
        path.parent for path in _list_database_files(config, department)
    }
    others = {_resolve(config.folder(other)) for other in DEPARTMENTS if other != department}
    others |= {
        path for other in DEPARTMENTS if other != department for path in _list_database_files(config, other)
    }
    needed = [path for path in map(_resolve, _list_needed_folders()) if path.exists()]
    optional = [path for path in (_resolve(Path(entry)) for entry in sys.path if entry) if path.exists()]
    problems = [
        f"{outer} holds {inner}, which belongs to another department; give each department a folder of its own."
        for outer in sorted(own | set(needed))
        for inner in sorted(others)
        if inner.is_relative_to(outer)
    ]
    if problems:
        raise MisconfiguredError(problems)
    optional = [path for path in optional if not any(inner.is_relative_to(path) for inner in own | others)]
    return Territory(
        writable=tuple(sorted(own)),
        readable=(_resolve(config.data / "public"), *needed, *optional),
        forbidden=tuple(sorted(others)),
        listens_on=(config.binds[process][1],),
        connects_to=_list_ports_to_connect_to(config, department),
    )


def _resolve(path: Path) -> Path:
    return Path(os.path.realpath(path))


def _list_needed_folders() -> list[Path]:
    source = Path(__file__).resolve().parents[2]
    return [*map(Path, _SYSTEM_FOLDERS), Path(sys.prefix), Path(sys.base_prefix), source]


def _list_database_files(config: Config, department: Department) -> list[Path]:
    urls = [config.database(name) for name in DATABASES_OF[department]]
    return [_resolve(Path(url.removeprefix("sqlite:///"))) for url in urls if url.startswith("sqlite:///")]


def _list_ports_to_connect_to(config: Config, department: Department) -> tuple[int, ...]:
    """Give the log, the department's own databases, name lookup, and for the log its witnesses; nobody else."""
    ports = {_find_port(config.urls["log"]), config.binds["log"][1], _NAME_LOOKUP}
    if department == "log":
        ports |= _list_witness_ports(config)
    for name in DATABASES_OF[department]:
        url = config.database(name)
        if url.startswith("postgresql"):
            ports.add(urlsplit(url).port or 5432)
    return tuple(sorted(ports))


def _list_witness_ports(config: Config) -> set[int]:
    """Give the ports of the witnesses that the policy names; the log itself says what is wrong with a policy."""
    try:
        policy = parse_policy(find_policy_path(config).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, InvalidInputError):
        return set()
    ports = set()
    for witness in policy.witnesses.values():
        with suppress(ValueError):
            ports |= {_find_port(witness.url)} if witness.url else set()
    return ports


def _find_port(url: str) -> int:
    parts = urlsplit(url)
    return parts.port or (443 if parts.scheme == "https" else 80)


def restrict_by_kernel(territory: Territory) -> int | None:
    """Close everything outside the territory to this process and its children; give Landlock's version, or None."""
    version = find_landlock_version()
    if version is None:
        return None
    ruleset = Ruleset(version)
    for path in territory.writable:
        ruleset.allow_writing(path)
    for path in territory.readable:
        if path.exists():
            ruleset.allow_reading(path)
    for device in _DEVICES:
        ruleset.allow_devices(Path(device))
    for port in territory.listens_on:
        ruleset.allow_listening(port)
    for port in territory.connects_to:
        ruleset.allow_connecting(port)
    restrict_self(ruleset)
    return version


def refuse_by_audit_hook(territory: Territory) -> None:
    """Refuse, in Python itself, to open or list anything in another department; it cannot be taken off again."""
    forbidden = tuple(str(path) for path in territory.forbidden)
    watched = _WATCHED_EVENTS

    def refuse(event: str, arguments: tuple[object, ...]) -> None:
        if event not in watched:
            return
        for argument in arguments[:2]:
            if isinstance(argument, str | bytes | os.PathLike) and _is_forbidden(argument, forbidden):
                raise PermissionError("this file belongs to another department of Amanah")

    sys.addaudithook(refuse)


def _is_forbidden(path: str | bytes | os.PathLike[str], forbidden: Iterable[str]) -> bool:
    text = os.fsdecode(path)
    if text.startswith("file:"):
        text = unquote(urlsplit(text).path)
    real = os.path.realpath(text)
    # A database brings files of its own name with it: -wal, -shm and -journal.
    return any(real == place or real.startswith((f"{place}/", f"{place}-")) for place in forbidden)
