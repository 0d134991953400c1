"""How long devices may take to fetch their passes. It never offers less than the pace allows."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

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
