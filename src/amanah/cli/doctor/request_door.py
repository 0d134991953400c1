"""Checks on the request door: whether anybody may answer an order, and which packs it can read. It reads no request."""

from collections.abc import Iterator

from amanah.core.data_requests.jurisdictions import PackFaultsError, parse_pack
from amanah.web.config import Config
from amanah.web.database import SQLITE_PREFIX, list_errors, open_database

_OWN_PACKS = "jurisdictions"


def check_panel(config: Config) -> Iterator[str]:
    """Find a request door without trustees: it refuses what rules refuse, and can answer nothing else."""
    url = config.database("request")
    try:
        with open_database(url, read_only=True) as database:
            count = database.execute("SELECT COUNT(*) FROM panel WHERE in_force_from IS NOT NULL").fetchone()[
                0
            ]
    except list_errors("sqlite" if url.startswith(SQLITE_PREFIX) else "postgresql"):
        # Whether the database can be read at all is another check's finding.
        return
    if not count:
        yield (
            "The request door has no panel of trustees, so that no order can be answered; run "
            "amanah new-trustee-address and open the address (docs/how-to/found-a-panel.md)."
        )


def check_packs(config: Config) -> Iterator[str]:
    """Read the community's own jurisdiction packs as the request door does at its start."""
    for path in sorted((config.data / "public" / _OWN_PACKS).glob("*.json")):
        try:
            parse_pack(path.read_bytes())
        except PackFaultsError as error:
            yield f"The jurisdiction pack {path} has {len(error.problems)} faults; the first: {error.problems[0]}"
        except OSError as error:
            yield f"The jurisdiction pack {path} cannot be read ({error.strerror})."
