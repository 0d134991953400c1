"""What trustees enter: what the paper names, an answer within the rules, why they step aside, statements, numbers.

A form says what is missing and keeps what was typed; whether an answer is within the rules core has the last word.
"""

from datetime import date, timedelta
from typing import Any, cast

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _

from amanah.core.data_requests.deciding import Answer
from amanah.core.data_requests.documents import RECUSALS, Recusal
from amanah.core.data_requests.facts import SECRECIES
from amanah.core.data_requests.jurisdictions import NOBODY, SOMEBODY_ELSE, Pack
from amanah.core.data_requests.rules import BOUNDS, RuleSet
from amanah.core.data_requests.scopes import CATEGORIES, LONGEST_NAME, MOST_NAMES, Scope, build_scope
from amanah.core.data_requests.statements import LONGEST_DAYS, STATEMENTS
from amanah.core.errors import InvalidInputError
from amanah.request_door.decisions.actions import Telling
from amanah.request_door.decisions.queries import Case
from amanah.request_door.decisions.wording import ANSWER_WORDS, RECUSAL_WORDS, RULE_NUMBER_WORDS
from amanah.request_door.requests.actions import PaperReading
from amanah.request_door.requests.words import CATEGORY_WORDS

_DAY = _("Write the day like 2026-11-25.")
_FROM_LIST = _("Choose from the list.")


class ScopeForm(forms.Form):
    """Whom, what and which days; a scope is made of what was typed, or the form says what keeps it from being one."""

    people = forms.CharField(max_length=MOST_NAMES * (LONGEST_NAME + 2), required=False)
    categories = forms.MultipleChoiceField(
        choices=[(code, CATEGORY_WORDS[code]) for code in CATEGORIES],
        required=False,
        error_messages={"invalid_choice": _FROM_LIST},
    )
    since = forms.DateField(required=False, error_messages={"invalid": _DAY})
    until = forms.DateField(required=False, error_messages={"invalid": _DAY})

    def list_errors(self) -> dict[str, str]:
        """Give what is wrong, by field, in the order of the form."""
        return {
            name: " ".join(map(str, self.errors[name]))
            for name in [*self.fields, "__all__"]
            if name in self.errors
        }

    def build_typed_scope(self) -> Scope | None:
        """Give the scope that was typed; None where it is none, and then the form says why."""
        names = [line.strip() for line in self.cleaned_data.get("people", "").splitlines() if line.strip()]
        since, until = self.cleaned_data.get("since"), self.cleaned_data.get("until")
        if since and until and since > until:
            self.add_error("until", translate("The last day comes before the first day."))
            return None
        try:
            return build_scope(names, self.cleaned_data.get("categories", []), since, until)
        except InvalidInputError:
            words = translate(
                "One name a line, at most %(most)d characters and no hidden marks; at most %(people)d people."
            )
            self.add_error("people", words % {"most": LONGEST_NAME, "people": MOST_NAMES})
            return None


