"""What can be typed at the counter: by outside bodies in public, and by staff for what was said or sent.

A form says what is missing and keeps what was typed; only a file has to be chosen again, because browsers forget it.
"""

import unicodedata
from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from amanah.core.data_requests.jurisdictions import NOBODY, SOMEBODY_ELSE, Pack
from amanah.core.data_requests.scopes import CATEGORIES, LONGEST_NAME, MOST_NAMES, Scope, build_scope
from amanah.core.errors import InvalidInputError
from amanah.request_door.requests.actions import Ask
from amanah.request_door.requests.form_tokens import parse_form_token
from amanah.request_door.requests.models import LONGEST_BODY_NAME, LONGEST_WORDS
from amanah.request_door.requests.paper_reasons import LARGEST_PAPER, PaperReason
from amanah.request_door.requests.papers import Lane, PaperReaderBusyError, find_paper_refusal
from amanah.request_door.requests.words import CATEGORY_WORDS, PAPER_REASON_WORDS

MOST_DAYS_AGO = 30
SAID_WORDS = ("membership-list", "attendance", "identity", "contact-details", "messages", "other-records")


class LineField(forms.CharField):
    """One line that a record can hold: composed, single spaces, nothing that a reader cannot see."""

    def to_python(self, value: Any) -> str:
        """Give the line as it is kept."""
        text = super().to_python(value) or ""
        return " ".join(unicodedata.normalize("NFC", text).split())

    def validate(self, value: str) -> None:
        """Refuse marks that cannot be printed."""
        super().validate(value)
        if not value.isprintable():
            raise forms.ValidationError(_("A mark in this line cannot be printed. Type it again."))


