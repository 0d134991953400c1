"""What this door's refusals say to people: what happened, what was kept, what to do. It never holds a rule."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from amanah.core.errors import RefusedError
from amanah.core.surveys.questions import QuestionnaireError, Reason
from amanah.web.words import WORDS_BY_CODE, ErrorWords, Text

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
        _(
            "The public log holds the hash of all its words. For other words or questions, write down a new survey."
        ),
    ),
    "question-shared": ErrorWords(
        _("This question comes from a template, or another survey asks it too."),
        _NOTHING,
        _("Its words and choices stay, so that surveys can be compared. Remove it and write a new question."),
    ),
    "choices-differ": ErrorWords(
        _("The translation has more or fewer choices than the question."),
        _NOTHING,
        _("Write as many choices as before, one a line, in the same order."),
    ),
    "questionnaire-not-askable": ErrorWords(
        _("This survey cannot be asked as it stands."),
        _NOTHING,
        _("The survey's page at the desk says what to change."),
    ),
    "programme-exists": ErrorWords(
        _("There is a programme with this short name."), _NOTHING, _("Choose another short name.")
    ),
    "educator-exists": ErrorWords(
        _("There is a page with this short name, or somebody else's page has this name in papers."),
        _NOTHING,
        _("Choose another, or change the page that is there."),
    ),
    "consent-missing": ErrorWords(
        _("Nobody has agreed on a day that is still to come."),
        _("Nothing is shown."),
        _("Write down the day on which they agreed."),
    ),
    "photograph-unfit": ErrorWords(
        _("This picture cannot be shown."),
        _NOTHING,
        _("Choose a JPEG or PNG of at most 400 KiB, upright, with 96 to 1,600 pixels on each side."),
    ),
    "nothing-to-announce": ErrorWords(
        _("There is nothing to announce, or more than fits at once."),
        _("Nothing was announced."),
        _("A season announces 1 to 60 sessions and surveys. Write something down, or announce a part first."),
    ),
    "harm-not-asked": ErrorWords(
        _("This trust season would end without asking about harm."),
        _("Nothing was announced."),
        _(
            "These are the last surveys that it can have. Add the questions of harm to one of them, with the button on "
            "the page Today, and announce again."
        ),
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
    "gate-not-closable": ErrorWords(
        _("This gate cannot be closed."),
        _NOTHING,
        _(
            "Only the gate of the running season can be closed, and only once. See the page about trust at the desk."
        ),
    ),
    "season-refused": ErrorWords(
        _("This season cannot be stated."),
        _("Nothing was stated in the public log."),
        _("The page about trust at the desk says which rule it breaks."),
    ),
    "scope-refused": ErrorWords(
        _("This subject cannot be written down like that."),
        _NOTHING,
        _("Either its short name is taken, or what it is a part of is not written down yet."),
    ),
    "draft-clock-wrong": ErrorWords(
        _("The clock of the device is wrong by more than a day."),
        _("Nothing was signed. The address still works."),
        _("Set its day and time right, and sign again."),
    ),
    "draft-not-for-key": ErrorWords(
        _("This authority is to be given with another key."),
        _("Nothing was signed. The address still works."),
        _("Open it on the device that holds the right key, or ask the organisers for a new address."),
    ),
    "draft-not-open": ErrorWords(
        _("This address does not work any more."),
        _("Nothing was signed here now. What was signed before stands."),
        _("An address works once, and for thirty days. Ask the organisers for a new one."),
    ),
    "grant-refused": ErrorWords(
        _("This authority would break a rule of the line at once."),
        _("Nothing was signed."),
        _("Look at who gives it, under which authority, for which subject, and on which day."),
    ),
    "no-such-authority": ErrorWords(
        _("There is no such authority here."), _NOTHING, _("Choose one from the list at the desk.")
    ),
    "paper-exists": ErrorWords(
        _("Another paper with the same number is here, and it says something else."),
        _("The one that is here was kept. The new one was not."),
        _("One of both is wrong. Ask whoever gave it to you for a paper with a number of its own."),
    ),
    "root-list-refused": ErrorWords(
        _("This list cannot be published or taken in."),
        _NOTHING,
        _("Either nothing has changed since the last list, or it is a list of this community itself."),
    ),
    "status-list-full": ErrorWords(
        _("The list of endings of this community is full."),
        _("Nothing was signed."),
        _("Ask whoever runs the server: a new key with a new list is needed."),
    ),
    "upload-reader-busy": ErrorWords(
        _("Another file is being read at this moment."),
        _("Nothing was kept of yours."),
        _("Choose it again in a minute."),
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

WORDS_BY_REASON: Mapping[Reason, Text] = {
    "backwards": _(
        "A question can only depend on one that is asked before it. Change what it depends on, or the order."
    ),
    "bag-too-small": _(
        "A question that is asked through a bag has at most 11 choices. Join some of them, or ask it plainly."
    ),
    "breakdown-not-plain": _(
        "Results can be told apart only by a question with one choice that is answered plainly. Who is in a group is "
        "said plainly, so a protected answer cannot make groups."
    ),
    "budget-exceeded": _(
        "The questions about one thing would together give away more than a device allows in 92 days: as much as "
        "three answers with odds of 7 to 1. Add them up as one index, or ask fewer of them."
    ),
    "code-unfit": _("A short name has 1 to 64 letters a to z, digits, hyphens or underscores."),
    "codes-twice": _("This question, or one of its choices, is in the survey already."),
    "condition-randomised": _(
        "No question may depend on one that is asked through a bag: who is asked next would tell the answer. Ask the "
        "earlier question plainly, or ask this one of everybody."
    ),
    "condition-unfit": _(
        "A question depends on choices or steps of one earlier question. Look at what it depends on again."
    ),
    "harmless-with-weight": _(
        "A harmless question is answered plainly and has no bag. Leave the weight empty, or choose another protection."
    ),
    "index-too-long": _("These statements add up to more than 100 steps. Leave one out, or use fewer steps."),
    "nothing-asked": _("A survey needs at least one question."),
    "scale-unfit": _("A scale has 2 to 11 steps."),
    "too-few-choices": _("A question has 2 to 26 choices; a ranking has 2 to 11."),
    "too-long": _(
        "The survey is too long: its longest answer does not fit into one pass. Shorten it, or write a second survey."
    ),
    "too-many-breakdowns": _("Results are told apart by three questions at most."),
    "unfit": _("This survey cannot be asked as it stands. Nothing was changed."),
    "weight-unfit": _("A weight is a whole number from 2 to 100."),
}


def explain_refusal(error: RefusedError) -> str:
    """Give the words for what a survey's rules refuse, in the reader's language."""
    if isinstance(error, QuestionnaireError):
        return str(WORDS_BY_REASON[error.reason])
    words = {
        "survey-announced": _("This survey is announced; what everybody answers must stay the same."),
        "choices-differ": _("Write as many choices as before, one a line, in the same order."),
        "question-shared": _(
            "This question comes from a template, or another survey asks it too. Its words and choices stay, so that "
            "surveys can be compared. Remove it and write a new question."
        ),
    }
    return str(words.get(error.code, _("This could not be saved. Nothing was changed.")))
