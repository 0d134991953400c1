"""Turns a request, and what can be chosen at the counter, into what pages show; it reads and never writes."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from amanah.core.data_requests.facts import RequestFacts
from amanah.core.data_requests.jurisdictions import (
    NOBODY,
    SOMEBODY_ELSE,
    Instrument,
    Pack,
    choose_text,
)
from amanah.core.data_requests.scopes import CATEGORIES
from amanah.request_door.requests.models import DataRequest, State
from amanah.request_door.requests.queries import find_instrument
from amanah.request_door.requests.receiving import ReleasedAnswer
from amanah.request_door.requests.words import (
    CATEGORY_WORDS,
    CHANNEL_WORDS,
    SECRECY_WORDS,
    describe_signer,
)
from amanah.web.templating import format_day

# The questions of the form, also in the summary of what is missing.
LABELS: Mapping[str, str | Promise] = {
    "form_token": _("This form"),
    "body_name": _("Which body asks"),
    "officer": _("Who asks for it, and where to reach the office"),
    "instrument": _("On what basis"),
    "signed_by": _("Who signed the paper"),
    "categories": _("What kind of data"),
    "people": _("About whom"),
    "since": _("From which day"),
    "until": _("To which day"),
    "purpose": _("What is asked for, and for what purpose"),
    "asks_collection": _("Beginning to record something"),
    "secrecy": _("Secrecy"),
    "paper": _("The paper itself, as PDF"),
    "channel": _("How they asked"),
    "day": _("On which day"),
    "said": _("What they said"),
    "kinds": _("What they asked for"),
    "paper_state": _("Was there a paper?"),
    "is_secret": _("The paper forbids to speak of it"),
    "__all__": _("The form"),
}
_GROUPS: tuple[tuple[tuple[str, ...], str | Promise, str | Promise], ...] = (
    (
        ("compulsory",),
        _("Papers that bind us"),
        _(
            "What such a paper names is given as far as it exists: nothing more, and only with the paper itself."
        ),
    ),
    (
        ("voluntary", "contract"),
        _("Asks that bind nobody"),
        _("The law lets a holder answer these and obliges nobody. Personal data is never given for them."),
    ),
    (("unknown",), _("Another paper"), _("The trustees take legal advice before anything is said.")),
)
OUTCOME_WORDS: Mapping[str, str | Promise] = {
    "refuse": _("Refused"),
    "contest": _("Challenged before the court"),
    "narrow": _("Complied with in part"),
    "comply": _("Complied with, as far as it exists"),
}


@dataclass(frozen=True)
class Choice:
    """One thing to choose; `language` is that of its words, which a pack may not have in the reader's."""

    code: str
    words: str
    law: str
    language: str


@dataclass(frozen=True)
class Group:
    """Papers of one force, with the sentence that says what that means."""

    title: str
    sentence: str
    choices: tuple[Choice, ...]


@dataclass(frozen=True)
class Choices:
    """Everything that can be chosen at the counter."""

    groups: tuple[Group, ...]
    signers: tuple[Choice, ...]
    categories: tuple[tuple[str, str], ...]
    secrecies: tuple[tuple[str, str], ...]


def build_choices(pack: Pack, language: str) -> Choices:
    """Give what can be chosen, in the reader's language where the pack has it."""
    offered = pack.list_asked_under()
    groups = tuple(
        Group(
            str(title),
            str(sentence),
            tuple(_describe_choice(one, language) for one in offered if one.force in forces),
        )
        for forces, title, sentence in _GROUPS
    )
    signers = []
    for code in (*pack.signers, SOMEBODY_ELSE, NOBODY):
        words, words_in = describe_signer(pack, code, language)
        signers.append(Choice(code, str(words), "", words_in))
    return Choices(
        groups=tuple(group for group in groups if group.choices),
        signers=tuple(signers),
        categories=tuple((code, str(CATEGORY_WORDS[code])) for code in CATEGORIES),
        secrecies=tuple((code, str(words)) for code, words in SECRECY_WORDS.items()),
    )


def _describe_choice(instrument: Instrument, language: str) -> Choice:
    words, words_in = choose_text(instrument.names, language)
    return Choice(instrument.code, words, instrument.law, words_in)


def describe_instrument(stored: DataRequest, language: str) -> Choice:
    """Give the paper of a request in words; one that the pack in force does not know keeps its code."""
    instrument = find_instrument(stored)
    if instrument is None:
        return Choice(str(stored.instrument), str(stored.instrument), "", "en")
    return _describe_choice(instrument, language)


def describe_state(stored: DataRequest, answer: ReleasedAnswer | None) -> str:
    """Give the stamp on a request: one or two words."""
    if stored.state == State.DESTROYED:
        return gettext("Closed and destroyed")
    if answer is not None:
        return str(OUTCOME_WORDS.get(answer.outcome, gettext("Answered")))
    return gettext("Closed") if stored.state == State.CLOSED else gettext("Received")


def describe_request(stored: DataRequest, facts: RequestFacts) -> list[tuple[str, list[str]]]:
    """Give what was asked as pairs of a question and its lines; the words of the body are lines like any other."""
    asked = facts.asked
    pairs = [
        (LABELS["body_name"], [str(stored.body_name)]),
        (LABELS["officer"], [str(stored.officer)] if stored.officer else []),
        (gettext("How it came in"), [str(CHANNEL_WORDS[facts.channel])]),
        (LABELS["categories"], [str(CATEGORY_WORDS[code]) for code in asked.categories]),
        (LABELS["people"], list(asked.people) or [gettext("Nobody is named: a class of people")]),
        (LABELS["since"], [format_day(asked.since, "long")] if asked.since else []),
        (LABELS["until"], [format_day(asked.until, "long")] if asked.until else []),
        (LABELS["purpose"], str(stored.asked_for).splitlines()),
        (LABELS["asks_collection"], [gettext("Asked for")] if facts.asks_collection else []),
        (LABELS["secrecy"], [str(SECRECY_WORDS[facts.secrecy])]),
        (
            gettext("Paper"),
            [gettext("Handed in as PDF") if facts.document else gettext("None handed in")],
        ),
    ]
    return [(str(title), lines) for title, lines in pairs if lines]
