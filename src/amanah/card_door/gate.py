"""The card door's five endpoints (`spec/passes.md` 3.4, 4.5 to 4.7, 6.5): read, commit, and only then sign and answer.

It never writes down a request, and refuses everything it refuses with the same bytes.
"""

import hashlib
import logging
from collections.abc import Awaitable, Callable, Mapping

from amanah.card_door.actions import issue_join_token, issue_wave, leave, register_card, revoke_card
from amanah.card_door.commits import Commits, NotCommittedError, QueueFullError
from amanah.card_door.signing import Signing, are_signable
from amanah.card_door.store import Store
from amanah.core.errors import InvalidInputError
from amanah.core.passes.issuing import SigningFaultError
from amanah.core.passes.messages import (
    JOIN_LENGTH,
    LEAVE_LENGTH,
    MOST_OCCASIONS,
    REGISTER_LENGTH,
    REVOKE_LENGTH,
    compute_wave_length,
    parse_join_request,
    parse_leave_request,
    parse_register_request,
    parse_revoke_request,
    parse_wave_request,
)
from amanah.web.gate import BUSY, BYTES, DONE, REFUSED, Reply, Route

logger = logging.getLogger("amanah.card_door")
Handler = Callable[[bytes], Awaitable[Reply]]


class CardGate:
    """Answers devices; holds nothing of its own."""

    def __init__(self, store: Store, commits: Commits, signing: Signing) -> None:
        self._store = store
        self._commits = commits
        self._signing = signing

    def build_routes(self) -> Mapping[str, Route]:
        """Give every endpoint with the sizes of its bodies."""
        return {
            "/api/v1/join": Route(_answer(self._join), (JOIN_LENGTH, JOIN_LENGTH)),
            "/api/v1/register": Route(_answer(self._register), (REGISTER_LENGTH, REGISTER_LENGTH)),
            "/api/v1/wave": Route(
                _answer(self._issue_wave), (compute_wave_length(1), compute_wave_length(MOST_OCCASIONS))
            ),
            "/api/v1/revoke": Route(_answer(self._revoke), (REVOKE_LENGTH, REVOKE_LENGTH)),
            "/api/v1/leave": Route(_answer(self._leave), (LEAVE_LENGTH, LEAVE_LENGTH)),
        }

    async def _join(self, body: bytes) -> Reply:
        request = parse_join_request(body)
        seat = self._signing.join_seat
        if seat is None or not seat.is_signable(request.blinded):
            return REFUSED
        if self._signing.is_busy:
            return BUSY
        request_hash = hashlib.sha256(body).digest()
        if not await self._commits.run(lambda: issue_join_token(self._store, request, request_hash)):
            return REFUSED
        return Reply(200, await self._signing.sign([seat], [request.blinded]), BYTES)

    async def _register(self, body: bytes) -> Reply:
        request = parse_register_request(body)
        verifier = self._signing.join_verifier
        if verifier is None:
            return REFUSED
        return _confirm(
            is_done=await self._commits.run(lambda: register_card(self._store, request, verifier))
        )

    async def _issue_wave(self, body: bytes) -> Reply:
        request = parse_wave_request(body)
        seats = self._signing.find_seats(bytes.fromhex(request.wave))
        if seats is None or not are_signable(seats, request.blinded):
            return REFUSED
        if self._signing.is_busy:
            return BUSY
        request_hash = hashlib.sha256(body).digest()
        stored = self._commits.run(
            lambda: issue_wave(self._store, request, request_hash, len(seats)),
            patience=self._signing.store_patience,
        )
        if not await stored:
            return REFUSED
        return Reply(200, await self._signing.sign(seats, request.blinded), BYTES)

    async def _revoke(self, body: bytes) -> Reply:
        request = parse_revoke_request(body)
        return _confirm(is_done=await self._commits.run(lambda: revoke_card(self._store, request)))

    async def _leave(self, body: bytes) -> Reply:
        request = parse_leave_request(body)
        return _confirm(is_done=await self._commits.run(lambda: leave(self._store, request)))


def _confirm(*, is_done: bool) -> Reply:
    return DONE if is_done else REFUSED


def _answer(handler: Handler) -> Handler:
    """Turn foreseen errors into answers: the unreadable is refused like the rest, what could not be done is "busy"."""

    async def answer(body: bytes) -> Reply:
        try:
            return await handler(body)
        except InvalidInputError:
            return REFUSED
        except (QueueFullError, NotCommittedError):
            return BUSY
        except SigningFaultError:
            logger.exception("A signature came out wrong and was thrown away.")
            return BUSY

    return answer
