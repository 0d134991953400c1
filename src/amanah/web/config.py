"""One frozen configuration, parsed once from `AMANAH_*` variables or one TOML file; every problem is listed at once.

It never reads Django's settings and imports no Django: gates start without it.
"""

import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from amanah.core.errors import MisconfiguredError

Process = Literal["log", "card", "programme", "spending", "request"]
Department = Literal["log", "card", "programme", "request"]
Pace = Literal["calm", "demo"]

PROCESSES: tuple[Process, ...] = get_args(Process)
DEPARTMENTS: tuple[Department, ...] = get_args(Department)
FIRST_PORT = 8700
NO_SISTER = "none"
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


@dataclass(frozen=True)
class Pacing:
    """How long a device waits (`spec/passes.md` 8.3), and when the request door publishes; in seconds.

    `report_every` is None where reports cover the quarters of the calendar (`spec/data_requests.md` 7.2, 8.1).
    """

    register_window: int
    minimum_age: int
    shortest_fetch_window: int
    seal_every: int
    seal_offset: int
    report_every: int | None
    report_delay: int


PACINGS: Mapping[Pace, Pacing] = {
    "calm": Pacing(
        register_window=86_400,
        minimum_age=86_400,
        shortest_fetch_window=86_400,
        seal_every=86_400,
        seal_offset=43_200,
        report_every=None,
        report_delay=14 * 86_400 + 43_200,
    ),
    "demo": Pacing(
        register_window=8,
        minimum_age=60,
        shortest_fetch_window=20,
        seal_every=20,
        seal_offset=0,
        report_every=120,
        report_delay=20,
    ),
}


@dataclass(frozen=True)
class Config:
    """Everything an operator can choose; see `docs/reference/settings.md`."""

    data: Path
    community: str
    community_name: str
    pace: Pace
    urls: Mapping[Process, str]
    binds: Mapping[Process, tuple[str, int]]
    sister_bind: tuple[str, int] | None
    databases: Mapping[str, str]
    log_origin: str
    page_workers: int
    behind_proxy: bool
    time_zone: ZoneInfo
    jurisdiction: str

    @property
    def pacing(self) -> Pacing:
        """Give the waiting times of the chosen pace."""
        return PACINGS[self.pace]

    @property
    def issuer_name(self) -> str:
        """Give the Privacy Pass issuer name (`spec/passes.md` 1.4)."""
        return f"{self.community}.amanah"

    @property
    def witness_name(self) -> str:
        """Give the name under which this community's witness cosigns (`spec/public_log.md` 6.7)."""
        return f"{self.issuer_name}/witness"

    def folder(self, department: Department) -> Path:
        """Give the one folder that a department's processes may write to."""
        return self.data / ("log" if department == "log" else f"{department}-door")

    def keys(self, department: Department) -> Path:
        """Give the folder of a department's keys; mode 0700, never inside a database or its dumps."""
        return self.folder(department) / "keys"

    def database(self, name: str) -> str:
        """Give the database URL of `log`, `card`, `programme`, `spending` or `request`."""
        return self.databases[name]


