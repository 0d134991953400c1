"""Organisers sign in with password and one-time code; guessing is slow, and nothing tells why it failed."""

import re
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session as DeskSession
from django.utils import timezone

from amanah.programme_door.desk.urls import urlpatterns
from amanah.programme_door.staff.actions import answer_sign_in
from amanah.programme_door.staff.models import Organiser
from amanah.programme_door.staff.one_time_codes import parse_sealed_secret
from tests.support.desk import (
    CODE_SECRET,
    DATABASES,
    NAME,
    PASSWORD,
    build_client,
    build_signed_in_client,
    compute_code,
    register_organiser,
)

pytestmark = pytest.mark.django_db(databases=DATABASES)
OCCASION = "00" * 8
EXAMPLES = {"slug": "solid-ground", "occasion": OCCASION, "code": "q1", "kind": "single"}


def try_in(**changed):
    form = {"name": NAME, "password": PASSWORD, "code": compute_code()} | changed
    return build_client().post("/desk/sign-in/", form)


def test_the_right_three_open_the_desk_and_nothing_outside_it():
    register_organiser()
    client = build_client()
    answer = client.post("/desk/sign-in/", {"name": NAME, "password": PASSWORD, "code": compute_code()})
    assert answer.headers["Location"] == "/desk/"
    assert client.get("/desk/").status_code == 200
    assert not client.get("/en/").cookies


def test_every_other_answer_is_the_same_page():
    register_organiser()
    pages = {
        re.sub(r' value="[^"]*"', "", try_in(**changed).content.decode())
        for changed in (
            {"password": "not this password"},
            {"code": "000000"},
            {"password": "not this password", "code": "000000"},
            {"name": "Nobody"},
        )
    }
    assert len(pages) == 1
    assert "That did not work" in pages.pop()


def test_a_code_is_good_once():
    register_organiser()
    now, code = timezone.now(), compute_code()
    assert answer_sign_in(name=NAME, password=PASSWORD, code=code, now=now)
    assert answer_sign_in(name=NAME, password=PASSWORD, code=code, now=now) is None
    later = now + timedelta(seconds=60)
    assert answer_sign_in(name=NAME, password=PASSWORD, code=compute_code(later), now=later)


def test_five_failures_bar_the_account_for_longer_and_longer():
    register_organiser()
    now = timezone.now()
    for _ in range(5):
        assert answer_sign_in(name=NAME, password="wrong", code="0", now=now) is None
    assert answer_sign_in(name=NAME, password=PASSWORD, code=compute_code(now), now=now) is None
    first = Organiser.objects.get().barred_until - now
    after = now + first
    assert answer_sign_in(name=NAME, password="wrong", code="0", now=after) is None
    assert Organiser.objects.get().barred_until - after == 2 * first
    much_later = after + timedelta(hours=2)
    assert answer_sign_in(name=NAME, password=PASSWORD, code=compute_code(much_later), now=much_later)
    assert Organiser.objects.get().failed_in_a_row == 0


def test_a_session_planted_before_signing_in_is_worth_nothing():
    register_organiser()
    client = build_client()
    client.get("/desk/sign-in/?language=ar")
    planted = client.cookies["desk"].value
    client.post("/desk/sign-in/", {"name": NAME, "password": PASSWORD, "code": compute_code()})
    assert client.cookies["desk"].value != planted
    assert not DeskSession.objects.filter(session_key=planted).exists()


def test_signing_in_destroys_every_session_that_has_expired():
    DeskSession.objects.create(
        session_key="old", session_data="x", expire_date=timezone.now() - timedelta(hours=1)
    )
    build_signed_in_client()
    assert not DeskSession.objects.filter(session_key="old").exists()


def test_signing_out_ends_it():
    client = build_signed_in_client()
    client.post("/desk/sign-out/")
    assert client.get("/desk/").status_code == 302
    assert not DeskSession.objects.exists()


@pytest.mark.parametrize("name", sorted(pattern.name for pattern in urlpatterns))
@pytest.mark.parametrize("method", ["get", "post"])
def test_no_desk_page_opens_without_signing_in(name, method):
    from django.urls import reverse

    pattern = next(pattern for pattern in urlpatterns if pattern.name == name)
    address = reverse(name, kwargs={key: EXAMPLES[key] for key in pattern.pattern.converters})
    answer = getattr(build_client(), method)(address)
    assert (answer.status_code, answer.headers.get("Location")) == (302, "/desk/sign-in/")


def test_a_post_from_another_site_is_refused():
    client = build_signed_in_client()
    answer = client.post("/desk/sign-out/", HTTP_SEC_FETCH_SITE="cross-site")
    assert answer.status_code == 403
    assert client.get("/desk/").status_code == 200


def test_the_code_secret_is_sealed_for_its_own_account():
    register_organiser()
    account = Organiser.objects.get()
    sealed = bytes(account.sealed_code_secret)
    assert CODE_SECRET not in sealed
    assert parse_sealed_secret(sealed, organiser=account.organiser) == CODE_SECRET
    assert parse_sealed_secret(sealed, organiser="0" * 32) is None


def test_no_table_of_the_staff_keeps_an_address_or_a_time_of_sign_in():
    names = {field.name for field in Organiser._meta.get_fields()}
    assert not {name for name in names if "ip" in name.split("_") or "last_login" in name or "agent" in name}
