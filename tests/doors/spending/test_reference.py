"""The gate decides every request as a plain Django view of the same job does."""

import asyncio
import random

import pytest
from django.test import RequestFactory

from amanah.programme_door.spending.gate import SPEND_PATH, HeldOccasion, SpendingGate
from amanah.programme_door.spending.models import SpentPass
from amanah.programme_door.spending.store import SpentRow, build_store
from amanah.web.config import Config
from tests.doors.spending.test_process import list_bad_requests
from tests.support.orm_spending import build_view
from tests.support.spending import PassPress, build_press, list_spent

NOW = 1_800_000_000


def build_requests(press: PassPress, survey: PassPress, unknown: PassPress) -> list[bytes]:
    """Give good, bad and repeated requests in a random order."""
    good = [press.make_presence() for _ in range(20)] + [survey.make_answer({"q1": n}) for n in range(20)]
    bad = list_bad_requests(press, survey, {"unknown": unknown.make_presence()})
    requests = good * 2 + list(bad.values())
    random.shuffle(requests)
    return requests


@pytest.mark.django_db(databases=["default", "spending"])
def test_gate_and_reference_view_agree_on_every_request_and_every_row(sqlite_config: Config) -> None:
    press, survey, unknown = (
        build_press(opens_at=NOW),
        build_press("survey", opens_at=NOW),
        build_press(),
    )
    requests = build_requests(press, survey, unknown)
    view = build_view(
        {held.public_key.token_key_id: held.spendable for held in (press, survey)}, clock=lambda: NOW
    )
    factory = RequestFactory()
    answers = [
        view(factory.post(SPEND_PATH, body, content_type="application/octet-stream")) for body in requests
    ]
    expected = [(answer.status_code, answer.content) for answer in answers]
    url = sqlite_config.database("spending")

    async def ask_gate() -> list[tuple[int, bytes]]:
        store = build_store(url)
        await store.open()
        gate = SpendingGate(store, lambda: NOW)
        gate.hold(HeldOccasion("open", held.spendable) for held in (press, survey))
        smallest, largest = gate.routes[SPEND_PATH].sizes
        replies = [await gate.spend(body) if smallest <= len(body) <= largest else None for body in requests]
        await store.close()
        return [(reply.status, reply.body) if reply else expected[n] for n, reply in enumerate(replies)]

    assert asyncio.run(ask_gate()) == expected
    assert sorted(status for status, _ in expected if status == 200) == [200] * 40
    for held in (press, survey):
        rows = SpentPass.objects.filter(occasion=held.occasion_bytes)
        columns = ("occasion", "nonce", "authenticator", "public_key", "payload", "signature")
        kept = sorted(SpentRow(*map(bytes, row)) for row in rows.values_list(*columns))
        assert kept == list_spent(url, held.occasion_bytes)
