"""Our published JSON Schema against our core, with the package jsonschema: what the core takes, the schema admits.

1EdTech's own schema may not be copied here; `docs/how-to/check-a-credential-with-other-software.md` says how to use it.
"""

import copy
import json
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator, FormatChecker

from amanah.core.credentials.authorisations import parse_draft
from amanah.core.credentials.notices import parse_notice_draft
from amanah.core.credentials.root_lists import parse_root_list_draft
from amanah.core.errors import AmanahError
from tests.interop.credential_papers import (
    AMINA,
    BILAL,
    DAWUD,
    DRAWN,
    build_chain,
    give_notice,
    grant,
    grant_with_status,
    grant_witnessed,
    list_ended,
    list_roots,
)

SCHEMA = json.loads(
    (Path(__file__).parents[2] / "spec" / "schemas" / "credentials.json").read_text(encoding="utf-8")
)
PAPERS: dict[str, tuple[str, dict[str, Any], Callable[[Any], object] | None]] = {
    "signed": ("authorisation", grant(AMINA, BILAL), parse_draft),
    "under another": ("authorisation", build_chain()[0], parse_draft),
    "witnessed": ("authorisation", grant_witnessed(AMINA, BILAL), parse_draft),
    "with a status": ("authorisation", grant_with_status(), parse_draft),
    "ended": ("notice", give_notice("ended", grant(AMINA, BILAL)["id"]), parse_notice_draft),
    "lifetime": (
        "lifetime",
        give_notice("lifetime", DAWUD.did, lived_from=date(1931, 2, 3), lived_until=date(2024, 5, 6)),
        parse_notice_draft,
    ),
    "status list": ("statusList", list_ended(DRAWN), None),
    "root list": ("rootList", list_roots(), parse_root_list_draft),
}
CHANGED_TO: tuple[Any, ...] = (
    "", "a", "a\nb", "z" * 3_000, 0, 1, -1, True, None, [], {}, ["a"], "2026-02-30T00:00:00Z", "2026-02-30",
    "2026-02-01T00:00:00+00:00", "2026-02-01T00:00:00.5Z", "did:key:z6Mk", "urn:uuid:1", "urn:amanah:scope:",
    "urn:amanah:scope:Quran", "quran//hafs", "uEiAA", "131072", "01",
)  # fmt: skip
# What no schema can say, by the last names of the places: it is the core's alone to refuse.
BEYOND_A_SCHEMA = {
    "name",  # the achievement's is the paper's (2.1); control characters (2.6)
    "narrative", "description", "reasons", "history",  # control characters (2.6)
    "statusListIndex", "statusListCredential",  # below 131,072, and said once more in the id (5.1)
}  # fmt: skip


def judge(form: str) -> Draft202012Validator:
    """Give a validator of one form."""
    return Draft202012Validator(
        SCHEMA | {"oneOf": [{"$ref": f"#/$defs/{form}"}]}, format_checker=FormatChecker()
    )


def list_places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """List every place of a document but those inside its proofs."""
    if path:
        yield path
    if path and path[0] == "proof":
        return
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, item in inner:
        yield from list_places(item, (*path, step))


def list_changed(document: dict[str, Any]) -> Iterator[tuple[Any, dict[str, Any]]]:
    """List copies with one place left out, filled with something else, or joined by what has no place there."""
    for path in list_places(document):
        for action in ("drop", "join", *CHANGED_TO):
            changed = copy.deepcopy(document)
            holder: Any = changed
            for step in path[:-1]:
                holder = holder[step]
            if action == "drop":
                del holder[path[-1]]
            elif action == "join":
                if isinstance(holder[path[-1]], dict):
                    holder[path[-1]]["more"] = "a"
                elif isinstance(holder[path[-1]], list):
                    holder[path[-1]] *= 2
            else:
                holder[path[-1]] = action
            yield path, changed


def takes(parse: Callable[[Any], object], changed: dict[str, Any]) -> bool:
    try:
        parse({name: value for name, value in changed.items() if name != "proof"})
    except AmanahError:
        return False
    return True


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("name", PAPERS)
def test_every_paper_has_its_form_and_no_other(name: str) -> None:
    form, document, _ = PAPERS[name]
    Draft202012Validator(SCHEMA, format_checker=FormatChecker()).validate(document)
    fitting = {other for other in ("authorisation", "notice", "lifetime", "statusList", "rootList", "bundle")
               if judge(other).is_valid(document)}  # fmt: skip
    assert fitting == {form}


@pytest.mark.parametrize("name", [name for name, (_, _, parse) in PAPERS.items() if parse])
def test_schema_and_core_refuse_the_same_but_for_what_no_schema_can_say(name: str) -> None:
    form, document, parse = PAPERS[name]
    assert parse is not None
    validator = judge(form)
    refused = 0
    for path, changed in list_changed(document):
        if path[0] == "proof":
            continue
        admitted, taken = validator.is_valid(changed), takes(parse, changed)
        refused += not admitted
        assert admitted or not taken, f"the schema is too strict at {path}: {changed}"
        named = [step for step in path if isinstance(step, str)]
        assert taken or not admitted or named[-1] in BEYOND_A_SCHEMA, f"the schema is too wide at {path}"
    assert refused > 100


@pytest.mark.parametrize("name", PAPERS)
def test_a_paper_without_its_proofs_has_no_form(name: str) -> None:
    form, document, _ = PAPERS[name]
    for changed in ({}, {"proof": []}, {"proof": document["proof"] * 2}, {"proof": document["proof"][0]}):
        unsigned = {key: value for key, value in document.items() if key != "proof"}
        assert not judge(form).is_valid(unsigned | changed)
