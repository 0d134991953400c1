"""What an outside body writes when it asks a favour. It has no field for an answer, and none for a member."""

import secrets
from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.core import signing
from django.utils.translation import gettext_lazy as _

from amanah.core.data_requests.asks import LENGTHS, tidy_text
from amanah.core.encoding import encode_base64url, parse_base64url
from amanah.core.errors import InvalidInputError
from amanah.request_door.asks.actions import AskTexts
from amanah.web.settings import get_config

SECRET_BYTES = 16
_SALT = "amanah.request-door.asks"
_ONE_DAY = 86_400


class TidyField(forms.CharField):
    """A text in its one spelling: what trustees read is what is signed and logged."""

    def __init__(self, name: str, *, missing: Any, **options: Any) -> None:
        options.setdefault("widget", forms.TextInput(attrs={"dir": "auto"}))
        super().__init__(max_length=LENGTHS[name], error_messages={"required": missing}, **options)

    def to_python(self, value: object) -> str:
        """Give the text tidied."""
        return tidy_text(str(super().to_python(value) or ""))


class AskForm(forms.Form):
    """One ask; `form_token` makes the form sent twice one ask."""

    form_token = forms.CharField(max_length=200, widget=forms.HiddenInput)
    body = TidyField(
        "body",
        label=_("Which body asks"),
        help_text=_("The office, not a person: for example a council, a university, a police force."),
        missing=_("Write which body asks."),
    )
    title = TidyField("title", label=_("What it is about, in one line"), missing=_("Write what it is about."))
    text = TidyField(
        "text",
        label=_("What you ask"),
        help_text=_(
            "At most 4,000 characters. Ask for no names and nothing about any one person. Say whether you have to "
            "pass on what people write to you."
        ),
        missing=_("Write what you ask."),
        widget=forms.Textarea(attrs={"rows": 8, "dir": "auto"}),
    )
    channel = TidyField(
        "channel",
        label=_("Where answers go"),
        help_text=_(
            "An address of your own: a mailbox, a web page, a street. People answer you there if they want to. "
            "Nothing comes back through this platform."
        ),
        missing=_("Write an address of your own. This platform carries no answers."),
    )

    def clean_form_token(self) -> bytes:
        """Give the secret that the form was made with."""
        try:
            text = signing.loads(self.cleaned_data["form_token"], salt=_SALT, max_age=_ONE_DAY)
            return parse_base64url(text, length=SECRET_BYTES)
        except (signing.BadSignature, InvalidInputError) as error:
            raise forms.ValidationError(
                _("This form is older than a day. Nothing was stored; send it again.")
            ) from error

    def clean_channel(self) -> str:
        """Refuse an address of ours: no door of this platform takes answers."""
        channel: str = self.cleaned_data["channel"]
        ours = {urlsplit(url).hostname or "" for url in get_config().urls.values()}
        if any(host and host in channel.lower() for host in ours):
            raise forms.ValidationError(
                _("This is an address of this platform. It carries no answers; use your own.")
            )
        return channel

    def build_texts(self) -> AskTexts:
        """Give what was written."""
        return AskTexts(**{name: self.cleaned_data[name] for name in LENGTHS})


def issue_form_token() -> str:
    """Draw the secret of one form and sign it."""
    return signing.dumps(encode_base64url(secrets.token_bytes(SECRET_BYTES)), salt=_SALT)
