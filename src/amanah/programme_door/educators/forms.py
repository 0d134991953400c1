"""What organisers write about somebody who teaches and agreed to it. What they may teach is no field: papers say it."""

import unicodedata
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from amanah.core.credentials.identifiers import is_holder
from amanah.core.credentials.reading import CredentialError
from amanah.core.credentials.texts import verify_name
from amanah.programme_door.educators.photographs import (
    LARGEST_PHOTOGRAPH,
    PhotographUnfitError,
    parse_photograph,
)
from amanah.programme_door.programmes.forms import (
    LONGEST_LINE,
    LONGEST_TEXT,
    WrittenInForm,
    build_line,
    build_short_name,
    build_text_area,
    required,
)

Choices = Sequence[tuple[str, str]]
_DAY = {"type": "date"}

WORDS_OF_PHOTOGRAPHS = {
    "too-large": _("The picture is larger than 400 KiB. Choose a smaller one."),
    "no-picture": _("This is no JPEG and no PNG. Save the picture as one of them."),
    "damaged": _("The picture cannot be read. Open it, save it again, and choose it once more."),
    "size": _("The picture must be 96 to 1,600 pixels on each side."),
    "turned": _("The picture lies on its side. Turn it upright, save it, and choose it once more."),
}


class EducatorForm(WrittenInForm):
    """The words of one page, in one language, and what the page answers for."""

    TEXTS = ("name", "about", "interests", "outside_roles", "pays", "safeguarding_kind", "safeguarding_by")

    name = forms.CharField(
        label=_("Name"),
        help_text=_("As they are called where they teach."),
        max_length=LONGEST_LINE,
        widget=build_line(),
        error_messages=required(_("Write the name.")),
    )
    about = forms.CharField(
        label=_("In one or two sentences: who they are"),
        help_text=_("No title that a paper below does not show."),
        max_length=600,
        required=False,
        widget=build_text_area(2),
    )
    holder = forms.CharField(
        label=_("How papers name them"),
        help_text=_("Begins with did:key: or urn:uuid:. Empty means that nobody has shown you a paper."),
        max_length=128,
        required=False,
        widget=forms.TextInput(attrs={"dir": "ltr", "spellcheck": "false", "autocapitalize": "none"}),
    )
    scopes = forms.MultipleChoiceField(
        label=_("Subjects that a parent may ask about"),
        help_text=_(
            "Tick also what they must not be taken for. The page says of each whether a paper reaches somebody whom "
            "you recognise; you cannot type that here."
        ),
        choices=list,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    programmes = forms.MultipleChoiceField(
        label=_("Programmes in which they teach"),
        choices=list,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    safeguarding_kind = forms.CharField(
        label=_("Safeguarding: which check was made"),
        help_text=_("Its name alone. Never what was found in it."),
        max_length=LONGEST_LINE,
        required=False,
        widget=build_line(),
    )
    safeguarding_on = forms.DateField(
        label=_("Day of that check"), required=False, widget=forms.DateInput(attrs=_DAY, format="%Y-%m-%d")
    )
    safeguarding_by = forms.CharField(
        label=_("Who saw it"), max_length=LONGEST_LINE, required=False, widget=build_line()
    )
    pays = forms.CharField(
        label=_("Who pays them for teaching here"),
        help_text=_("Where the money itself comes from stands on the programme's page."),
        max_length=LONGEST_TEXT,
        required=False,
        widget=build_text_area(2),
    )
    interests = forms.CharField(
        label=_("Declared interests"),
        help_text=_(
            "What they earn from or own that has to do with what they teach. Write “none declared” if so."
        ),
        max_length=LONGEST_TEXT,
        required=False,
        widget=build_text_area(2),
    )
    outside_roles = forms.CharField(
        label=_("Roles elsewhere"),
        help_text=_("Offices, boards, advice to authorities or companies. Write “none declared” if so."),
        max_length=LONGEST_TEXT,
        required=False,
        widget=build_text_area(2),
    )

    def __init__(self, *args: Any, subjects: Choices, programmes: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, choices in (("scopes", subjects), ("programmes", programmes)):
            field = self.fields[name]
            if isinstance(field, forms.MultipleChoiceField):
                field.choices = choices

    def clean_name(self) -> str:
        """Refuse a name that looks like another one: letters of two scripts, signs that nobody sees."""
        name = unicodedata.normalize("NFC", self.cleaned_data["name"].strip())
        try:
            verify_name(name, "2.6")
        except CredentialError as error:
            raise forms.ValidationError(
                _(
                    "This name mixes alphabets or holds signs that cannot be seen. Type it anew, letter by letter."
                )
            ) from error
        return name

    def clean_holder(self) -> str:
        """Refuse what no paper could name."""
        holder = str(self.cleaned_data["holder"]).strip()
        if holder and not is_holder(holder):
            raise forms.ValidationError(
                _("This names nobody. Copy it from a paper: it begins with did:key: or urn:uuid:.")
            )
        return holder

    def clean(self) -> dict[str, Any]:
        """Refuse half of a check: its kind, its day and who saw it belong together."""
        said = super().clean() or {}
        parts = [said.get(name) for name in ("safeguarding_kind", "safeguarding_on", "safeguarding_by")]
        if any(parts) and not all(parts):
            self.add_error(
                "safeguarding_kind", _("Write which check, its day and who saw it, or leave all three empty.")
            )
        day = said.get("safeguarding_on")
        if day and day > timezone.localdate():
            self.add_error("safeguarding_on", _("This day is still to come."))
        return said


class NewEducatorForm(EducatorForm):
    """A new page; its short name is chosen once."""

    slug = build_short_name(
        label=_("Short name for the address"),
        help_text=_(
            "Small letters, digits, hyphens. It is printed as a code, so it cannot be changed later."
        ),
        error_messages=required(_("Choose a short name, for example amina.")),
    )

    def clean_slug(self) -> str:
        """Refuse the names that are addresses of the desk."""
        slug: str = self.cleaned_data["slug"]
        if slug in {"new", "concerns"}:
            raise forms.ValidationError(_("Choose another short name."))
        return slug


class ConsentForm(forms.Form):
    """The day on which somebody agreed, and whether the page is shown now."""

    consent_on = forms.DateField(
        label=_("Day on which they agreed that this page is shown"),
        help_text=_("Ask them, and show them the page first. Keep nothing signed: the day is enough."),
        widget=forms.DateInput(attrs=_DAY, format="%Y-%m-%d"),
        error_messages=required(_("Without this day nothing is shown.")),
    )
    is_shown = forms.BooleanField(label=_("Show the page to everyone"), required=False)

    def clean_consent_on(self) -> Any:
        """Refuse a day that is still to come: nobody has agreed on it yet."""
        day = self.cleaned_data["consent_on"]
        if day > timezone.localdate():
            raise forms.ValidationError(_("This day is still to come."))
        return day


class PhotographForm(forms.Form):
    """One small picture."""

    photograph = forms.FileField(
        label=_("Picture"),
        help_text=_(
            "JPEG or PNG, at most 400 KiB, 96 to 1,600 pixels on each side, upright. What the camera wrote into it is "
            "taken out."
        ),
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png"}),
        error_messages=required(_("Choose a picture.")),
    )

    def clean_photograph(self) -> Any:
        """Give the picture as it will be kept."""
        file = self.cleaned_data["photograph"]
        if file.size > LARGEST_PHOTOGRAPH:
            raise forms.ValidationError(WORDS_OF_PHOTOGRAPHS["too-large"])
        try:
            return parse_photograph(file.read())
        except PhotographUnfitError as error:
            raise forms.ValidationError(WORDS_OF_PHOTOGRAPHS[error.reason]) from error


class ConcernForm(WrittenInForm):
    """Where to turn with a concern, statutory places first."""

    TEXTS = ("statutory", "here")

    statutory = forms.CharField(
        label=_("Outside: the places that the law provides"),
        help_text=_(
            "One a line, the most urgent first: emergency number, police, child protection, the office that "
            "supervises you. Ring each number before you write it down."
        ),
        max_length=LONGEST_TEXT,
        widget=build_text_area(),
        error_messages=required(_("Write at least the emergency number of your country.")),
    )
    here = forms.CharField(
        label=_("Here: to whom, and how nobody else hears of it"),
        help_text=_("A person who is not the teacher, and how to reach them alone."),
        max_length=LONGEST_TEXT,
        required=False,
        widget=build_text_area(2),
    )
