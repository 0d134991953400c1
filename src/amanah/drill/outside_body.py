"""An invented outside body that asks for data over HTTP: it fills in the public form and keeps its secret link.

Everything it learns afterwards it learns from that link, as a real one would.
"""

import json
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import httpx

from amanah.drill.pages import find_form, list_errors, send_form
from amanah.drill.wire import CrowdError

ANSWERED_WITHIN = 120.0
_POLL = 1.0
_STATUS = re.compile(r"/[a-z-]+/status/[A-Za-z0-9_-]+/")


@dataclass(frozen=True)
class Ask:
    """What a body writes into the form."""

    instrument: str
    signed_by: str
    categories: Sequence[str]
    people: Sequence[str] = ()
    since: str = ""
    until: str = ""
    purpose: str = "An investigation (invented)."
    secrecy: str = "none"
    paper: bytes | None = None


@dataclass(frozen=True)
class Case:
    """A request that was taken in, as whoever has its link sees it."""

    request_url: str
    path: str

    def fetch(self, name: str = "") -> bytes | None:
        """Fetch the page or a file of this case; None while there is none."""
        answer = httpx.get(f"{self.request_url}{self.path}{name}", timeout=60, trust_env=False)
        if answer.status_code == 404:
            return None
        if answer.status_code != 200:
            raise CrowdError(f"The link of a request answered {answer.status_code} at {name or 'its page'}.")
        return answer.content

    def wait_for(self, name: str) -> bytes:
        """Wait until a file of this case is given out, which is after its record was sealed into the log."""
        deadline = time.monotonic() + ANSWERED_WITHIN
        while time.monotonic() < deadline:
            content = self.fetch(name)
            if content is not None:
                return content
            time.sleep(_POLL)
        raise CrowdError(f"No {name} came within {ANSWERED_WITHIN:.0f} seconds.")

    def read_letter(self) -> str:
        """Wait for the letter and give its text."""
        return self.wait_for("letter.txt").decode()

    def read_reference(self) -> str:
        """Read the reference under which this request stands in the reports."""
        facts = self.wait_for("facts.json")
        return str(json.loads(facts)["reference"])

    def read_openings(self) -> list[Any]:
        """Wait for what shows that this request stands in the log."""
        openings: list[Any] = json.loads(self.wait_for("openings.json"))
        return openings


class OutsideBody:
    """One body and its officer."""

    def __init__(self, request_url: str, name: str, officer: str) -> None:
        self._request_url = request_url
        self.name = name
        self.officer = officer

    def ask(self, ask: Ask) -> Case:
        """Send the form, with the paper if there is one; a form that comes back is a mistake of the story."""
        address = f"{self._request_url}/en/ask/"
        values = {
            "body_name": self.name,
            "officer": self.officer,
            "instrument": ask.instrument,
            "signed_by": ask.signed_by,
            "categories": [*ask.categories],
            "people": "\n".join(ask.people),
            "since": ask.since,
            "until": ask.until,
            "purpose": ask.purpose,
            "secrecy": ask.secrecy,
        }
        files = {"paper": ("paper.pdf", ask.paper, "application/pdf")} if ask.paper else None
        headers = {"Sec-Fetch-Site": "same-origin", "Origin": self._request_url}
        with httpx.Client(timeout=60, trust_env=False, headers=headers, follow_redirects=True) as client:
            form = find_form(client.get(address).text, *values)
            answer = send_form(client, address, form, values, files)
        return find_case(self._request_url, answer)


def find_case(request_url: str, answer: httpx.Response) -> Case:
    """Give the case whose secret link a form led to."""
    path = urlsplit(str(answer.url)).path
    found = _STATUS.fullmatch(path)
    if answer.status_code != 200 or found is None:
        raise CrowdError(
            f"The form was not taken: {' '.join(list_errors(answer.text)) or answer.status_code}"
        )
    return Case(request_url, path)
