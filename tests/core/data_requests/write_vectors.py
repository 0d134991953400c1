"""Writes `spec/vectors/data_requests/decisions.json`: `python -m tests.core.data_requests.write_vectors`."""

import json
from datetime import date
from itertools import product
from pathlib import Path
from typing import Any

from amanah.core.data_requests.deciding import decide_request, list_answers, needs_signatures
from amanah.core.data_requests.facts import compute_facts_hash, encode_facts
from amanah.core.data_requests.rules import build_default_rules, compute_rules_hash, encode_rules
from amanah.core.data_requests.scopes import Scope, compute_meet, encode_scope, is_within
from tests.core.data_requests.cases import Paper
from tests.core.data_requests.written_cases import WrittenCase, list_cases

VECTORS = Path(__file__).resolve().parents[3] / "spec" / "vectors" / "data_requests"
FILE = "decisions.json"
COMPARED = (
    Scope(("Ada Invented", "Bilal Invented"), ("identity",)),
    Scope(("Ada Invented",), ("contact-details", "identity"), date(2008, 1, 1), date(2008, 12, 31)),
    Scope(("Bilal Invented", "\u0632\u0647\u0631\u0627 Invented"), ("identity",), None, date(2008, 1, 1)),
    Scope(("Ada Invented",), ("answers",), date(2008, 1, 1), None),
    Scope((), ("membership-list",), date(2005, 1, 1), date(2008, 12, 31)),
)


def build_vectors() -> dict[str, Any]:
    """Give meets of scopes, rules in force, and a table of requests with their facts, hashes and verdicts."""
    rules = encode_rules(build_default_rules("commons"))
    return {
        "cases": [_build_case(case) for case in list_cases()],
        "meets": [_build_meet(one, other) for one, other in product(COMPARED, COMPARED)],
        "rules": {"bytes": rules.decode(), "hash": compute_rules_hash(rules)},
    }


def encode_vectors(vectors: dict[str, Any]) -> str:
    """Give the text of the file."""
    return json.dumps(vectors, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def _build_meet(one: Scope, other: Scope) -> dict[str, Any]:
    meet = compute_meet(one, other)
    return {
        "meet": meet and encode_scope(meet),
        "one": encode_scope(one),
        "one_is_within_other": is_within(one, other),
        "other": encode_scope(other),
    }


def _build_case(case: WrittenCase) -> dict[str, Any]:
    facts = encode_facts(case.facts)
    verdict = decide_request(case.facts, case.instrument, case.rules)
    return {
        "answers": [*list_answers(verdict)],
        "facts": facts.decode(),
        "hash": compute_facts_hash(facts),
        "instrument": _build_instrument(case.instrument),
        "most_people": case.rules.most_people,
        "name": case.name,
        "needs_signatures": needs_signatures(verdict, case.facts),
        "outcome": verdict.outcome,
        "reasons": [*verdict.reasons],
        "scope": verdict.scope and encode_scope(verdict.scope),
    }


def _build_instrument(paper: Paper | None) -> dict[str, Any] | None:
    if paper is None:
        return None
    return {"bulk": paper.bulk, "force": paper.force, "signed_by": [*paper.signed_by]}


if __name__ == "__main__":
    VECTORS.mkdir(parents=True, exist_ok=True)
    (VECTORS / FILE).write_text(encode_vectors(build_vectors()), encoding="utf-8")