SETTINGS: Mapping[str, str] = {
    "AMANAH_DATA": "Folder that holds everything; one folder per door inside it. Default: ./data",
    "AMANAH_COMMUNITY": (
        "Short name of the community, part of every signature: lower-case letters, digits, hyphens. "
        "Default: commons"
    ),
    "AMANAH_COMMUNITY_NAME": "Name that pages show. Default: the short name",
    "AMANAH_PACE": (
        "calm (waits of a day, for real use) or demo (waits of seconds, and every page says so). "
        "Default: calm"
    ),
    "AMANAH_PROGRAMME_URL": "Public address of the programme door's pages. Default: http://localhost:8700",
    "AMANAH_SPENDING_URL": "Public address of the spending gate. Default: http://localhost:8701",
    "AMANAH_CARD_URL": (
        "Public address of the card door; in real use a hostname of its own. Default: http://localhost:8702"
    ),
    "AMANAH_REQUEST_URL": "Public address of the request door. Default: http://localhost:8703",
    "AMANAH_LOG_URL": "Public address of the public log. Default: http://localhost:8704",
    "AMANAH_PROGRAMME_BIND": "Address and port that the programme pages listen on. Default: 127.0.0.1:8700",
    "AMANAH_SPENDING_BIND": "The same for the spending gate. Default: 127.0.0.1:8701",
    "AMANAH_CARD_BIND": "The same for the card door. Default: 127.0.0.1:8702",
    "AMANAH_REQUEST_BIND": "The same for the request door. Default: 127.0.0.1:8703",
    "AMANAH_LOG_BIND": "The same for the log service. Default: 127.0.0.1:8704",
    "AMANAH_SISTER_BIND": (
        "Where the invented sister community of `amanah demo` listens, or none for no sister. "
        "Default: 127.0.0.1:8705"
    ),
    "AMANAH_DATABASE_CARD": (
        "sqlite:///PATH or postgresql://USER:PASSWORD@HOST:PORT/NAME. Default: a SQLite file in the "
        "door's folder"
    ),
    "AMANAH_DATABASE_PROGRAMME": "The same for the programme door's pages.",
    "AMANAH_DATABASE_SPENDING": (
        "The same for spent passes; may be the programme door's PostgreSQL database, never its SQLite file."
    ),
    "AMANAH_DATABASE_REQUEST": "The same for the request door.",
    "AMANAH_DATABASE_LOG": "The same for the log service.",
    "AMANAH_LOG_ORIGIN": "First line of every checkpoint. Default: COMMUNITY.amanah/log",
    "AMANAH_PAGE_WORKERS": "Processes that render pages, 1 to 64. Default: 1",
    "AMANAH_BEHIND_PROXY": (
        "yes when a reverse proxy that you run sets X-Forwarded-Proto; its access log must be off. "
        "Default: no"
    ),
    "AMANAH_TIME_ZONE": "Time zone in which pages show times. Default: Europe/London",
    "AMANAH_JURISDICTION": (
        "Code of the jurisdiction pack by which the request door reads legal papers: uk, us, or one of your own "
        "in DATA/public/jurisdictions. Default: uk"
    ),
    "AMANAH_CONFIG": (
        "A TOML file with any of these settings, in lower case without AMANAH_; variables win over it."
    ),
}


class _Reader:
    """Takes settings one by one and remembers what was wrong with each."""

    def __init__(self, values: Mapping[str, str]) -> None:
        self.values = values
        self.problems = [
            f"{name} is not a setting; see docs/reference/settings.md."
            for name in values
            if name not in SETTINGS
        ]

    def text(self, name: str, default: str) -> str:
        return self.values.get(name, "").strip() or default

    def choice(self, name: str, default: str, allowed: tuple[str, ...]) -> str:
        value = self.text(name, default)
        if value not in allowed:
            self.problems.append(f"{name} is '{value}'; write one of: {', '.join(allowed)}.")
            return default
        return value

    def url(self, name: str, port: int) -> str:
        value = self.text(name, f"http://localhost:{port}").rstrip("/")
        parts = urlsplit(value)
        is_local = parts.hostname in {"localhost", "127.0.0.1"}
        if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path or parts.query:
            self.problems.append(f"{name} must look like https://name.example, without a path.")
        elif parts.scheme == "http" and not is_local:
            self.problems.append(
                f"{name} must start with https:// unless it is on localhost; browsers refuse keys elsewhere."
            )
        return value

    def bind(self, name: str, port: int) -> tuple[str, int]:
        value = self.text(name, f"127.0.0.1:{port}")
        host, _, number = value.rpartition(":")
        if not host or not number.isdigit() or not 0 < int(number) < 65_536:
            self.problems.append(f"{name} is '{value}'; write ADDRESS:PORT, for example 127.0.0.1:{port}.")
            return ("127.0.0.1", port)
        return (host, int(number))

    def bind_or_none(self, name: str, port: int) -> tuple[str, int] | None:
        return None if self.text(name, "") == NO_SISTER else self.bind(name, port)

    def database(self, name: str, default: Path) -> str:
        value = self.text(name, f"sqlite:///{default}")
        if not value.startswith(("sqlite:///", "postgresql://")):
            self.problems.append(f"{name} must start with sqlite:/// or postgresql://.")
        return value

    def whole_number(self, name: str, default: int, most: int) -> int:
        value = self.text(name, str(default))
        if not value.isdigit() or not 1 <= int(value) <= most:
            self.problems.append(f"{name} is '{value}'; write a whole number from 1 to {most}.")
            return default
        return int(value)

    def slug(self, name: str, default: str) -> str:
        value = self.text(name, default)
        if not _SLUG.fullmatch(value) or len(value) > 40:
            self.problems.append(f"{name} must be lower-case letters, digits and single hyphens, at most 40.")
            return default
        return value

    def time_zone(self, name: str, default: str) -> ZoneInfo:
        value = self.text(name, default)
        try:
            return ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError):
            self.problems.append(f"{name} is '{value}'; write a name such as Europe/London or Asia/Amman.")
            return ZoneInfo("UTC")


