"""Writes `spec/vectors/data_requests/approvals.json`: `python -m tests.core.data_requests.approval_vectors`."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from amanah.core.data_requests.approvals import Approval, encode_approval
from amanah.core.data_requests.documents import compute_challenge, encode_document
from amanah.core.data_requests.panels import Panel, compute_panel_hash, encode_panel
from amanah.core.encoding import encode_base64url
from tests.core.data_requests.signing import (
    approve,
    get_passkey,
    make_answer_body,
    make_change,
    make_document,
    make_next,
    make_panel,
    make_passkey,
)

VECTORS = Path(__file__).resolve().parents[3] / "spec" / "vectors" / "data_requests" / "approvals.json"
SPARE = make_passkey("a spare one")


def build_panel() -> Panel:
    """Give three members with a passkey of each kind, the second with two, and two deputies."""
    panel = make_panel(members=3, deputies=2)
    first, second, *others = panel.trustees
    return replace(panel, trustees=(first, replace(second, keys=(*second.keys, SPARE.spki)), *others))


def build_vectors() -> dict[str, Any]:
    """Build the panel, two documents under it, and every way in which a signature counts or does not."""
    panel = build_panel()
    document = encode_document(make_document(panel))
    aside = encode_document(make_document(panel, recused=((f"{2:016x}", "works-for-the-body"),)))
    return {
        "panel": json.loads(encode_panel(panel)),
        "panel_hash": compute_panel_hash(encode_panel(panel)),
        "documents": {
            "decision": _describe_document(document),
            "recused": _describe_document(aside),
            "founding": _describe_document(make_change(panel, panel)),
        },
        "cases": [*_list_good(document), *_list_bad(panel, document), *_list_aside(aside)],
    }


def _list_good(document: bytes) -> list[dict[str, Any]]:
    first, second, third = approve(document, 1, 2, 3)
    more = approve(document, 1, more=b"\x80", flags=0x85)[0]
    return [
        _case("ed25519", "decision", first),
        _case("rsa", "decision", second),
        _case("p256", "decision", third),
        _case("another trustee signed before", "decision", third, earlier=[first]),
        _case("the second passkey of a trustee", "decision", SPARE.approve(f"{2:016x}", document)),
        _case("extensions and a counter", "decision", more),
    ]


def _list_bad(panel: Panel, document: bytes) -> list[dict[str, Any]]:
    first, second = approve(document, 1, 2)
    older = encode_document(make_document(panel, body=make_answer_body(facts="f" * 64)))
    stale = encode_document(make_document(make_next(panel)))
    forger = make_passkey("a forger", "ed25519").approve(f"{1:016x}", document)
    twice = SPARE.approve(f"{2:016x}", document)
    created = approve(document, 1, said={"type": "webauthn.create"})[0]
    framed = approve(document, 1, said={"crossOrigin": True})[0]
    elsewhere = approve(document, 1, origin="https://evil.example")[0]
    two_challenges = first.client_data.replace(b"{", b'{"challenge": "AAAA", ', 1)
    return [
        _case("a signature of a stranger", "decision", replace(first, trustee="f" * 16), "not-on-panel"),
        _case("a passkey of another trustee", "decision", replace(second, trustee=f"{1:016x}"), "wrong-key"),
        _case("a deputy while nobody steps aside", "decision", approve(document, 4)[0], "not-yet-deputy"),
        _case("two passkeys of one trustee", "decision", twice, "twice", earlier=[second]),
        _case("an older version of the facts", "decision", approve(older, 1)[0], "wrong-document"),
        _case("a panel that is not in force", "decision", approve(stale, 1)[0], "wrong-document"),
        _case("made for a new passkey", "decision", created, "wrong-document"),
        _case(
            "two challenges",
            "decision",
            approve(document, 1, client_data=two_challenges)[0],
            "wrong-document",
        ),
        _case(
            "client data that is no JSON",
            "decision",
            approve(document, 1, client_data=b"{")[0],
            "wrong-document",
        ),
        _case("another address", "decision", elsewhere, "wrong-origin"),
        _case("inside a frame of another page", "decision", framed, "wrong-origin"),
        _case(
            "a passkey of another host", "decision", approve(document, 1, party="example")[0], "wrong-origin"
        ),
        _case("nobody was present", "decision", approve(document, 1, flags=0x04)[0], "not-verified-user"),
        _case("nobody was verified", "decision", approve(document, 1, flags=0x01)[0], "not-verified-user"),
        _case("forged", "decision", replace(forger, key=get_passkey(1).spki), "bad-signature"),
        _case("cut off", "decision", replace(first, signature=first.signature[:-1]), "bad-signature"),
    ]


def _list_aside(aside: bytes) -> list[dict[str, Any]]:
    return [
        _case("a member who stepped aside", "recused", approve(aside, 2)[0], "recused"),
        _case("the deputy who stepped in", "recused", approve(aside, 4)[0]),
        _case("a deputy further down", "recused", approve(aside, 5)[0], "not-yet-deputy"),
    ]


def _describe_document(document: bytes) -> dict[str, Any]:
    challenge = encode_base64url(compute_challenge(document))
    return {"document": json.loads(document), "challenge": challenge}


def _case(
    name: str,
    document: str,
    approval: Approval,
    reason: str | None = None,
    earlier: list[Approval] | None = None,
) -> dict[str, Any]:
    return {
        "name": name,
        "document": document,
        "earlier": [encode_approval(one) for one in earlier or []],
        "approval": encode_approval(approval),
        "refused": reason,
    }


def encode_vectors() -> str:
    """Give the text of the file."""
    return json.dumps(build_vectors(), indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    VECTORS.parent.mkdir(parents=True, exist_ok=True)
    VECTORS.write_text(encode_vectors(), encoding="utf-8")
