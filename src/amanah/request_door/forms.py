"""The one form through which an outside body asks; it holds no field for a member's name."""

import secrets

from django import forms
from django.core import signing
from django.utils.translation import gettext_lazy as _

from amanah.core.encoding import encode_base64url, parse_base64url
from amanah.core.errors import InvalidInputError
from amanah.request_door.instruments import Instrument

_SALT = "amanah.request-door.form"
_ONE_DAY = 86_400
SECRET_BYTES = 16


class RequestForm(forms.Form):
    """What is asked for, by which body, on what basis.

    `form_token` is a signed random number. It is no defence against another site's page (that is OwnOriginMiddleware's,
    and with no cookie and no session such a page has nothing to borrow): it makes the form sent twice one request.
    """

    form_token = forms.CharField(max_length=200)
    body_name = forms.CharField(max_length=200, error_messages={"required": _("Write which body asks.")})
    instrument = forms.ChoiceField(
        choices=Instrument.choices, error_messages={"required": _("Choose on what basis you ask.")}
    )
    asked_for = forms.CharField(max_length=4000, error_messages={"required": _("Write what is asked for.")})

    def clean_form_token(self) -> bytes:
        """Give the secret that the form was made with."""
        try:
            text = signing.loads(self.cleaned_data["form_token"], salt=_SALT, max_age=_ONE_DAY)
            return parse_base64url(text, length=SECRET_BYTES)
        except (signing.BadSignature, InvalidInputError) as error:
            raise forms.ValidationError(
                _("This form is older than a day. Nothing was stored; send it again.")
            ) from error


def issue_form_token() -> str:
    """Draw the secret of one form and sign it."""
    return signing.dumps(encode_base64url(secrets.token_bytes(SECRET_BYTES)), salt=_SALT)
