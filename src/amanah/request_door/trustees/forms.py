"""What founders and trustees type about a panel, and counter staff about themselves. It never asks for a password."""

from typing import Any, cast
from urllib.parse import urlsplit

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from amanah.core.data_requests.panels import MOST_DEPUTIES, MOST_MEMBERS
from amanah.core.data_requests.scopes import parse_name
from amanah.core.errors import InvalidInputError
from amanah.request_door.trustees.founding import NewSeat

LONGEST_NAME = 120
FEWEST_SEATS = 2
MOST_SEATS = MOST_MEMBERS + MOST_DEPUTIES


def clean_text(text: str) -> str:
    """Give a name as panels hold it, or say what is wrong with it."""
    try:
        return parse_name(text)
    except InvalidInputError as error:
        raise ValidationError(
            _("Write it again: at most 120 characters, and none that cannot be seen.")
        ) from error


def _text_field(
    label: Any, missing: Any, *, autocomplete: str = "off", help_text: Any = ""
) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=help_text,
        max_length=LONGEST_NAME,
        widget=forms.TextInput(attrs={"autocomplete": autocomplete, "dir": "auto"}),
        error_messages={"required": missing},
    )


class NameForm(forms.Form):
    """The name of somebody who takes requests in."""

    name = _text_field(
        _("Your name"),
        _("Write your name."),
        autocomplete="name",
        help_text=_("Only the trustees and others at this counter see it."),
    )

    def clean_name(self) -> str:
        """Compose the name."""
        return clean_text(self.cleaned_data["name"])


class SeatForm(forms.Form):
    """One trustee: office, name, member or deputy."""

    office = _text_field(
        _("Office"), _("Write which office it is."), help_text=_("For example: chair, treasurer, teacher.")
    )
    name = _text_field(
        _("Name"), _("Write who holds the office."), help_text=_("It is public, here and in the log's files.")
    )
    is_deputy = forms.BooleanField(
        label=_("Deputy: signs only for a member who has stepped aside"), required=False
    )

    def clean_office(self) -> str:
        """Compose the office."""
        return clean_text(self.cleaned_data["office"])

    def clean_name(self) -> str:
        """Compose the name."""
        return clean_text(self.cleaned_data["name"])

    def build_seat(self) -> NewSeat:
        """Give the seat that was described."""
        cleaned = self.cleaned_data
        return NewSeat(cleaned["name"], cleaned["office"], is_deputy=cleaned["is_deputy"])


class LeastForm(forms.Form):
    """How many must sign, and at which address."""

    least = forms.IntegerField(
        label=_("How many must sign a decision"),
        min_value=2,
        max_value=MOST_MEMBERS,
        help_text=_("More than half of the members. Deputies do not count."),
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
        error_messages={
            "required": _("Write how many must sign."),
            "invalid": _("Write a whole number."),
            "min_value": _("One person alone can decide nothing. Write 2 or more."),
            "max_value": _("There are at most 12 members."),
        },
    )


class AddressForm(LeastForm):
    """The same for a panel that exists, which may move."""

    origin = forms.CharField(
        label=_("Address of this door"),
        max_length=300,
        help_text=_("Leave it, unless the door moves. On another host name everybody needs a new passkey."),
        widget=forms.TextInput(attrs={"dir": "ltr", "inputmode": "url", "autocomplete": "off"}),
        error_messages={"required": _("Write the address of this door.")},
    )

    def clean_origin(self) -> str:
        """Refuse what browsers would not take for a passkey."""
        origin: str = self.cleaned_data["origin"].strip().rstrip("/")
        parts = urlsplit(origin)
        is_local = parts.hostname in {"localhost", "127.0.0.1"}
        if parts.scheme not in ({"https", "http"} if is_local else {"https"}) or not parts.hostname:
            raise ValidationError(_("Write it as https://name.example, without a path."))
        if origin != f"{parts.scheme}://{parts.netloc}" or "@" in parts.netloc:
            raise ValidationError(_("Write it as https://name.example, without a path."))
        return origin.lower()


class FoundingForm(LeastForm):
    """A first panel in one form: rows of office, name and deputy, and how many must sign."""

    def __init__(self, data: Any = None, *, rows: int = 3) -> None:
        super().__init__(data)
        self.rows = [SeatRow(data, prefix=f"seat-{place}") for place in range(rows)]

    def clean(self) -> dict[str, Any]:
        """Refuse a panel in which one person could decide; nothing is lost by a mistake."""
        cleaned = cast("dict[str, Any]", super().clean())
        filled = [row for row in self.rows if not row.is_left_empty]
        if not all(row.is_valid() for row in filled):
            raise ValidationError(_("An office or a name is missing. See the rows below."))
        seats = [row.build_seat() for row in filled]
        members = [seat for seat in seats if not seat.is_deputy]
        if not FEWEST_SEATS <= len(members) <= MOST_MEMBERS or len(seats) - len(members) > MOST_DEPUTIES:
            raise ValidationError(_("A panel has 2 to 12 members, and at most 6 deputies."))
        if len({seat.name.casefold() for seat in seats}) < len(seats):
            raise ValidationError(_("Two people have the same name. Add something to one of them."))
        least = cleaned.get("least")
        if least is not None and not len(members) < 2 * least <= 2 * len(members):
            self.add_error(
                "least", _("Write more than half of the members, and not more than there are of them.")
            )
        cleaned["seats"] = seats
        return cleaned


class SeatRow(SeatForm):
    """One row of the founding form; a row that is left empty is no seat."""

    @property
    def is_left_empty(self) -> bool:
        """Tell whether nothing was written into this row."""
        return not any((self.data.get(self.add_prefix(name)) or "").strip() for name in ("office", "name"))