def read_settings(environment: Mapping[str, str] | None = None) -> dict[str, str]:
    """Give every setting as it was written, unchecked; a variable wins over the file."""
    variables = os.environ if environment is None else environment
    values = {name: value for name, value in variables.items() if name.startswith("AMANAH_")}
    return _read_file(values.get("AMANAH_CONFIG", "")) | values


def load_config(environment: Mapping[str, str] | None = None) -> Config:
    """Parse the configuration; raise MisconfiguredError with every problem at once."""
    reader = _Reader(read_settings(environment))
    data = Path(reader.text("AMANAH_DATA", "data")).expanduser().absolute()
    community = reader.slug("AMANAH_COMMUNITY", "commons")
    order: tuple[Process, ...] = ("programme", "spending", "card", "request", "log")
    ports = {process: FIRST_PORT + place for place, process in enumerate(order)}
    files = {
        "log": data / "log" / "log.sqlite3",
        "card": data / "card-door" / "card.sqlite3",
        "programme": data / "programme-door" / "programme.sqlite3",
        "spending": data / "programme-door" / "spending.sqlite3",
        "request": data / "request-door" / "request.sqlite3",
    }
    config = Config(
        data=data,
        community=community,
        community_name=reader.text("AMANAH_COMMUNITY_NAME", community),
        pace="demo" if reader.choice("AMANAH_PACE", "calm", get_args(Pace)) == "demo" else "calm",
        urls={process: reader.url(f"AMANAH_{process.upper()}_URL", ports[process]) for process in order},
        binds={process: reader.bind(f"AMANAH_{process.upper()}_BIND", ports[process]) for process in order},
        sister_bind=reader.bind_or_none("AMANAH_SISTER_BIND", FIRST_PORT + len(order)),
        databases={
            name: reader.database(f"AMANAH_DATABASE_{name.upper()}", path) for name, path in files.items()
        },
        log_origin=reader.text("AMANAH_LOG_ORIGIN", f"{community}.amanah/log"),
        page_workers=reader.whole_number("AMANAH_PAGE_WORKERS", 1, 64),
        behind_proxy=reader.choice("AMANAH_BEHIND_PROXY", "no", ("yes", "no")) == "yes",
        time_zone=reader.time_zone("AMANAH_TIME_ZONE", "Europe/London"),
        jurisdiction=reader.slug("AMANAH_JURISDICTION", "uk"),
    )
    reader.problems += _find_shared_databases(config)
    if reader.problems:
        raise MisconfiguredError(reader.problems)
    return config


def _find_shared_databases(config: Config) -> list[str]:
    """Find doors on one database, which would undo the whole design; only the spending gate may share its door's."""
    problems = []
    names = list(config.databases)
    for place, first in enumerate(names):
        for second in names[place + 1 :]:
            is_same = config.databases[first] == config.databases[second]
            is_own_door = {first, second} == {"programme", "spending"} and config.databases[first].startswith(
                "postgresql"
            )
            if is_same and not is_own_door:
                problems.append(
                    f"AMANAH_DATABASE_{first.upper()} and AMANAH_DATABASE_{second.upper()} are the same database; "
                    "give each its own."
                )
    return problems


def _read_file(path: str) -> dict[str, str]:
    if not path:
        return {}
    try:
        table = tomllib.loads(Path(path).read_text(encoding="utf-8"))
    except OSError as error:
        raise MisconfiguredError(
            [f"AMANAH_CONFIG names {path}, which cannot be read: {error.strerror}."]
        ) from error
    except tomllib.TOMLDecodeError as error:
        raise MisconfiguredError([f"AMANAH_CONFIG names {path}, which is not TOML: {error}."]) from error
    return {f"AMANAH_{name.upper()}": _as_text(value) for name, value in table.items()}


def _as_text(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)
