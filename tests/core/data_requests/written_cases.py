"""Requests written down one by one, with what is asked, what the paper says, and a name that tells the story."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from amanah.core.data_requests.facts import RequestFacts
from amanah.core.data_requests.rules import RuleSet
from amanah.core.data_requests.scopes import PUBLIC_RECORDS, Scope
from tests.core.data_requests.cases import DOCUMENT, PEOPLE, REFERENCE, RULES_IN_FORCE, SALT, Paper

INSTRUMENTS: Mapping[str, Paper | None] = {
    "nobody-knows": None,
    "not-yet-judged": Paper("unknown", ()),
    "informal": Paper("voluntary", ()),
    "exemption": Paper("voluntary", ()),
    "grant-clause": Paper("contract", ()),
    "production-order": Paper(),
    "officers-notice": Paper(signed_by=("judge", "police-officer")),
    "search-warrant": Paper(bulk="material"),
    "unsigned-by-anybody": Paper(signed_by=()),
}
FOUR_YEARS = (date(2005, 1, 1), date(2008, 12, 31))
ONE_YEAR = (date(2008, 1, 1), date(2008, 12, 31))
TWO = PEOPLE[:2]
ONE = PEOPLE[:1]


@dataclass(frozen=True)
class WrittenCase:
    """One request of the table."""

    name: str
    facts: RequestFacts
    instrument: Paper | None
    rules: RuleSet = RULES_IN_FORCE


_ORDER = RequestFacts(
    asked=Scope(TWO, ("identity",), *ONE_YEAR),
    asks_collection=False,
    channel="letter",
    document=DOCUMENT,
    instrument="production-order",
    jurisdiction="uk",
    ordered=Scope(TWO, ("identity",), *ONE_YEAR),
    reference=REFERENCE,
    salt=SALT,
    secrecy="none",
    signed_by="judge",
)
_LETTER = replace(_ORDER, instrument="exemption", ordered=None, signed_by="police-officer")
_ALL_MEMBERS = Scope((), ("membership-list",), *FOUR_YEARS)
_SPOKEN = replace(
    _LETTER, instrument="informal", channel="oral", document=None, signed_by="nobody", asked=_ALL_MEMBERS
)
_NOTHING_HELD = Scope(TWO, ())


def list_cases() -> list[WrittenCase]:
    """Give the table, the university's three asks and what came after them first."""
    return [
        _build_case(name, facts) for name, facts in (_UNIVERSITY | _PAPERS | _REACH | _COLLECTION).items()
    ] + [
        WrittenCase(
            "more people than this community's rules let software propose",
            _ORDER,
            Paper(),
            replace(RULES_IN_FORCE, most_people=1),
        ),
        WrittenCase(
            "as many people as this community's rules let software propose",
            _ORDER,
            Paper(),
            replace(RULES_IN_FORCE, most_people=2),
        ),
    ]


def _build_case(name: str, facts: RequestFacts) -> WrittenCase:
    return WrittenCase(name, facts, INSTRUMENTS[facts.instrument])


