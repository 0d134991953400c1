"""The spending gate's one decision: read a pass, check it, spend it once (`spec/passes.md` 7).

It never tells one refusal from another, and keeps nothing of what it refuses.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from amanah.core.errors import InvalidInputError
from amanah.core.passes.decisions import SpendableOccasion, SpendOutcome, decide_spend
from amanah.core.passes.messages import SPEND_LENGTH, SpendRequest, parse_spend_request
from amanah.core.surveys.questions import Question, is_fit_answer
from amanah.programme_door.occasions.states import OPEN, decide_state
from amanah.programme_door.spending.store import Outcome, SpentRow, Store
from amanah.web.gate import BUSY, DONE, REFUSED, Reply, Route

SPEND_PATH = "/api/v1/spend"
_REPLIES = {Outcome.STORED: DONE, Outcome.ALREADY_SPENT: REFUSED, Outcome.BUSY: BUSY}


@dataclass(frozen=True)
class HeldOccasion:
    """An occasion with a key: the state last written down, and what its passes are checked against.

    `questions` are those of a survey's stated plan; without one there is none to hold a sheet against.
    """

    state: str
    spendable: SpendableOccasion
    questions: tuple[Question, ...] | None = None

    def is_open(self, now: int) -> bool:
        """Tell whether passes can be spent on it now."""
        occasion = self.spendable.occasion
        state = decide_state(
            self.state, has_key=True, opens_at=occasion.opens_at, closes_at=occasion.closes_at, now=now
        )
        return state == OPEN

    def takes(self, payload: bytes) -> bool:
        """Tell whether a sheet says only what its survey asks: anything else would be published as it came."""
        name = self.spendable.occasion.occasion
        return self.questions is None or is_fit_answer(payload, occasion=name, questions=self.questions)


class SpendingGate:
    """Spends passes of the occasions it was last told of; `clock` gives UTC seconds."""

    def __init__(self, store: Store, clock: Callable[[], int]) -> None:
        self._store = store
        self._clock = clock
        self._held: dict[bytes, HeldOccasion] = {}

    def hold(self, occasions: Iterable[HeldOccasion]) -> None:
        """Replace what can be spent on; from here on nothing is queued for an occasion that is missing."""
        self._held = {held.spendable.verifier.public_key.token_key_id: held for held in occasions}

    @property
    def routes(self) -> dict[str, Route]:
        """Give the one endpoint."""
        return {SPEND_PATH: Route(self.spend, (SPEND_LENGTH, SPEND_LENGTH))}

    async def spend(self, body: bytes) -> Reply:
        """Answer only after the commit that holds the pass."""
        row = self._check(body)
        if row is None:
            return REFUSED
        return _REPLIES[await self._store.spend(row)]

    def _check(self, body: bytes) -> SpentRow | None:
        try:
            request = parse_spend_request(body)
        except InvalidInputError:
            return None
        now = self._clock()
        held = self._held.get(request.token.token_key_id)
        if held is None or not held.is_open(now):
            return None
        if decide_spend(request, held.spendable, now) is not SpendOutcome.ACCEPT:
            return None
        if not held.takes(request.payload):
            return None
        return _build_row(request, held.spendable)


def _build_row(request: SpendRequest, spendable: SpendableOccasion) -> SpentRow:
    """Keep of presence only what a recount needs; the room code is checked and not stored (7.3)."""
    occasion = bytes.fromhex(spendable.occasion.occasion)
    token = request.token
    if spendable.occasion.kind == "session":
        return SpentRow(occasion, token.nonce, token.authenticator)
    return SpentRow(
        occasion, token.nonce, token.authenticator, request.public_key, request.payload, request.signature
    )
