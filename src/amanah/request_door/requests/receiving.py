"""Where later parts of a case are joined to the counter: what happens after receipt, and what was answered.

The counter imports none of them; each registers itself when the door starts. It never decides anything.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from amanah.request_door.requests.models import DataRequest


@dataclass(frozen=True)
class AnswerLink:
    """One thing that an answer consists of: words for its link, and the name of its address."""

    kind: str
    url_name: str


@dataclass(frozen=True)
class ReleasedAnswer:
    """An answer that may be given out: its outcome, the day, and what can be fetched by the secret link."""

    outcome: str
    released_on: date
    links: tuple[AnswerLink, ...]


# Called inside the transaction of receipt, so that a request that the rules refuse is decided with it.
AFTER_RECEIPT: list[Callable[[DataRequest], None]] = []
# Called inside the transaction in which a trustee's reading of the paper became the facts in force.
AFTER_READING: list[Callable[[DataRequest], None]] = []
FIND_ANSWER: list[Callable[[str], ReleasedAnswer | None]] = []
LIST_RECEIPTS: list[Callable[[str], tuple[AnswerLink, ...]]] = []


def find_answer(reference: str) -> ReleasedAnswer | None:
    """Give the answer to a request, once it may be given out."""
    answers = (find(reference) for find in FIND_ANSWER)
    return next((answer for answer in answers if answer is not None), None)


def list_receipts(reference: str) -> list[AnswerLink]:
    """Give what confirms that a request came in, once its record is sealed."""
    return [link for list_links in LIST_RECEIPTS for link in list_links(reference)]
