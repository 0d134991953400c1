"""What organisers type to make an account and to sign in. It never says which half of a sign-in was wrong."""

from typing import Any

from django import forms
from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from amanah.programme_door.programmes.forms import required
from amanah.programme_door.staff.queries import find_organiser_by_name

SHORTEST_PASSWORD = 12
LONGEST_PASSWORD = 200
LONGEST_NAME = 80


def _build_code_input() -> forms.TextInput:
    return forms.TextInput(
        attrs={"inputmode": "numeric", "autocomplete": "one-time-code", "dir": "ltr", "maxlength": "9"}
    )


class NameForm(forms.Form):
    """The name of a new account."""

    name = forms.CharField(
        label=_("Your name"),
        help_text=_("Only your colleagues at this desk see it."),
        max_length=LONGEST_NAME,
        widget=forms.TextInput(attrs={"autocomplete": "username", "dir": "auto"}),
        error_messages=required(_("Write the name under which you will sign in.")),
    )

    def clean_name(self) -> str:
        """Refuse a name that is taken."""
        name: str = self.cleaned_data["name"].strip()
        if find_organiser_by_name(name):
            raise ValidationError(_("A colleague has this name already. Add something to yours."))
        return name


class PasswordAccountForm(NameForm):
    """An account that signs in by password and one-time code."""

    password = forms.CharField(
        label=_("Password"),
        help_text=_("At least 12 characters. Four unrelated words are good."),
        max_length=LONGEST_PASSWORD,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password", "dir": "ltr"}),
        error_messages=required(_("Choose a password.")),
    )
    code = forms.CharField(
        label=_("The six digits that the app shows now"),
        widget=_build_code_input(),
        error_messages=required(
            _("Scan the picture with an app for one-time codes, then write the six digits.")
        ),
    )

    def clean_password(self) -> str:
        """Refuse what is guessed first."""
        password: str = self.cleaned_data["password"]
        if len(password) < SHORTEST_PASSWORD:
            raise ValidationError(_("This password is too short. Use at least 12 characters."))
        try:
            CommonPasswordValidator().validate(password)
        except ValidationError as error:
            raise ValidationError(_("Many people use this password. Choose another one.")) from error
        return password


class SignInForm(forms.Form):
    """Signing in by password and one-time code."""

    name = forms.CharField(
        label=_("Your name"),
        max_length=LONGEST_NAME,
        widget=forms.TextInput(attrs={"autocomplete": "username", "dir": "auto"}),
        error_messages=required(_("Write your name.")),
    )
    password = forms.CharField(
        label=_("Password"),
        max_length=LONGEST_PASSWORD,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password", "dir": "ltr"}),
        error_messages=required(_("Write your password.")),
    )
    code = forms.CharField(
        label=_("One-time code"),
        help_text=_("Six digits from the app on your phone."),
        widget=_build_code_input(),
        error_messages=required(_("Write the six digits that the app shows now.")),
    )

    def refuse(self) -> None:
        """Say that it did not work, in the same words whatever the reason."""
        message: Any = _(
            "That did not work. Check name, password and code. After five failures in a row the account rests for a "
            "while; a passkey still works."
        )
        self.add_error(None, message)
