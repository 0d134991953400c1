"""Writes `spec/vectors/data_requests/packs.json`: `python -m tests.core.data_requests.pack_vectors`."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from amanah.core.data_requests.jurisdictions import PackFaultsError, parse_pack
from tests.core.data_requests.pack_cases import build_pack, build_row

FILE = Path(__file__).resolve().parents[3] / "spec" / "vectors" / "data_requests" / "packs.json"


def _change(number: int, **changes: Any) -> dict[str, Any]:
    pack = build_pack()
    pack["instruments"][number] |= changes
    return pack


def _leave_out(*names: str) -> dict[str, Any]:
    return {name: value for name, value in build_pack().items() if name not in names}


def _leave_out_of_row(name: str) -> dict[str, Any]:
    pack = build_pack()
    del pack["instruments"][1][name]
    return pack


CASES: dict[str, Callable[[], str]] = {
    "it is no JSON": lambda: '{"v" 1}',
    "it is a list": lambda: "[]",
    "a name stands twice": lambda: '{"v": 1, "v": 1}',
    "members are missing": lambda: json.dumps(_leave_out("signers", "reviewed_on")),
    "another version": lambda: json.dumps(build_pack(v=2)),
    "a member that nobody knows": lambda: json.dumps(build_pack(telephone="none")),
    "a day that is none": lambda: json.dumps(build_pack(reviewed_on="2026-02-30")),
    "no English": lambda: json.dumps(build_pack(languages=["fr"])),
    "a language that is promised and missing": lambda: json.dumps(build_pack(languages=["en", "ar"])),
    "a reserved signer": lambda: json.dumps(
        build_pack(signers={"nobody": {"en": "Nobody"}, "tide-master": {"en": "the Master of the Tides"}})
    ),
    "the oral ask is an order": lambda: json.dumps(build_pack(informal_ask="atlantis-order")),
    "no paper for the unknown": lambda: json.dumps(build_pack(unknown_paper="atlantis-nothing")),
    "a row without a member": lambda: json.dumps(_leave_out_of_row("sources")),
    "a force that is none": lambda: json.dumps(_change(1, force="binding")),
    "an order that nobody signs": lambda: json.dumps(_change(1, signed_by=[])),
    "a signer whom the pack does not name": lambda: json.dumps(
        _change(1, signed_by=["tide-master", "kraken"])
    ),
    "telling is forbidden by no law": lambda: json.dumps(_change(1, secrecy=None)),
    "it overrides what protects nobody": lambda: json.dumps(_change(1, reaches=["atlantis-ask"])),
    "a gap that is not marked": lambda: json.dumps(
        _change(1, bulk="not-checked", must_not_destroy=None, challenge=None)
    ),
    "a paper to which nothing applies": lambda: json.dumps(_change(1, bulk="not-applicable")),
    "a mark on a note that is not there": lambda: json.dumps(_change(1, check_with_counsel=["note"])),
    "no source": lambda: json.dumps(_change(0, sources=[])),
    "an address that runs": lambda: json.dumps(
        _change(0, sources=[{"text": "Here", "url": "javascript:alert(1)"}])
    ),
    "a text that cannot be seen": lambda: json.dumps(_change(0, law="Law\u202e1")),
    "a text of spaces": lambda: json.dumps(_change(0, names={"en": "  "})),
    "days beyond a year": lambda: json.dumps(_change(1, answer_within_days=367)),
    "a yes for a day": lambda: json.dumps(_change(1, answer_within_days=True)),
    "the same code twice": lambda: json.dumps(
        build_pack(instruments=[*build_pack()["instruments"], build_row(code="atlantis-ask")])
    ),
    "a code of another country": lambda: json.dumps(_change(2, code="lemuria-shell")),
    "one code for two secrets": lambda: json.dumps(
        _change(3, secrecy={"code": "atlantis-hush", "law": "Law of the Tides, 9", "ends": "unknown"})
    ),
}
"""What is wrong with each file, in words, and the file."""


def build_vectors() -> dict[str, Any]:
    """Give one pack that can be used, and files that cannot, each with the sentences that it must give."""
    bad = []
    for name, build in CASES.items():
        text = build()
        try:
            parse_pack(text.encode())
        except PackFaultsError as error:
            bad.append({"name": name, "pack": text, "problems": error.problems})
        else:
            raise AssertionError(f"This pack has no fault: {name}")
    return {"bad": bad, "good": json.dumps(build_pack())}


def encode_vectors(vectors: dict[str, Any]) -> str:
    """Give the text of the file."""
    return json.dumps(vectors, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    FILE.write_text(encode_vectors(build_vectors()), encoding="utf-8")
