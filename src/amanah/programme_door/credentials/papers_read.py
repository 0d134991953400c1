"""What was read out of a stranger's file, and how the reading process writes it down for whoever started it.

A picture around a credential is never kept: a paper is the credential alone.
"""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields
from typing import Any

from amanah.core.credentials.proofs import CredentialProofError
from amanah.core.credentials.reading import CredentialError, encode_jcs, parse_json

MOST_PAPERS = 200
TOO_HEAVY = 64
"""The exit status of a reading process that ran out of memory; below zero a bound ended it."""
LONGEST_VERDICT = 5 * 1024 * 1024
_LONGEST_VALUE = 4_000


@dataclass(frozen=True, kw_only=True)
class Paper:
    """One credential, checked; `original` keeps its proof (canonical JSON, or a compact JWS where `form` is jwt).

    `kind` is authorisation, foreign, older, notice, status or roots; `wrapping` is png or svg where it was baked in.
    `suites` says by what it is held up; empty means that nothing holds it up. `file_hash` is that of the whole file.
    """

    kind: str
    form: str
    document: dict[str, Any]
    original: bytes
    id: str
    issuer: str
    issuer_name: str = ""
    name: str = ""
    holder: str = ""
    giver: str = ""
    scope: str | None = None
    achievement: str = ""
    parent: str | None = None
    subject: str | None = None
    suites: tuple[str, ...] = ()
    wrapping: str = ""
    file_hash: str = ""
    evidence: tuple[str, str] | None = None
    left_out: tuple[str, ...] = ()


def encode_verdict(papers: Iterable[Paper]) -> bytes:
    """Write down what was read."""
    return json.dumps({"papers": [_build_row(paper) for paper in papers]}).encode()


def encode_refusal(error: CredentialError | CredentialProofError) -> bytes:
    """Write down why nothing was."""
    return json.dumps({"code": error.code, "sentence": error.sentence, "step": error.step}).encode()


def parse_verdict(reply: bytes) -> tuple[Paper, ...]:
    """Read what the reading process wrote, or raise what it says; a reply in another shape is a refusal too."""
    try:
        verdict = json.loads(reply)
        if "papers" in verdict:
            return tuple(_parse_row(row) for row in verdict["papers"][:MOST_PAPERS])
        refusal = CredentialProofError if verdict["code"] == CredentialProofError.code else CredentialError
        raise refusal(str(verdict["sentence"])[:_LONGEST_VALUE], str(verdict["step"])[:8])
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise CredentialError("The file broke off while it was read. Ask for a fresh one.", "4.2") from error


def _build_row(paper: Paper) -> dict[str, Any]:
    row = asdict(paper)
    row["document"] = encode_jcs(paper.document).decode()
    row["original"] = "" if row["document"] == paper.original.decode() else paper.original.decode()
    return row


def _parse_row(row: dict[str, Any]) -> Paper:
    values: dict[str, Any] = {}
    for field in fields(Paper):
        value = row[field.name]
        if isinstance(value, list):
            value = tuple(map(_verify_short, value))
        elif value is not None and field.name not in {"document", "original"}:
            value = _verify_short(value)
        values[field.name] = value
    values["original"] = (row["original"] or row["document"]).encode()
    values["document"] = parse_json(row["document"].encode())
    return Paper(**values)


def _verify_short(value: object) -> str:
    if not isinstance(value, str) or len(value) > _LONGEST_VALUE:
        raise ValueError("a value of a verdict is no text, or too long")
    return value
