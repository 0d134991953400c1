"""The first organiser comes in by a one-time address, in three screens, without JavaScript."""

import re
import secrets
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from amanah.programme_door.programmes.models import Community, Programme
from amanah.programme_door.staff.actions import open_setup
from amanah.programme_door.staff.models import Organiser, SetupToken
from tests.support.desk import DATABASES, PASSWORD, build_client, compute_code, register_organiser

pytestmark = pytest.mark.django_db(databases=DATABASES)
WORDS = {"written_in": "en", "welcome": "Come in.", "about": "", "contact": ""}
PROGRAMME = {
    "written_in": "en",
    "slug": "solid-ground",
    "title": "Solid Ground",
    "summary": "Eight evenings.",
    "who_teaches": "Nobody yet.",
    "who_pays": "Nobody.",
}


def open_address(**shift: int) -> str:
    return open_setup(now=timezone.now() - timedelta(**shift), random_bytes=secrets.token_bytes(24))


def test_a_volunteer_gets_from_the_address_to_a_programme_that_everybody_sees():
    client, address = build_client(), open_address()
    assert client.get(address).status_code == 200
    account = client.post(address, WORDS).headers["Location"]
    page = client.get(account).content.decode()
    secret = re.search(r'id="code-secret">([A-Z2-7]+)<', page)[1]
    form = {"name": "Test Organiser", "password": PASSWORD, "code": compute_code(secret=secret)}
    answer = client.post(account, form)
    assert answer.headers["Location"] == "/desk/programmes/new/?first"
    cookie = answer.cookies["desk"]
    assert (cookie["path"], bool(cookie["httponly"]), cookie["samesite"]) == ("/desk", True, "Strict")
    assert "Last step" in client.get("/desk/programmes/new/?first").content.decode()
    assert client.post("/desk/programmes/new/", PROGRAMME).status_code == 302
    home = build_client().get("/en/").content.decode()
    assert "Come in." in home
    assert "Solid Ground" in home


def test_an_address_works_for_one_account_only():
    client, address = build_client(), open_address()
    register_organiser()
    assert client.get(address).status_code == 404
    assert client.post(address, WORDS).status_code == 404
    assert not Community.objects.exists()
    assert not SetupToken.objects.exists()


@pytest.mark.parametrize("address", ["/desk/setup/0000/", "/desk/setup/0000/account/"])
def test_an_address_nobody_made_is_no_page(address):
    open_address()
    assert build_client().get(address).status_code == 404


def test_an_address_stops_after_a_day_and_when_a_newer_one_is_made():
    old = open_address(days=1)
    assert build_client().get(old).status_code == 404
    first = open_address()
    second = open_address()
    assert build_client().get(first).status_code == 404
    assert build_client().get(second).status_code == 200


def test_the_address_itself_is_not_stored():
    token = open_address().split("/")[3]
    assert token not in SetupToken.objects.get().token_hash


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"password": "short"}, "at least 12 characters"),
        ({"password": "1q2w3e4r5t6y"}, "Many people use this password"),
        ({"code": "000000"}, "These digits do not fit"),
        ({"name": ""}, "Write the name under which you will sign in"),
    ],
)
def test_a_mistake_is_explained_and_makes_no_account(changed, words):
    client, address = build_client(), open_address()
    page = client.get(f"{address}account/").content.decode()
    secret = re.search(r'id="code-secret">([A-Z2-7]+)<', page)[1]
    form = {"name": "Test", "password": PASSWORD, "code": compute_code(secret=secret)} | changed
    answer = client.post(f"{address}account/", form)
    assert words in answer.content.decode()
    assert not Organiser.objects.exists()


def test_the_command_prints_an_address_until_there_is_an_organiser(capsys):
    call_command("setup_address")
    address = capsys.readouterr().out.strip()
    assert build_client().get(address.removeprefix("http://localhost:8700")).status_code == 200
    register_organiser()
    call_command("setup_address")
    assert capsys.readouterr().out == ""


def test_a_short_name_is_taken_once():
    client, address = build_client(), open_address()
    account = client.post(address, WORDS).headers["Location"]
    secret = re.search(r'id="code-secret">([A-Z2-7]+)<', client.get(account).content.decode())[1]
    client.post(account, {"name": "Test", "password": PASSWORD, "code": compute_code(secret=secret)})
    client.post("/desk/programmes/new/", PROGRAMME)
    again = client.post("/desk/programmes/new/", PROGRAMME | {"title": "Another"})
    assert "There is a programme with this short name" in again.content.decode()
    assert Programme.objects.count() == 1
