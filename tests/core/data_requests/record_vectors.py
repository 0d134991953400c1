"""Writes `records.json` and `report.json` of the vectors: `python -m tests.core.data_requests.record_vectors`."""

import hashlib
import json
from datetime import date
from pathlib import Path
from typing import Any

from amanah.core.data_requests.periods import ReportPace, SealPace
from amanah.core.data_requests.records import FIRST_CHAIN, compute_chain, encode_record
from amanah.core.data_requests.reporting import (
    Report,
    ReportSource,
    build_report,
    compute_cumulated,
    parse_report,
)
from amanah.core.data_requests.statements import Statement
from amanah.core.encoding import encode_base64url
from amanah.core.public_log.sealed_slots import SealedSlots, encode_opening, seal_records
from tests.core.public_log.slot_material import draw

VECTORS = Path(__file__).resolve().parents[3] / "spec" / "vectors" / "data_requests"
CASES = ("0A1B-2C3D-4E5F", "7777-8888-9999", "ZZZZ-YYYY-XXXX")
DECISION = "0123456789abcdef"
HASH = "ab" * 32


def receive(instrument: str = "uk-informal-ask", **changes: Any) -> dict[str, Any]:
    """Give the body of a receipt: everything about everybody, as an invented body would ask."""
    body = {
        "asks_class": True,
        "body_name": "Invented Constabulary",
        "categories": ["contact-details", "membership-list"],
        "channel": "form",
        "facts": HASH,
        "instrument": instrument,
        "jurisdiction": "uk",
        "people": 0,
        "since": "2005-01-01",
        "until": "2008-12-31",
    }
    return body | changes


def answer(outcome: str | None, *reasons: str, **changes: Any) -> dict[str, Any]:
    """Give the body of an answer by rule, or of one that trustees signed."""
    body = {
        "approvals": 0,
        "decision": None,
        "document": None,
        "kind": "request-answered",
        "outcome": outcome,
        "people": 0,
        "reasons": [*reasons],
    }
    return body | changes


BODIES: dict[str, tuple[str | None, dict[str, Any]]] = {
    "request-received": (CASES[0], receive()),
    "request-amended": (CASES[0], {"facts": HASH}),
    "file-refused": (None, {"reason": "holds-scripts"}),
    "decision-drafted": (DECISION, {"document": HASH, "kind": "request-answered"}),
    "approval-refused": (DECISION, {"reason": "stale"}),
    "decision-made": (
        CASES[0],
        answer("narrow", "nothing-beyond", approvals=3, decision=DECISION, document=HASH, people=1),
    ),
    "letter-released": (CASES[0], {"letter": HASH}),
    "disclosure-made": (CASES[0], {"items": 2, "package": HASH, "people": 1}),
    "hold-begun": (CASES[0], {"scope": HASH}),
    "hold-ended": (CASES[0], {"scope": HASH}),
    "telling-withheld": (CASES[0], {"reason": "uk-ipa-secrecy", "until": None}),
    "people-told": (CASES[0], {"report": "2026-q4"}),
    "case-closed": (CASES[0], {}),
    "case-destroyed": (CASES[0], {}),
}


def seal_story() -> dict[int, SealedSlots]:
    """Give three sealed periods: a refusal and a request that waits; one that is secret; what was given at last."""
    refused = [
        encode_record("request-received", CASES[0], receive()),
        encode_record("decision-made", CASES[0], answer("refuse", "bring-an-order")),
    ]
    waiting = [encode_record("request-received", CASES[1], receive("uk-production-order", people=1))]
    secret = [encode_record("request-received", CASES[2], receive("uk-notice", people=1))]
    given = [
        encode_record("decision-made", CASES[1], answer("comply", "only-what-exists", approvals=3, people=1)),
        encode_record("disclosure-made", CASES[1], {"items": 1, "package": HASH, "people": 1}),
    ]
    return {
        20_700: seal_records([*refused, *waiting], [], draw("vector 20700")),
        20_701: seal_records([], secret, draw("vector 20701")),
        20_790: seal_records(given, [], draw("vector 20790")),
    }


def open_story(number: int) -> list[dict[str, Any]]:
    """Open what may be opened of a period: everything but the secret case."""
    sealed = seal_story()[number]
    places = [slot.place for slot in sealed.used if CASES[2].encode() not in slot.record]
    return [encode_opening(one) for one in sealed.open_slots(number, places)]


def build_reports() -> list[bytes]:
    """Give the two reports of the story."""
    common: dict[str, Any] = {
        "community": "testers",
        "pack": "cd" * 32,
        "instruments": ("uk-informal-ask", "uk-production-order"),
    }
    statement = Statement("trustees-sign", date(2026, 9, 1), date(2027, 1, 31))
    first = ReportSource(
        name="2026-q3",
        banded={"uk-notice": (1, 0)},
        openings=(*open_story(20_700), *open_story(20_701)),
        statements=(statement,),
        **common,
    )
    second = ReportSource(
        name="2026-q4",
        banded={"uk-notice": (26, 1)},
        openings=tuple(open_story(20_790)),
        statements=(),
        **common,
    )
    before = build_report(first, [])
    return [before, build_report(second, [parse_report(before)])]


def build_records() -> dict[str, Any]:
    """Give records with their chain, and periods with their slots, openings and roots."""
    chain, links = FIRST_CHAIN, []
    for kind, (ref, body) in BODIES.items():
        data = encode_record(kind, ref, body)
        chain = compute_chain(chain, data)
        links.append({"chain": chain.hex(), "kind": kind, "record": data.decode()})
    return {
        "chain": links,
        "periods": [
            {
                "key": encode_base64url(sealed.key),
                "number": number,
                "openings": open_story(number),
                "root": sealed.compute_root().hex(),
                "slots": [encode_base64url(slot) for slot in sealed.compute_slots()],
                "used": [
                    {"place": slot.place, "record": slot.record.decode(), "salt": encode_base64url(slot.salt)}
                    for slot in sealed.used
                ],
            }
            for number, sealed in seal_story().items()
        ],
    }


def build_report_vectors() -> dict[str, Any]:
    """Give two reports with their hashes and totals, and when seals and reports come."""
    documents = build_reports()
    reports: list[Report] = [parse_report(document) for document in documents]
    calm = SealPace(86_400, 43_200)
    quarters, demo = ReportPace(None, 14 * 86_400 + 43_200), ReportPace(120, 20)
    return {
        "reports": [
            {
                "cumulated": [*compute_cumulated(reports[: place + 1])],
                "document": document.decode(),
                "hash": hashlib.sha256(document).hexdigest(),
            }
            for place, document in enumerate(documents)
        ],
        "times": [
            {
                "name": period.name,
                "starts_at": period.starts_at,
                "ends_at": period.ends_at,
                "published_at": period.published_at,
            }
            for period in (quarters.build_period(2026 * 4 + 3), demo.build_period(14_963_333))
        ],
        "sealed": [
            {"at": at, "calm": calm.compute_last_ended(at), "demo": SealPace(20, 0).compute_last_ended(at)}
            for at in (1_795_651_199, 1_795_651_200)
        ],
    }  # fmt: skip


def encode_vectors(value: Any) -> str:
    """Give the text of a vector file."""
    return json.dumps(value, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def build_files() -> dict[str, str]:
    """Give the text of both files by name."""
    built = {"records.json": build_records(), "report.json": build_report_vectors()}
    return {name: encode_vectors(value) for name, value in built.items()}


if __name__ == "__main__":
    for name, text in build_files().items():
        (VECTORS / name).write_text(text, encoding="utf-8")
