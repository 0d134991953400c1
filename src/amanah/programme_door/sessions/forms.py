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
from amanah.programme_door.sessions.duties import DUTIES

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
            "If someone from the police, the council or another authority comes: who, in which office, and why. "
            "Leave empty if nobody comes. People see this before they decide."
        ),
        max_length=LONGEST_TEXT,
        required=False,
        widget=build_text_area(2),
    )
    official_duty = forms.ChoiceField(
        label=_("Does this official have to report?"),
        help_text=_("Ask them before the session. People see this too."),
        choices=[("", _("Nobody official comes")), *DUTIES.items()],
        required=False,
    )

    def clean(self) -> dict[str, Any]:
        """Ask for the duty to report of an official who is declared, and for the official whose duty is."""
        cleaned = super().clean() or {}
        official, duty = (cleaned.get(name, "").strip() for name in ("official_present", "official_duty"))
        if official and not duty:
            self.add_error("official_duty", _("Say whether this official has to report."))
        # In a second language the words may still be missing; in the first they are what the duty belongs to.
        if duty and not official and not self.initial.get("official_duty"):
            self.add_error("official_present", _("Say who comes, or choose that nobody does."))
        return cleaned

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
            duty=cleaned["official_duty"],
        )
