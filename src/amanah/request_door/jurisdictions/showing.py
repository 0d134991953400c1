"""Turns a jurisdiction pack into what its page shows in one language. It never leaves out a mark of doubt."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import get_language_info, ngettext
from django.utils.translation import gettext as _

from amanah.core.data_requests.jurisdictions import (
    ASKED_UNDER,
    Force,
    Instrument,
    Pack,
    Source,
    Texts,
    choose_text,
)
from amanah.request_door.jurisdictions.packs_on_disk import PackOnDisk
from amanah.request_door.jurisdictions.wording import (
    BULK_WORDS,
    CHALLENGER_WORDS,
    FORCE_WORDS,
    KEEPING_WORDS,
    SECRECY_END_WORDS,
    TELLING_WORDS,
)
from amanah.web.templating import format_number, join_words


@dataclass(frozen=True)
class Words:
    """A text of a pack, and the language it is in where that is not the page's."""

    text: str
    language: str | None
    direction: str | None


@dataclass(frozen=True)
class Fact:
    """One question about an instrument and its answer; `law` is a citation and `more` text of the pack."""

    question: str
    law: str
    answer: str
    more: Words | None
    needs_counsel: bool


@dataclass(frozen=True)
class ShownInstrument:
    """One row of the law as people read it; `doubted` are the texts of the pack that nobody has confirmed."""

    code: str
    name: Words
    law: str
    kind: str
    standing: str
    signed: str
    telling: str
    sentences: Words
    note: Words | None
    facts: tuple[Fact, ...]
    sources: tuple[Source, ...]
    doubted: frozenset[str]


@dataclass(frozen=True)
class Group:
    """Instruments that are read together."""

    title: str
    can_be_asked_under: bool
    instruments: tuple[ShownInstrument, ...]


@dataclass(frozen=True)
class ShownPack:
    """A whole pack."""

    code: str
    name: Words
    reviewed_on: date
    notes: tuple[Words, ...]
    groups: tuple[Group, ...]
    doubts: int
    is_own: bool
    pack_hash: str

    @property
    def glance(self) -> tuple[ShownInstrument, ...]:
        """Give the papers that a body can ask under, in the order of the page."""
        return tuple(one for group in self.groups if group.can_be_asked_under for one in group.instruments)


def choose_words(texts: Texts, language: str) -> Words:
    """Give a text of a pack in this language, or in English and marked as such."""
    text, found = choose_text(texts, language)
    if found == language.partition("-")[0] or found == language:
        return Words(text, None, None)
    return Words(text, found, "rtl" if get_language_info(found)["bidi"] else "ltr")


def build_shown_pack(found: PackOnDisk, language: str) -> ShownPack:
    """Give what the page of a pack shows."""
    pack = found.pack
    return ShownPack(
        code=pack.code,
        name=choose_words(pack.names, language),
        reviewed_on=pack.reviewed_on,
        notes=tuple(choose_words(note, language) for note in pack.notes),
        groups=_build_groups(pack, language),
        doubts=sum(len(instrument.check_with_counsel) for instrument in pack.instruments),
        is_own=found.is_own,
        pack_hash=found.pack_hash,
    )


def _build_groups(pack: Pack, language: str) -> tuple[Group, ...]:
    titles: Sequence[tuple[str, tuple[Force, ...]]] = (
        (_("Papers that order us to answer"), ("compulsory",)),
        (_("Papers that only ask"), ("voluntary", "contract")),
        (_("Any other paper"), ("unknown",)),
        (
            _("Law that stands beside the papers"),
            ("protects", "restricts-holder", "duty-on-everyone", "duty-of-holder"),
        ),
    )
    groups = (
        Group(
            title,
            set(forces) <= set(ASKED_UNDER),
            tuple(
                _build_instrument(pack, instrument, language)
                for force in forces
                for instrument in pack.instruments
                if instrument.force == force
            ),
        )
        for title, forces in titles
    )
    return tuple(group for group in groups if group.instruments)


