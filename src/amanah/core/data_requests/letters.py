"""Which paragraphs a letter to an outside body has, and with which values (`spec/data_requests.md` 9.1).

It holds no words: whoever prints a letter has them, in the language of the request. A letter never names a person:
not who was asked about, and not who decided.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from amanah.core.data_requests.deciding import Answer
from amanah.core.data_requests.facts import RequestFacts, compute_facts_hash, encode_facts
from amanah.core.data_requests.held import OFFICES, Holdings
from amanah.core.data_requests.jurisdictions import Instrument
from amanah.core.data_requests.scopes import Scope

Value = str | int | date | None | tuple["Value", ...]
SectionCode = Literal["asked", "decision", "rules", "held", "next", "further", "check", "annex"]

PARAGRAPHS = (
    "asked-class", "asked-people", "asked-collection", "asked-under", "received-on",
    "being-considered", "answer-by", "nothing-until-then",
    "refused", "contested", "narrowed", "complied", "nothing-exists",
    "rule",
    "held-kind", "not-held-kind", "held-unclear", "no-names", "nothing-created", "holdings-address",
    "scope", "package-apart", "people-told", "telling-withheld",
    "better-paper", "rules-again", "court-alone", "instrument-challenge", "challenge-begun",
    "check-signed", "check-by-rule", "check-sealed", "check-hashes",
    "office-holds", "office-silent",
)  # fmt: skip
"""Every paragraph that a letter can have; words for each stand with the printer."""


@dataclass(frozen=True)
class Paragraph:
    """One paragraph by its code, with what is filled in."""

    code: str
    values: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True)
class Section:
    """Paragraphs under one heading."""

    code: SectionCode
    paragraphs: tuple[Paragraph, ...]


@dataclass(frozen=True)
class Request:
    """The request that a letter is about."""

    facts: RequestFacts
    instrument: Instrument | None
    received_on: date
    answer_by: date


@dataclass(frozen=True)
class Decided:
    """What was decided; `decision` and `document` are None where the rules refused by themselves."""

    outcome: Answer
    reasons: tuple[str, ...]
    scope: Scope | None
    decided_on: date
    decision: str | None
    document: str | None
    facts: str
    rules: str
    pack: str
    sealed: int
    telling_reason: str | None = None
    telling_until: date | None = None


def build_receipt(request: Request) -> tuple[Section, ...]:
    """Say that a request came, that it is being considered, and by when an answer comes."""
    waiting = (
        Paragraph("being-considered"),
        Paragraph("answer-by", {"day": request.answer_by}),
        Paragraph("nothing-until-then"),
    )
    return (
        Section("asked", _build_asked(request)),
        Section("next", waiting),
        Section("check", (Paragraph("check-hashes", _list_hashes(request)),)),
    )


def build_letter(request: Request, decided: Decided, holdings: Holdings) -> tuple[Section, ...]:
    """Give the paragraphs of an answer."""
    sections = (
        Section("asked", _build_asked(request)),
        Section("decision", _build_decision(request, decided)),
        Section("rules", tuple(Paragraph("rule", {"rule": rule}) for rule in decided.reasons)),
        Section("held", _build_held(request.facts, decided, holdings)),
        Section("next", _build_next(decided)),
        Section("further", _build_further(request, decided)),
        Section("check", _build_check(decided)),
        Section("annex", _build_annex(request, holdings)),
    )
    return tuple(section for section in sections if section.paragraphs)


def is_order(instrument: Instrument | None) -> bool:
    """Tell whether a paper binds; then the answer states exactly what is held (4.1)."""
    return instrument is None or instrument.force in {"compulsory", "unknown"}


def _build_asked(request: Request) -> tuple[Paragraph, ...]:
    asked = request.facts.asked
    paragraphs = [
        Paragraph("received-on", {"day": request.received_on, "channel": request.facts.channel}),
        Paragraph("asked-under", {"instrument": request.facts.instrument}),
    ]
    if not asked.is_empty:
        code = "asked-class" if asked.is_class else "asked-people"
        paragraphs.append(Paragraph(code, _describe_scope(asked)))
    if request.facts.asks_collection:
        paragraphs.append(Paragraph("asked-collection"))
    return tuple(paragraphs)


def _build_decision(request: Request, decided: Decided) -> tuple[Paragraph, ...]:
    if decided.outcome == "refuse":
        return (Paragraph("refused"),)
    if decided.outcome == "contest":
        return (Paragraph("contested"),)
    if decided.scope is None:
        return (Paragraph("nothing-exists"),)
    code = "narrowed" if decided.outcome == "narrow" or decided.scope != request.facts.asked else "complied"
    return (Paragraph(code), Paragraph("scope", _describe_scope(decided.scope)))


def _build_held(facts: RequestFacts, decided: Decided, holdings: Holdings) -> tuple[Paragraph, ...]:
    """State of every kind that was asked for or ordered what is held and what is not."""
    kinds = {*facts.asked.categories, *(decided.scope.categories if decided.scope else ())}
    paragraphs = []
    for kind in sorted(kinds):
        held = holdings.list_held(kind)
        if held:
            paragraphs.append(Paragraph("held-kind", {"category": kind, "held": held}))
        elif holdings.is_whole:
            paragraphs.append(Paragraph("not-held-kind", {"category": kind}))
        else:
            paragraphs.append(Paragraph("held-unclear", {"category": kind}))
    if holdings.is_whole:
        paragraphs.append(Paragraph("no-names"))
    return (*paragraphs, Paragraph("nothing-created"), Paragraph("holdings-address"))


def _build_next(decided: Decided) -> tuple[Paragraph, ...]:
    paragraphs = [] if decided.scope is None else [Paragraph("package-apart")]
    if decided.telling_reason is None:
        paragraphs.append(Paragraph("people-told"))
    else:
        values: dict[str, Value] = {"reason": decided.telling_reason, "until": decided.telling_until}
        paragraphs.append(Paragraph("telling-withheld", values))
    return tuple(paragraphs)


def _build_further(request: Request, decided: Decided) -> tuple[Paragraph, ...]:
    paragraphs = []
    if decided.outcome == "contest":
        paragraphs.append(Paragraph("challenge-begun"))
    if decided.outcome in {"refuse", "narrow"}:
        paragraphs.append(Paragraph("better-paper"))
    paragraphs += [Paragraph("rules-again"), Paragraph("court-alone")]
    instrument = request.instrument
    if instrument is not None and instrument.challenge is not None and is_order(instrument):
        paragraphs.append(Paragraph("instrument-challenge", {"instrument": instrument.code}))
    return tuple(paragraphs)


def _build_check(decided: Decided) -> tuple[Paragraph, ...]:
    if decided.decision is None or decided.document is None:
        first = Paragraph("check-by-rule")
    else:
        first = Paragraph("check-signed", {"decision": decided.decision, "document": decided.document})
    hashes: dict[str, Value] = {"facts": decided.facts, "pack": decided.pack, "rules": decided.rules}
    return (first, Paragraph("check-sealed", {"number": decided.sealed}), Paragraph("check-hashes", hashes))


def _build_annex(request: Request, holdings: Holdings) -> tuple[Paragraph, ...]:
    """List everything that every office holds, where the paper may bind us."""
    if not is_order(request.instrument):
        return ()
    paragraphs = []
    for office in OFFICES:
        if office in holdings.silent:
            paragraphs.append(Paragraph("office-silent", {"office": office}))
        else:
            values: dict[str, Value] = {"office": office, "held": holdings.list_purposes(office)}
            paragraphs.append(Paragraph("office-holds", values))
    return tuple(paragraphs)


def _describe_scope(scope: Scope) -> dict[str, Value]:
    """Give a scope by its kinds, its days and how many people it names; never their names."""
    return {
        "categories": scope.categories,
        "people": len(scope.people),
        "since": scope.since,
        "until": scope.until,
    }


def _list_hashes(request: Request) -> dict[str, Value]:
    return {"facts": compute_facts_hash(encode_facts(request.facts))}
