"""An organiser who is signed in, the worked example, and closed occasions, for tests of the programme door's pages."""

import secrets
from collections.abc import Sequence
from datetime import UTC, datetime

import pyotp
from django.test import Client
from django.utils import timezone

from amanah.core.encoding import encode_base64url, encode_canonical_json
from amanah.core.passes.keys import encode_public_key
from amanah.programme_door.occasions.models import Occasion
from amanah.programme_door.occasions.queries import RECOUNTS_FOLDER, find_bundle_path
from amanah.programme_door.occasions.states import CLOSED, OPEN
from amanah.programme_door.staff.actions import Newcomer, open_setup, register_organiser_by_password
from amanah.programme_door.staff.models import Organiser
from amanah.programme_door.staff.one_time_codes import encode_secret
from amanah.programme_door.worked_example.actions import EXAMPLE_RANDOM_SIZE, open_worked_example
from amanah.web.pages import KEPT_PAGES
from amanah.web.settings import get_config
from tests.support.spending import make_key

NAME = "Test Organiser"
PASSWORD = "four unrelated test words"
CODE_SECRET = b"\x01" * 20
DATABASES = ["default", "spending"]


def build_client() -> Client:
    """Give a browser without JavaScript that speaks English."""
    return Client(HTTP_HOST="localhost", HTTP_ACCEPT_LANGUAGE="en", HTTP_SEC_FETCH_SITE="same-origin")


def register_organiser(name: str = NAME) -> Organiser:
    """Make an account as its owner does, by a one-time address."""
    now = timezone.now()
    token = open_setup(now=now, random_bytes=secrets.token_bytes(24)).split("/")[3]
    return register_organiser_by_password(
        newcomer=Newcomer(name, "en", token, now),
        password=PASSWORD,
        code_secret=CODE_SECRET,
        random_bytes=secrets.token_bytes(32),
    )


def compute_code(at: datetime | None = None, secret: str = "") -> str:
    """Give the six digits that the organiser's app shows."""
    moment = at or timezone.now()
    return str(pyotp.TOTP(secret or encode_secret(CODE_SECRET)).at(moment))


def build_signed_in_client(name: str = NAME) -> Client:
    """Give a browser that is signed in, the whole way through the form."""
    register_organiser(name)
    client = build_client()
    answer = client.post("/desk/sign-in/", {"name": name, "password": PASSWORD, "code": compute_code()})
    assert answer.status_code == 302, "signing in did not work"
    return client


def open_example(at: datetime | None = None) -> list[Occasion]:
    """Write down and announce the worked example; give its occasions by opening."""
    # The database of the last test is rolled back to the same version; what was drawn from it is not.
    KEPT_PAGES.pages.clear()
    random_bytes = secrets.token_bytes(EXAMPLE_RANDOM_SIZE)
    assert open_worked_example(get_config(), now=at or timezone.now(), random_bytes=random_bytes)
    return list(Occasion.objects.all())


def give_key(occasion: Occasion) -> None:
    """Give an occasion a real key, as the clerk does when it reads it in the log."""
    occasion.spki = encode_public_key(make_key().public_key().public_numbers().n)
    occasion.state = OPEN
    occasion.save()


def publish_bundle(occasion: Occasion, payloads: Sequence[bytes] = (), *, spent: int = 0) -> bytes:
    """Close an occasion as the gate does, with these answers or this many passes without one."""
    items = [{"payload": encode_base64url(payload)} for payload in payloads]
    bundle = encode_canonical_json({"kind": "amanah-recount", "spent": [*items, *([{}] * spent)], "v": 1})
    folder = get_config().folder("programme") / RECOUNTS_FOLDER
    folder.mkdir(exist_ok=True)
    (folder / f"{occasion.occasion}.json").write_bytes(bundle)
    occasion.state, occasion.redeemed = CLOSED, len(items) + spent
    occasion.bundle_sha256, occasion.room_secret = "ab" * 32, None
    occasion.save()
    return bundle


def build_answer(occasion: str, answers: dict[str, object]) -> bytes:
    """Give the payload of one member's answers."""
    return encode_canonical_json({"answers": answers, "occasion": occasion, "v": 1})  # type: ignore[dict-item]


def as_field(moment: datetime) -> str:
    """Write a moment as the browser's field does, in the community's time zone."""
    return moment.astimezone(UTC).astimezone(get_config().time_zone).strftime("%Y-%m-%dT%H:%M")


def read_bundle(occasion: str) -> bytes:
    """Read the published recount bundle of a closed occasion."""
    path = find_bundle_path(occasion)
    assert path, "nothing is published"
    return path.read_bytes()
