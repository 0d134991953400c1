"""The closed words of jurisdiction packs as people read them: those that are the same in every country."""

from collections.abc import Mapping
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from amanah.core.data_requests.jurisdictions import Bulk, Challenger, Force, SecrecyEnd, Telling

Word = str | Promise


class Standing(NamedTuple):
    """How a force is shown: the kind of its mark, and the words beside it."""

    kind: str
    words: Word


FORCE_WORDS: Mapping[Force, Standing] = {
    "voluntary": Standing("yes", _("Orders nobody to answer")),
    "compulsory": Standing("no", _("Orders us to answer")),
    "contract": Standing("wait", _("Binds only whoever signed it")),
    "unknown": Standing("wait", _("Nobody here says whether it binds")),
    "restricts-holder": Standing("info", _("Limits what a holder may give")),
    "duty-of-holder": Standing("info", _("A duty of whoever holds data")),
    "duty-on-everyone": Standing("info", _("A duty of everybody")),
    "protects": Standing("yes", _("Protects what is held, or whoever holds it")),
}
BULK_WORDS: Mapping[Bulk, Word] = {
    "no": _("No. It names each person or account."),
    "hard-to-justify": _("Hardly. It would have to be justified for each of them."),
    "described-material": _("It can describe material instead of naming people."),
    "possible": _("Yes."),
    "not-checked": _("Not checked here."),
    "not-applicable": "",
}
TELLING_WORDS: Mapping[Telling, Word] = {
    "yes": _("Yes."),
    "yes-unless-prejudice": _("Yes, except so far as telling would harm the purpose."),
    "yes-unless-ordered": _("Yes, unless an order or the paper itself forbids it."),
    "usually": _("Usually."),
    "risky": _("Risky: it can be an offence. Ask counsel first."),
    "no": _("No. Speaking of it is forbidden."),
    "not-checked": _("Not checked here."),
    "not-applicable": "",
}
SECRECY_END_WORDS: Mapping[SecrecyEnd, Word] = {
    "with-order": _("It ends with the order."),
    "when-lifted": _("It lasts until it is lifted."),
    "unknown": _("When it ends was not checked."),
}
CHALLENGER_WORDS: Mapping[Challenger, Word] = {
    "holder": _("whoever holds the data"),
    "subject": _("the person it is about"),
    "nobody-before": _("nobody before it is carried out"),
}
KEEPING_WORDS: Mapping[bool | None, Word] = {
    True: _("What it names must not be destroyed, hidden or changed."),
    False: _("Nothing has to be kept because of it."),
    None: _("Not checked here. Keep what it names."),
}
