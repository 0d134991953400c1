"""What organisers write down about a vote that recognises somebody. Errors say what to do, and what was typed stays."""

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from amanah.core.credentials.identifiers import is_did_key
from amanah.core.credentials.root_lists import Root, Vote
from amanah.programme_door.credentials.forms import (
    LONGEST_NAME,
    LONGEST_TEXT,
    Choices,
    SignedWordsForm,
    build_day,
)
from amanah.programme_door.programmes.forms import build_line, build_text_area, required
from amanah.programme_door.roots.actions import ListRules

MOST_QUOTED = 64
_IDENTIFIER = re.compile(r"[a-z][a-z0-9+.-]*:[!-~]+")
_WHOLE = {
    "required": _("Write a whole number."),
    "invalid": _("Write a whole number."),
    "min_value": _("Write a whole number."),
}


class RootForm(SignedWordsForm):
    """Whom the community recognises, for what, how long, by which vote and why."""

    NAMES = ("name",)
    TEXTS = ("reasons",)

    identifier = forms.ChoiceField(label=_("Who"), choices=list)
    other = forms.CharField(
        label=_("Or a body that is not in the list"),
        help_text=_("Its identifier as it stands in its papers, such as https://… or did:key:…"),
        max_length=2_048,
        required=False,
        widget=forms.TextInput(attrs={"dir": "ltr", "autocapitalize": "none", "spellcheck": "false"}),
    )
    name = forms.CharField(
        label=_("Name, as everybody may read it"),
        max_length=LONGEST_NAME,
        widget=build_line(),
        error_messages=required(_("Write a name.")),
    )
    scopes = forms.MultipleChoiceField(
        label=_("For which subjects"),
        help_text=_("A wider subject holds all of its parts."),
        choices=list,
        widget=forms.CheckboxSelectMultiple,
        error_messages=required(_("Choose at least one subject.")),
    )
    from_day = build_day(label=_("From which day"))
    until_day = build_day(
        label=_("Until which day"),
        help_text=_("A term that ends is asked about again. Empty means until another vote."),
        required=False,
    )
    held_on = build_day(label=_("Day of the vote"))
    votes_for = forms.IntegerField(
        label=_("Votes for"), min_value=0, max_value=1_000_000, error_messages=_WHOLE
    )
    votes_against = forms.IntegerField(
        label=_("Votes against"), min_value=0, max_value=1_000_000, error_messages=_WHOLE
    )
    abstained = forms.IntegerField(
        label=_("Abstained"), min_value=0, max_value=1_000_000, initial=0, error_messages=_WHOLE
    )
    way = forms.ChoiceField(
        label=_("How it was voted"),
        choices=[
            ("meeting", _("In a meeting")),
            ("survey", _("By a survey that anybody can recount")),
            ("panel", _("By a panel")),
        ],
        widget=forms.RadioSelect,
        initial="meeting",
    )
    occasion = forms.ChoiceField(label=_("Which survey"), required=False, choices=list)
    reasons = forms.CharField(
        label=_("Why"),
        help_text=_("In words that somebody who voted against would call fair. Shown to everybody."),
        max_length=LONGEST_TEXT,
        widget=build_text_area(4),
        error_messages=required(_("Say why the community recognises them.")),
    )
    history = forms.CharField(
        label=_("The line behind them, as books give it"),
        help_text=_("One step a line, the nearest first. It is quoted as words and proves nothing."),
        required=False,
        widget=build_text_area(4),
    )

    def __init__(self, *args: Any, people: Choices, scopes: Choices, surveys: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices: dict[str, list[tuple[str, Any]]] = {
            "identifier": [("", _("a body that is named below")), *people],
            "scopes": [*scopes],
            "occasion": [("", "–"), *surveys],
        }
        self.fields["identifier"].required = False
        for name, options in choices.items():
            field = self.fields[name]
            if isinstance(field, forms.ChoiceField):
                field.choices = options

    def clean(self) -> dict[str, Any]:
        """Hold what was typed to what a list can hold."""
        said = super().clean()
        other = str(said.get("other", "")).strip()
        if bool(said.get("identifier")) == bool(other):
            self.add_error(
                "identifier", _("Choose somebody, or write the identifier of a body: one of both.")
            )
        if other and not _IDENTIFIER.fullmatch(other):
            self.add_error(
                "other", _("Copy the identifier as it stands in a paper of theirs, without spaces.")
            )
        begins, ends = said.get("from_day"), said.get("until_day")
        if begins and ends and ends < begins:
            self.add_error("until_day", _("It ends before it begins. Choose a later day."))
        if said.get("way") == "survey" and not said.get("occasion"):
            self.add_error("occasion", _("Choose the survey, so that anybody can recount it."))
        history = [" ".join(line.split()) for line in str(said.get("history", "")).splitlines()]
        said["history_lines"] = tuple(line for line in history if line)
        if len(said["history_lines"]) > MOST_QUOTED or any(
            len(line) > LONGEST_TEXT for line in said["history_lines"]
        ):
            self.add_error("history", _("That is too long. 64 lines at most, with 2,000 letters each."))
        return said

    def build_root(self, *, achievements: dict[str, str]) -> Root:
        """Give what the next list will hold."""
        said = self.cleaned_data
        return Root(
            id=said["identifier"] or said["other"].strip(),
            name=said["name"],
            scopes=tuple(said["scopes"]),
            from_day=said["from_day"],
            until_day=said["until_day"],
            vote=Vote(
                held_on=said["held_on"],
                votes_for=said["votes_for"],
                votes_against=said["votes_against"],
                abstained=said["abstained"],
                way=said["way"],
                occasion=said["occasion"] or None if said["way"] == "survey" else None,
            ),
            reasons=said["reasons"],
            history=said["history_lines"],
            achievements=achievements,
        )


class PublishForm(forms.Form):
    """What a list says besides whom it names."""

    longest_chain = forms.IntegerField(
        label=_("Longest line that counts"),
        help_text=_("How many links there may be from a teacher to somebody whom you recognise."),
        min_value=1,
        max_value=64,
        initial=16,
        error_messages=_WHOLE | {"max_value": _("64 links at most.")},
    )
    recorders = forms.CharField(
        label=_("Other communities whose records you believe"),
        help_text=_(
            "One key a line, from did:key:z to the end. They may write down what witnesses saw, for you too."
        ),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "dir": "ltr", "spellcheck": "false", "class": "code"}),
    )

    def clean_recorders(self) -> list[str]:
        """Refuse what is no key."""
        keys = str(self.cleaned_data["recorders"]).split()
        if any(not is_did_key(key) for key in keys):
            raise forms.ValidationError(
                _("One of these is no key. Copy all of it, from did:key:z to the end.")
            )
        return list(dict.fromkeys(keys))

    def build_rules(self) -> ListRules:
        """Give what is published with the roots."""
        return ListRules(self.cleaned_data["recorders"], self.cleaned_data["longest_chain"])


