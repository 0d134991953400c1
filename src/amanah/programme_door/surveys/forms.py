"""What organisers write about a survey. It never offers a question about who someone is by name or contact."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from amanah.core.surveys.questions import MOST_CHOICES, WIDEST_SCALE
from amanah.programme_door.programmes.forms import (
    LONGEST_LINE,
    LONGEST_TEXT,
    WrittenInForm,
    build_line,
    build_text_area,
    required,
)
from amanah.programme_door.sessions.forms import MOMENT_FORMAT, build_moment_input
from amanah.programme_door.surveys.actions import QuestionPlan, SurveyPlan

_INVALID_MOMENT = _("Write the day and the time like this: 2030-03-05 19:00.")


class SurveyForm(WrittenInForm):
    """A survey's own words and times."""

    TEXTS = ("title", "intro")

    title = forms.CharField(
        label=_("Name of the survey"),
        max_length=LONGEST_LINE,
        widget=build_line(),
        error_messages=required(_("Give the survey a name.")),
    )
    intro = forms.CharField(
        label=_("Why you ask"),
        help_text=_("People read this first: why you ask, and what you will do with the answers."),
        max_length=LONGEST_TEXT,
        widget=build_text_area(),
        error_messages=required(_("Say why you ask.")),
    )
    opens_at = forms.DateTimeField(
        label=_("Opens"),
        input_formats=[MOMENT_FORMAT, "%Y-%m-%d %H:%M"],
        widget=build_moment_input(),
        error_messages={"required": _("Choose when it opens."), "invalid": _INVALID_MOMENT},
    )
    closes_at = forms.DateTimeField(
        label=_("Closes at the latest"),
        help_text=_("You can close it earlier by hand. Nobody sees a result before it has closed."),
        input_formats=[MOMENT_FORMAT, "%Y-%m-%d %H:%M"],
        widget=build_moment_input(),
        error_messages={"required": _("Choose when it closes."), "invalid": _INVALID_MOMENT},
    )

    def clean(self) -> dict[str, Any]:
        """Refuse a survey that closes before it opens."""
        cleaned = super().clean() or {}
        opens_at, closes_at = cleaned.get("opens_at"), cleaned.get("closes_at")
        if opens_at and closes_at and closes_at <= opens_at:
            self.add_error("closes_at", _("A survey closes after it opens. Choose a later time."))
        return cleaned

    def build_plan(self) -> SurveyPlan:
        """Give what was written down."""
        cleaned = self.cleaned_data
        return SurveyPlan(
            cleaned["written_in"], self.texts(*self.TEXTS), cleaned["opens_at"], cleaned["closes_at"]
        )


class QuestionForm(WrittenInForm):
    """One question with its choices or scale."""

    TEXTS = ("wording", "low", "high")

    kind = forms.ChoiceField(
        label=_("How people answer"),
        choices=[
            ("single", _("One choice")),
            ("multiple", _("Any number of choices")),
            ("scale", _("A scale")),
        ],
    )
    wording = forms.CharField(
        label=_("Question"),
        help_text=_("Never ask for a name, an address or anything that tells who someone is."),
        max_length=LONGEST_LINE * 2,
        widget=build_text_area(2),
        error_messages=required(_("Write the question.")),
    )
    choices = forms.CharField(
        label=_("Choices"),
        help_text=_("One a line. Leave empty for a scale."),
        max_length=LONGEST_TEXT,
        required=False,
        widget=build_text_area(),
    )
    highest = forms.IntegerField(
        label=_("A scale from 0 to"),
        initial=4,
        required=False,
        min_value=1,
        max_value=WIDEST_SCALE - 1,
        error_messages={
            "invalid": _("Write a whole number."),
            "min_value": _("A scale goes to at least 1."),
            "max_value": _("A scale goes to 10 at most."),
        },
    )
    low = forms.CharField(label=_("Words at 0"), max_length=LONGEST_LINE, required=False, widget=build_line())
    high = forms.CharField(
        label=_("Words at the highest step"), max_length=LONGEST_LINE, required=False, widget=build_line()
    )
    is_required = forms.BooleanField(
        label=_("Has to be answered"),
        help_text=_("People trust a survey more when they may leave a question out."),
        required=False,
    )

    def clean(self) -> dict[str, Any]:
        """Refuse a choice question without choices and a scale without words at its ends."""
        cleaned = super().clean() or {}
        choices = [line.strip() for line in cleaned.get("choices", "").splitlines() if line.strip()]
        cleaned["choices"] = choices
        if cleaned.get("kind") == "scale":
            for end in ("low", "high"):
                if not cleaned.get(end):
                    self.add_error(end, _("Say what this end of the scale means."))
            if not cleaned.get("highest"):
                self.add_error("highest", _("Say how far the scale goes."))
        elif not 2 <= len(choices) <= MOST_CHOICES:
            self.add_error("choices", _("Write 2 to 26 choices, one a line."))
        elif len(set(choices)) < len(choices):
            self.add_error("choices", _("Two choices are the same. Change one of them."))
        return cleaned

    def build_plan(self) -> QuestionPlan:
        """Give what was written down."""
        cleaned = self.cleaned_data
        is_scale = cleaned["kind"] == "scale"
        return QuestionPlan(
            language=cleaned["written_in"],
            kind=cleaned["kind"],
            texts=self.texts(*self.TEXTS) if is_scale else self.texts("wording"),
            choices=[] if is_scale else cleaned["choices"],
            is_required=cleaned["is_required"],
            highest=cleaned.get("highest") or 0,
        )