class CounterForm(forms.Form):
    """What every ask has: who asks, about whom, what, and perhaps a paper."""

    lane: Lane = "form"
    form_token = forms.CharField(max_length=200)
    body_name = LineField(
        max_length=LONGEST_BODY_NAME, error_messages={"required": _("Write which body asks.")}
    )
    officer = LineField(max_length=LONGEST_BODY_NAME, required=False)
    people = forms.CharField(max_length=MOST_NAMES * (LONGEST_NAME + 2), required=False)
    asks_collection = forms.BooleanField(required=False)
    paper = forms.FileField(required=False, allow_empty_file=True)

    def __init__(self, *args: Any, pack: Pack, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.pack = pack
        self.refused_paper: PaperReason | None = None
        asked_under = [instrument.code for instrument in pack.list_asked_under()]
        self.instruments = set(asked_under)
        self.signers = {*pack.signers, NOBODY, SOMEBODY_ELSE}

    def clean_form_token(self) -> bytes:
        """Give the secret that the form was made with."""
        secret = parse_form_token(self.cleaned_data["form_token"])
        if secret is None:
            raise forms.ValidationError(
                _("This form is older than a day. Nothing was stored; send it again.")
            )
        return secret

    def clean_people(self) -> list[str]:
        """Give the names, one a line; none means a class of people."""
        names = [line.strip() for line in self.cleaned_data["people"].splitlines() if line.strip()]
        if len(names) > MOST_NAMES:
            raise forms.ValidationError(
                gettext("At most %(most)d people in one request.") % {"most": MOST_NAMES}
            )
        try:
            build_scope(names, [])
        except InvalidInputError as error:
            raise forms.ValidationError(
                gettext("One name a line, at most %(most)d characters, and no hidden marks.")
                % {"most": LONGEST_NAME}
            ) from error
        return names

    def clean_paper(self) -> bytes | None:
        """Judge the file; a refused one is gone, and everything else that was typed stays."""
        file: UploadedFile[bytes] | None = self.cleaned_data["paper"]
        if file is None:
            return None
        is_whole = (file.size or 0) <= LARGEST_PAPER
        content = file.read() if is_whole else b""
        try:
            self.refused_paper = find_paper_refusal(content, lane=self.lane) if is_whole else "file-too-large"
        except PaperReaderBusyError as busy:
            raise forms.ValidationError(
                _(
                    "Another file is being looked at right now. Choose this one again in a minute, and send it."
                )
            ) from busy
        if self.refused_paper is not None:
            raise forms.ValidationError(str(PAPER_REASON_WORDS[self.refused_paper]))
        return content

    @property
    def claims_secrecy(self) -> bool:
        """Tell whether the form says that an order forbids to speak of it; not even its broken file is told then."""
        return self.data.get("secrecy") == "ordered" or bool(self.data.get("is_secret"))

    def list_errors(self) -> dict[str, str]:
        """Give what is wrong, by field, in the order of the form; say where a good file has to be chosen again."""
        errors = {name: " ".join(map(str, found)) for name, found in self.errors.items()}
        if errors and "paper" not in errors and self.cleaned_data.get("paper") is not None:
            errors["paper"] = gettext("This file is fine. Browsers forget files: choose it once more.")
        return {name: errors[name] for name in [*self.fields, "__all__"] if name in errors}

    def _build_scope(self, categories: list[str], since: date | None, until: date | None) -> Scope:
        return build_scope(self.cleaned_data["people"], categories, since, until)


class RequestForm(CounterForm):
    """The one form through which an outside body asks."""

    instrument = forms.CharField(
        max_length=64, error_messages={"required": _("Choose on what basis you ask.")}
    )
    signed_by = forms.CharField(max_length=64, error_messages={"required": _("Choose who signed the paper.")})
    categories = forms.MultipleChoiceField(
        choices=[(code, CATEGORY_WORDS[code]) for code in CATEGORIES],
        required=False,
        error_messages={"invalid_choice": _("Choose from the list.")},
    )
    since = forms.DateField(required=False, error_messages={"invalid": _("Write the day like 2026-11-25.")})
    until = forms.DateField(required=False, error_messages={"invalid": _("Write the day like 2026-11-25.")})
    purpose = forms.CharField(
        max_length=LONGEST_WORDS,
        error_messages={"required": _("Write what is asked for, and for what purpose.")},
    )
    secrecy = forms.ChoiceField(
        choices=[(code, code) for code in ("none", "requested", "ordered")],
        error_messages={
            "required": _("Say whether somebody ordered to keep this secret."),
            "invalid_choice": _("Choose from the list."),
        },
    )
    field_order = (
        "form_token", "body_name", "officer", "instrument", "signed_by", "categories", "people", "since", "until",
        "purpose", "asks_collection", "secrecy", "paper",
    )  # fmt: skip

    def clean_instrument(self) -> str:
        """Give a code of the pack in force."""
        return _choose(self.cleaned_data["instrument"], self.instruments)

    def clean_signed_by(self) -> str:
        """Give a signer of the pack in force."""
        return _choose(self.cleaned_data["signed_by"], self.signers)

    def clean(self) -> dict[str, Any]:
        """Look at what only makes sense together."""
        since, until = self.cleaned_data.get("since"), self.cleaned_data.get("until")
        if since and until and since > until:
            self.add_error("until", gettext("The last day comes before the first day."))
        if not self.cleaned_data.get("categories") and not self.cleaned_data.get("asks_collection"):
            self.add_error("categories", gettext("Choose at least one kind of data."))
        return self.cleaned_data

    def build_ask(self, language: str) -> Ask:
        """Give what was asked, as the counter keeps it."""
        said = self.cleaned_data
        return Ask(
            body_name=said["body_name"],
            officer=said["officer"],
            words=said["purpose"],
            channel="form",
            language=language,
            instrument=said["instrument"],
            signed_by=said["signed_by"],
            asked=self._build_scope(said["categories"], said["since"], said["until"]),
            asks_collection=said["asks_collection"],
            secrecy=said["secrecy"],
        )


class IntakeForm(CounterForm):
    """What a volunteer writes down about an ask that came by letter, orally or at the door."""

    lane = "desk"
    channel = forms.ChoiceField(
        choices=[(code, code) for code in ("at-door", "oral", "letter")],
        error_messages={
            "required": _("Choose how they asked."),
            "invalid_choice": _("Choose from the list."),
        },
    )
    said = forms.CharField(
        max_length=LONGEST_WORDS, error_messages={"required": _("Write what they said, in their words.")}
    )
    kinds = forms.MultipleChoiceField(
        choices=[(code, CATEGORY_WORDS[code]) for code in CATEGORIES],
        required=False,
        error_messages={"invalid_choice": _("Choose from the list.")},
    )
    paper_state = forms.ChoiceField(
        choices=[(code, code) for code in ("none", "shown", "left")],
        error_messages={
            "required": _("Say whether there was a paper."), "invalid_choice": _("Choose from the list."),
        },
    )  # fmt: skip
    instrument = forms.CharField(max_length=64, required=False)
    signed_by = forms.CharField(max_length=64, required=False)
    is_secret = forms.BooleanField(required=False)
    day = forms.DateField(
        error_messages={
            "required": _("Write the day on which they asked."), "invalid": _("Write the day like 2026-11-25."),
        },
    )  # fmt: skip
    field_order = (
        "form_token", "channel", "body_name", "officer", "day", "said", "kinds", "people", "asks_collection",
        "paper_state", "instrument", "signed_by", "is_secret", "paper",
    )  # fmt: skip

    def clean_instrument(self) -> str:
        """Give a code of the pack; empty where the volunteer cannot tell."""
        return _choose(self.cleaned_data["instrument"], self.instruments | {""})

    def clean_signed_by(self) -> str:
        """Give a signer of the pack; empty where the volunteer cannot tell."""
        return _choose(self.cleaned_data["signed_by"], self.signers | {""})

    def clean_day(self) -> date:
        """Refuse a day that cannot be meant."""
        day: date = self.cleaned_data["day"]
        today = timezone.localdate()
        if not today - timedelta(days=MOST_DAYS_AGO) <= day <= today:
            raise forms.ValidationError(
                gettext("Write a day that has come, at most %(most)d days ago.") % {"most": MOST_DAYS_AGO}
            )
        return day

    def clean(self) -> dict[str, Any]:
        """Look at what only makes sense together."""
        if not self.cleaned_data.get("kinds") and not self.cleaned_data.get("asks_collection"):
            self.add_error("kinds", gettext("Choose what they asked for; “Something else” is fine."))
        if self.cleaned_data.get("paper") is not None and self.cleaned_data.get("paper_state") != "left":
            self.add_error("paper_state", gettext("There is a file: say that they left the paper here."))
        return self.cleaned_data

    def build_ask(self, language: str, taken_in_by: str) -> Ask:
        """Give what was asked, as the counter keeps it; without a paper it is an informal ask that nobody signed."""
        said = self.cleaned_data
        has_paper = said["paper_state"] != "none"
        unknown = self.pack.unknown_paper if has_paper else self.pack.informal_ask
        return Ask(
            body_name=said["body_name"],
            officer=said["officer"],
            words=said["said"],
            channel=said["channel"],
            language=language,
            instrument=(said["instrument"] if has_paper else "") or unknown,
            signed_by=(said["signed_by"] if has_paper else NOBODY) or SOMEBODY_ELSE,
            asked=self._build_scope(said["kinds"], None, None),
            asks_collection=said["asks_collection"],
            secrecy="ordered" if said["is_secret"] and has_paper else "none",
            is_paper_shown=has_paper,
            taken_in_by=taken_in_by,
        )


def _choose(value: str, offered: set[str]) -> str:
    if value not in offered:
        raise forms.ValidationError(_("Choose from the list."))
    return value
