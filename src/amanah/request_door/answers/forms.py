"""What trustees fill in about one item of a package; the rest is core's to judge."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from amanah.core.data_requests.packages import LARGEST_ITEM, PackageItem
from amanah.core.data_requests.scopes import Scope
from amanah.request_door.requests.words import CATEGORY_WORDS


class ItemForm(forms.Form):
    """One item: the file, and what it is about, chosen from what the decision allows."""

    file = forms.FileField(label=_("The file"))
    name = forms.CharField(
        max_length=100,
        label=_("Its name in the package"),
        help_text=_(
            "Letters, digits, dots and hyphens. It names no person: the package says whom it is about."
        ),
    )
    category = forms.ChoiceField(label=_("What kind of data"))
    person = forms.ChoiceField(label=_("About whom"))
    since = forms.DateField(
        required=False, label=_("From which day"), widget=forms.DateInput(attrs={"type": "date"})
    )
    until = forms.DateField(
        required=False, label=_("To which day"), widget=forms.DateInput(attrs={"type": "date"})
    )

    def __init__(self, *args: Any, scope: Scope, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["category"].choices = [(code, CATEGORY_WORDS[code]) for code in scope.categories]  # type: ignore[attr-defined]
        self.fields["person"].choices = [(name, name) for name in scope.people]  # type: ignore[attr-defined]
        if scope.since is not None:
            self.fields["since"].required = True
        if scope.until is not None:
            self.fields["until"].required = True

    def clean_file(self) -> bytes:
        """Give the bytes; a file that is too large came without any."""
        file = self.cleaned_data["file"]
        if (file.size or 0) > LARGEST_ITEM:
            raise forms.ValidationError(_("The file is larger than 10 MB. Split it, or send less."))
        content: bytes = file.read()
        return content

    def build_item(self) -> PackageItem:
        """Give the item as packages hold it."""
        found = self.cleaned_data
        return PackageItem(
            name=found["name"],
            content=found["file"],
            category=found["category"],
            person=found["person"],
            since=found["since"],
            until=found["until"],
        )