_UNIVERSITY: dict[str, RequestFacts] = {
    "police ask the society for all members 2005-2008 under the data protection exemption": replace(
        _LETTER, asked=_ALL_MEMBERS
    ),
    "police ask again, by word of mouth": _SPOKEN,
    "police ask the registry for the home addresses of all members": replace(
        _LETTER, asked=Scope((), ("contact-details",), *FOUR_YEARS)
    ),
    "a judge's production order names two people": _ORDER,
    "the order forbids to speak of it": replace(_ORDER, secrecy="ordered"),
    "the letter asks to be kept quiet": replace(_LETTER, secrecy="requested"),
}
_PAPERS: dict[str, RequestFacts] = {
    "an exemption from data protection, and two named people": _LETTER,
    "an exemption, and a paper that a judge signed": replace(
        _LETTER, signed_by="judge", ordered=_ORDER.ordered
    ),
    "a clause in a grant": replace(_ORDER, instrument="grant-clause"),
    "a paper that nobody knows": replace(_ORDER, instrument="nobody-knows"),
    "a paper of which nobody has said whether it binds": replace(_ORDER, instrument="not-yet-judged"),
    "a binding instrument that names nobody to sign it": replace(_ORDER, instrument="unsigned-by-anybody"),
    "an order that is read out at the door": replace(_ORDER, channel="at-door"),
    "an order that is spoken of on the telephone": replace(_ORDER, channel="oral"),
    "an order that is cited and not handed in": replace(_ORDER, document=None),
    "an order that an officer signed in the judge's place": replace(_ORDER, signed_by="police-officer"),
    "an order that nobody signed": replace(_ORDER, signed_by="nobody"),
    "a notice that an officer may sign": replace(
        _ORDER, instrument="officers-notice", signed_by="police-officer"
    ),
    "an order that no trustee has read yet": replace(_ORDER, ordered=None),
    "what everybody can read, asked for without any paper": replace(
        _SPOKEN, asked=Scope((), (PUBLIC_RECORDS,))
    ),
    "what everybody can read, under an order": replace(_ORDER, asked=Scope(TWO, (PUBLIC_RECORDS,))),
    "public records and more, under a judge's order": replace(
        _ORDER,
        asked=Scope(TWO, ("identity", PUBLIC_RECORDS)),
        ordered=Scope(TWO, ("identity", PUBLIC_RECORDS)),
    ),
    "public records and more, under an exemption": replace(
        _LETTER, asked=Scope(TWO, ("identity", PUBLIC_RECORDS))
    ),
}
_REACH: dict[str, RequestFacts] = {
    "all members, under a judge's order": replace(_ORDER, asked=_ALL_MEMBERS),
    "all members, under a warrant that can describe material": replace(
        _ORDER, instrument="search-warrant", asked=_ALL_MEMBERS
    ),
    "named in the request, a class in the order": replace(_ORDER, ordered=Scope((), ("identity",))),
    "named in the request, material in the warrant": replace(
        _ORDER, instrument="search-warrant", ordered=Scope((), ("identity",))
    ),
    "two people asked for, one ordered": replace(_ORDER, ordered=Scope(ONE, ("identity",), *ONE_YEAR)),
    "one person asked for, two ordered": replace(_ORDER, asked=Scope(ONE, ("identity",), *ONE_YEAR)),
    "four years asked for, one ordered": replace(_ORDER, asked=Scope(TWO, ("identity",), *FOUR_YEARS)),
    "no days asked for, one year ordered": replace(_ORDER, asked=Scope(TWO, ("identity",))),
    "one year asked for, no days ordered": replace(_ORDER, ordered=Scope(TWO, ("identity",))),
    "home addresses asked for, identity ordered": replace(
        _ORDER, asked=Scope(TWO, ("contact-details",), *ONE_YEAR)
    ),
    "identity and home addresses asked for, identity ordered": replace(
        _ORDER, asked=Scope(TWO, ("contact-details", "identity"), *ONE_YEAR)
    ),
    "other people asked for than ordered": replace(
        _ORDER, asked=Scope(PEOPLE[2:4], ("identity",), *ONE_YEAR)
    ),
    "other days asked for than ordered": replace(
        _ORDER, asked=Scope(TWO, ("identity",), date(2009, 1, 1), date(2009, 12, 31))
    ),
    "the last ordered day alone": replace(
        _ORDER, asked=Scope(TWO, ("identity",), date(2008, 12, 31), date(2009, 12, 31))
    ),
    "six people, asked for and ordered": replace(
        _ORDER, asked=Scope(PEOPLE, ("identity",)), ordered=Scope(PEOPLE, ("identity",))
    ),
    "six people asked for, two ordered": replace(_ORDER, asked=Scope(PEOPLE, ("identity",), *ONE_YEAR)),
}
_COLLECTION: dict[str, RequestFacts] = {
    "watch these people from now on, on no more than a letter": replace(
        _LETTER, asked=_NOTHING_HELD, asks_collection=True
    ),
    "watch these people from now on, under a judge's order": replace(
        _ORDER, asked=_NOTHING_HELD, asks_collection=True
    ),
    "watch these people, under a paper that nobody knows": replace(
        _ORDER, instrument="nobody-knows", asked=_NOTHING_HELD, asks_collection=True
    ),
    "what exists and what is still to come, under a judge's order": replace(_ORDER, asks_collection=True),
    "what exists and what is still to come, on a letter": replace(_LETTER, asks_collection=True),
    "all members from now on, under a judge's order": replace(
        _ORDER, asked=_ALL_MEMBERS, asks_collection=True
    ),
}
