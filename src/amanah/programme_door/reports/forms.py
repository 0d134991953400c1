"""Planning an evaluation at the desk. It never offers to choose the order in which programmes start."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from amanah.core.surveys.evaluation_plan import (
    FEWEST_SITES,
    FEWEST_WAVES,
    MOST_SITES,
    MOST_WAVES,
    Window,
)
from amanah.core.surveys.targets import MEAN
from amanah.programme_door.programmes.queries import list_programmes
from amanah.programme_door.reports.actions import EvaluationWish
from amanah.programme_door.reports.queries import AskableQuestion
from amanah.programme_door.sessions.forms import MOMENT_FORMAT, build_moment_input
from amanah.programme_door.surveys.queries import QuestionOnShow

LONGEST_WAVE = 366
_BETWEEN = "/"
_DESIGNS = [
    ("before-after", _("One programme, before and after (weak: nothing to compare with)")),
    ("comparison", _("Two programmes before and after, and only one has it")),
    ("stepped-wedge", _("Stepped wedge: three or more programmes start one after another, by lot")),
]


class EvaluationForm(forms.Form):
    """Which question is compared, where, and when; the lot comes by itself."""

    design = forms.ChoiceField(label=_("Design"), choices=_DESIGNS)
    outcome = forms.ChoiceField(
        label=_("What is compared"),
        help_text=_("A question of a survey that is already written down, and the answer that matters."),
        choices=list,
    )
    programmes = forms.MultipleChoiceField(
        label=_("Programmes"),
        choices=list,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose the programmes.")},
    )
    treated = forms.ChoiceField(
        label=_("Which of the two has the programme"),
        help_text=_("Only for a comparison of two."),
        choices=list,
        required=False,
    )
    starts_at = forms.DateTimeField(
        label=_("The first wave begins"),
        help_text=_(
            "The survey of each wave opens and closes inside it. Announce the surveys after this plan."
        ),
        input_formats=[MOMENT_FORMAT, "%Y-%m-%d %H:%M"],
        widget=build_moment_input(),
        error_messages={
            "required": _("Choose a day and a time."),
            "invalid": _("Write the day and the time like this: 2030-03-05 19:00."),
        },
    )
    days = forms.IntegerField(label=_("Days of each wave"), min_value=1, max_value=LONGEST_WAVE, initial=28)
    waves = forms.IntegerField(
        label=_("Number of waves"), min_value=FEWEST_WAVES, max_value=MOST_WAVES, initial=FEWEST_WAVES
    )

    def __init__(self, *args: Any, questions: Sequence[AskableQuestion], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        language = get_language() or "en"
        titles = [(one.slug, one.words["title"]) for one in list_programmes(language)]
        self._offer("outcome", [pair for one in questions for pair in _list_outcomes(one.question)])
        self._offer("programmes", titles)
        self._offer("treated", [("", "–"), *titles])

    def clean_starts_at(self) -> datetime:
        """Refuse a first wave that has begun: its answers would be older than the plan."""
        value: datetime = self.cleaned_data["starts_at"]
        if value <= timezone.now():
            raise forms.ValidationError(
                _("The first wave begins after the plan is stated. Choose a later time.")
            )
        return value

    def clean(self) -> dict[str, Any]:
        """Refuse a number of programmes that the design cannot work with."""
        cleaned = super().clean() or {}
        design, chosen = cleaned.get("design"), cleaned.get("programmes", [])
        if chosen and design == "before-after" and len(chosen) != 1:
            self.add_error("programmes", _("Choose exactly one programme."))
        if chosen and design == "comparison":
            if len(chosen) != 2:
                self.add_error("programmes", _("Choose exactly two programmes."))
            elif cleaned.get("treated") not in chosen:
                self.add_error("treated", _("Choose one of the two."))
        if chosen and design == "stepped-wedge":
            if not FEWEST_SITES <= len(chosen) <= MOST_SITES:
                self.add_error("programmes", _("Choose three programmes or more."))
            if cleaned.get("waves") == FEWEST_WAVES:
                self.add_error("waves", _("A stepped wedge needs three waves or more."))
        return cleaned

    def build_wish(self) -> EvaluationWish:
        """Give what was asked for; programmes of a wedge start in equal groups after each wave."""
        cleaned = self.cleaned_data
        sites: list[str] = sorted(cleaned["programmes"], key=lambda slug: (slug != cleaned["treated"], slug))
        question, target = cleaned["outcome"].split(_BETWEEN)
        waves, length = cleaned["waves"], timedelta(days=cleaned["days"])
        moments = [int((cleaned["starts_at"] + place * length).timestamp()) for place in range(waves + 1)]
        is_wedge = cleaned["design"] == "stepped-wedge"
        return EvaluationWish(
            design=cleaned["design"],
            question=question,
            target=target,
            sites=sites,
            waves=[Window(moments[place], moments[place + 1]) for place in range(waves)],
            steps=[1 + place * (waves - 1) // len(sites) for place in range(len(sites))] if is_wedge else (),
        )

    def _offer(self, name: str, choices: Sequence[tuple[str, str]]) -> None:
        field = self.fields[name]
        if isinstance(field, forms.ChoiceField):
            field.choices = list(choices)


def _list_outcomes(question: QuestionOnShow) -> list[tuple[str, str]]:
    wording = question.words["wording"]
    if question.kind in {"scale", "index", "change"}:
        return [(f"{question.code}{_BETWEEN}{MEAN}", wording)]
    return [
        (f"{question.code}{_BETWEEN}{choice.code}", f"{wording} · {choice.words['wording']}")
        for choice in question.choices
    ]
