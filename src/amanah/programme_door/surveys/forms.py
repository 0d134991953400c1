"""What organisers write about a survey. It never offers a question about who someone is by name or contact."""

import re
import string
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from amanah.core.surveys.drawing import HEAVIEST, LIGHTEST, MOST_RANKED, MOST_STEPS
from amanah.core.surveys.questions import (
    MOST_CHOICES,
    WIDEST_SCALE,
    Condition,
    QuestionnaireError,
    choose_mechanism,
)
from amanah.core.surveys.questions import Question as AskedQuestion
from amanah.programme_door.error_words import WORDS_BY_REASON, explain_refusal
from amanah.programme_door.programmes.forms import (
    LONGEST_LINE,
    LONGEST_TEXT,
    WrittenInForm,
    build_line,
    build_text_area,
    required,
)
from amanah.programme_door.sessions.forms import MOMENT_FORMAT, build_moment_input
from amanah.programme_door.surveys.actions import CHOICELESS, STEPPED, QuestionPlan, SurveyPlan
from amanah.programme_door.surveys.queries import QuestionOnShow

_USUAL_CHOICES = {"single": 2, "multiple": 4, "ranking": 4, "index": 5}
FITTING, YES, NO = "fitting", "yes", "no"
_FAMILY = re.compile(r"[A-Za-z0-9_-]{1,64}")
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


class QuestionWordsForm(WrittenInForm):
    """The words of a question of one kind, in one language."""

    TEXTS = ("wording", "low", "high")

    wording = forms.CharField(
        label=_("Question"),
        help_text=_("Never ask for a name, an address or anything that tells who someone is."),
        max_length=LONGEST_LINE * 2,
        widget=build_text_area(2),
        error_messages=required(_("Write the question.")),
    )
    choices = forms.CharField(
        label=_("Choices"),
        help_text=_("One a line."),
        max_length=LONGEST_TEXT,
        widget=build_text_area(),
        error_messages=required(_("Write 2 to 26 choices, one a line.")),
    )
    low = forms.CharField(
        label=_("Words at the lowest step"),
        max_length=LONGEST_LINE,
        widget=build_line(),
        error_messages=required(_("Say what this end of the scale means.")),
    )
    high = forms.CharField(
        label=_("Words at the highest step"),
        max_length=LONGEST_LINE,
        widget=build_line(),
        error_messages=required(_("Say what this end of the scale means.")),
    )

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind = kind
        if kind == "index":
            self.fields["choices"].label = _("Statements")
            self.fields["choices"].help_text = _(
                "One a line. Each gets a step; the device adds the steps up and sends only the sum."
            )
        for name in self.list_unused():
            del self.fields[name]

    def list_unused(self) -> list[str]:
        """List the fields that this kind of question does not have."""
        unused = [] if self.kind in STEPPED else ["low", "high", "lowest", "highest"]
        return [
            name
            for name in (*unused, *(["choices"] if self.kind in CHOICELESS else []))
            if name in self.fields
        ]

    def clean(self) -> dict[str, Any]:
        """Read what can be chosen, one a line; refuse too few, too many and the same twice."""
        cleaned = super().clean() or {}
        if "choices" in cleaned:
            choices = [line.strip() for line in cleaned["choices"].splitlines() if line.strip()]
            cleaned["choices"] = choices
            if self.kind == "ranking" and not 2 <= len(choices) <= MOST_RANKED:
                self.add_error("choices", _("Write 2 to 11 things to put in order, one a line."))
            elif not 2 <= len(choices) <= MOST_CHOICES:
                self.add_error("choices", _("Write 2 to 26 choices, one a line."))
            elif len(set(choices)) < len(choices):
                self.add_error("choices", _("Two choices are the same. Change one of them."))
        return cleaned

    def build_plan(self) -> QuestionPlan:
        """Give the words that were written down; what else belongs to the question stays as it is."""
        cleaned = self.cleaned_data
        return QuestionPlan(
            language=cleaned["written_in"],
            kind=self.kind,
            texts=self.texts(*(name for name in self.TEXTS if name in self.fields)),
            choices=cleaned.get("choices", []),
            is_required=False,
            highest=0,
        )


