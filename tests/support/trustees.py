"""Invented trustees with passkeys in software, at the desk of a request door under test."""

import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from html import unescape
from typing import Any

from django.http import HttpResponse
from django.test import Client

from amanah.core.data_requests.approvals import encode_approval, is_approved
from amanah.core.data_requests.documents import DecisionDocument, compute_challenge, encode_document
from amanah.core.data_requests.panels import compute_panel_hash
from amanah.core.encoding import encode_base64url, encode_canonical_json
from amanah.request_door.trustees.actions import apply_panel_change
from amanah.request_door.trustees.queries import find_account, get_panel_in_force
from amanah.request_door.trustees.signing import parse_signature
from amanah.web.settings import get_config
from tests.support.authenticator import SoftAuthenticator

OFFICES = (("Chair", "Amina Invented"), ("Treasurer", "Bilal Invented"), ("Teacher", "Chana Invented"))
_ADDRESS = re.compile(r"http://localhost:\d+(/desk/enrol/[0-9a-f]+/)")


def build_browser(language: str = "en") -> Client:
    """Give a browser without JavaScript; its passkey is played by the tests."""
    return Client(HTTP_HOST="localhost", HTTP_ACCEPT_LANGUAGE=language, HTTP_SEC_FETCH_SITE="same-origin")


def build_key() -> SoftAuthenticator:
    """Give a passkey for the request door."""
    return SoftAuthenticator(get_config().urls["request"])


def find_addresses(answer: HttpResponse) -> list[str]:
    """Give the paths of the one-time addresses that a page shows, each once."""
    return list(dict.fromkeys(_ADDRESS.findall(unescape(answer.content.decode()))))


@dataclass
class Desk:
    """One person's browser and passkey."""

    key: SoftAuthenticator = field(default_factory=build_key)
    browser: Client = field(default_factory=build_browser)

    def enrol(self, path: str, *, name: str = "") -> HttpResponse:
        """Make a passkey by a one-time address; the last answer comes back."""
        asked = self.post_json(f"{path}ask/", {"name": name})
        return (
            self.post_json(f"{path}passkey/", self.key.make(asked.json()))
            if asked.status_code == 200
            else asked
        )

    def sign_in(self) -> HttpResponse:
        """Sign in with the passkey."""
        asked = self.post_json("/desk/sign-in/ask/", {})
        return self.post_json("/desk/sign-in/passkey/", self.key.use(asked.json()))

    def sign(self, ask: str, answer: str) -> HttpResponse:
        """Sign what the desk shows."""
        asked = self.post_json(ask, {})
        return self.post_json(answer, self.key.use(asked.json())) if asked.status_code == 200 else asked

    def sign_founding(self) -> HttpResponse:
        """Sign the founding of the panel."""
        return self.sign("/desk/founding/sign/ask/", "/desk/founding/sign/")

    def sign_decision(self, decision: str) -> HttpResponse:
        """Sign a decision."""
        return self.sign(f"/desk/decisions/{decision}/sign/ask/", f"/desk/decisions/{decision}/sign/")

    def is_signed_in(self) -> bool:
        """Tell whether the desk lets this browser in."""
        return "/desk/sign-in/" not in self.browser.get("/desk/").headers.get("Location", "")

    def post_json(self, path: str, document: dict[str, Any]) -> HttpResponse:
        """Post as the desk's script does."""
        return self.browser.post(path, document, content_type="application/json")


def build_founding_form(
    offices: Sequence[tuple[str, str]] = OFFICES, *, least: int = 2, deputies: Sequence[int] = ()
) -> dict[str, str]:
    """Give the founding form as it is filled in."""
    rows = {"rows": str(max(3, len(offices))), "least": str(least)}
    for place, (office, name) in enumerate(offices):
        rows |= {f"seat-{place}-office": office, f"seat-{place}-name": name}
        if place in deputies:
            rows[f"seat-{place}-is_deputy"] = "on"
    return rows


def begin_founding(path: str, **form: Any) -> list[str]:
    """Write the first panel down; give the address of each person."""
    return find_addresses(build_browser().post(path, build_founding_form(**form)))


def found_panel(path: str, *, deputies: Sequence[int] = (), **form: Any) -> list[Desk]:
    """Found a panel the whole way: addresses, passkeys, every member's signature."""
    desks = []
    for address in begin_founding(path, deputies=deputies, **form):
        desks.append(Desk())
        assert desks[-1].enrol(address).status_code == 200, "an enrolment was refused"
    for place, desk in enumerate(desks):
        if place not in deputies:
            assert desk.sign_founding().status_code == 200, "a founding signature was refused"
    return desks


def sign_change(signers: Sequence[tuple[str, Desk]], panel_hash: str, *, now: int) -> None:
    """Put the next panel in force as a decision does that these trustees, by number, have signed."""
    known = get_panel_in_force()
    assert known is not None, "there is no panel"
    panel, document = known
    decision = encode_document(
        DecisionDocument(
            at=now,
            body={"next": panel_hash},
            community=panel.community,
            decision=secrets.token_hex(8),
            kind="panel-changed",
            panel=compute_panel_hash(document),
        )
    )
    challenge = encode_base64url(compute_challenge(decision))
    approvals = []
    for trustee, desk in signers:
        account = find_account(trustee)
        assert account is not None, "a signer has no account"
        approvals.append(parse_signature(account, desk.key.use({"challenge": challenge})))
    assert is_approved(approvals, decision, panel), "these signatures do not suffice"
    apply_panel_change(
        panel_hash,
        decision=decision,
        approvals=[encode_canonical_json(encode_approval(approval)) for approval in approvals],
        now=now,
    )


def find_trustee(name: str) -> str:
    """Give the number of a trustee of the panel in force by name."""
    known = get_panel_in_force()
    assert known is not None, "there is no panel"
    return next(one.trustee for one in known[0].trustees if one.name == name)
