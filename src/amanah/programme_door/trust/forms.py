"""What organisers state about a season of trust: its time and its two lines. It never asks about a person."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from amanah.core.surveys.seasons import Reason, SeasonError
from amanah.core.surveys.stated_plan import MILLION, Season, SeasonLines
from amanah.programme_door.sessions.forms import MOMENT_FORMAT, build_moment_input
from amanah.web.words import Text

# Time passes while somebody reads the page; a beginning that was proposed a moment ago is not refused for that.
REREADING = timedelta(minutes=15)
USUAL_LINE, USUAL_HARM = 60, 5
_IN_100 = MILLION // 100
_WHOLE = _("Write a whole number from 1 to 99.")

WORDS_BY_REASON: dict[Reason, Text] = {
    "backwards": _("The season ends before it begins. Choose a later end."),
    "too-long": _("A season lasts 400 days at most. Trust has to be earned again."),
    "line-unfit": _WHOLE,
    "begun": _(
        "A season is stated before it begins, and stays as it is once it has begun. Choose a later beginning."
    ),
    "asked": _("A survey was announced under these lines. They stay until the season ends."),
    "overlap": _("There is another season at that time. Seasons do not overlap; choose other times."),
}


class SeasonLinesForm(forms.Form):
    """The time of a season, its line of trust and its line of harm."""

    starts_at = forms.DateTimeField(
        label=_("The season begins"),
        help_text=_("It can be stated ahead. Once it has begun, nothing about it can change."),
        input_formats=[MOMENT_FORMAT, "%Y-%m-%d %H:%M"],
        widget=build_moment_input(),
        error_messages={
            "required": _("Choose a day and a time."),
            "invalid": _("Write the day and the time like this: 2030-03-05 19:00."),
        },
    )
    ends_at = forms.DateTimeField(
        label=_("It ends"),
        help_text=_("Then the gate shuts, and trust has to be earned again."),
        input_formats=[MOMENT_FORMAT, "%Y-%m-%d %H:%M"],
        widget=build_moment_input(),
        error_messages={
            "required": _("Choose a day and a time."),
            "invalid": _("Write the day and the time like this: 2030-03-05 19:00."),
        },
    )
    line = forms.IntegerField(
        label=_("Line of trust, from 0 to 100"),
        help_text=_("Outside bodies may ask only while trust in the programme is surely above this."),
        initial=USUAL_LINE,
        min_value=1,
        max_value=99,
        error_messages={"required": _WHOLE, "invalid": _WHOLE, "min_value": _WHOLE, "max_value": _WHOLE},
    )
    harm = forms.IntegerField(
        label=_("Line of harm, in 100 people"),
        help_text=_("An alarm rings when surely more than so many in 100 say that a harm happened to them."),
        initial=USUAL_HARM,
        min_value=1,
        max_value=99,
        error_messages={"required": _WHOLE, "invalid": _WHOLE, "min_value": _WHOLE, "max_value": _WHOLE},
    )

    def __init__(self, *args: Any, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.now = now

    def clean_starts_at(self) -> datetime:
        """Take a beginning that passed while the page was read as now."""
        value: datetime = self.cleaned_data["starts_at"]
        return self.now if self.now - REREADING <= value < self.now else value

    def find_line(self) -> int:
        """Find the line that is being written, for the forecast beside it."""
        typed = str(self["line"].value())
        line = int(typed) if typed.isascii() and typed.isdigit() and len(typed) <= 2 else 0
        return line or USUAL_LINE

    def build_lines(self) -> SeasonLines:
        """Give what is stated."""
        said = self.cleaned_data
        starts_at, ends_at = (int(said[name].timestamp()) for name in ("starts_at", "ends_at"))
        return SeasonLines(
            Season(starts_at, ends_at), trust=said["line"] * _IN_100, harm=said["harm"] * _IN_100
        )

    def add_refusal(self, error: SeasonError) -> None:
        """Say which rule the season breaks."""
        self.add_error(None, str(WORDS_BY_REASON[error.reason]))
