"""What organisers write about a subject. Errors say what to do, and what was typed stays."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from amanah.core.credentials.scopes import parse_scope
from amanah.core.errors import InvalidInputError
from amanah.programme_door.programmes.forms import (
    LONGEST_LINE,
    WrittenInForm,
    build_line,
    build_short_name,
    build_text_area,
    required,
)

LONGEST_ABOUT = 2_000


class ScopeWordsForm(WrittenInForm):
    """The community's words for one subject."""

    TEXTS = ("name", "about")

    name = forms.CharField(
        label=_("Name of the subject"),
        help_text=_("As a parent would say it."),
        max_length=LONGEST_LINE,
        widget=build_line(),
        error_messages=required(_("Give the subject a name.")),
    )
    about = forms.CharField(
        label=_("What it is, and what it is not"),
        help_text=_("One or two sentences. Say what somebody who may teach this may not teach."),
        max_length=LONGEST_ABOUT,
        required=False,
        widget=build_text_area(2),
    )


class ScopeChangeForm(ScopeWordsForm):
    """A subject that is there; its short name stays."""

    is_shown = forms.BooleanField(
        label=_("Offer it"),
        help_text=_("A hidden subject stays in every paper that names it. It is not offered for new ones."),
        required=False,
        initial=True,
    )


class NewScopeForm(ScopeWordsForm):
    """A new subject; where it lies and its short name are chosen once."""

    inside = forms.ChoiceField(
        label=_("Part of"),
        help_text=_("Whoever may teach the wider subject may teach all of its parts."),
        required=False,
        choices=list,
    )
    slug = build_short_name(
        label=_("Short name"),
        help_text=_(
            "Small letters, digits, hyphens. It stands in every paper about this subject, so it can never change."
        ),
        error_messages=required(_("Choose a short name, for example hafs.")),
    )

    def __init__(self, *args: Any, wider: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["inside"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [("", _("nothing wider")), *wider]

    def clean(self) -> dict[str, Any]:
        """Put both together; refuse what is too deep or too long."""
        said = super().clean() or {}
        if "slug" in said and "inside" in said:
            scope = "/".join(part for part in (said["inside"], said["slug"]) if part)
            try:
                said["scope"] = parse_scope(scope)
            except InvalidInputError:
                self.add_error(
                    "slug", _("That is too long together with what it is part of. Choose a shorter one.")
                )
            if scope == "new":
                self.add_error("slug", _("Choose another short name."))
        return said
