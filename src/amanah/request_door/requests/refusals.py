"""What the counter's refusals say to people: what happened, what was kept, what to do. It never holds a rule."""

from django.utils.translation import gettext_lazy as _

from amanah.web.words import WORDS_BY_CODE, ErrorWords

WORDS_BY_CODE |= {
    "request-counter-full": ErrorWords(
        _("This counter has taken in today what people can read in a day."),
        _("Nothing was stored."),
        _("Send it tomorrow, or write a letter."),
    ),
    "request-closed": ErrorWords(
        _("This case is closed, or not closed yet."),
        _("Nothing was changed."),
        _("Go back to the desk; it says how far the case is."),
    ),
    "request-unknown": ErrorWords(
        _("There is no such request, or what it held was destroyed."),
        _("Nothing was changed."),
        _("Look at the reference again."),
    ),
}


def find_full_words() -> str:
    """Give what stands above a form that comes too late in the day."""
    words = WORDS_BY_CODE["request-counter-full"]
    return f"{words.happened} {words.kept} {words.next_step}"
