"""The words for every refusal that a page can show: what happened, what was kept, what to do. Never a code alone."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from amanah.core.errors import AmanahError, InvalidInputError, VerificationError

Text = str | Promise


@dataclass(frozen=True)
class ErrorWords:
    """One refusal in words."""

    happened: Text
    kept: Text
    next_step: Text


_UNREADABLE = ErrorWords(
    _("We could not read what was sent."),
    _("Nothing was changed."),
    _("Go back and check it. If a code was typed, the letters and numbers must all be there."),
)
_UNPROVEN = ErrorWords(
    _("A check on what was sent did not hold."),
    _("Nothing was changed."),
    _(
        "Reload the page and try again. If it happens again, tell the organiser what you were doing, not who you are."
    ),
)
_REFUSED = ErrorWords(
    _("A rule of this programme says no to this."),
    _("Nothing was changed."),
    _("Go back. The page you came from says what is possible now."),
)

WORDS_BY_CODE: dict[str, ErrorWords] = {}


def find_error_words(error: AmanahError) -> ErrorWords:
    """Give the words for an error's code, or those of its family."""
    if error.code in WORDS_BY_CODE:
        return WORDS_BY_CODE[error.code]
    if isinstance(error, InvalidInputError):
        return _UNREADABLE
    return _UNPROVEN if isinstance(error, VerificationError) else _REFUSED
