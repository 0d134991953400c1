"""The states of an occasion and the one rule that moves it on; no Django, so that pages and gate share it.

It never reads a clock: `now` is an argument.
"""

from typing import Literal

State = Literal["planned", "open", "closing", "closed"]

PLANNED: State = "planned"
OPEN: State = "open"
CLOSING: State = "closing"
CLOSED: State = "closed"


def decide_state(state: str, *, has_key: bool, opens_at: int, closes_at: int, now: int) -> State:
    """Give the state that an occasion has now, whatever was last written down.

    `closing` and `closed` are never left again by the clock: closing is an act, and the end of the time is one too.
    """
    if state == CLOSED:
        return CLOSED
    if state == CLOSING or now >= closes_at:
        return CLOSING
    return OPEN if has_key and now >= opens_at else PLANNED
