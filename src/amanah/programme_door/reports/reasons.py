"""Why something was not measured, and what a report cannot tell, in words. It never holds a rule."""

from collections.abc import Mapping
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from amanah.core.surveys.questions import Question
from amanah.core.surveys.report import CLASS, Unmeasured
from amanah.programme_door.reports.figures import MILLION, show_count, show_number

DESIGNS: Mapping[str, str] = {
    "once": gettext_noop(
        "One group, asked once. It shows how things stand among those who answered, not what the programme did: there "
        "is nothing to compare with."
    ),
    "before-after": gettext_noop(
        "One group, asked before and after, without a comparison group: at the foot of the Maryland scale (level 1 of "
        "5). Whatever else happened in between is in the numbers too."
    ),
    "comparison": gettext_noop(
        "Two groups, asked before and after; only the first had the programme: level 3 of 5 on the Maryland scale, at "
        "best. No lot decided who is in which group, so the two may differ in what nobody sees."
    ),
    "stepped-wedge": gettext_noop(
        "Stepped wedge: all programmes are asked in every wave, and start one after another in an order drawn by lot. "
        "On the Maryland scale that can reach level 5 of 5, where the programmes kept to the lot."
    ),
}
_REASONS: Mapping[str, str] = {
    "not-planned": gettext_noop(
        "The plan of this survey does not stand in the public log. Its numbers do not count as planned."
    ),
    "planned-late": gettext_noop(
        "The plan of this survey was stated after answering was possible. Its numbers do not count as planned."
    ),
    "evaluation-not-planned": gettext_noop(
        "The plan of this evaluation does not stand in the public log. Read it as a search, not as a test."
    ),
    "evaluation-planned-late": gettext_noop(
        "The plan of this evaluation was stated after somebody could answer. Read it as a search, not as a test."
    ),
    "not-timed": gettext_noop(
        "The survey did not close at the time stated beforehand, so the narrower interval for one look is not given."
    ),
    "nobody": gettext_noop("Nobody answered."),
    "hidden": gettext_noop("Fewer than 10 plain answers: hidden, so that nobody can be guessed."),
    "hidden-groups": gettext_noop("Groups hidden because few are in them: %(count)s."),
    "unreadable": gettext_noop("Passes used on something that is no answer: about %(count)s."),
    "no-survey": gettext_noop("No survey of this programme asked the question in this wave."),
    "not-closed": gettext_noop("The survey has not closed, or its results are not published yet."),
    "other-question": gettext_noop(
        "The survey asked in another way (kind, choices, steps or bag), so it is left out."
    ),
    "reworded": gettext_noop("The question was worded differently from the first wave, so it is left out."),
    "wedge-gap": gettext_noop(
        "The effect of the stepped wedge needs a number from every programme in every wave; one is missing."
    ),
}
_LIMITS: Mapping[str, str] = {
    "who-answered": gettext_noop(
        "Who answered chose to. The last column says how far the silent could move an estimate if all of them had said "
        "the least, or the most; it leaves chance aside."
    ),
    "one-in-twenty": gettext_noop(
        "Each interval misses the truth in up to one case of twenty; so some of many will."
    ),
    "nobody-followed": gettext_noop(
        "Nobody is followed from wave to wave, so who left is not known. People who drop out are bounded here, not "
        "adjusted for. Where the same people answered twice, the true error is smaller than stated."
    ),
    "coached": gettext_noop(
        "A changed phone can send any ball. One coached answer counts for as many plain ones as each question says."
    ),
    "not-more-honest": gettext_noop(
        "The bag protects people if the server is taken. It does not make an answer more honest."
    ),
    "plain-recount": gettext_noop(
        "Plain answers stand one by one in the public file for recounting, without names and without order."
    ),
    "asked-by-lot": gettext_noop(
        "Some questions were asked of a third of the people, by lot on their own phones."
    ),
    "lot": gettext_noop(
        "The order follows from the plan's hash, so anybody can draw it again. Plans that were thrown away before one "
        "was stated cannot be seen, and whether the programmes kept to the order is not checked by this software."
    ),
    "outside": gettext_noop(
        "An estimate outside of what is possible is the bag's noise; it is shown as computed."
    ),
}


def describe_design(design: str) -> str:
    """Say how strong a design is, with its honest limit."""
    return _(DESIGNS[design])


def describe_limit(limit: str) -> str:
    """Say one limit; that of a design stands in its own section."""
    return _(_LIMITS[limit])


def describe_reason(one: Unmeasured) -> str:
    """Say why something was not measured."""
    if one.reason == "too-few":
        return _("Too few answers to say: %(reports)s.") % {"reports": show_count(one.numbers["reports"])}
    numbers = {"count": show_number(one.numbers["count"])} if "count" in one.numbers else {}
    return _(_REASONS[one.reason]) % numbers if numbers else _(_REASONS[one.reason])


def describe_reach(numbers: Mapping[str, int], question: Question | None) -> str:
    """Say what a bag leaves unsure of a class, and how many answers would be needed."""
    told = _(
        "A class of %(people)s cannot be measured through a bag of weight %(weight)s: even where all of it answers, "
        "%(alone)s points in 100 either way stay unsure, and %(whole)s where it stands for others. About %(needed)s "
        "answers are needed for 10 points."
    ) % {
        "people": show_number(CLASS),
        "weight": show_number(numbers["weight"]),
        "alone": _show_points(numbers["alone"]),
        "whole": _show_points(numbers["class"]),
        "needed": show_number(numbers["needed"]),
    }
    by_lot = question is not None and question.is_in_block
    asked = " " + _("Two of three people are not asked, by lot.") if by_lot else ""
    return told + asked


def _show_points(millionths: int) -> str:
    return show_number(Decimal(round(100 * millionths / MILLION)))
