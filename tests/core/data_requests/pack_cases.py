"""A small invented pack, and packs of an invented country drawn at random, all of them good."""

import copy
import json
from datetime import date
from typing import Any

from hypothesis import strategies as st

from amanah.core.data_requests.jurisdictions import (
    ASKED_UNDER,
    BULKS,
    CHALLENGERS,
    CHECKABLE,
    FORCES,
    NOT_APPLICABLE,
    SECRECY_ENDS,
    TELLINGS,
    Challenge,
    Instrument,
    Pack,
    Secrecy,
    Source,
    Texts,
)

_ROW: dict[str, Any] = {
    "code": "", "names": {"en": "A paper"}, "law": "Law of the Tides, 1", "force": "voluntary", "signed_by": [],
    "bulk": "possible", "telling": "yes", "secrecy": None,
    "challenge": {"who": ["holder"], "how": {"en": "Say no."}}, "answer_within_days": None, "reaches": [],
    "must_not_destroy": False, "sentences": {"en": "Somebody asks. Nobody has to answer."}, "note": None,
    "sources": [{"text": "Invented", "url": None}], "check_with_counsel": [],
}  # fmt: skip
_SIGNERS = {"tide-master": {"en": "the Master of the Tides"}, "judge": {"en": "a judge"}}
_LINES = st.text(st.characters(categories=("L", "N", "P", "S")), min_size=1, max_size=12)
_CODES = st.from_regex(r"[a-z0-9]{1,8}(-[a-z0-9]{1,6}){0,2}", fullmatch=True)


def build_row(**changes: Any) -> dict[str, Any]:
    """Give one instrument as plain JSON."""
    return copy.deepcopy(_ROW) | changes


def build_pack(**changes: Any) -> dict[str, Any]:
    """Give a pack of an invented country as plain JSON."""
    return {
        "v": 1,
        "code": "atlantis",
        "names": {"en": "Atlantis (invented)"},
        "reviewed_on": "2026-11-25",
        "languages": ["en"],
        "notes": [{"en": "Only on the mainland."}],
        "signers": copy.deepcopy(_SIGNERS),
        "informal_ask": "atlantis-ask",
        "unknown_paper": "atlantis-other",
        "instruments": [
            build_row(code="atlantis-ask"),
            build_row(
                code="atlantis-order",
                force="compulsory",
                signed_by=["tide-master"],
                telling="no",
                secrecy={"code": "atlantis-hush", "law": "Law of the Tides, 2", "ends": "unknown"},
                reaches=["atlantis-shell"],
            ),
            build_row(
                code="atlantis-shell", force="protects", bulk="not-applicable", telling="not-applicable"
            ),
            build_row(code="atlantis-other", force="unknown", check_with_counsel=["force"]),
        ],
    } | changes


def encode(document: object) -> bytes:
    """Give the bytes of a file."""
    return json.dumps(document, ensure_ascii=False).encode()


@st.composite
def texts(draw: st.DrawFn, languages: tuple[str, ...]) -> Texts:
    """Draw one line in every language."""
    return {language: draw(_LINES) for language in languages}


@st.composite
def packs(draw: st.DrawFn) -> Pack:
    """Draw a good pack."""
    languages = ("en", *draw(st.lists(st.sampled_from(["ar", "fr", "ur"]), unique=True, max_size=2)))
    code = draw(_CODES)
    signers = {signer: draw(texts(languages)) for signer in draw(st.sets(_CODES, min_size=1, max_size=3))}
    tails = draw(st.lists(_CODES, min_size=3, max_size=6, unique=True))
    forces = ["voluntary", "unknown", "protects", *(draw(st.sampled_from(FORCES)) for _ in tails[3:])]
    instruments = tuple(
        draw(_instruments(f"{code}-{tail}", force, languages, [*signers], f"{code}-{tails[2]}"))
        for tail, force in zip(tails, forces, strict=True)
    )
    return Pack(
        code=code,
        names=draw(texts(languages)),
        reviewed_on=draw(st.dates(date(1900, 1, 1), date(2900, 1, 1))),
        languages=languages,
        notes=tuple(draw(st.lists(texts(languages), max_size=2))),
        signers=signers,
        informal_ask=f"{code}-{tails[0]}",
        unknown_paper=f"{code}-{tails[1]}",
        instruments=instruments,
    )


@st.composite
def _instruments(
    draw: st.DrawFn, code: str, force: Any, languages: tuple[str, ...], signers: list[str], protection: str
) -> Instrument:
    is_paper = force in ASKED_UNDER
    bulk = draw(st.sampled_from([one for one in BULKS if not (is_paper and one == NOT_APPLICABLE)]))
    telling = draw(st.sampled_from([one for one in TELLINGS if not (is_paper and one == NOT_APPLICABLE)]))
    secrecy = Secrecy(f"{code[:50]}-law", draw(_LINES), draw(st.sampled_from(SECRECY_ENDS)))
    return Instrument(
        code=code,
        names=draw(texts(languages)),
        law=draw(_LINES),
        force=force,
        signed_by=tuple(draw(st.permutations(signers))[: draw(st.integers(1, len(signers)))]),
        bulk=bulk,
        telling=telling,
        secrecy=secrecy if telling == "no" else draw(st.sampled_from([None, secrecy])),
        challenge=draw(
            st.none()
            | st.builds(
                Challenge,
                st.lists(st.sampled_from(CHALLENGERS), min_size=1, unique=True).map(tuple),
                texts(languages),
            )
        ),
        answer_within_days=draw(st.none() | st.integers(1, 366)),
        reaches=draw(st.sampled_from([(), (protection,)])),
        must_not_destroy=draw(st.sampled_from([True, False, None])),
        sentences=draw(texts(languages)),
        note=draw(texts(languages)),
        sources=tuple(
            draw(
                st.lists(
                    st.builds(Source, _LINES, st.sampled_from([None, "https://law.example/1?a=b#c"])),
                    min_size=1,
                    max_size=2,
                )
            )
        ),
        check_with_counsel=CHECKABLE,
    )
