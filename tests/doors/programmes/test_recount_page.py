"""The recount page says in words what the public log says in numbers."""

import pytest

from amanah.core.encoding import encode_canonical_json
from amanah.programme_door.occasions.models import LoggedEntry
from tests.support.desk import DATABASES, build_client, open_example, publish_bundle

pytestmark = pytest.mark.django_db(databases=DATABASES)


def log(position, kind, ref, by, body):
    entry = {"at": 1, "body": body, "by": by, "kind": kind, "ref": ref, "sig": "", "v": 1}
    LoggedEntry.objects.create(
        position=position, kind=kind, ref=ref or "", entry=encode_canonical_json(entry)
    )


@pytest.fixture
def closed():
    session = next(occasion for occasion in open_example() if occasion.kind == "session")
    publish_bundle(session, spent=12)
    log(0, "occasion_closed", session.occasion, "programme-door", {"bundle": "ab" * 32, "redeemed": 12})
    return session


def read(session):
    return build_client().get(f"/en/recount/{session.occasion}/").content.decode()


def destroy(session, **counts):
    body = {"served": 15, "cards": 20, "replacements": 1, "invitations_used": 21} | counts
    log(1, "occasion_key_destroyed", session.occasion, "card-door", body)


def test_until_the_key_is_destroyed_the_page_says_what_that_means(closed):
    page = read(closed)
    assert "12 passes were used." in page
    assert "The key is not destroyed yet." in page
    assert "The numbers are in order" not in page


def test_numbers_in_order_are_said_to_be_so(closed):
    destroy(closed)
    page = read(closed)
    assert "The key is destroyed." in page
    assert "The numbers are in order." in page
    assert f"/recounts/{closed.occasion}.json" in page
    assert "ab" * 32 in page


@pytest.mark.parametrize("counts", [{"served": 11}, {"cards": 14}, {"invitations_used": 19}])
def test_numbers_out_of_order_are_said_plainly(closed, counts):
    destroy(closed, **counts)
    assert "The numbers are not in order." in read(closed)
