"""Decisions in words: what each kind says, why, and what stepping aside means. It holds no rule and reads no table.

The words stand beside the bytes that are signed, and never instead of them.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django.utils.functional import Promise
from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _

from amanah.core.data_requests.deciding import Verdict, needs_signatures
from amanah.core.data_requests.documents import Recusal
from amanah.core.data_requests.facts import RequestFacts
from amanah.core.data_requests.rules import RULES
from amanah.core.data_requests.scopes import Scope, parse_scope
from amanah.core.data_requests.statements import STATEMENTS
from amanah.request_door.requests.words import CATEGORY_WORDS
from amanah.web.templating import format_day

if TYPE_CHECKING:
    from amanah.request_door.decisions.models import Decision

Text = str | Promise

KIND_WORDS: Mapping[str, Text] = {
    "request-answered": _("An answer to a request"),
    "disclosure-made": _("Giving out what was decided"),
    "hold-begun": _("Keeping something from destruction"),
    "hold-ended": _("No longer keeping something from destruction"),
    "panel-changed": _("Another panel of trustees"),
    "rules-changed": _("Other numbers in the rules"),
    "statement-made": _("Statements for the next report"),
    "secrecy-ended": _("Secrecy has ended"),
    "ask-admitted": _("Letting an ask in"),
    "ask-withdrawn": _("Taking an ask down"),
    "season-confirmed": _("Confirming the lines of a season"),
    "gate-closed": _("Closing the trust gate for the rest of a season"),
}
ANSWER_WORDS: Mapping[str, Text] = {
    "refuse": _("Refuse: nothing is given"),
    "contest": _("Contest: nothing is given, and the order is challenged before the court that made it"),
    "narrow": _("Narrow: a part is given, as far as it exists"),
    "comply": _("Comply: what was ordered is given, as far as it exists"),
}
VERDICT_WORDS: Mapping[str, Text] = {
    "refuse": _("The rules refuse it. Nobody has to sign."),
    "signed-refusal": _("The rules refuse it. A paper was read, so enough of you have to sign the refusal."),
    "narrow": _("A part of it may be given, if enough of you sign: what is below, and nothing else."),
    "comply": _("It may be given, if enough of you sign: what is below, and nothing else."),
    "panel": _("The rules cannot say. You take advice and decide."),
}
RECUSAL_WORDS: Mapping[Recusal, Text] = {
    "asked-about": _("It is about me"),
    "works-for-the-body": _("I work for the body that asks"),
    "related": _("It is about somebody close to me"),
    "other-interest": _("I have another interest in it"),
}
RULE_NUMBER_WORDS: Mapping[str, Text] = {
    "answer_within_days": _("Days within which every request is answered"),
    "most_people": _("Most people in one order before the trustees look at each"),
    "keep_closed_days": _("Days that a closed case is kept before it is destroyed"),
}

Line = tuple[str, Sequence[str]]
Describer = Callable[["Decision"], Sequence[Line]]

SHOW: dict[str, Describer] = {}
"""What a trustee has to see of a kind before signing, beside the body; filled by the noun that the kind is about."""
SIGNED_FILES: dict[str, str] = {}
"""Where a trustee fetches the files that a kind of decision is about, by the number of the decision; as `SHOW`."""
CASE_PAGES: list[tuple[Text, str]] = []
"""Words and address names of what else can be done in a case, by its reference; filled by other nouns."""


@dataclass(frozen=True)
class ScopeWords:
    """What is asked for, ordered or given, as people read it."""

    people: tuple[str, ...]
    categories: tuple[str, ...]
    days: str


def describe_scope(scope: Scope) -> ScopeWords:
    """Put a scope in words."""
    return ScopeWords(
        people=scope.people or (translate("Nobody is named: a class of people"),),
        categories=tuple(str(CATEGORY_WORDS[code]) for code in scope.categories),
        days=_describe_days(scope.since, scope.until),
    )


def describe_rules(reasons: Sequence[str]) -> list[tuple[str, str]]:
    """Give each rule that was applied with its sentence."""
    return [(rule, translate(RULES[rule])) for rule in reasons]


def describe_verdict(verdict: Verdict, facts: RequestFacts) -> str:
    """Say what the rules say, and whether anybody has to sign it."""
    is_signed_refusal = verdict.outcome == "refuse" and needs_signatures(verdict, facts)
    return str(VERDICT_WORDS["signed-refusal" if is_signed_refusal else verdict.outcome])


def describe_next_step(verdict: Verdict) -> str:
    """Say in few words what a request waits for."""
    if verdict.outcome == "panel" and verdict.reasons[-1] == "paper-read":
        return translate("Somebody has to read the paper")
    return (
        translate("You decide")
        if verdict.outcome == "panel"
        else translate("Somebody has to draft an answer")
    )


def compare_scopes(**scopes: Scope | None) -> list[list[str]]:
    """Put scopes beside each other: whom, what and which days, each scope a column."""
    words = [None if scope is None else describe_scope(scope) for scope in scopes.values()]
    nothing, apart = "–", translate("; ")
    return [
        [translate("About whom"), *(apart.join(one.people) if one else nothing for one in words)],
        [translate("What kind of data"), *(apart.join(one.categories) if one else nothing for one in words)],
        [translate("Of which days"), *(one.days if one else nothing for one in words)],
    ]


def describe_body(kind: str, body: Mapping[str, Any]) -> list[Line]:
    """Put what a decision says in words, line by line."""
    return [(str(title), lines) for title, lines in _DESCRIBE[kind](body)]


def list_fingerprints(body: Mapping[str, Any]) -> list[Line]:
    """Give the hashes of everything that a decision was made over and does not hold itself."""
    return [(str(words), [body[name]]) for name, words in _FINGERPRINTS.items() if name in body]


def _describe_answer(body: Mapping[str, Any]) -> list[tuple[Text, Sequence[str]]]:
    lines: list[tuple[Text, Sequence[str]]] = [
        (_("Request"), [body["reference"]]),
        (_("Answer"), [str(ANSWER_WORDS[body["outcome"]])]),
    ]
    if body["scope"] is not None:
        lines += _describe_scope_lines(body["scope"])
    elif body["outcome"] == "comply":
        lines.append((_("Is given"), [translate("Nothing, because nothing of the kind exists")]))
    lines.append((_("Because"), [sentence for _rule, sentence in describe_rules(body["reasons"])]))
    lines.append((_("Telling people"), [_describe_telling(body["telling"])]))
    return lines


def _describe_scope_lines(value: Any) -> list[tuple[Text, Sequence[str]]]:
    words = describe_scope(parse_scope(value))
    return [
        (_("About whom"), words.people),
        (_("What kind of data"), words.categories),
        (_("Of which days"), [words.days]),
    ]


def _describe_telling(telling: Mapping[str, Any]) -> str:
    if telling["reason"] is None:
        return translate("By the next report, which opens this request and names nobody")
    if telling["until"] is None:
        return translate("Not before the trustees end the secrecy. The law that forbids it: %(law)s") % {
            "law": telling["reason"]
        }
    day = format_day(date.fromisoformat(telling["until"]), "long")
    return translate("Not before %(day)s. The law that forbids it: %(law)s") % {
        "day": day,
        "law": telling["reason"],
    }


def _describe_hold(body: Mapping[str, Any]) -> list[tuple[Text, Sequence[str]]]:
    return [(_("Request"), [body["reference"]]), *_describe_scope_lines(body["scope"])]


def _describe_disclosure(body: Mapping[str, Any]) -> list[tuple[Text, Sequence[str]]]:
    return [
        (_("Request"), [body["reference"]]),
        (_("Carries out the decision"), [body["decision"]]),
    ]


def _describe_statement(body: Mapping[str, Any]) -> list[tuple[Text, Sequence[str]]]:
    sentences = [translate(STATEMENTS[code]) if code in STATEMENTS else code for code in body["codes"]]
    return [
        (_("Statements"), sentences),
        (_("Expire on"), [format_day(date.fromisoformat(body["expires_on"]), "long")]),
    ]


def _describe_one(
    title: Text, member: str
) -> Callable[[Mapping[str, Any]], list[tuple[Text, Sequence[str]]]]:
    return lambda body: [(title, [body[member]])]


def _describe_nothing(_body: Mapping[str, Any]) -> list[tuple[Text, Sequence[str]]]:
    """Give no line: what it is about is named by its fingerprint, and shown beside by whoever keeps it."""
    return []


_FINGERPRINTS: Mapping[str, Text] = {
    "facts": _("Facts of the request"),
    "rules": _("Rules"),
    "pack": _("The law, as our pack has it"),
    "package": _("Package"),
    "next": _("What comes into force"),
    "ask": _("Ask"),
}
_DESCRIBE: Mapping[str, Callable[[Mapping[str, Any]], list[tuple[Text, Sequence[str]]]]] = {
    "request-answered": _describe_answer,
    "disclosure-made": _describe_disclosure,
    "hold-begun": _describe_hold,
    "hold-ended": _describe_hold,
    "panel-changed": _describe_nothing,
    "rules-changed": _describe_nothing,
    "statement-made": _describe_statement,
    "secrecy-ended": _describe_one(_("Request"), "reference"),
    "ask-admitted": _describe_nothing,
    "ask-withdrawn": _describe_nothing,
    "season-confirmed": _describe_one(_("Season"), "season"),
    "gate-closed": _describe_one(_("Season"), "season"),
}


def _describe_days(since: date | None, until: date | None) -> str:
    if since is None and until is None:
        return translate("Of any day")
    if since is None or until is None:
        words = translate("Until %(day)s") if since is None else translate("From %(day)s on")
        return words % {"day": format_day(since or until or date.min, "long")}
    return translate("From %(since)s until %(until)s") % {
        "since": format_day(since, "long"),
        "until": format_day(until, "long"),
    }
