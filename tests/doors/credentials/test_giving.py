"""A one-time address answers once, to the key that it asks for, and keeps nothing of which a proof does not hold."""

import json
import secrets
from datetime import timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.test import Client
from django.utils import timezone

from amanah.core.credentials.authorisations import Strength
from amanah.core.credentials.possession import compute_possession_bytes
from amanah.core.credentials.proofs import JCS, RDFC, SUITES, compute_proof_input
from amanah.core.credentials.times import encode_time
from amanah.core.encoding import encode_base64url
from amanah.programme_door.credentials.actions import open_draft
from amanah.programme_door.credentials.actions.drafts import DRAFT_RANDOM_SIZE, open_key_request
from amanah.programme_door.credentials.models import Document
from amanah.programme_door.credentials.queries import find_authorisation, find_names
from amanah.programme_door.credentials.queries.drafts import find_draft
from tests.doors.credentials.town import BILAL, build_grant, build_root, make_key, recognise
from tests.support.desk import DATABASES

pytestmark = pytest.mark.django_db(databases=DATABASES)

KEY, GIVER = make_key()


def read_clock() -> int:
    return int(timezone.now().timestamp())


def draft(giver: str = GIVER, **changes: Any) -> str:
    recognise(build_root(id=GIVER, name="Amina Invented"), now=read_clock() - 100)
    said = {"giver": giver, "holder": BILAL, "witnesses": (), "strength": Strength.SIGNED} | changes
    return open_draft(
        build_grant(**said),
        giver_name="Amina Invented",
        now=read_clock(),
        random_bytes=secrets.token_bytes(DRAFT_RANDOM_SIZE),
    )


def ask_for_key() -> str:
    return open_key_request(
        "Chana Invented", now=read_clock(), random_bytes=secrets.token_bytes(DRAFT_RANDOM_SIZE)
    )


def find_document(secret: str) -> dict[str, Any]:
    found = find_draft(secret, today=timezone.now().date())
    assert found is not None, "this address does not work"
    return found.document


def sign(
    document: dict[str, Any], key: Ed25519PrivateKey = KEY, did: str = GIVER, *, late: int = 0
) -> dict[str, Any]:
    """Sign as the giver's page does."""
    created = encode_time(read_clock() + late)
    named = document | {"issuer": document["issuer"] | {"id": did}}
    signatures = {
        suite: encode_base64url(key.sign(compute_proof_input(named, suite, did=did, created=created)))
        for suite in SUITES
    }
    return {"did": did, "created": created, "signatures": signatures}


def post(secret: str, answer: Any) -> tuple[int, dict[str, str]]:
    data = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
    address = f"/en/give/{secret}/answer/"
    response = Client().post(address, data, content_type="application/json")
    assert response.cookies == {}
    assert response.headers["X-Robots-Tag"] == "noindex"
    return response.status_code, response.json()


def test_an_address_answers_once_and_then_looks_like_one_that_never_was() -> None:
    secret = draft()
    assert Client().get(f"/en/give/{secret}/").status_code == 200
    status, said = post(secret, sign(find_document(secret)))
    assert status == 200
    read = find_authorisation(said["document"])
    assert read is not None
    assert (read.giver, read.strength, read.suites) == (GIVER, Strength.SIGNED, SUITES)
    used, never = Client().get(f"/en/give/{secret}/"), Client().get(f"/en/give/{'0' * 48}/")
    assert used.status_code == never.status_code == 404
    assert used.content.replace(secret.encode(), b"") == never.content.replace(b"0" * 48, b"")
    assert post(secret, sign(json.loads(Document.objects.get(kind="authorisation").original)))[0] == 409


def test_whoever_has_no_key_yet_signs_with_the_one_that_they_make() -> None:
    secret = draft(giver="")
    key, did = make_key()
    status, said = post(secret, sign(find_document(secret), key, did))
    assert status == 200
    read = find_authorisation(said["document"])
    assert read is not None
    assert read.giver == did
    assert find_names([did]) == {did: "Amina Invented"}


def test_another_key_is_refused_and_the_address_still_works() -> None:
    secret = draft()
    key, did = make_key()
    status, said = post(secret, sign(find_document(secret), key, did))
    assert status == 409
    assert "with another key" in said["words"]
    assert post(secret, sign(find_document(secret)))[0] == 200