class OtherListForm(forms.Form):
    """The published list of another community."""

    file = forms.FileField(
        label=_("Their list as a file"),
        help_text=_("The file roots.json of their site. Get it from them; nothing is fetched from here."),
        error_messages=required(_("Choose the file.")),
    )


class MapForm(forms.Form):
    """Which subject of ours the paper of another body means."""

    root = forms.ChoiceField(label=_("Under which vote"), choices=list)
    scope = forms.ChoiceField(label=_("It means the subject"), choices=list)

    def __init__(self, *args: Any, roots: Choices, scopes: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, options in (("root", roots), ("scope", scopes)):
            field = self.fields[name]
            if isinstance(field, forms.ChoiceField):
                field.choices = options


def build_initial(root: Root) -> dict[str, Any]:
    """Give what a form shows of a root that is written down."""
    return {
        "identifier": root.id,
        "other": root.id,
        "name": root.name,
        "scopes": list(root.scopes),
        "from_day": root.from_day,
        "until_day": root.until_day,
        "held_on": root.vote.held_on,
        "votes_for": root.vote.votes_for,
        "votes_against": root.vote.votes_against,
        "abstained": root.vote.abstained,
        "way": root.vote.way,
        "occasion": root.vote.occasion or "",
        "reasons": root.reasons,
        "history": "\n".join(root.history),
    }
