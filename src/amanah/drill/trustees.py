"""Invented trustees at the desk of a request door, over HTTP like any other: they found a panel, read and sign."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import unescape
from typing import Any
from urllib.parse import urlsplit

import httpx

from amanah.drill.outside_body import Case, OutsideBody
from amanah.drill.pages import Files, Values, find_form, list_errors, send_form
from amanah.drill.passkey import SoftPasskey
from amanah.drill.wire import CrowdError

_TAKEN_IN = re.compile(r"/desk/intake/([A-Za-z0-9_-]+)/")
_ENROLMENT = re.compile(r"/desk/enrol/[A-Za-z0-9_-]+/")


@dataclass(frozen=True)
class Office:
    """Who holds which office."""

    office: str
    name: str


class Trustee:
    """One browser with one passkey at the desk."""

    def __init__(self, request_url: str) -> None:
        parts = urlsplit(request_url)
        self.passkey = SoftPasskey(request_url, parts.hostname or "localhost")
        self._client = httpx.Client(
            base_url=request_url,
            headers={"Origin": request_url, "Sec-Fetch-Site": "same-origin"},
            timeout=60,
            follow_redirects=True,
            trust_env=False,
        )

    def close(self) -> None:
        """Leave the desk."""
        self._client.close()

    def enrol(self, path: str, name: str = "") -> None:
        """Make a passkey under a one-time address; the desk is open from then on."""
        options = self._post_json(f"{path}ask/", {"name": name} if name else {})
        self._post_json(f"{path}passkey/", self.passkey.make(options))

    def sign(self, ask: str, answer: str) -> None:
        """Sign what the desk shows, with the passkey."""
        self._post_json(answer, self.passkey.use(self._post_json(ask, {})))

    def read(self, path: str) -> str:
        """Read a page of the desk."""
        answer = self._client.get(path)
        if answer.status_code != 200:
            raise CrowdError(f"The desk answered {answer.status_code} at {path}.")
        return answer.text

    def fetch(self, path: str) -> bytes:
        """Fetch a file of the desk."""
        answer = self._client.get(path)
        if answer.status_code != 200:
            raise CrowdError(f"The desk answered {answer.status_code} at {path}.")
        return answer.content

    def fill(self, path: str, values: Values, files: Files | None = None) -> httpx.Response:
        """Fill in the form of a page and send it; a form that comes back with errors is told."""
        form = find_form(self.read(path), *values)
        answer = send_form(self._client, path, form, values, files)
        problems = list(list_errors(answer.text))
        if answer.status_code != 200 or problems:
            raise CrowdError(
                f"The desk did not take the form at {path}: {' '.join(problems) or answer.status_code}"
            )
        return answer

    def _post_json(self, path: str, document: Mapping[str, Any]) -> dict[str, Any]:
        answer = self._client.post(path, json=document)
        if answer.status_code != 200:
            raise CrowdError(f"The desk answered {answer.status_code} at {path}: {answer.text[:200]}")
        told: dict[str, Any] = answer.json()
        return told


def found_panel(request_url: str, address: str, offices: Sequence[Office], least: int) -> list[Trustee]:
    """Found a panel: everybody makes a passkey, and every one of them signs that this is the panel."""
    founder = Trustee(request_url)
    values: dict[str, str] = {"least": str(least)}
    for place, office in enumerate(offices):
        values |= {f"seat-{place}-office": office.office, f"seat-{place}-name": office.name}
    answer = founder.fill(urlsplit(address).path, values)
    founder.close()
    paths = list(dict.fromkeys(_ENROLMENT.findall(unescape(answer.text))))
    if len(paths) != len(offices):
        raise CrowdError("The desk did not give every trustee an address.")
    trustees = [Trustee(request_url) for _ in offices]
    for trustee, path in zip(trustees, paths, strict=True):
        trustee.enrol(path)
    for trustee in trustees:
        trustee.sign("/desk/founding/sign/ask/", "/desk/founding/sign/")
    return trustees


def record_spoken_ask(
    trustee: Trustee, request_url: str, body: OutsideBody, said: str, kinds: Sequence[str]
) -> Case:
    """Write down what was asked by word of mouth, as whoever stands at the counter does."""
    values: dict[str, str | Sequence[str]] = {
        "channel": "oral",
        "body_name": body.name,
        "officer": body.officer,
        "said": said,
        "kinds": kinds,
        "paper_state": "none",
    }
    answer = trustee.fill("/desk/intake/", values)
    found = _TAKEN_IN.fullmatch(answer.url.path)
    if found is None:
        raise CrowdError("The desk did not take in what was asked by word of mouth.")
    return Case(request_url, f"/en/status/{found.group(1)}/")
