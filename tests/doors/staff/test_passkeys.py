"""A passkey makes the first account and signs in; a copied, foreign or late answer does not."""

import json
import secrets

import pytest
from django.utils import timezone

from amanah.programme_door.staff.actions import open_setup
from amanah.programme_door.staff.models import Organiser, Passkey
from amanah.web.settings import get_config
from tests.support.authenticator import SoftAuthenticator
from tests.support.desk import DATABASES, build_client, build_signed_in_client

pytestmark = pytest.mark.django_db(databases=DATABASES)


def post(client, address, body):
    return client.post(address, json.dumps(body), content_type="application/json")


def make_authenticator(**changed):
    return SoftAuthenticator(origin=get_config().urls["programme"], **changed)


def make_account(authenticator):
    client = build_client()
    address = open_setup(now=timezone.now(), random_bytes=secrets.token_bytes(24))
    options = post(client, f"{address}passkey/ask/", {"name": "Key Holder"}).json()
    return client, options, post(client, f"{address}passkey/", authenticator.make(options))


def sign_in(authenticator):
    client = build_client()
    options = post(client, "/desk/sign-in/passkey/ask/", {}).json()
    return client, post(client, "/desk/sign-in/passkey/", authenticator.use(options))


def test_a_passkey_makes_the_first_account_and_signs_in_again():
    authenticator = make_authenticator()
    client, options, answer = make_account(authenticator)
    assert answer.json() == {"next": "/desk/programmes/new/?first"}
    assert options["rp"]["id"] == "localhost"
    assert options["authenticatorSelection"]["residentKey"] == "required"
    assert options["attestation"] == "none"
    assert client.get("/desk/").status_code == 200
    other, answer = sign_in(authenticator)
    assert answer.json() == {"next": "/desk/"}
    assert other.get("/desk/").status_code == 200
    assert Passkey.objects.get().sign_count == 1


def test_signing_in_names_no_account():
    make_account(make_authenticator())
    options = post(build_client(), "/desk/sign-in/passkey/ask/", {}).json()
    assert options.get("allowCredentials", []) == []
    assert "Key Holder" not in json.dumps(options)


@pytest.mark.parametrize(
    "changed",
    [
        {"origin": "https://elsewhere.example"},
        {"party": "elsewhere.example"},
        {"flags": 0x01},
    ],
    ids=["another origin", "another party", "nobody verified"],
)
def test_what_was_made_elsewhere_or_without_the_persons_lock_is_refused(changed):
    authenticator = make_authenticator()
    for name, value in changed.items():
        setattr(authenticator, name, value)
    _, _, answer = make_account(authenticator)
    assert answer.status_code == 409
    assert not Organiser.objects.exists()


def test_a_challenge_is_answered_once():
    authenticator = make_authenticator()
    make_account(authenticator)
    client = build_client()
    options = post(client, "/desk/sign-in/passkey/ask/", {}).json()
    first = authenticator.use(options)
    assert post(client, "/desk/sign-in/passkey/", first).status_code == 200
    assert post(client, "/desk/sign-in/passkey/", first).status_code == 409


def test_a_copied_passkey_whose_counter_falls_behind_is_refused():
    authenticator = make_authenticator()
    make_account(authenticator)
    assert sign_in(authenticator)[1].status_code == 200
    authenticator.count = 0
    assert sign_in(authenticator)[1].status_code == 409


def test_an_unknown_passkey_gets_the_same_answer_as_a_wrong_one():
    known = make_authenticator()
    make_account(known)
    stranger = make_authenticator()
    imposter = make_authenticator(credential=known.credential)
    answers = {sign_in(one)[1].content for one in (stranger, imposter)}
    assert len(answers) == 1


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"rawId": 5}', b'{"rawId": "%%"}', b"x" * 30_000])
def test_rubbish_is_refused_in_words(body):
    client = build_client()
    post(client, "/desk/sign-in/passkey/ask/", {})
    answer = client.post("/desk/sign-in/passkey/", body, content_type="application/json")
    assert answer.status_code == 409
    assert answer.json()["words"]


def test_a_further_passkey_is_added_to_the_account_that_is_signed_in():
    client = build_signed_in_client()
    authenticator = make_authenticator()
    options = post(client, "/desk/settings/passkey/ask/", {}).json()
    answer = post(client, "/desk/settings/passkey/", authenticator.make(options))
    assert answer.json() == {"next": "/desk/settings/"}
    assert sign_in(authenticator)[1].status_code == 200
    assert Organiser.objects.count() == 1
