"""What organisers write about a session. It never asks who will come."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from amanah.programme_door.programmes.forms import (
    LONGEST_LINE,
    LONGEST_TEXT,
    WrittenInForm,
    build_line,
    build_text_area,
    required,
)
from amanah.programme_door.sessions.actions import SessionPlan

MOMENT_FORMAT = "%Y-%m-%dT%H:%M"
SHORTEST, LONGEST = 15, 24 * 60


def build_moment_input() -> forms.DateTimeInput:
    """Give the browser's own field for a day and a time."""
    return forms.DateTimeInput(attrs={"type": "datetime-local"}, format=MOMENT_FORMAT)


class SessionForm(WrittenInForm):
    """One session."""

    TEXTS = ("title", "place")

    title = forms.CharField(
        label=_("What it is called"),
        max_length=LONGEST_LINE,
        widget=build_line(),
        error_messages=required(_("Give the session a name.")),
    )
    place = forms.CharField(
        label=_("Where"),
        max_length=LONGEST_LINE,
        widget=build_line(),
        error_messages=required(_("Say where it takes place.")),
    )
    starts_at = forms.DateTimeField(
        label=_("When it starts"),
        input_formats=[MOMENT_FORMAT, "%Y-%m-%d %H:%M"],
        widget=build_moment_input(),
        error_messages={
            "required": _("Choose a day and a time."),
            "invalid": _("Write the day and the time like this: 2030-03-05 19:00."),
        },
    )
    minutes = forms.IntegerField(
        label=_("How long, in minutes"),
        initial=90,
        min_value=SHORTEST,
        max_value=LONGEST,
        error_messages={
            "required": _("Say how long it lasts."),
            "invalid": _("Write a whole number of minutes."),
            "min_value": _("A session lasts at least 15 minutes."),
            "max_value": _("A session lasts at most a day."),
        },
    )
    official_present = forms.CharField(
        label=_("An official will be in the room"),
        help_text=_(
            "If someone from the police, the council or another authority comes: who, why, and whether they report "
            "to anyone. Leave empty if nobody comes. People see this before they decide."
        ),
        max_length=LONGEST_TEXT,
        required=False,
        widget=build_text_area(2),
    )

    def clean_starts_at(self) -> Any:
        """Refuse a start that has passed."""
        value = self.cleaned_data["starts_at"]
        if "starts_at" in self.changed_data and value < timezone.now():
            raise forms.ValidationError(_("This time has passed. Choose a later one."))
        return value

    def build_plan(self) -> SessionPlan:
        """Give what was written down."""
        cleaned = self.cleaned_data
        return SessionPlan(
            language=cleaned["written_in"],
            texts=self.texts(*self.TEXTS),
            official=cleaned["official_present"].strip(),
            starts_at=cleaned["starts_at"],
            minutes=cleaned["minutes"],
        )