def _build_instrument(pack: Pack, instrument: Instrument, language: str) -> ShownInstrument:
    kind, standing = FORCE_WORDS[instrument.force]
    return ShownInstrument(
        code=instrument.code,
        name=choose_words(instrument.names, language),
        law=instrument.law,
        kind=kind,
        standing=str(standing),
        signed=_tell_signers(pack, instrument, language),
        telling=str(TELLING_WORDS[instrument.telling]),
        sentences=choose_words(instrument.sentences, language),
        note=None if instrument.note is None else choose_words(instrument.note, language),
        facts=tuple(_list_facts(pack, instrument, language)),
        sources=instrument.sources,
        doubted=frozenset(instrument.check_with_counsel),
    )


def _list_facts(pack: Pack, instrument: Instrument, language: str) -> list[Fact]:
    """Give the questions that have an answer, or that the pack marks as not confirmed; the others do not apply."""
    is_paper = instrument.can_be_asked_under
    secrecy, challenge = instrument.secrecy, instrument.challenge
    laws = {"secrecy": secrecy.law} if secrecy is not None else {}
    how = None if challenge is None else choose_words(challenge.how, language)
    answers: Sequence[tuple[str, str, str, Words | None]] = (
        (
            "signed_by",
            _("Who must have signed it?"),
            _tell_signers(pack, instrument, language) if is_paper else "",
            None,
        ),
        ("bulk", _("Can it reach a whole group of people?"), str(BULK_WORDS[instrument.bulk]), None),
        ("telling", _("May those concerned be told?"), str(TELLING_WORDS[instrument.telling]), None),
        (
            "secrecy",
            _("What can forbid speaking of it?"),
            "" if secrecy is None else str(SECRECY_END_WORDS[secrecy.ends]),
            None,
        ),
        ("challenge", _("Who may challenge it?"), _tell_challengers(instrument), how),
        ("answer_within_days", _("By when?"), _tell_days(instrument), None),
        ("reaches", _("What protection does it override?"), _tell_reach(pack, instrument, language), None),
        (
            "must_not_destroy",
            _("What must be kept once it is here?"),
            str(KEEPING_WORDS[instrument.must_not_destroy]) if is_paper else "",
            None,
        ),
    )
    doubted = instrument.check_with_counsel
    return [
        Fact(question, laws.get(member, ""), answer or _("Not checked here."), more, member in doubted)
        for member, question, answer, more in answers
        if answer or member in doubted
    ]


def _tell_signers(pack: Pack, instrument: Instrument, language: str) -> str:
    names = [choose_words(pack.signers[code], language).text for code in instrument.signed_by]
    if len(names) > 1:
        return _("One of these: %(names)s.") % {"names": _join(names)}
    if names:
        return _write_as_sentence(names[0])
    if instrument.force == "unknown":
        return _("Not checked here.")
    return _("It binds nobody, whoever signed it.")


def _tell_challengers(instrument: Instrument) -> str:
    if instrument.challenge is None:
        return _("Not checked here.") if instrument.can_be_asked_under else ""
    return _write_as_sentence(join_words([str(CHALLENGER_WORDS[one]) for one in instrument.challenge.who]))


def _tell_days(instrument: Instrument) -> str:
    days = instrument.answer_within_days
    if days is not None:
        return ngettext("Within %(days)s day.", "Within %(days)s days.", days) % {"days": format_number(days)}
    return _("The paper says it.") if instrument.force == "compulsory" else ""


def _tell_reach(pack: Pack, instrument: Instrument, language: str) -> str:
    protections = [pack.find(code) for code in instrument.reaches]
    names = [choose_words(one.names, language).text for one in protections if one is not None]
    return _write_as_sentence(_join(names)) if names else ""


def _join(names: Sequence[str]) -> str:
    # Names of offices and of laws have commas of their own.
    return _("; ").join(names)


def _write_as_sentence(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}."
