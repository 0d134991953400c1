"""Jurisdiction packs: who can demand what in one country, as data (`spec/data_requests.md` 2).

A pack says what its sources say, and which of its members nobody has confirmed. No code knows any country.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any, Literal, get_args

from amanah.core.data_requests.pack_reading import ENGLISH, PackReader, quote
from amanah.core.encoding import JsonValue
from amanah.core.errors import InvalidInputError

Texts = Mapping[str, str]
"""One text in several languages, by language tag; English is always there."""
Force = Literal[
    "voluntary",
    "compulsory",
    "contract",
    "unknown",
    "restricts-holder",
    "duty-of-holder",
    "duty-on-everyone",
    "protects",
]
Bulk = Literal["no", "hard-to-justify", "described-material", "possible", "not-checked", "not-applicable"]
Telling = Literal[
    "yes",
    "yes-unless-prejudice",
    "yes-unless-ordered",
    "usually",
    "risky",
    "no",
    "not-checked",
    "not-applicable",
]
SecrecyEnd = Literal["with-order", "when-lifted", "unknown"]
Challenger = Literal["holder", "subject", "nobody-before"]

FORCES: tuple[Force, ...] = get_args(Force)
ASKED_UNDER: tuple[Force, ...] = ("voluntary", "compulsory", "contract", "unknown")
"""What a body can ask under; the other forces are law that stands beside."""
BULKS: tuple[Bulk, ...] = get_args(Bulk)
TELLINGS: tuple[Telling, ...] = get_args(Telling)
SECRECY_ENDS: tuple[SecrecyEnd, ...] = get_args(SecrecyEnd)
CHALLENGERS: tuple[Challenger, ...] = get_args(Challenger)
NOT_CHECKED = "not-checked"
NOT_APPLICABLE = "not-applicable"
NOBODY = "nobody"
SOMEBODY_ELSE = "somebody-else"
"""Codes that no pack gives to an office: nobody signed, or an office did that the pack does not name."""
MOST_DAYS = 366
_PACK_MEMBERS = (
    "v", "code", "names", "reviewed_on", "languages", "notes", "signers", "informal_ask", "unknown_paper",
    "instruments",
)  # fmt: skip
_INSTRUMENT_MEMBERS = (
    "code", "names", "law", "force", "signed_by", "bulk", "telling", "secrecy", "challenge", "answer_within_days",
    "reaches", "must_not_destroy", "sentences", "note", "sources", "check_with_counsel",
)  # fmt: skip
CHECKABLE = tuple(
    name for name in _INSTRUMENT_MEMBERS if name not in {"code", "sources", "check_with_counsel"}
)
"""The members of an instrument that can be marked as not confirmed."""


class PackFaultsError(InvalidInputError):
    """A jurisdiction pack cannot be used; `problems` is every fault at once, one sentence each."""

    code = "pack-faults"

    def __init__(self, problems: list[str]) -> None:
        """Keep every sentence."""
        self.problems = problems
        super().__init__("\n".join(problems))


@dataclass(frozen=True)
class Source:
    """Where a row of a pack comes from."""

    text: str
    url: str | None


@dataclass(frozen=True)
class Secrecy:
    """The law under which a paper can forbid to speak of it, and when that ends."""

    code: str
    law: str
    ends: SecrecyEnd


@dataclass(frozen=True)
class Challenge:
    """Who can challenge, and how."""

    who: tuple[Challenger, ...]
    how: Texts


@dataclass(frozen=True)
class Instrument:
    """One row of the law: a paper that a body can ask under, or a rule that stands beside such papers."""

    code: str
    names: Texts
    law: str
    force: Force
    signed_by: tuple[str, ...]
    bulk: Bulk
    telling: Telling
    secrecy: Secrecy | None
    challenge: Challenge | None
    answer_within_days: int | None
    reaches: tuple[str, ...]
    must_not_destroy: bool | None
    sentences: Texts
    note: Texts | None
    sources: tuple[Source, ...]
    check_with_counsel: tuple[str, ...]

    @property
    def may_be_secret(self) -> bool:
        """Tell whether a law can forbid to say that this paper came; reports then give bands alone (8.4)."""
        return self.secrecy is not None

    @property
    def can_be_asked_under(self) -> bool:
        """Tell whether an outside body can name this as the basis of what it asks."""
        return self.force in ASKED_UNDER


@dataclass(frozen=True)
class Pack:
    """The law of one jurisdiction as somebody read it on one day."""

    code: str
    names: Texts
    reviewed_on: date
    languages: tuple[str, ...]
    notes: tuple[Texts, ...]
    signers: Mapping[str, Texts]
    informal_ask: str
    unknown_paper: str
    instruments: tuple[Instrument, ...]

    def find(self, code: str) -> Instrument | None:
        """Give the instrument of this code; None where the pack has none."""
        return next((instrument for instrument in self.instruments if instrument.code == code), None)

    def list_asked_under(self) -> tuple[Instrument, ...]:
        """Give what an outside body can name as the basis of what it asks, in the order of the pack."""
        return tuple(instrument for instrument in self.instruments if instrument.can_be_asked_under)


def parse_pack(data: bytes) -> Pack:
    """Read a pack; raise PackFaultsError with every fault."""
    reader = PackReader()
    document = reader.document(data)
    if reader.problems:
        raise PackFaultsError(reader.problems)
    pack = _read_pack(reader, reader.table(document, "The pack", _PACK_MEMBERS))
    _check_pack(reader, pack)
    if reader.problems:
        raise PackFaultsError(reader.problems)
    return pack


def encode_pack(pack: Pack) -> bytes:
    """Give a pack as a file that people can read and change."""
    document = {"v": 1} | {name: _encode(getattr(pack, name)) for name in _PACK_MEMBERS if name != "v"}
    return json.dumps(document, ensure_ascii=False, indent=2).encode() + b"\n"


def choose_text(texts: Texts, language: str) -> tuple[str, str]:
    """Give a text in this language, else in English, and the language that it is in."""
    found = language if language in texts else language.partition("-")[0]
    return (texts[found], found) if found in texts else (texts[ENGLISH], ENGLISH)


def _encode(value: Any) -> JsonValue:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {name: _encode(item) for name, item in value.items()}
    if isinstance(value, tuple):
        return [_encode(item) for item in value]
    if isinstance(value, Source | Secrecy | Challenge | Instrument):
        return {name: _encode(item) for name, item in vars(value).items()}
    plain: JsonValue = value
    return plain


def _read_pack(reader: PackReader, found: Mapping[str, Any]) -> Pack:
    if found["v"] != 1 or isinstance(found["v"], bool):
        reader.find_fault(
            "“v”", f"must be 1, the version of this form; here stands {quote(found['v'])}.", found["v"]
        )
    reader.languages = _read_languages(reader, found["languages"])
    return Pack(
        code=reader.code(found["code"], "“code”"),
        names=reader.texts(found["names"], "“names”"),
        reviewed_on=reader.day(found["reviewed_on"], "“reviewed_on”"),
        languages=reader.languages,
        notes=reader.items(found["notes"], "“notes”", reader.texts),
        signers=_read_signers(reader, found["signers"]),
        informal_ask=reader.code(found["informal_ask"], "“informal_ask”"),
        unknown_paper=reader.code(found["unknown_paper"], "“unknown_paper”"),
        instruments=_read_instruments(reader, found["instruments"]),
    )


def _read_languages(reader: PackReader, value: Any) -> tuple[str, ...]:
    languages = reader.items(value, "“languages”", reader.language, least=1)
    reader.check_unique(languages, "“languages”")
    if languages and ENGLISH not in languages:
        reader.find_fault(
            "“languages”", "“en” must be among them: every other language falls back on English."
        )
    named = tuple(dict.fromkeys(filter(None, languages)))
    return named if ENGLISH in named else (*named, ENGLISH)


def _read_signers(reader: PackReader, value: Any) -> Mapping[str, Texts]:
    if not isinstance(value, dict):
        reader.find_fault("“signers”", "this must be an object that names each office that can sign.", value)
        return {}
    signers = {}
    for code, names in value.items():
        place = f"“signers”, {quote(code)}"
        if code in {NOBODY, SOMEBODY_ELSE}:
            reader.find_fault(place, "this code is kept for papers that no office named here has signed.")
        signers[reader.code(code, place)] = reader.texts(names, place)
    return signers


def _read_instruments(reader: PackReader, value: Any) -> tuple[Instrument, ...]:
    items = reader.items(value, "“instruments”", lambda item, _place: item, least=1)
    places = [f"Instrument {number}{_quote_code(item)}" for number, item in enumerate(items, start=1)]
    return tuple(_read_instrument(reader, item, place) for item, place in zip(items, places, strict=True))


def _quote_code(item: Any) -> str:
    code = item.get("code") if isinstance(item, dict) else None
    return f" ({quote(code)[1:-1]})" if isinstance(code, str) else ""


def _read_instrument(reader: PackReader, value: Any, place: str) -> Instrument:
    found = reader.table(value, place, _INSTRUMENT_MEMBERS)
    at = {name: f"{place}, “{name}”" for name in _INSTRUMENT_MEMBERS}
    return Instrument(
        code=reader.code(found["code"], at["code"]),
        names=reader.texts(found["names"], at["names"]),
        law=reader.line(found["law"], at["law"]),
        force=reader.choice(found["force"], at["force"], FORCES),
        signed_by=reader.items(found["signed_by"], at["signed_by"], reader.code),
        bulk=reader.choice(found["bulk"], at["bulk"], BULKS),
        telling=reader.choice(found["telling"], at["telling"], TELLINGS),
        secrecy=_read_secrecy(reader, found["secrecy"], at["secrecy"]),
        challenge=_read_challenge(reader, found["challenge"], at["challenge"]),
        answer_within_days=reader.days_or_none(
            found["answer_within_days"], at["answer_within_days"], MOST_DAYS
        ),
        reaches=reader.items(found["reaches"], at["reaches"], reader.code),
        must_not_destroy=reader.flag_or_none(found["must_not_destroy"], at["must_not_destroy"]),
        sentences=reader.texts(found["sentences"], at["sentences"]),
        note=reader.texts_or_none(found["note"], at["note"]),
        sources=reader.items(found["sources"], at["sources"], partial(_read_source, reader), least=1),
        check_with_counsel=reader.items(
            found["check_with_counsel"], at["check_with_counsel"], partial(_read_member, reader)
        ),
    )


def _read_secrecy(reader: PackReader, value: Any, place: str) -> Secrecy | None:
    if value is None:
        return None
    found = reader.table(value, place, ("code", "law", "ends"))
    return Secrecy(
        code=reader.code(found["code"], f"{place}, “code”"),
        law=reader.line(found["law"], f"{place}, “law”"),
        ends=reader.choice(found["ends"], f"{place}, “ends”", SECRECY_ENDS),
    )


def _read_challenge(reader: PackReader, value: Any, place: str) -> Challenge | None:
    if value is None:
        return None
    found = reader.table(value, place, ("who", "how"))
    who = reader.items(found["who"], f"{place}, “who”", partial(_read_challenger, reader), least=1)
    return Challenge(who=who, how=reader.texts(found["how"], f"{place}, “how”"))


def _read_source(reader: PackReader, value: Any, place: str) -> Source:
    found = reader.table(value, place, ("text", "url"))
    return Source(
        text=reader.line(found["text"], f"{place}, “text”"),
        url=reader.address_or_none(found["url"], f"{place}, “url”"),
    )


def _read_challenger(reader: PackReader, value: Any, place: str) -> Challenger:
    return reader.choice(value, place, CHALLENGERS)


def _read_member(reader: PackReader, value: Any, place: str) -> str:
    return reader.choice(value, place, CHECKABLE)


def _check_pack(reader: PackReader, pack: Pack) -> None:
    """Find what is wrong between the members (2.4)."""
    reader.check_unique([instrument.code for instrument in pack.instruments], "“instruments”")
    _check_named(reader, pack, "informal_ask", "voluntary")
    _check_named(reader, pack, "unknown_paper", "unknown")
    laws: dict[str, str] = {}
    for number, instrument in enumerate(pack.instruments, start=1):
        place = f"Instrument {number} ({instrument.code})"
        if pack.code and instrument.code and not instrument.code.startswith(f"{pack.code}-"):
            reader.find_fault(place, f"its code must begin with that of the pack, “{pack.code}-”.")
        _check_relations(reader, pack, instrument, place)
        _check_gaps(reader, instrument, place)
        secrecy = instrument.secrecy
        if secrecy is not None and laws.setdefault(secrecy.code, secrecy.law) != secrecy.law:
            reader.find_fault(
                f"{place}, “secrecy”",
                f"“{secrecy.code}” stands for another law in an instrument before this one.",
            )


def _check_named(reader: PackReader, pack: Pack, member: str, force: Force) -> None:
    code = getattr(pack, member)
    instrument = pack.find(code)
    if code and (instrument is None or instrument.force != force):
        reader.find_fault(
            f"“{member}”", f"must be the code of an instrument of this pack whose force is “{force}”."
        )


def _check_relations(reader: PackReader, pack: Pack, instrument: Instrument, place: str) -> None:
    for name in ("signed_by", "reaches", "check_with_counsel"):
        reader.check_unique(getattr(instrument, name), f"{place}, “{name}”")
    for signer in dict.fromkeys(instrument.signed_by):
        if pack.signers and signer and signer not in pack.signers:
            reader.find_fault(f"{place}, “signed_by”", f"“{signer}” is not named under “signers”.")
    for code in dict.fromkeys(instrument.reaches):
        protection = pack.find(code)
        if code and (protection is None or protection.force != "protects"):
            reader.find_fault(
                f"{place}, “reaches”",
                f"“{code}” is not an instrument of this pack whose force is “protects”.",
            )
    if instrument.force == "compulsory" and not instrument.signed_by:
        reader.find_fault(
            f"{place}, “signed_by”", "a paper that binds names at least one office that must have signed it."
        )
    if instrument.telling == "no" and instrument.secrecy is None:
        reader.find_fault(
            f"{place}, “secrecy”", "where telling is forbidden, the law that forbids it is named."
        )


def _check_gaps(reader: PackReader, instrument: Instrument, place: str) -> None:
    """Find gaps in knowledge that are not marked as such."""
    gaps = [name for name in ("bulk", "telling") if getattr(instrument, name) == NOT_CHECKED]
    if instrument.force == "unknown":
        gaps.append("force")
    if instrument.can_be_asked_under and instrument.must_not_destroy is None:
        gaps.append("must_not_destroy")
    if instrument.can_be_asked_under and instrument.challenge is None:
        gaps.append("challenge")
    for name in gaps:
        if name not in instrument.check_with_counsel:
            reader.find_fault(
                f"{place}, “{name}”", f"is not known, so “{name}” must stand under “check_with_counsel”."
            )
    if instrument.note is None and "note" in instrument.check_with_counsel:
        reader.find_fault(f"{place}, “note”", "there is none, so nothing in it can be checked.")
    for name in ("bulk", "telling"):
        if instrument.can_be_asked_under and getattr(instrument, name) == NOT_APPLICABLE:
            reader.find_fault(
                f"{place}, “{name}”", f"a paper to ask under says more than “{NOT_APPLICABLE}”."
            )
