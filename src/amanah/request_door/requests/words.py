"""What the codes of a request are called on pages, slips and letters; it holds no rule.

Sentences are lazy: they speak the language of whoever reads them.
"""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from amanah.core.data_requests.facts import Channel, Secrecy
from amanah.core.data_requests.jurisdictions import NOBODY, SOMEBODY_ELSE, Pack, choose_text
from amanah.request_door.requests.paper_reasons import PaperReason

Text = str | Promise

CATEGORY_WORDS: Mapping[str, Text] = {
    "membership-list": _("A list of members or participants"),
    "identity": _("Whether a person is known here, or who a person is"),
    "contact-details": _("Addresses, telephone numbers, e-mail"),
    "attendance": _("Who came, and when"),
    "answers": _("What somebody answered in a survey"),
    "messages": _("What somebody wrote or asked"),
    "learning-records": _("What somebody learned, certificates"),
    "device-records": _("Network addresses, devices, times of use"),
    "donor-records": _("Who gave money"),
    "staff-accounts": _("Accounts of organisers"),
    "request-records": _("What other bodies asked at this door"),
    "public-records": _("What is public anyway: programmes, counts, reports"),
    "other-records": _("Something else"),
}
CHANNEL_WORDS: Mapping[Channel, Text] = {
    "form": _("By the form of this door"),
    "letter": _("By letter"),
    "oral": _("Orally or by telephone"),
    "at-door": _("At the door"),
}
SECRECY_WORDS: Mapping[Secrecy, Text] = {
    "none": _("Nothing forbids to speak of it"),
    "requested": _("The body asks not to speak of it; no order says so"),
    "ordered": _("An order or a law forbids to speak of it"),
}
PAPER_REASON_WORDS: Mapping[PaperReason, Text] = {
    "file-too-large": _("The file is larger than 10 MB. Scan it in black and white, or send fewer pages."),
    "file-not-pdf": _("The file is not a PDF. Save or scan the paper as PDF."),
    "file-encrypted": _(
        "The file is locked with a password. Save it without one, or scan the printed paper."
    ),
    "file-script": _("The file holds a script, which we never open. Print the paper and scan it again."),
    "file-action": _(
        "The file starts something by itself or leads out of itself. Print the paper and scan it again."
    ),
    "file-embedded": _(
        "Other files, sound or film stand inside the file. Print the paper and scan it again."
    ),
    "file-form": _("The file is a form with moving parts (XFA). Print the paper and scan it again."),
    "file-too-heavy": _("The file is too heavy to be read safely. Print the paper and scan it again."),
    "file-broken": _("The file is damaged and cannot be read. Print the paper and scan it again."),
}


def describe_signer(pack: Pack, code: str, language: str) -> tuple[Text, str]:
    """Give who signed in words, and the language that those are in."""
    if code in pack.signers:
        return choose_text(pack.signers[code], language)
    words: Mapping[str, Text] = {
        NOBODY: _("Nobody signed"),
        SOMEBODY_ELSE: _("Somebody else, or it cannot be read"),
    }
    return words.get(code, code), language