class QuestionForm(QuestionWordsForm):
    """One question: its words, how its answers are protected, and of whom it is asked."""

    lowest = forms.IntegerField(
        label=_("Lowest step"),
        initial=0,
        min_value=-100,
        max_value=100,
        error_messages={
            "required": _("Say from where to where the scale goes."),
            "invalid": _("Write a whole number."),
        },
    )
    highest = forms.IntegerField(
        label=_("Highest step"),
        initial=4,
        min_value=-100,
        max_value=100,
        error_messages={
            "required": _("Say from where to where the scale goes."),
            "invalid": _("Write a whole number."),
        },
    )
    sensitivity = forms.ChoiceField(
        label=_("Could an answer hurt whoever gives it?"),
        choices=[
            ("harmless", _("Harmless: asked plainly")),
            ("sensitive", _("Sensitive: asked through a bag, 7 to 1")),
            ("gravest", _("Gravest: asked through a bag, 3 to 1")),
        ],
        widget=forms.RadioSelect,
        error_messages=required(_("Choose how the answers are protected.")),
    )
    own_weight = forms.IntegerField(
        label=_("My own weight"),
        help_text=_(
            "How many balls in the bag carry the answer, from 2 to 100. More balls: surer results, less protection. "
            "Leave empty to use what was chosen above."
        ),
        required=False,
        min_value=LIGHTEST,
        max_value=HEAVIEST,
        error_messages={
            "invalid": _("Write a whole number."),
            "min_value": _("A weight is a whole number from 2 to 100."),
            "max_value": _("A weight is a whole number from 2 to 100."),
        },
    )
    block = forms.ChoiceField(
        label=_("Who is asked"),
        help_text=_(
            "Each device draws lots. Two of three people are not asked and give nothing away; results tell as much as "
            "a third of the people can."
        ),
        choices=[
            (FITTING, _("A random third, where answers are protected (suggested)")),
            (YES, _("A random third")),
            (NO, _("Everybody")),
        ],
        initial=FITTING,
        required=False,
    )
    prefer_not_to_say = forms.ChoiceField(
        label=_("“I prefer not to say”"),
        help_text=_("Whoever chooses it sends nothing for this question."),
        choices=[
            (FITTING, _("Offered where answers are protected (suggested)")),
            (YES, _("Offered")),
            (NO, _("Not offered")),
        ],
        initial=FITTING,
        required=False,
    )
    is_required = forms.BooleanField(
        label=_("Has to be answered"),
        help_text=_("People trust a survey more when they may leave a question out."),
        required=False,
    )
    family = forms.CharField(
        label=_("What it is about, in one short word"),
        help_text=_(
            "Questions about the same thing share one budget on each device. Letters a to z, digits, hyphens: for "
            "example police. Leave empty if no other question is about the same thing."
        ),
        max_length=64,
        required=False,
        widget=forms.TextInput(
            attrs={"dir": "ltr", "autocapitalize": "none", "spellcheck": "false", "list": "families"}
        ),
    )
    only_if = forms.MultipleChoiceField(label=_("Ask only whoever answered"), choices=[], required=False)

    def __init__(self, *args: Any, kind: str, earlier: Sequence[QuestionOnShow] = (), **kwargs: Any) -> None:
        super().__init__(*args, kind=kind, **kwargs)
        self.branches = [
            (question, [(f"{question.code}:{code}", words) for code, words in list_branches(question)])
            for question in earlier
            if not question.is_randomised and question.kind in {"single", "multiple", "scale"}
        ]
        field = self.fields["only_if"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [choice for _question, choices in self.branches for choice in choices]

    def describe(self) -> AskedQuestion:
        """Give the question as far as it is written, to tell what it would say; what is missing is made up."""
        lines = [line for line in str(self._read("choices")).splitlines() if line.strip()]
        most = MOST_RANKED if self.kind == "ranking" else MOST_CHOICES
        count = min(len(lines), most) if len(lines) > 1 else _USUAL_CHOICES.get(self.kind, 0)
        question = AskedQuestion("q", self.kind, tuple(string.ascii_lowercase[:count]))  # type: ignore[arg-type]
        if self.kind not in STEPPED:
            return question
        lowest, highest = _read_number(self._read("lowest")), _read_number(self._read("highest"))
        if lowest is None or highest is None or not 1 <= highest - lowest < WIDEST_SCALE:
            lowest, highest = 0, 4
        stepped = replace(question, lowest=lowest, highest=highest)
        return stepped if stepped.steps <= MOST_STEPS else replace(stepped, choices=stepped.choices[:2])

    def find_own_weight(self) -> int | None:
        """Find the weight that the organiser wrote, where it is one."""
        weight = _read_number(self._read("own_weight"))
        return weight if weight is not None and LIGHTEST <= weight <= HEAVIEST else None

    def _read(self, name: str) -> Any:
        value = self[name].value() if name in self.fields else None
        return "" if value is None else value

    def clean_family(self) -> str:
        """Refuse a short name that could not stand in a plan."""
        family: str = self.cleaned_data["family"].strip()
        if family and not _FAMILY.fullmatch(family):
            raise forms.ValidationError(str(WORDS_BY_REASON["code-unfit"]))
        return family

    def clean_only_if(self) -> Condition | None:
        """Read what was ticked; a question can depend on one earlier question only."""
        ticked = [value.split(":", 1) for value in self.cleaned_data["only_if"]]
        codes = {code for code, _choice in ticked}
        if len(codes) > 1:
            raise forms.ValidationError(
                _("A question can depend on one earlier question only. Untick the choices of the others.")
            )
        return Condition(codes.pop(), tuple(choice for _code, choice in ticked)) if codes else None

    def clean(self) -> dict[str, Any]:
        """Refuse a scale without steps, and a protection that the core does not know."""
        cleaned = super().clean()
        has_steps = {"lowest", "highest"} <= set(cleaned)
        if has_steps and not 2 <= cleaned["highest"] - cleaned["lowest"] + 1 <= WIDEST_SCALE:
            self.add_error("highest", str(WORDS_BY_REASON["scale-unfit"]))
        if "sensitivity" in cleaned and "own_weight" not in self.errors:
            try:
                cleaned["protection"] = choose_mechanism(
                    self.kind,  # type: ignore[arg-type]
                    cleaned["sensitivity"],
                    cleaned.get("own_weight"),
                )
            except QuestionnaireError as error:
                self.add_error("own_weight", explain_refusal(error))
        return cleaned

    def build_plan(self) -> QuestionPlan:
        """Give what was written down; plain answers need no lot and no family."""
        cleaned = self.cleaned_data
        mechanism, weight = cleaned["protection"]
        is_randomised = bool(weight)
        return QuestionPlan(
            language=cleaned["written_in"],
            kind=self.kind,
            texts=self.texts(*(name for name in self.TEXTS if name in self.fields)),
            choices=cleaned.get("choices", []),
            is_required=cleaned["is_required"],
            highest=cleaned.get("highest") or 0,
            lowest=cleaned.get("lowest") or 0,
            mechanism=mechanism,
            weight=weight,
            family=cleaned["family"] if is_randomised else "",
            is_in_block=is_randomised and cleaned["block"] != NO,
            prefer_not_to_say=cleaned["prefer_not_to_say"] == YES
            or (is_randomised and cleaned["prefer_not_to_say"] != NO),
            only_if=cleaned["only_if"],
        )


class BreakdownsForm(forms.Form):
    """By which plain questions the results will be told apart."""

    breakdowns = forms.MultipleChoiceField(
        label=_("Tell results apart by"),
        choices=[],
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, questions: Sequence[QuestionOnShow], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["breakdowns"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [
                (question.code, question.words["wording"])
                for question in questions
                if question.kind == "single" and not question.is_randomised
            ]


def _read_number(value: Any) -> int | None:
    text = str(value)
    return int(text) if re.fullmatch(r"-?[0-9]{1,3}", text) else None


def list_branches(question: QuestionOnShow) -> list[tuple[str, str]]:
    """List what a later question can depend on: code and words of each choice, or of each step."""
    if question.kind == "scale":
        return [(str(step), str(step)) for step in question.steps]
    return [(choice.code, choice.words["wording"]) for choice in question.choices]


def describe_question(question: QuestionOnShow) -> dict[str, Any]:
    """Give a question as its form starts out with, save for its words."""
    condition, is_randomised = question.only_if, question.is_randomised
    suggested = {7: "sensitive", 3: "gravest"}.get(question.weight)
    return {
        "lowest": question.lowest,
        "highest": question.highest,
        "sensitivity": (suggested or "sensitive") if is_randomised else "harmless",
        "own_weight": question.weight if is_randomised and not suggested else None,
        "block": YES if question.is_in_block else NO,
        "prefer_not_to_say": YES if question.prefer_not_to_say else NO,
        "is_required": question.is_required,
        "family": question.family,
        "only_if": [f"{condition.code}:{choice}" for choice in condition.choices] if condition else [],
    }
