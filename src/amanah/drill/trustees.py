"""Invented trustees at the desk of a request door, over HTTP like any other: they found a panel, read and sign."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import unescape
from typing import Any
from urllib.parse import urlsplit

import httpx

from amanah.core.data_requests.documents import DecisionDocument, compute_challenge, parse_document
from amanah.core.encoding import encode_base64url
from amanah.drill.outside_body import Case, OutsideBody
from amanah.drill.pages import Files, Values, find_form, list_errors, read_text_of, send_form
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

    def sign(self, page: str, document: bytes) -> None:
        """Sign these bytes with the passkey; whatever else the desk asks to be signed is refused."""
        options = self._post_json(f"{page}sign/ask/", {})
        if options["challenge"] != encode_base64url(compute_challenge(document)):
            raise CrowdError("The desk asks to sign something else than the document that it shows.")
        self._post_json(f"{page}sign/", self.passkey.use(options))

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
        founding = read_text_of(trustee.read("/desk/founding/"), "signed-document")
        trustee.sign("/desk/founding/", founding.encode())
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


@dataclass(frozen=True)
class PaperRead:
    """What a trustee reads in a paper, whatever its body typed."""

    instrument: str
    signed_by: str
    people: Sequence[str]
    categories: Sequence[str]
    since: str
    until: str
    secrecy: str

    def build_scope(self) -> dict[str, str | Sequence[str]]:
        """Give the part that says whom, what and which days."""
        people = "\n".join(self.people)
        return {"people": people, "categories": self.categories, "since": self.since, "until": self.until}


def answer_order(
    trustees: Sequence[Trustee], reference: str, paper: PaperRead, silent_until: str | None
) -> DecisionDocument:
    """Read a paper, put the answer to signature that the rules propose, and sign it, each over the same bytes."""
    reader = trustees[0]
    if not reader.fetch(f"/desk/requests/{reference}/paper.pdf").startswith(b"%PDF-"):
        raise CrowdError("The paper that was handed in is not the one at the desk.")
    case = f"/desk/decisions/case/{reference}/"
    read = {"instrument": paper.instrument, "signed_by": paper.signed_by, "secrecy": paper.secrecy}
    reader.fill(f"{case}paper/", read | paper.build_scope())
    answer = {"outcome": "comply", "telling": "withheld" if silent_until else "told"}
    until = {"silent_until": silent_until} if silent_until else {}
    page = reader.fill(f"{case}answer/", answer | until | paper.build_scope()).url.path
    document = reader.fetch(f"{page}document.json")
    for trustee in trustees:
        trustee.sign(page, document)
    return parse_document(document)
