"""What a season's numbers mean, in sentences that a tired person understands. It decides nothing."""

import math

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from amanah.core.surveys.logged_season import ShutReason
from amanah.core.surveys.outlook import Foresight, round_roughly
from amanah.web.templating import format_number

LARGEST_TOLD = 1_000


def tell_reading(interval: tuple[float, float], *, is_too_few: bool) -> str:
    """Say where trust lies, in whole hundredths rounded outwards."""
    low, high = math.floor(100 * interval[0]), math.ceil(100 * interval[1])
    values = {"low": format_number(low), "high": format_number(high)}
    if is_too_few:
        return (
            _(
                "Too few answers to say: on a scale from 0 to 100, trust lies anywhere from %(low)s to %(high)s."
            )
            % values
        )
    return (
        _("On a scale from 0 to 100, trust in the programme lies between %(low)s and %(high)s this season.")
        % values
    )


def tell_foresight(foresight: Foresight) -> str:
    """Say how many answers there are, and how many it takes."""
    reports = format_number(foresight.reports)
    if foresight.outlook == "about" and foresight.needed is not None:
        needed = format_number(round_roughly(foresight.needed))
        return _("We are not yet sure: %(reports)s of about %(needed)s answers needed.") % {
            "reports": reports,
            "needed": needed,
        }
    if foresight.outlook == "too-few":
        return ngettext(
            "We are not yet sure: %(reports)s answer so far. That is too few to say how many it takes.",
            "We are not yet sure: %(reports)s answers so far. That is too few to say how many it takes.",
            foresight.reports,
        ) % {"reports": reports}
    if foresight.outlook == "under":
        return ngettext(
            "The estimate is under the line, after %(reports)s answer. More answers like these will not open it.",
            "The estimate is under the line, after %(reports)s answers. More answers like these will not open it.",
            foresight.reports,
        ) % {"reports": reports}
    if foresight.outlook == "far":
        return _(
            "After %(reports)s answers the estimate is so near to the line that no survey here is large enough to tell."
        ) % {"reports": reports}
    return ngettext(
        "The evidence is enough, from %(reports)s answer.",
        "The evidence is enough, from %(reports)s answers.",
        foresight.reports,
    ) % {"reports": reports}


def tell_state(reason: ShutReason | None) -> str:
    """Say why the gate is as it is."""
    return {
        None: _("It opened because trust was surely above the line, and nothing has closed it since."),
        "not-begun": _("The season has not begun."),
        "not-yet": _("Nobody can be sure yet that trust is above the line."),
        "waiting": _(
            "The evidence is enough. But another survey of this season is over and not counted yet; "
            "it opens only when all are."
        ),
        "uncounted": _(
            "A survey of this season has been over for more than seven days and is not counted. "
            "Nobody can tell what it would have said, so the gate stays shut until it is counted."
        ),
        "alarm": _("The harm alarm rang. The gate stays shut until the season ends, whatever else is said."),
        "trustees": _("It was closed by hand in the trustees' name. It stays shut until the season ends."),
        "ended": _("The season is over. Trust has to be earned again in the next one."),
    }[reason]


def tell_closing(*, by_trustees: bool) -> str:
    """Say who closed the gate by hand."""
    if by_trustees:
        return _(
            "The trustees closed it by their signatures, so many of so many. It stays shut until the season ends."
        )
    return tell_state("trustees")


def tell_strength(evidence: float) -> str:
    """Write evidence as a number that can be compared with 20; beyond what matters only that it is large."""
    if evidence >= LARGEST_TOLD:
        return _("over %(number)s") % {"number": format_number(LARGEST_TOLD)}
    if evidence < 0.01:
        return _("under %(number)s") % {"number": format_number(0.01)}
    return format_number(round(evidence, 2 if evidence < 10 else 0))
