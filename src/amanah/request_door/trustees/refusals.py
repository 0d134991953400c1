"""Why a signature does not count, and what keeps a proposal from being a panel, in words that say what to do."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from amanah.core.data_requests.approvals import ApprovalRefusedError, RefusalReason
from amanah.request_door.trustees.proposals import Problem
from amanah.web.words import WORDS_BY_CODE, ErrorWords

REFUSALS: Mapping[RefusalReason, Promise] = {
    "not-on-panel": _("This signature is by nobody on the panel in force. Nothing was changed."),
    "wrong-key": _("This passkey is not one of yours in the panel. Use the passkey that you signed in with."),
    "recused": _("You have stepped aside from this decision and have no voice in it."),
    "not-yet-deputy": _("A deputy signs only for a member who has stepped aside, in the order of the panel."),
    "wrong-document": _(
        "The signature was made for another document. Load this page again, read it, and sign."
    ),
    "wrong-origin": _(
        "The signature was made at another address. Open the desk at its own address, and sign there."
    ),
    "not-verified-user": _(
        "The passkey did not ask who holds it. Sign again, with fingerprint, face or PIN."
    ),
    "bad-signature": _(
        "The signature does not hold. Sign again; if it stays so, use another passkey of yours."
    ),
    "twice": _("You have signed this already. Two passkeys of one trustee are one voice."),
    "stale": _(
        "The decision was changed, or the panel was. Load this page again, read it, and sign the new version."
    ),
}

PROBLEMS: Mapping[Problem, Promise] = {
    "too-many-keys": _("A trustee has at most five passkeys. Replace the old ones instead."),
    "needs-first-key": _("Somebody new needs a passkey. Take the person out instead."),
    "key-missing": _("Somebody has no passkey yet. Wait for it, or change the proposal."),
    "nothing-changed": _("This is the panel that is in force. Change something first."),
    "too-few-members": _("A panel has at least two members who are no deputies."),
    "too-many-people": _("A panel has at most 12 members and 6 deputies."),
    "least": _("More than half of the members must sign, and not more than there are. Change that number."),
    "same-name": _("Two people have the same name. Add something to one of them."),
    "unfit": _("This cannot be a panel. Look at every name, office and number again."),
}


def find_problem_words(problem: Problem) -> str:
    """Give the sentence for what keeps a proposal from being a panel."""
    return str(PROBLEMS[problem])


def find_refusal_words(refused: ApprovalRefusedError) -> str:
    """Give the sentence for one refused signature, in the language on show."""
    return str(REFUSALS[refused.reason])


WORDS_BY_CODE |= {
    "panel-in-force": ErrorWords(
        _("There is a panel already."),
        _("Nothing was changed."),
        _("Only the panel makes the next panel: its trustees propose a change at the desk."),
    ),
    "link-closed": ErrorWords(
        _("This address does not work any more."),
        _("Nothing was changed."),
        _("It was used, replaced, or is too old. Ask a trustee for a new one."),
    ),
    "proposal-closed": ErrorWords(
        _("This proposal is not open any more."),
        _("The panel in force stays as it is."),
        _("It was dropped, put to signature, or overtaken by another panel. Look at the panel's page."),
    ),
}
