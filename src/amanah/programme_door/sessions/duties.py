"""Whether an official in the room has to report, in the words that everybody reads before they decide to come."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

UNKNOWN = "unknown"
DUTIES: Mapping[str, Promise] = {
    "none": _("This official has said that they report to nobody about this session."),
    "office": _("This official reports about this session to their own office."),
    "prevent": _(
        "This official must report concerns about a person. In the United Kingdom that is the Prevent duty."
    ),
    UNKNOWN: _("Whether this official has to report to anybody is not known."),
}


def tell_duty(code: str) -> Promise:
    """Give the sentence; what was written down before anybody asked is told as not known."""
    return DUTIES.get(code, DUTIES[UNKNOWN])