class ReadingForm(ScopeForm):
    """What a trustee read in the paper itself, whatever the body typed."""

    instrument = forms.CharField(
        max_length=64, error_messages={"required": _("Choose what kind of paper it is.")}
    )
    signed_by = forms.CharField(max_length=64, error_messages={"required": _("Choose who signed the paper.")})
    secrecy = forms.ChoiceField(
        choices=[(code, code) for code in SECRECIES],
        error_messages={
            "required": _("Say whether the paper forbids to speak of it."),
            "invalid_choice": _FROM_LIST,
        },
    )
    field_order = ("instrument", "signed_by", "people", "categories", "since", "until", "secrecy")

    def __init__(self, *args: Any, pack: Pack, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instruments = {instrument.code for instrument in pack.list_asked_under()}
        self.signers = {*pack.signers, NOBODY, SOMEBODY_ELSE}
        self.ordered: Scope | None = None

    def clean_instrument(self) -> str:
        """Give a code of the pack in force."""
        return _choose(self.cleaned_data["instrument"], self.instruments)

    def clean_signed_by(self) -> str:
        """Give a signer of the pack in force."""
        return _choose(self.cleaned_data["signed_by"], self.signers)

    def clean(self) -> dict[str, Any]:
        """Make the scope that the paper names; one that names no person names a class."""
        self.ordered = self.build_typed_scope()
        if not self.cleaned_data.get("categories"):
            self.add_error("categories", translate("Choose what the paper names; “Something else” is fine."))
        return self.cleaned_data

    def build_reading(self) -> PaperReading:
        """Give what was read."""
        said = self.cleaned_data
        return PaperReading(self.ordered, said["instrument"], said["signed_by"], said["secrecy"])


class AnswerForm(ScopeForm):
    """One answer to a request; only what the rules leave can be chosen."""

    outcome = forms.ChoiceField(
        choices=[], error_messages={"required": _("Choose an answer."), "invalid_choice": _FROM_LIST}
    )
    telling = forms.ChoiceField(
        choices=[("told", "told"), ("withheld", "withheld")],
        error_messages={"required": _("Say whether people are told."), "invalid_choice": _FROM_LIST},
    )
    silent_until = forms.DateField(required=False, error_messages={"invalid": _DAY})
    field_order = ("outcome", "people", "categories", "since", "until", "telling", "silent_until")

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.case = case
        self.scope: Scope | None = None
        outcome = cast("forms.ChoiceField", self.fields["outcome"])
        outcome.choices = [(answer, ANSWER_WORDS[answer]) for answer in case.answers]

    @property
    def chosen_answer(self) -> Answer:
        """Give the answer that was chosen."""
        return cast("Answer", self.cleaned_data["outcome"])

    def clean(self) -> dict[str, Any]:
        """Make the scope where something is given; refusing and contesting give none whatever was typed."""
        gives = (
            self.cleaned_data.get("outcome") in ("narrow", "comply") and self.case.verdict.scope is not None
        )
        if gives:
            self.scope = self.build_typed_scope()
            if self.scope is not None and self.scope.is_class:
                self.add_error("people", translate("Name everybody about whom something is given."))
            if not self.cleaned_data.get("categories"):
                self.add_error("categories", translate("Choose what is given."))
        until = self.cleaned_data.get("silent_until")
        if until is not None and until <= timezone.localdate():
            self.add_error("silent_until", translate("Write a day that is still to come, or leave it empty."))
        return self.cleaned_data

    def build_telling(self) -> Telling:
        """Give whether people are told; the law that forbids it is the paper's own."""
        instrument = self.case.instrument
        if self.cleaned_data["telling"] == "told" or instrument is None or instrument.secrecy is None:
            return Telling()
        return Telling(instrument.secrecy.code, self.cleaned_data["silent_until"])


class StepAsideForm(forms.Form):
    """Why a trustee steps aside."""

    reason = forms.ChoiceField(
        label=_("Why"),
        choices=[(code, RECUSAL_WORDS[code]) for code in RECUSALS],
        error_messages={"required": _("Choose why you step aside."), "invalid_choice": _FROM_LIST},
    )

    @property
    def chosen_reason(self) -> Recusal:
        """Give the reason that was chosen."""
        return cast("Recusal", self.cleaned_data["reason"])


class StatementForm(forms.Form):
    """Which sentences are made for the next report, and until when."""

    codes = forms.MultipleChoiceField(
        label=_("Which statements"),
        choices=[(code, code) for code in STATEMENTS],
        error_messages={"required": _("Choose at least one."), "invalid_choice": _FROM_LIST},
    )
    expires_on = forms.DateField(
        label=_("Until which day"),
        error_messages={"required": _("Write the day on which they expire."), "invalid": _DAY},
    )

    def clean_expires_on(self) -> date:
        """Refuse a day that is past, or too far ahead (8.8)."""
        day: date = self.cleaned_data["expires_on"]
        today = timezone.localdate()
        if not today < day <= today + timedelta(days=LONGEST_DAYS):
            raise forms.ValidationError(
                translate("Write a day within the next %(days)d days.") % {"days": LONGEST_DAYS}
            )
        return day

    def build_body(self) -> dict[str, Any]:
        """Give what the decision says."""
        expires_on = self.cleaned_data["expires_on"].isoformat()
        return {"codes": sorted(self.cleaned_data["codes"]), "expires_on": expires_on}


class RulesForm(forms.Form):
    """The numbers that a community chooses; the rules themselves are not among them."""

    def __init__(self, *args: Any, rules: RuleSet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rules = rules
        for name, words in RULE_NUMBER_WORDS.items():
            least, most = BOUNDS[name]
            self.fields[name] = forms.IntegerField(
                label=str(words), min_value=least, max_value=most, initial=getattr(rules, name)
            )

    def clean(self) -> dict[str, Any]:
        """Refuse a change that is none."""
        if not self.errors and self.build_rules() == self.rules:
            raise forms.ValidationError(translate("These are the numbers in force. Change something first."))
        return self.cleaned_data

    def build_rules(self) -> RuleSet:
        """Give the next rules."""
        numbers = {name: self.cleaned_data[name] for name in RULE_NUMBER_WORDS}
        return RuleSet(community=self.rules.community, **numbers)


def _choose(value: str, offered: set[str]) -> str:
    if value not in offered:
        raise forms.ValidationError(_FROM_LIST)
    return value