@pytest.mark.parametrize("suite", [JCS, RDFC])
def test_one_proof_that_does_not_hold_refuses_both(suite: str) -> None:
    secret = draft()
    answer = sign(find_document(secret))
    answer["signatures"][suite] = encode_base64url(bytes(64))
    assert post(secret, answer)[0] == 422
    assert not Document.objects.filter(kind="authorisation").exists()


def test_what_was_signed_of_another_document_is_not_taken_in() -> None:
    secret = draft()
    document = find_document(secret)
    changed = document | {"name": "Everything"}
    assert post(secret, sign(changed))[0] == 422
    assert not Document.objects.filter(kind="authorisation").exists()


def test_a_clock_that_is_wrong_by_more_than_a_day_is_told() -> None:
    secret = draft()
    status, said = post(secret, sign(find_document(secret), late=90_000))
    assert status == 409
    assert "clock" in said["words"]
    assert post(secret, sign(find_document(secret), late=-80_000))[0] == 200


NONSENSE: list[Any] = [
    b"",
    b"{",
    b"[" * 100_000,
    [],
    None,
    {},
    {"did": GIVER},
    {"did": GIVER, "created": "2026-11-25", "signatures": {}},
    {"did": GIVER, "created": "2026-11-25T00:00:00Z", "signatures": []},
    {"did": GIVER, "created": "2026-11-25T00:00:00Z", "signatures": {JCS: encode_base64url(bytes(64))}},
    {"did": GIVER, "created": "2026-11-25T00:00:00Z", "signatures": {JCS: 5, RDFC: []}},
    {"did": GIVER, "created": "2026-11-25T00:00:00Z", "signatures": {JCS: "AAAA", RDFC: "AAAA"}},
    {"did": BILAL, "created": "2026-11-25T00:00:00Z", "signatures": {}},
    {"did": GIVER, "created": 5, "signatures": {}},
]


@pytest.mark.parametrize("answer", NONSENSE)
def test_what_no_page_of_ours_sends_is_refused_in_words(answer: Any) -> None:
    secret = draft()
    status, said = post(secret, answer)
    assert status == 400
    assert "{" not in said["words"]
    assert not Document.objects.filter(kind="authorisation").exists()


def test_an_address_for_a_key_takes_a_key_and_an_address_for_a_paper_takes_none() -> None:
    secret = ask_for_key()
    key, did = make_key()
    held = {"did": did, "proof": encode_base64url(key.sign(compute_possession_bytes(secret)))}
    assert post(draft(), held)[0] == 400
    page = Client().get(f"/en/give/{secret}/")
    assert "Chana Invented" in page.content.decode()
    assert 'id="document"' not in page.content.decode()
    assert post(secret, held) == (200, {"document": did})
    assert find_names([did]) == {did: "Chana Invented"}
    assert post(secret, held)[0] == 409


def test_a_key_that_somebody_else_holds_is_not_written_down() -> None:
    secret, other = ask_for_key(), ask_for_key()
    key, did = make_key()
    proof = encode_base64url(key.sign(compute_possession_bytes(other)))
    assert post(secret, {"did": did, "proof": proof})[0] == 422
    assert find_names([did]) == {}


def test_an_address_is_too_old_after_thirty_days(monkeypatch: pytest.MonkeyPatch) -> None:
    secret = draft()
    document = find_document(secret)
    later = timezone.now() + timedelta(days=31)
    monkeypatch.setattr(timezone, "now", lambda: later)
    assert Client().get(f"/en/give/{secret}/").status_code == 404
    assert post(secret, sign(document))[0] == 409


def test_a_page_says_all_that_is_signed_and_hides_the_wrong_one_of_two_sayings() -> None:
    secret = draft(may_authorise=False)
    text = Client().get(f"/en/give/{secret}/").content.decode()
    for said in ("Amina Invented", BILAL, "The whole was heard.", "A paper with two signatures.", "quran"):
        assert said in text
    assert 'data-value="ext:AuthorisedToTeachAndToAuthorise" hidden' in text
    assert 'data-value="ext:AuthorisedToTeach" hidden' not in text
    assert Client().get(f"/en/give/{secret}/").cookies == {}
