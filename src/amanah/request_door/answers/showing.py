"""Turns packages into what trustees see before they sign; it reads and never writes."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from django.utils.functional import Promise
from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _

from amanah.core.data_requests.packages import PackageUnfitError
from amanah.request_door.answers.queries import read_package
from amanah.request_door.requests.words import CATEGORY_WORDS
from amanah.web.templating import format_day

if TYPE_CHECKING:
    from amanah.core.data_requests.packages import PackageItem
    from amanah.request_door.decisions.models import Decision

UNFIT_WORDS: Mapping[str, str | Promise] = {
    "empty": _("Nothing is in the package yet. Where nothing exists, close the case instead."),
    "too-many": _("A package holds at most 200 items."),
    "too-large": _("The item is too large, or the package with it: 10 MB for one, 64 MB for all."),
    "name": _("The name of an item has letters, digits, dots, hyphens and underscores, at most 100."),
    "twice": _("The same item stands in the package already, by its name or by what is in it."),
    "beyond-scope": _(
        "The decision does not allow this: another person, kind of data or day. Look at the days first."
    ),
}


def show_disclosure(decision: "Decision") -> Sequence[tuple[str, Sequence[str]]]:
    """List each item of the package that a decision gives: name, size, kind, person, days."""
    package = read_package(decision.body["package"])
    if package is None:
        return [(translate("What is given"), [translate("The package is not here any more.")])]
    return [(item.name, describe_item(item)) for item in package.items]


def describe_item(item: "PackageItem") -> list[str]:
    """Say what an item is about."""
    days = [format_day(day, "long") for day in (item.since, item.until) if day is not None]
    size = translate("%(size)s bytes") % {"size": len(item.content)}
    return [str(CATEGORY_WORDS[item.category]), item.person, *([" – ".join(days)] if days else []), size]


def find_unfit_words(unfit: PackageUnfitError) -> str:
    """Say in the reader's language why an item, or the package, is refused."""
    words = str(UNFIT_WORDS[unfit.reason])
    return f"{words} ({unfit.name})" if unfit.name else words
