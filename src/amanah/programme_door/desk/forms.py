"""How long devices fetch their passes, never shorter than the pace allows; and what a survey is planned to find out."""

import string
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from amanah.core.surveys.drawing import HEAVIEST, LIGHTEST, MOST_RANKED
from amanah.core.surveys.questions import WIDEST_SCALE
from amanah.core.surveys.questions import Question as AskedQuestion
from amanah.programme_door.sessions.forms import MOMENT_FORMAT, build_moment_input

# Time passes while somebody reads the page; the shortest time that it proposed is not refused for that.
REREADING = timedelta(minutes=15)


class SeasonForm(forms.Form):
    """Opening the season."""

    fetch_until = forms.DateTimeField(
        label=_("Devices fetch their passes until"),
        help_text=_(
            "Each device picks its own random time before this. Later is safer: more people hide each other."
        ),
        input_formats=[MOMENT_FORMAT, "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S"],
        widget=build_moment_input(),
        error_messages={
            "required": _("Choose a day and a time."),
            "invalid": _("Write the day and the time like this: 2030-03-05 19:00."),
        },
    )

    def __init__(self, *args: Any, earliest: datetime, first_closing: datetime | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.earliest = earliest
        self.first_closing = first_closing

    def clean_fetch_until(self) -> datetime:
        """Refuse a window that is too short to hide anybody, or longer than what is announced."""
        value: datetime = self.cleaned_data["fetch_until"]
        if self.earliest - REREADING <= value < self.earliest:
            value = self.earliest
        if value < self.earliest:
            raise forms.ValidationError(
                _("That is too soon: devices need the whole waiting time of this pace.")
            )
        if self.first_closing is not None and value >= self.first_closing:
            raise forms.ValidationError(
                _("By then the first session or survey is over. Choose an earlier time, or change the plan.")
            )
        return value


def _build_number(
    label: Any, *, least: int, most: int, usual: int, help_text: Any = ""
) -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        help_text=help_text,
        min_value=least,
        max_value=most,
        initial=usual,
        error_messages={
            "required": _("Write a whole number."),
            "invalid": _("Write a whole number."),
            "min_value": _("This number is too small."),
            "max_value": _("This number is too large."),
        },
    )


class PlanningForm(forms.Form):
    """What a survey should find out, for working out how many answers that takes."""

    what = forms.ChoiceField(
        label=_("What you want to know"),
        choices=[
            ("single", _("The share of one choice")),
            ("multiple", _("Shares, where any number of choices can be ticked")),
            ("scale", _("The mean on a scale")),
            ("ranking", _("The place of each thing in an order")),
            ("change", _("A change on a scale, asked for directly")),
        ],
        initial="single",
    )
    choices = _build_number(_("Number of choices"), least=2, most=MOST_RANKED, usual=2)
    steps = _build_number(_("Number of steps of the scale"), least=2, most=WIDEST_SCALE, usual=5)
    people = _build_number(_("How many people will answer"), least=1, most=1_000_000, usual=100)
    precision = _build_number(
        _("How closely you want to know it, in points"),
        help_text=_("A share lies on 0 to 100. On a scale, 100 points are its whole length."),
        least=1,
        most=50,
        usual=10,
    )
    change = _build_number(
        _("The smallest change that matters to you, in points"), least=1, most=100, usual=15
    )
    own_weight = forms.IntegerField(
        label=_("My own weight"),
        required=False,
        min_value=LIGHTEST,
        max_value=HEAVIEST,
        error_messages={
            "invalid": _("Write a whole number."),
            "min_value": _("A weight is a whole number from 2 to 100."),
            "max_value": _("A weight is a whole number from 2 to 100."),
        },
    )

    def build_question(self) -> AskedQuestion:
        """Give the question that is being planned, still without protection."""
        cleaned = self.cleaned_data
        if cleaned["what"] in {"scale", "change"}:
            return AskedQuestion("q", cleaned["what"], highest=cleaned["steps"] - 1)
        return AskedQuestion("q", cleaned["what"], tuple(string.ascii_lowercase[: cleaned["choices"]]))
