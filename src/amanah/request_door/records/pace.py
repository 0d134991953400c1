"""What has to hold of the private log before this door starts. It needs no Django, and changes nothing."""

from amanah.core.data_requests.periods import SealPace
from amanah.core.errors import MisconfiguredError
from amanah.web.config import Config
from amanah.web.database import Database

_LEAP = 20


def check_pace(database: Database, config: Config, now: int) -> None:
    """Refuse to start where the pace was changed after something was sealed: numbers would fall, or leap."""
    last = database.execute("SELECT MAX(number) FROM sealed_period").fetchone()[0]
    pace = SealPace(config.pacing.seal_every, config.pacing.seal_offset)
    wanted = max(pace.compute_last_ended(now), 1)
    if last is not None and not wanted // _LEAP < last < wanted * _LEAP:
        raise MisconfiguredError(
            ["AMANAH_PACE was changed after records were sealed. Set it back, or found the community anew."]
        )
