"""Writes `spec/vectors/credentials/chains.json`: `python -m tests.core.credentials.chain_vectors`.

Each case is a bundle with a question, and every chain of the holder with the rules that its links break. `papers` holds
each document once; a `bundle` and its `roots` name them.
"""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

from amanah.core.credentials.bundles import ROOTS, parse_bundle
from amanah.core.credentials.chains import Question
from amanah.core.credentials.reading import encode_jcs
from amanah.core.credentials.standing import Standing, compute_standing
from amanah.core.credentials.times import encode_time
from tests.core.credentials.paper_vectors import VECTORS
from tests.core.credentials.signed_line import (
    AT,
    FIRST,
    FIRST_DRAFT,
    MIDDLE,
    NOBODY,
    PUPIL,
    RECORDED,
    ROOTED,
    STRANGERS,
    TOP,
    TOP_DRAFT,
    WITNESSED,
    build_line,
    date_life,
    end,
    list_good_status,
    list_roots,
    list_status,
    sign_draft,
    wrap,
)
from tests.core.credentials.written import STUDENT, TEACHER, build_did, build_uuid, count_seconds

FILE = "chains.json"
Case = tuple[str, dict[str, Any], Question]
ASKED = Question(build_did(PUPIL), "quran/hafs", AT)


def list_cases() -> Iterator[Case]:
    """Give bundles with what is asked of them, each named for what is right or wrong about it."""
    line = build_line()
    papers = line.papers
    yield "whole line, every status list there", wrap([*papers, *list_good_status()]), ASKED
    yield "no status list: not checked, and no rule broken", wrap(papers), ASKED
    yield "less is asked than is held", wrap(papers), Question(ASKED.holder, "quran/hafs/juz-amma", AT)
    yield "more is asked than is held", wrap(papers), Question(ASKED.holder, "quran", AT)
    yield "another scope is asked about", wrap(papers), Question(ASKED.holder, "fiqh", AT)
    yield "before it was given", wrap(papers), Question(ASKED.holder, "quran/hafs", count_seconds(2021))
    yield "nobody's papers", wrap(papers), Question(build_did(NOBODY), "quran/hafs", AT)
    yield "the middle is missing", wrap([line.first, line.top]), ASKED
    yield from _list_changed_papers()
    yield from _list_endings()
    yield from _list_roots()
    yield from _list_several()


def _list_changed_papers() -> Iterator[Case]:
    changes: dict[str, dict[str, dict[str, Any]]] = {
        "recorded by the community": {"middle": RECORDED},
        "witnessed by two": {"middle": WITNESSED},
        "recorded by a stranger": {"middle": {**RECORDED, "issuer": build_did(NOBODY)}},
        "given by somebody who does not hold the paper above": {"first": STRANGERS},
        "the hash is another": {"first": {"parent_hash": bytes(32)}},
        "the parent may not authorise": {"middle": {"may_authorise": False}},
        "wider than the parent": {"middle": {"scope": "quran/hafs/juz-amma"}},
        "another scope with the same letters": {"top": {"scope": "quran-studies"}},
        "given a second too early": {"first": {"valid_from": count_seconds(2019) - 1}},
        "given at the very second": {"first": {"valid_from": count_seconds(2019)}},
        "the parent had run out": {"middle": {"valid_until": count_seconds(2022)}},
        "the parent ran out later": {"middle": {"valid_until": count_seconds(2022) + 1}},
        "it has run out": {"first": {"valid_until": AT}},
        "it runs out in a second": {"first": {"valid_until": AT + 1}},
    }
    for name, change in changes.items():
        yield name, wrap(build_line(**change).papers), ASKED


def _list_endings() -> Iterator[Case]:
    papers = build_line().papers
    before, after = count_seconds(2021), count_seconds(2023)
    endings: dict[str, list[dict[str, Any]]] = {
        "the parent ended before": [end("ended", MIDDLE, at=before)],
        "the parent ended after": [end("ended", MIDDLE, at=after)],
        "the parent ended, says its issuer": [end("ended", MIDDLE, TEACHER, at=before)],
        "the parent ended, says its holder": [end("ended", MIDDLE, STUDENT, at=before)],
        "the parent ended, says a stranger": [end("void", MIDDLE, NOBODY, at=before)],
        "the parent is void": [end("void", MIDDLE, at=after)],
        "the parent's parent is void": [end("void", TOP, at=after)],
        "void counts before ended": [end("ended", TOP, at=after), end("void", TOP, at=AT, number=2)],
        "it has ended itself": [end("ended", FIRST, at=after)],
        "it ends later": [end("ended", FIRST, at=AT + 1)],
        "a bit and no notice": [list_status(STUDENT, 13)],
        "a parent's bit and no notice": [list_status(TEACHER, 12)],
        "a parent's bit and a notice": [list_status(TEACHER, 12), end("ended", MIDDLE, at=after)],
        "a bit in a list of another issuer": [list_status(NOBODY, 13, list_of=STUDENT)],
        "the giver had died": [date_life(build_did(STUDENT), date(1940, 1, 1), date(2021, 12, 31))],
        "the giver died on the day": [date_life(build_did(STUDENT), date(1940, 1, 1), date(2022, 1, 1))],
        "the giver had died, says a stranger": [
            date_life(build_did(STUDENT), date(1940, 1, 1), date(2021, 12, 31), NOBODY)
        ],
        "the holder has died": [date_life(build_did(PUPIL), date(1980, 1, 1), date(2025, 1, 1))],
    }
    for name, beside in endings.items():
        yield name, wrap([*papers, *beside]), ASKED


