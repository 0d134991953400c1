"""What this door's refusals say to people: what happened, what was kept, what to do. It never holds a rule."""

from django.utils.translation import gettext_lazy as _

from amanah.web.words import WORDS_BY_CODE, ErrorWords

_NOTHING = _("Nothing was changed.")

WORDS_BY_CODE |= {
    "already-announced": ErrorWords(
        _("This session is announced; its times are signed."),
        _NOTHING,
        _("Words and place can still change. For another time, write down a new session."),
    ),
    "survey-announced": ErrorWords(
        _("This survey is announced; what everybody answers must stay the same."),
        _NOTHING,
        _("Its title and intro can still change. For other questions, write down a new survey."),
    ),
    "choices-differ": ErrorWords(
        _("The translation has more or fewer choices than the question."),
        _NOTHING,
        _("Write as many choices as before, one a line, in the same order."),
    ),
    "questionnaire-not-askable": ErrorWords(
        _("The survey is too long, or a question has too few choices."),
        _NOTHING,
        _("Make it shorter: the longest possible answer has to fit into one pass."),
    ),
    "programme-exists": ErrorWords(
        _("There is a programme with this short name."), _NOTHING, _("Choose another short name.")
    ),
    "nothing-to-announce": ErrorWords(
        _("There is nothing to announce, or more than fits at once."),
        _("Nothing was announced."),
        _("A season announces 1 to 60 sessions and surveys. Write something down, or announce a part first."),
    ),
    "wave-refused": ErrorWords(
        _("This cannot be announced now."),
        _("Nothing was announced."),
        _(
            "Either devices are still fetching the passes announced before, or something is over before all devices "
            "could fetch. Wait, or choose other times."
        ),
    ),
    "invitations-refused": ErrorWords(
        _("This batch of invitations is empty, too large, or holds one twice."),
        _("None of its invitations works. Throw the sheets away if they were printed."),
        _("Make the invitations again, 1 to 500 at a time."),
    ),
    "setup-closed": ErrorWords(
        _("This address does not work any more."),
        _("No account was made."),
        _("An address works once, and for one day. Ask for a new one."),
    ),
    "last-organiser": ErrorWords(
        _("This is the only account."),
        _NOTHING,
        _("If it went, nobody could sign in. Invite a colleague first."),
    ),
    "passkey-not-accepted": ErrorWords(
        _("The passkey was not accepted."), _NOTHING, _("Try again, or use password and code.")
    ),
    "ceremony-not-started": ErrorWords(
        _("This did not begin here, or too long ago."), _NOTHING, _("Reload the page and try again.")
    ),
}
