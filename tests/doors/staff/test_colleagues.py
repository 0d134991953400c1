"""A second organiser comes in by a one-time address; anybody can be removed but the last one."""

import json
import re
import secrets
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.utils import timezone

from amanah.programme_door.staff.actions import (
    LastOrganiserError,
    Newcomer,
    SetupClosedError,
    open_setup,
    register_organiser_by_password,
    withdraw_organiser,
)
from amanah.programme_door.staff.models import Organiser, Passkey, SetupToken
from amanah.web.settings import get_config
from tests.support.authenticator import SoftAuthenticator
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


def read(client, address):
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


def invite(client):
    answer = client.post("/desk/colleagues/invite/")
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    page = answer.content.decode()
    address = re.search(r'id="colleague-address">([^<]+)<', page)[1]
    assert page.count("<svg") >= 1
    assert address.startswith(get_config().urls["programme"] + "/desk/setup/")
    return address.removeprefix(get_config().urls["programme"])


def come_in(address, name="Second Organiser"):
    client = build_client()
    page = client.get(f"{address}account/").content.decode()
    secret = re.search(r'id="code-secret">([A-Z2-7]+)<', page)[1]
    form = {"name": name, "password": PASSWORD, "code": compute_code(secret=secret)}
    return client, client.post(f"{address}account/", form)


def find(name):
    return Organiser.objects.get(name=name).organiser


def test_a_colleague_comes_in_with_one_screen_and_goes_to_the_desk():
    client = build_signed_in_client()
    address = invite(client)
    colleague = build_client()
    first = colleague.get(address)
    assert first.headers["Location"] == f"{address}account/"
    page = read(colleague, f"{address}account/")
    assert "You were invited to this desk." in page
    assert "The first programme" not in page
    colleague, answer = come_in(address)
    assert answer.headers["Location"] == "/desk/"
    assert "Your account is ready." in read(colleague, "/desk/")
    settings = read(client, "/desk/settings/")
    assert NAME in settings
    assert "Second Organiser" in settings


def test_a_colleague_comes_in_by_passkey():
    address = invite(build_signed_in_client())
    client, key = build_client(), SoftAuthenticator(origin=get_config().urls["programme"])

    def post(place, body):
        return client.post(f"{address}{place}", json.dumps(body), content_type="application/json")

    options = post("passkey/ask/", {"name": "Key Holder"}).json()
    assert post("passkey/", key.make(options)).json() == {"next": "/desk/"}
    assert client.get("/desk/").status_code == 200
    assert Passkey.objects.get().organiser.name == "Key Holder"
    assert not SetupToken.objects.exists()


def test_the_address_is_kept_as_a_hash_and_shown_in_one_answer_only():
    client = build_signed_in_client()
    token = invite(client).split("/")[3]
    assert token not in SetupToken.objects.get().token_hash
    assert all(token not in str(session.get_decoded()) for session in Session.objects.all())
    assert token not in read(client, "/desk/settings/")
    assert client.get("/desk/colleagues/invite/").headers["Location"] == "/desk/settings/"


def test_an_address_works_once_even_for_two_that_hold_its_page_open():
    address = invite(build_signed_in_client())
    late = build_client()
    page = late.get(f"{address}account/").content.decode()
    secret = re.search(r'id="code-secret">([A-Z2-7]+)<', page)[1]
    come_in(address)
    form = {"name": "Third", "password": PASSWORD, "code": compute_code(secret=secret)}
    assert late.post(f"{address}account/", form).status_code == 404
    token = address.split("/")[3]
    with pytest.raises(SetupClosedError):
        register_organiser_by_password(
            newcomer=Newcomer("Third", "en", token, timezone.now()),
            password=PASSWORD,
            code_secret=CODE_SECRET,
            random_bytes=secrets.token_bytes(32),
        )
    assert Organiser.objects.count() == 2


def test_an_address_ends_after_a_day_and_when_a_newer_one_is_made():
    client = build_signed_in_client()
    first, second = invite(client), invite(client)
    assert build_client().get(f"{first}account/").status_code == 404
    assert build_client().get(f"{second}account/").status_code == 200
    SetupToken.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert build_client().get(f"{second}account/").status_code == 404


@pytest.mark.parametrize("place", ["colleagues/invite/", "colleagues/{organiser}/remove/"])
def test_only_an_organiser_invites_and_removes(place):
    register_organiser()
    register_organiser("Second Organiser")
    address = f"/desk/{place}".format(organiser=find(NAME))
    answer = build_client().post(address)
    assert answer.headers["Location"] == "/desk/sign-in/"
    assert Organiser.objects.count() == 2
    assert not SetupToken.objects.exists()


def test_who_is_removed_is_signed_out_everywhere_and_leaves_nothing_behind():
    client, other = build_signed_in_client(), build_signed_in_client("Second Organiser")
    seen = invite(other)
    address = f"/desk/colleagues/{find('Second Organiser')}/remove/"
    assert "signed out everywhere" in read(client, address)
    assert Organiser.objects.count() == 2
    assert client.post(address).headers["Location"] == "/desk/settings/"
    assert other.get("/desk/").headers["Location"] == "/desk/sign-in/"
    assert [organiser.name for organiser in Organiser.objects.all()] == [NAME]
    assert Session.objects.count() == 1
    assert build_client().get(f"{seen}account/").status_code == 404
    assert client.get("/desk/").status_code == 200
    assert client.get(address).status_code == 404


def test_who_removes_themselves_is_signed_out():
    client = build_signed_in_client()
    register_organiser("Second Organiser")
    address = f"/desk/colleagues/{find(NAME)}/remove/"
    assert "This is your own account." in read(client, address)
    assert client.post(address).headers["Location"] == "/desk/sign-in/"
    assert client.get("/desk/").headers["Location"] == "/desk/sign-in/"
    assert [organiser.name for organiser in Organiser.objects.all()] == ["Second Organiser"]


def test_the_last_organiser_stays():
    client = build_signed_in_client()
    address = f"/desk/colleagues/{find(NAME)}/remove/"
    page = read(client, address)
    assert "This is the only account." in page
    assert "Remove the account" not in page
    assert f"/colleagues/{find(NAME)}/remove/" not in read(client, "/desk/settings/")
    answer = client.post(address)
    assert answer.status_code == 409
    assert "Invite a colleague first." in answer.content.decode()
    with pytest.raises(LastOrganiserError):
        withdraw_organiser(find(NAME))
    assert client.get("/desk/").status_code == 200


def test_removing_somebody_who_is_gone_changes_nothing():
    register_organiser()
    withdraw_organiser("0" * 32)
    assert Organiser.objects.count() == 1


def test_lost_access_is_cured_by_whoever_runs_the_server_and_only_when_asked(capsys):
    register_organiser()
    call_command("setup_address")
    assert capsys.readouterr().out == ""
    call_command("setup_address", "--even-with-organisers")
    address = capsys.readouterr().out.strip().removeprefix(get_config().urls["programme"])
    client, answer = come_in(address)
    assert answer.headers["Location"] == "/desk/"
    assert Organiser.objects.count() == 2
    assert client.post(f"/desk/colleagues/{find(NAME)}/remove/").status_code == 302
    assert Organiser.objects.get().name == "Second Organiser"


def test_a_new_address_of_the_operator_ends_one_that_a_colleague_was_given():
    address = invite(build_signed_in_client())
    open_setup(now=timezone.now(), random_bytes=secrets.token_bytes(24))
    assert build_client().get(f"{address}account/").status_code == 404
