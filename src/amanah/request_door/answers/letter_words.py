"""The words of letters: for each paragraph that core chooses, its sentences in the language that is on.

A letter names the body that asked and nobody else.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from django.utils.functional import Promise
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _

from amanah.core.data_requests.jurisdictions import Instrument, choose_text
from amanah.core.data_requests.rules import RULES
from amanah.request_door.requests.words import CATEGORY_WORDS, CHANNEL_WORDS
from amanah.web.holdings import PURPOSES, RETENTIONS
from amanah.web.settings import get_config
from amanah.web.templating import format_day, format_number

Text = str | Promise
BlockKind = Literal["paragraph", "strong", "rule", "listing", "hash", "command", "address"]
Values = Mapping[str, Any]

HEADINGS: Mapping[str, Text] = {
    "asked": _("What was asked"),
    "decision": _("The answer"),
    "rules": _("Why"),
    "held": _("What we hold and what we do not hold"),
    "next": _("What happens next"),
    "further": _("How to take it further"),
    "check": _("How to check this letter"),
    "annex": _("Annex: everything that we keep, from the public log"),
}
OFFICE_WORDS: Mapping[str, Text] = {
    "card-door": _("Card door"),
    "log": _("Public log"),
    "programme-door": _("Programme door"),
    "request-door": _("Request door"),
}
STAMPS: Mapping[str, Text] = {
    "received": _("Received"),
    "refused": _("Refused"),
    "contested": _("Challenged"),
    "narrowed": _("Complied with in part"),
    "complied": _("Complied with"),
    "nothing-exists": _("Nothing of it exists"),
}


@dataclass(frozen=True)
class Block:
    """One piece of a letter; `label` is a name in front of it, `items` are sentences that stand beside each other."""

    kind: BlockKind
    text: str = ""
    label: str = ""
    items: tuple[str, ...] = ()


@dataclass(frozen=True)
class About:
    """What the words of a letter need beside its values."""

    reference: str
    instrument: Instrument | None
    law: str = ""


def write_paragraph(code: str, values: Values, about: About) -> list[Block]:
    """Put one paragraph in words."""
    if code in _PLAIN:
        kind: BlockKind = "strong" if code in STAMPS else "paragraph"
        return [Block(kind, str(_PLAIN[code]))]
    return _FILLED[code](values, about)


_PLAIN: Mapping[str, Text] = {
    "asked-collection": _("It asks us to begin to record something."),
    "being-considered": _("The request is being considered. No decision was made yet."),
    "nothing-until-then": _("Until then nothing is given to anybody because of this request."),
    "refused": _("We give nothing."),
    "contested": _("We give nothing. We challenge this order before the court that made it."),
    "narrowed": _("We give a part of what was asked for, as far as it exists. The rest we refuse."),
    "complied": _("We comply with this order: what it names is given as far as it exists."),
    "nothing-exists": _(
        "We comply with this order. Nothing of what it names exists here, so there is nothing to give."
    ),
    "no-names": _(
        "No door has a place for the name of a member. Names that a request brings in stay in that request and "
        "are destroyed with it."
    ),
    "nothing-created": _(
        "Nothing was put together, recorded or switched on in order to answer, and nothing will be."
    ),
    "package-apart": _(
        "What is given comes as one file, on the page of this request or, where the request was written down at the "
        "counter, from the trustees themselves, once they have signed exactly that file. If nothing of it exists, "
        "the case is closed without a file."
    ),
    "people-told": _(
        "People learn of this request from a public report, which comes on a fixed date and names nobody who was "
        "asked about."
    ),
    "rules-again": _(
        "If you think that a rule was applied wrongly, run the rules again with the facts on the page of this "
        "request, and write to the trustees through a new request."
    ),
    "court-alone": _(
        "If you think that this answer is unlawful, only a court can order another one. What a court orders is "
        "done, as far as what it names exists."
    ),
    "challenge-begun": _("The court that made the order decides about it. Until then nothing is given."),
}


def _describe_days(since: date | None, until: date | None) -> str:
    if since is None and until is None:
        return translate("of any day")
    if since is None or until is None:
        words = translate("until %(day)s") if since is None else translate("from %(day)s on")
        return words % {"day": format_day(since or until or date.min, "long")}
    return translate("from %(since)s until %(until)s") % {
        "since": format_day(since, "long"),
        "until": format_day(until, "long"),
    }


def _count_people(people: int) -> str:
    if not people:
        return translate("About a class of people; nobody is named.")
    words = ngettext(
        "About %(count)s person, who is named in the request and not in this letter.",
        "About %(count)s people, who are named in the request and not in this letter.",
        people,
    )
    return words % {"count": format_number(people)}


def _write_scope(title: str, values: Values) -> list[Block]:
    kinds = [str(CATEGORY_WORDS[code]) for code in values["categories"]]
    days = translate("Days: %(days)s") % {"days": _describe_days(values["since"], values["until"])}
    return [Block("listing", title, items=(*kinds, _count_people(values["people"]), days))]


def _write_asked(values: Values, _about: About) -> list[Block]:
    return _write_scope(translate("Asked for:"), values)


def _write_given(values: Values, _about: About) -> list[Block]:
    return _write_scope(translate("What may be given at most:"), values)


def _write_receipt(values: Values, _about: About) -> list[Block]:
    words = translate("We received this request on %(day)s.") % {"day": format_day(values["day"], "long")}
    channel = translate("How it came: %(channel)s") % {"channel": CHANNEL_WORDS[values["channel"]]}
    return [Block("paragraph", f"{words} {channel}.")]


def _write_basis(values: Values, about: About) -> list[Block]:
    name = str(values["instrument"])
    if about.instrument is not None:
        name, _in = choose_text(about.instrument.names, get_language() or "en")
    return [
        Block("paragraph", f"{name} – {about.law}" if about.law else name, label=translate("On what basis"))
    ]


def _write_day(values: Values, _about: About) -> list[Block]:
    words = translate("An answer comes by %(day)s, on the page of this request.")
    return [Block("strong", words % {"day": format_day(values["day"], "full")})]


def _write_rule(values: Values, _about: About) -> list[Block]:
    return [Block("rule", translate(RULES[values["rule"]]), label=values["rule"])]


def _write_held(values: Values, _about: About) -> list[Block]:
    title = translate("%(kind)s: this is held, and no more:") % {"kind": CATEGORY_WORDS[values["category"]]}
    items = [_describe_purpose(office, purpose) for office, purpose in values["held"]]
    return [Block("listing", title, items=tuple(items))]


def _write_not_held(values: Values, _about: About) -> list[Block]:
    words = translate("%(kind)s: not held. No door has a place for it.")
    return [Block("paragraph", words % {"kind": CATEGORY_WORDS[values["category"]]})]


def _write_unclear(values: Values, _about: About) -> list[Block]:
    words = translate(
        "%(kind)s: we do not say that it is not held, because not every door has its list in the public log yet."
    )
    return [Block("paragraph", words % {"kind": CATEGORY_WORDS[values["category"]]})]


def _describe_purpose(office: str, purpose: str) -> str:
    sentence = translate(PURPOSES[purpose]) if purpose in PURPOSES else purpose
    return f"{OFFICE_WORDS[office]}: {sentence}"


def _write_addresses(_values: Values, _about: About) -> list[Block]:
    config, language = get_config(), get_language() or "en"
    return [
        Block(
            "paragraph", translate("Every column of every door stands in the public log, with its purpose:")
        ),
        Block("address", config.urls["log"]),
        Block("paragraph", translate("What this door keeps:")),
        Block("address", f"{config.urls['request']}/{language}/what-this-door-holds/"),
    ]


def _write_withheld(values: Values, about: About) -> list[Block]:
    secrecy = about.instrument.secrecy if about.instrument else None
    law = secrecy.law if secrecy is not None and secrecy.code == values["reason"] else values["reason"]
    if values["until"] is None:
        words = translate(
            "A law forbids us to tell of this request (%(law)s). When that ends, the next report tells of it by itself."
        )
        return [Block("paragraph", words % {"law": law})]
    words = translate(
        "Until %(day)s a law forbids us to tell of this request (%(law)s). The next report after that tells of it by "
        "itself."
    )
    return [Block("paragraph", words % {"law": law, "day": format_day(values["until"], "long")})]


def _write_better_paper(_values: Values, _about: About) -> list[Block]:
    address = f"{get_config().urls['request']}/{get_language() or 'en'}/ask/"
    words = translate("If you have another paper, or a better one, hand it in as a new request:")
    return [Block("address", address, label=words)]


def _write_challenge(_values: Values, about: About) -> list[Block]:
    challenge = about.instrument.challenge if about.instrument else None
    if challenge is None:
        return []
    text, _in = choose_text(challenge.how, get_language() or "en")
    return [Block("paragraph", text, label=translate("What our list of the law says about this paper"))]


def _write_signed(values: Values, about: About) -> list[Block]:
    words = translate(
        "The trustees have signed this decision. Fetch the decision file from the page of this request. Anybody can "
        "check it without us and without a network:"
    )
    return [
        Block("hash", values["decision"], label=translate("Decision")),
        Block("hash", values["document"], label=translate("What they signed (SHA-256)")),
        Block("paragraph", words),
        Block("command", f"python -m amanah.verify decision decision-{about.reference}.json"),
    ]


def _write_by_rule(_values: Values, about: About) -> list[Block]:
    address = get_config().urls["request"]
    words = translate(
        "The rules refused this by themselves, so nobody had to sign. Fetch the facts from the page of this request, "
        "and the law and the rules from these addresses:"
    )
    command = (
        f"python -m amanah.verify decide facts-{about.reference}.json --pack pack.json --rules rules.json"
    )
    return [
        Block("address", f"{address}/pack.json", label=words),
        Block("address", f"{address}/rules.json"),
        Block(
            "paragraph",
            translate("With these anybody can decide it again, without us and without a network:"),
        ),
        Block("command", command),
    ]


def _write_sealed(values: Values, _about: About) -> list[Block]:
    words = translate(
        "This letter was given out only after the record of its decision had been sealed into the public log, in "
        "period %(number)s. The page of this request holds the proof."
    )
    return [Block("paragraph", words % {"number": values["number"]})]


def _write_hashes(values: Values, _about: About) -> list[Block]:
    labels = {
        "facts": translate("Facts (SHA-256)"),
        "pack": translate("Law, as our list has it (SHA-256)"),
        "rules": translate("Rules (SHA-256)"),
    }
    return [Block("hash", values[name], label=label) for name, label in labels.items() if name in values]


def _write_office(values: Values, _about: About) -> list[Block]:
    """List what an office keeps under how long it keeps it, which most of it shares."""
    kept: dict[str, list[str]] = {}
    for purpose, retention in values["held"]:
        how_long = translate(RETENTIONS[retention]) if retention in RETENTIONS else retention
        kept.setdefault(how_long, []).append(translate(PURPOSES[purpose]) if purpose in PURPOSES else purpose)
    blocks = [Block("listing", how_long, items=tuple(items)) for how_long, items in sorted(kept.items())]
    return [Block("strong", str(OFFICE_WORDS[values["office"]])), *blocks]


def _write_silent(values: Values, _about: About) -> list[Block]:
    words = translate("%(office)s: its list does not stand in the public log yet.")
    return [Block("paragraph", words % {"office": OFFICE_WORDS[values["office"]]})]


_FILLED: Mapping[str, Callable[[Values, About], list[Block]]] = {
    "asked-class": _write_asked,
    "asked-people": _write_asked,
    "asked-under": _write_basis,
    "received-on": _write_receipt,
    "answer-by": _write_day,
    "rule": _write_rule,
    "held-kind": _write_held,
    "not-held-kind": _write_not_held,
    "held-unclear": _write_unclear,
    "holdings-address": _write_addresses,
    "scope": _write_given,
    "telling-withheld": _write_withheld,
    "better-paper": _write_better_paper,
    "instrument-challenge": _write_challenge,
    "check-signed": _write_signed,
    "check-by-rule": _write_by_rule,
    "check-sealed": _write_sealed,
    "check-hashes": _write_hashes,
    "office-holds": _write_office,
    "office-silent": _write_silent,
}


def list_known() -> Sequence[str]:
    """List every paragraph that has words."""
    return sorted([*_PLAIN, *_FILLED])
