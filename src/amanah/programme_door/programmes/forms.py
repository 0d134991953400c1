"""What organisers write about their community and programmes. Errors say what to do, and what was typed stays."""

import re
from typing import Any

from django import forms
from django.conf import settings
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
LONGEST_SLUG = 64
LONGEST_LINE = 120
LONGEST_TEXT = 4_000
_SENTENCE_ROWS = 2
_TEXT_ROWS = 5


def required(message: Any) -> dict[str, Any]:
    """Give the words for a field that was left empty."""
    return {"required": message}


def build_text_area(rows: int = _TEXT_ROWS) -> forms.Textarea:
    """Give a text area; `dir=auto` lets right-to-left words stand as they are typed."""
    return forms.Textarea(attrs={"rows": rows, "dir": "auto"})


def build_line() -> forms.TextInput:
    """Give a one-line field whose direction follows what is typed."""
    return forms.TextInput(attrs={"dir": "auto"})


def build_short_name(**options: Any) -> forms.CharField:
    """Give a field for a short name that is chosen once and stands in an address."""
    return forms.CharField(
        max_length=LONGEST_SLUG,
        validators=[
            RegexValidator(rf"^{SLUG.pattern}\Z", _("Use small letters a to z, digits and single hyphens."))
        ],
        widget=forms.TextInput(attrs={"dir": "ltr", "autocapitalize": "none", "spellcheck": "false"}),
        **options,
    )


class WrittenInForm(forms.Form):
    """Anything that is written in one language at a time."""

    written_in = forms.ChoiceField(
        label=_("Language of these words"),
        help_text=_("You can add the other languages afterwards."),
        choices=list,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["written_in"]
        if isinstance(field, forms.ChoiceField):
            field.choices = settings.LANGUAGES

    def texts(self, *names: str) -> dict[str, str]:
        """Give the cleaned texts by name."""
        return {name: self.cleaned_data[name].strip() for name in names}


class CommunityForm(WrittenInForm):
    """The community's own words on its public pages."""

    TEXTS = ("welcome", "about", "contact")

    welcome = forms.CharField(
        label=_("One sentence of welcome"),
        help_text=_("It stands at the top of the home page."),
        max_length=LONGEST_LINE,
        widget=build_line(),
        error_messages=required(_("Write one sentence. It can be changed later.")),
    )
    about = forms.CharField(
        label=_("Who you are"),
        help_text=_("A few sentences. Who runs this, and for whom."),
        max_length=LONGEST_TEXT,
        required=False,
        widget=build_text_area(),
    )
    contact = forms.CharField(
        label=_("How people reach you"),
        help_text=_("A place and a time, or a telephone number. Shown to everyone."),
        max_length=LONGEST_LINE,
        required=False,
        widget=build_line(),
    )


class ProgrammeForm(WrittenInForm):
    """A programme: what it is, who teaches, who pays."""

    TEXTS = ("title", "summary", "who_teaches", "who_pays")

    title = forms.CharField(
        label=_("Name of the programme"),
        max_length=LONGEST_LINE,
        widget=build_line(),
        error_messages=required(_("Give the programme a name.")),
    )
    summary = forms.CharField(
        label=_("What it is"),
        help_text=_("Two or three sentences that a parent understands."),
        max_length=LONGEST_TEXT,
        widget=build_text_area(_SENTENCE_ROWS),
        error_messages=required(_("Say in a sentence what it is.")),
    )
    who_teaches = forms.CharField(
        label=_("Who teaches"),
        help_text=_("Names, and what each may teach. People see this before they join."),
        max_length=LONGEST_TEXT,
        widget=build_text_area(),
        error_messages=required(_("Say who teaches, or write that it is not decided yet.")),
    )
    who_pays = forms.CharField(
        label=_("Who pays"),
        help_text=_("Every source of money and help. What is not known, say that it is not known."),
        max_length=LONGEST_TEXT,
        widget=build_text_area(),
        error_messages=required(_("Say who pays, or write that nobody does.")),
    )


class NewProgrammeForm(ProgrammeForm):
    """A new programme; its short name is chosen once."""

    slug = build_short_name(
        label=_("Short name"),
        help_text=_("For the address: small letters, digits, hyphens. It cannot be changed later."),
        error_messages=required(_("Choose a short name, for example solid-ground.")),
    )

    def clean_slug(self) -> str:
        """Refuse the one name that is an address of the desk."""
        slug: str = self.cleaned_data["slug"]
        if slug == "new":
            raise forms.ValidationError(_("Choose another short name."))
        return slug


class ProgrammeChangeForm(ProgrammeForm):
    """An existing programme."""

    is_shown = forms.BooleanField(label=_("Show it on the public pages"), required=False, initial=True)
