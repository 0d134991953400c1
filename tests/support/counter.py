"""An outside body at the request door's counter, for tests from inside: what it asks, and the form it fills in."""

import re
import secrets
from dataclasses import replace
from datetime import date
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from amanah.core.data_requests.facts import SALT_LENGTH
from amanah.core.data_requests.scopes import build_scope
from amanah.request_door.requests.actions import Ask, record_request
from amanah.request_door.requests.form_tokens import SECRET_BYTES
from amanah.request_door.requests.models import DataRequest

TODAY = date(2026, 11, 25)
LETTER = Ask(
    body_name="Borchester Police",
    officer="Constable 417",
    words="All members from 2005 to 2008.",
    channel="letter",
    language="en",
    instrument="uk-dpa-2018-sch2-para2",
    signed_by="officer",
    asked=build_scope([], ["membership-list"], date(2005, 1, 1), date(2008, 12, 31)),
    asks_collection=False,
    secrecy="none",
)
ORDER = replace(
    LETTER,
    words="What is held about two people.",
    instrument="uk-pace-s9-production-order",
    signed_by="judge",
    asked=build_scope(
        ["Nobody Atall", "Invented Person"], ["contact-details"], date(2005, 1, 1), date(2008, 12, 31)
    ),
)
SECRET_ORDER = replace(ORDER, instrument="uk-ta-2000-sch5-para5", secrecy="ordered")
FORM = {
    "body_name": "Borchester Police",
    "officer": "Constable 417",
    "instrument": "uk-dpa-2018-sch2-para2",
    "signed_by": "officer",
    "categories": ["membership-list"],
    "people": "",
    "since": "2005-01-01",
    "until": "2008-12-31",
    "purpose": "All members from 2005 to 2008.",
    "secrecy": "none",
}


def record_ask(ask: Ask, *, paper: bytes | None = None, today: date = TODAY) -> DataRequest:
    """Take a request in with a fresh secret."""
    secret, salt = secrets.token_bytes(SECRET_BYTES), secrets.token_bytes(SALT_LENGTH)
    return record_request(ask, secret=secret, salt=salt, paper=paper, today=today)


def build_counter_client() -> Client:
    """Give a browser without JavaScript and without cookies that speaks English."""
    return Client(HTTP_HOST="localhost", HTTP_ACCEPT_LANGUAGE="en", HTTP_SEC_FETCH_SITE="same-origin")


def find_form_token(page: str) -> str:
    """Give the token that a form was made with."""
    found = re.search(r'name="form_token"[^>]* value="([^"]+)"', page)
    assert found
    return found[1]


def send_form(client: Client, *, paper: bytes | None = None, token: str = "", **changes: Any) -> Any:
    """Open the form, fill it in, send it."""
    token = token or find_form_token(client.get("/en/ask/").content.decode())
    fields: dict[str, Any] = FORM | {"form_token": token} | changes
    if paper is not None:
        fields["paper"] = SimpleUploadedFile("order.pdf", paper, content_type="application/pdf")
    return client.post("/en/ask/", {name: value for name, value in fields.items() if value is not None})
