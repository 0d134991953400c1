"""The rules that decide what outside bodies may be given, each in words, and the numbers that a community sets.

No community can leave a rule out or put one before another (`spec/data_requests.md` 5.2, 5.6).
Sentences are gettext messages in English; whoever shows them translates.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass

from amanah.core.encoding import encode_canonical_json, parse_canonical_json
from amanah.core.errors import InvalidInputError


def gettext_noop(sentence: str) -> str:
    """Mark a sentence for translators; it is translated when it is told."""
    return sentence


RULES: Mapping[str, str] = {
    "no-collection": gettext_noop(
        "Nothing is ever collected, recorded or switched on because somebody asks for it."
    ),
    "unknown-instrument": gettext_noop(
        "We do not know this kind of paper. The trustees take legal advice before anything is said."
    ),
    "already-public": gettext_noop(
        "What is asked for is public. Everybody can read it, and nobody needs to ask."
    ),
    "bring-an-order": gettext_noop(
        "What was named is not an order that binds us. Without such an order we give nothing."
    ),
    "on-paper": gettext_noop("Nothing is given on a spoken word. The order itself has to be handed in."),
    "right-signature": gettext_noop(
        "This kind of order binds us only when it is signed by whoever the law names, and it was not."
    ),
    "named-people": gettext_noop("Nothing is given about a group of people. Every person has to be named."),
    "paper-read": gettext_noop(
        "A trustee has to read in the paper itself what it orders. Until then nothing is given."
    ),
    "named-in-order": gettext_noop("The order itself names no person."),
    "nothing-beyond": gettext_noop(
        "Nothing is given beyond what the order names: no other person, no other kind of data, no other day."
    ),
    "many-people": gettext_noop(
        "The order names so many people that the trustees look at each of them with a lawyer."
    ),
    "only-what-exists": gettext_noop(
        "What is ordered is given as far as it exists. Nothing is put together or begun in order to answer."
    ),
}
"""Every rule by its id, in the order in which they are tried: what is told to whoever asked."""

EXPLANATIONS: Mapping[str, str] = {
    "no-collection": gettext_noop(
        "Rules reach only what exists. This community does not begin to watch its members because somebody "
        "asks: no list is begun, no log is switched on, nothing is kept longer so that it can be asked for. "
        "Where a paper with legal force orders just that, the trustees take it to a lawyer and, where they "
        "can, to the court."
    ),
    "unknown-instrument": gettext_noop(
        "The list of legal instruments of this country is public. A paper that is not on it, or of "
        "which nobody has yet said whether it binds us, is read by the trustees and their lawyer. "
        "Until they have decided, nothing is given."
    ),
    "already-public": gettext_noop(
        "Reports, rules, counts and the public log can be read by everybody without asking. The "
        "answer says where."
    ),
    "bring-an-order": gettext_noop(
        "Many laws only allow a holder to hand over data and leave the choice to the holder. This "
        "community has made its choice in advance: it does not. That holds for a friendly request, "
        "for a letter that cites an exemption from data protection, and for a condition in a contract"
        " or a grant."
    ),
    "on-paper": gettext_noop(
        "An ask by telephone, in a corridor or at the door is written down and refused, whoever asks."
        " Only the document itself shows what it orders and who signed it."
    ),
    "right-signature": gettext_noop(
        "The law says for each instrument who must sign it: a judge, a magistrate, a named officer. A"
        " paper that anybody else signed has no more force than a letter."
    ),
    "named-people": gettext_noop(
        "“All members”, “everybody who came”, “all men under thirty” ask for people against whom there "
        "is nothing but that they took part. Such a request is refused. The few instruments that "
        "describe material instead of people go to the trustees, who take advice, and may still "
        "refuse."
    ),
    "paper-read": gettext_noop(
        "What counts is what the paper orders, not what was typed into the form about it. A trustee "
        "reads it and writes down its people, kinds of data and days; that reading is part of what "
        "every trustee signs."
    ),
    "named-in-order": gettext_noop(
        "A person named only in the request is not a person named in the order. An order that "
        "describes a group instead of naming anybody is refused, or goes to the trustees where the "
        "law lets it describe material."
    ),
    "nothing-beyond": gettext_noop(
        "Whoever asks for four years under an order for one gets one. People, kinds of data and days "
        "are compared one by one, and only what both the request and the order name is left."
    ),
    "many-people": gettext_noop(
        "A long list of names can be a membership list in disguise. Above the number that the rules "
        "in force give, software proposes nothing: the trustees decide, and can go to the court."
    ),
    "only-what-exists": gettext_noop(
        "The answer says exactly what is held and what is not. Where nothing is held, a lawful order "
        "is complied with by saying so."
    ),
}
"""Every rule explained to members, for the page of the rules."""

DEFAULTS: Mapping[str, int] = {"answer_within_days": 14, "keep_closed_days": 365, "most_people": 5}
"""The numbers that a community starts with."""
BOUNDS: Mapping[str, tuple[int, int]] = {
    "answer_within_days": (1, 30),
    "keep_closed_days": (30, 2_557),
    "most_people": (1, 100),
}
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_LONGEST_SLUG = 64


class RulesUnreadableError(InvalidInputError):
    """These are not rules that a community can have in force."""

    code = "rules-unreadable"


@dataclass(frozen=True)
class RuleSet:
    """The rules in force in one community: the whole table, and the numbers that are its own to choose."""

    community: str
    answer_within_days: int
    keep_closed_days: int
    most_people: int

    def __post_init__(self) -> None:
        """Refuse numbers beyond the bounds of 5.6."""
        if not _SLUG.fullmatch(self.community) or len(self.community) > _LONGEST_SLUG:
            raise RulesUnreadableError("Rules name their community by its short name.")
        for name, (least, most) in BOUNDS.items():
            number = getattr(self, name)
            if not isinstance(number, int) or isinstance(number, bool) or not least <= number <= most:
                raise RulesUnreadableError(f"{name} lies between {least} and {most}.")


def build_default_rules(community: str) -> RuleSet:
    """Give the rules that a community starts with."""
    return RuleSet(community=community, **DEFAULTS)


def encode_rules(rules: RuleSet) -> bytes:
    """Give the canonical bytes of the rules in force."""
    return encode_canonical_json(
        {
            "answer_within_days": rules.answer_within_days,
            "community": rules.community,
            "keep_closed_days": rules.keep_closed_days,
            "most_people": rules.most_people,
            "rules": [*RULES],
            "v": 1,
        }
    )


def parse_rules(data: bytes) -> RuleSet:
    """Read rules in force; refuse a table with a rule left out, added or moved."""
    try:
        document = parse_canonical_json(data)
        rules = RuleSet(
            community=document["community"],
            **{name: document[name] for name in BOUNDS},
        )
        is_ours = encode_rules(rules) == data
    except RulesUnreadableError:
        raise
    except (InvalidInputError, KeyError, TypeError) as error:
        raise RulesUnreadableError("These bytes are no rules of this version.") from error
    if not is_ours:
        raise RulesUnreadableError("These rules are not the whole table in its order.")
    return rules


def compute_rules_hash(data: bytes) -> str:
    """Give what decisions and the log cite: the SHA-256 of the bytes of rules, in hex."""
    return hashlib.sha256(data).hexdigest()
