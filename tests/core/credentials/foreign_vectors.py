"""Writes `spec/vectors/credentials/foreign.json`: `python -m tests.core.credentials.foreign_vectors`."""

from typing import Any

from amanah.core.credentials.proofs import JCS, RDFC, sign_document
from amanah.core.credentials.reading import compute_document_hash
from tests.core.credentials.baking_vectors import VECTORS, encode_vectors
from tests.core.credentials.foreign_papers import ACHIEVEMENT, BADGE, LEFT_OUT, UNFIT, Badge
from tests.core.credentials.written import CREATED, OTHER, TEACHER, build_did, build_key

FILE = "foreign.json"
SHOWN = {
    "id": "https://academy.example/credentials/3732",
    "issuer": build_did(OTHER),
    "holder": build_did(TEACHER),
    "achievement": ACHIEVEMENT,
    "name": "Tajwid, level 2",
    "valid_from": 1714548600,
    "valid_until": 2030054400,
}


def build_vectors() -> dict[str, Any]:
    """Give signed badges with what is shown of them, and unsigned ones that are refused for what they say."""
    return {
        "read": [
            _build_read("every word may stand", BADGE, [], RDFC),
            *(_build_read(name, badge, [place], JCS) for name, (badge, place) in LEFT_OUT.items()),
        ],
        "refused": [{"name": name, "document": badge, "step": step} for name, (badge, step) in UNFIT.items()],
    }


def _build_read(name: str, badge: Badge, left_out: list[str], suite: str) -> dict[str, Any]:
    signed = sign_document(badge, build_key(OTHER), created=CREATED, suites=(suite,))
    return {
        "name": name,
        "document": signed,
        "hash": compute_document_hash(signed).hex(),
        "shown": SHOWN,
        "left_out": left_out,
    }


if __name__ == "__main__":
    (VECTORS / FILE).write_text(encode_vectors(build_vectors()), encoding="utf-8")
