"""What trustees type to put other numbers of the rules, or statements, to signature. It puts nothing in force."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _

from amanah.core.data_requests.rules import BOUNDS, RuleSet
from amanah.core.data_requests.statements import LONGEST_DAYS, STATEMENTS
from amanah.request_door.decisions.wording import RULE_NUMBER_WORDS

_USUAL_DAYS = 120


class RulesForm(forms.Form):
    """The three numbers that are a community's own to choose; no rule can be left out."""

    def __init__(self, data: Any = None, *, rules: RuleSet) -> None:
        """Begin with the numbers in force."""
        super().__init__(data)
        self._rules = rules
        for name, (least, most) in BOUNDS.items():
            self.fields[name] = forms.IntegerField(
                label=str(RULE_NUMBER_WORDS[name]),
                min_value=least,
                max_value=most,
                initial=getattr(rules, name),
                widget=forms.NumberInput(attrs={"dir": "ltr", "inputmode": "numeric"}),
                error_messages={
                    "required": _("Write a number."),
                    "invalid": _("Write a whole number."),
                    "min_value": _("Not less than %(limit_value)s."),
                    "max_value": _("Not more than %(limit_value)s."),
                },
            )

    def clean(self) -> None:
        """Refuse to ask for signatures under what is in force already."""
        super().clean()
        if not self.errors and self.build_rules() == self._rules:
            raise ValidationError(_("These are the numbers in force. Change one, or leave the page."))

    def build_rules(self) -> RuleSet:
        """Give the rules with the numbers that were typed."""
        numbers = {name: self.cleaned_data[name] for name in BOUNDS}
        return RuleSet(community=self._rules.community, **numbers)


class StatementsForm(forms.Form):
    """Sentences of the closed list, and the day on which they expire."""

    codes = forms.MultipleChoiceField(
        label=_("What is true today"),
        help_text=_("Choose only what you have looked at yourself."),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one sentence.")},
    )
    expires_on = forms.DateField(
        label=_("Until which day it is shown"),
        widget=forms.DateInput(attrs={"type": "date", "dir": "ltr"}, format="%Y-%m-%d"),
        error_messages={"required": _("Write a day."), "invalid": _("Write the day as 2026-11-25.")},
    )

    def __init__(self, data: Any = None, *, today: date) -> None:
        """Offer the whole list, in the language of the page."""
        super().__init__(data, initial={"expires_on": today + timedelta(days=_USUAL_DAYS)})
        self._today = today
        choices = self.fields["codes"]
        if isinstance(choices, forms.MultipleChoiceField):
            choices.choices = [(code, translate(sentence)) for code, sentence in STATEMENTS.items()]

    def clean_expires_on(self) -> date:
        """Hold the day to the bounds that every reader checks (8.8)."""
        day: date = self.cleaned_data["expires_on"]
        if not 0 < (day - self._today).days <= LONGEST_DAYS:
            raise ValidationError(
                _("Choose a day after today, and at most %(days)s days from now."),
                params={"days": LONGEST_DAYS},
            )
        return day