def _list_roots() -> Iterator[Case]:
    papers = build_line().papers
    lists = {
        "another root": list_roots(replace(ROOTED, id=build_did(NOBODY))),
        "no root at all": list_roots(replace(ROOTED, id=build_did(TEACHER), scopes=("arabic",))),
        "a root for other things": list_roots(replace(ROOTED, scopes=("arabic", "quran/hafs"))),
        "recognised only later": list_roots(replace(ROOTED, from_day=date(2016, 1, 2))),
        "no longer recognised": list_roots(replace(ROOTED, until_day=date(2026, 11, 24))),
        "recognised to this day": list_roots(
            replace(ROOTED, from_day=date(2016, 1, 1), until_day=date(2026, 11, 25))
        ),
        "recognised then and again now": list_roots(
            replace(ROOTED, until_day=date(2018, 1, 1)), replace(ROOTED, from_day=date(2024, 1, 1))
        ),
        "longer than the list admits": list_roots(longest_chain=2),
        "a list of another community": list_roots(by=NOBODY),
    }
    for name, roots in lists.items():
        yield name, wrap(papers, roots), ASKED


def _list_several() -> Iterator[Case]:
    line = build_line()
    short = sign_draft(replace(TOP_DRAFT, id=build_uuid(21), holder=build_did(PUPIL), scope="quran/hafs"))
    weak = sign_draft(
        replace(TOP_DRAFT, id=build_uuid(22), holder=build_did(PUPIL), scope="quran/hafs", **RECORDED)
    )
    forged = sign_draft(replace(FIRST_DRAFT, description="May teach everything.", valid_until=AT + 9))
    yield "two lines, the shorter first", wrap([*line.papers, short]), ASKED
    yield "two lines, the signed before the recorded", wrap([weak, *line.papers]), ASKED
    yield "a good line before a stronger broken one", wrap([weak, line.first]), ASKED
    yield "two papers with one name", wrap([*line.papers, forged]), ASKED
    yield "the same paper twice", wrap([*line.papers, *line.papers]), ASKED
    circle = sign_draft(
        replace(
            TOP_DRAFT,
            id=build_uuid(23),
            issuer=build_did(PUPIL),
            giver=build_did(PUPIL),
            holder=build_did(STUDENT),
            scope="quran/hafs",
            valid_from=count_seconds(2023),
            parent=FIRST,
            parent_hash=bytes(32),
        )
    )
    yield (
        "somebody stands above themselves",
        wrap([*line.papers, circle]),
        Question(build_did(STUDENT), "quran/hafs", AT),
    )


def describe(standing: Standing) -> dict[str, Any]:
    """Give what every reader must find."""
    strongest = standing.strongest
    return {
        "chains": [
            {
                "links": [
                    {
                        "broken": sorted({item.rule for item in link.breaks}),
                        "id": link.authorisation.id,
                        "status": link.status.state,
                        "strength": link.strength.name.lower(),
                    }
                    for link in chain.links
                ],
                "root": chain.root and chain.root.id,
            }
            for chain in standing.chains
        ],
        "conflicts": [*standing.conflicts],
        "good": standing.is_good,
        "strength": strongest and strongest.strength.name.lower(),
    }


def build_vectors() -> dict[str, Any]:
    """Give every case with what it is judged as; a paper that several bundles hold is written once."""
    papers = _Papers()
    return {"cases": [_build_case(papers, *case) for case in list_cases()], "papers": papers.by_name}


def build_case_bundle(vectors: dict[str, Any], case: dict[str, Any]) -> dict[str, Any]:
    """Put the bundle of a case together again."""
    papers = vectors["papers"]
    return wrap([papers[name] for name in case["bundle"]], papers[case["roots"]])


class _Papers:
    """Names papers in the order in which they come."""

    def __init__(self) -> None:
        self.by_name: dict[str, dict[str, Any]] = {}
        self._names: dict[bytes, str] = {}

    def name(self, document: dict[str, Any]) -> str:
        name = self._names.setdefault(encode_jcs(document), f"paper-{len(self._names) + 1}")
        self.by_name[name] = document
        return name


def encode_vectors(vectors: dict[str, Any]) -> str:
    """Give the text of the file."""
    return json.dumps(vectors, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def _build_case(papers: _Papers, name: str, bundle: dict[str, Any], question: Question) -> dict[str, Any]:
    standing = compute_standing(question, parse_bundle(encode_jcs(bundle)))
    return {
        "asked": {"at": encode_time(question.at), "holder": question.holder, "scope": question.scope},
        "bundle": [papers.name(document) for document in bundle["verifiableCredential"]],
        "name": name,
        "roots": papers.name(bundle[ROOTS]["@value"]),
        "standing": describe(standing),
    }


if __name__ == "__main__":
    (VECTORS / FILE).write_text(encode_vectors(build_vectors()), encoding="utf-8")
