"""What a reader may ask the log's pages for: a kind, days, a subject, a page. Nothing of it is kept."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from amanah.core.public_log.wording import KIND_NAMES
from amanah.programme_door.occasions.queries import LogChoice
from amanah.web.settings import get_config

MOST_PAGES = 1_000_000
# Before it no log was kept, and after it no calendar goes on: a day outside is a typing error.
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(9000, 1, 1)


def list_kinds() -> list[tuple[str, Any]]:
    """List what can be chosen, by name; the empty choice is everything."""
    named = sorted(((kind, gettext(name)) for kind, name in KIND_NAMES.items()), key=lambda pair: pair[1])
    return [("", _("Every kind")), *named]


def build_day(label: Any) -> forms.DateField:
    """Give a field for one day in the community's time zone."""
    return forms.DateField(
        label=label,
        required=False,
        input_formats=["%Y-%m-%d"],
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": _("Write the day like this: 2030-03-05.")},
    )


class ChoiceForm(forms.Form):
    """Which entries are shown, written in the address so that a list can be passed on."""

    kind = forms.ChoiceField(label=_("Kind of entry"), required=False, choices=list_kinds)
    since = build_day(_("From this day"))
    until = build_day(_("To this day"))
    about = forms.RegexField(r"^[a-z0-9-]{1,64}$", required=False, widget=forms.HiddenInput)
    page = forms.IntegerField(min_value=1, max_value=MOST_PAGES, required=False, widget=forms.HiddenInput)

    def __init__(self, query: Mapping[str, Any] | None = None) -> None:
        super().__init__(query, auto_id="log-%s", label_suffix="")

    def clean_since(self) -> date | None:
        """Refuse a day that no log knows."""
        return self._clean_day("since")

    def clean_until(self) -> date | None:
        """Refuse a day that no log knows."""
        return self._clean_day("until")

    def _clean_day(self, name: str) -> date | None:
        day: date | None = self.cleaned_data[name]
        if day is not None and not FIRST_DAY <= day <= LAST_DAY:
            raise forms.ValidationError(_("Choose a day on which there was a log."))
        return day

    def build_choice(self) -> LogChoice:
        """Give what was asked for; the days are whole days of the community's time zone."""
        since, until = self.cleaned_data["since"], self.cleaned_data["until"]
        return LogChoice(
            kind=self.cleaned_data["kind"],
            ref=self.cleaned_data["about"],
            since=_find_midnight(since) if since else None,
            until=_find_midnight(until + timedelta(days=1)) if until else None,
        )

    def get_page(self) -> int:
        """Give the page, counted from 1."""
        return self.cleaned_data["page"] or 1

    def is_narrowed(self) -> bool:
        """Tell whether anything was asked for beside a page."""
        return any(self.cleaned_data.get(name) for name in ("kind", "since", "until", "about"))

    def encode(
        self, names: Iterable[str] = ("kind", "since", "until", "about", "page"), **changed: Any
    ) -> str:
        """Give the query for the same choice, in one spelling, with some of it changed."""
        chosen = self.cleaned_data | changed
        return urlencode([(name, str(chosen[name])) for name in names if chosen.get(name)])


def encode_choice(query: Any) -> str:
    """Give the one spelling of a query; what cannot be read keeps its own, because the page repeats it."""
    form = ChoiceForm(query)
    if form.is_valid():
        return form.encode()
    return urlencode([(name, str(query.get(name, ""))[:200]) for name in form.fields])


def _find_midnight(day: date) -> int:
    return int(datetime.combine(day, time.min, tzinfo=get_config().time_zone).timestamp())
