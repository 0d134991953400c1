"""What organisers write about an authority to teach, about its end, and about people. Errors say what to do."""

import hashlib
import unicodedata
from datetime import UTC, date, datetime, time
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from amanah.core.credentials.authorisations import Evidence, Strength
from amanah.core.credentials.identifiers import is_did_key
from amanah.core.credentials.reading import LARGEST_FILE, CredentialError
from amanah.core.credentials.texts import verify_name, verify_text
from amanah.programme_door.credentials.actions.issuing import Grant
from amanah.programme_door.programmes.forms import build_line, build_text_area, required

LONGEST_NAME, LONGEST_TEXT = 200, 2_000
WAYS = [
    ("community", _("This community gives it itself, with its own key")),
    ("witnessed", _("The giver has no key: two witnesses were there")),
    ("recorded", _("A book or an older paper says so")),
    ("own-key", _("The giver signs with a key of their own, through a link that works once")),
]
_DAY_WRONG = {"invalid": _("Write the day like this: 2030-03-05."), "required": _("Choose a day.")}
Choices = list[tuple[str, str]]


def build_day(**options: Any) -> forms.DateField:
    """Give a field for a day, as browsers and people write it."""
    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    return forms.DateField(
        input_formats=["%Y-%m-%d"], widget=widget, error_messages=dict(_DAY_WRONG), **options
    )


def as_moment(day: date) -> int:
    """Give the first second of a day in UTC, as papers write times."""
    return int(datetime.combine(day, time(), UTC).timestamp())


class SignedWordsForm(forms.Form):
    """Words that will be signed: what no reader would take is refused before anybody signs it (2.6)."""

    NAMES: tuple[str, ...] = ()
    TEXTS: tuple[str, ...] = ()

    def clean(self) -> dict[str, Any]:
        """Hold every text to what readers admit."""
        said = super().clean() or {}
        for names, verify in ((self.NAMES, verify_name), (self.TEXTS, verify_text)):
            for name in names:
                # A paper holds one paragraph in one spelling; what was typed may hold more.
                text = " ".join(unicodedata.normalize("NFC", said.get(name) or "").split())
                if not text:
                    continue
                try:
                    verify(text, "2.6")
                except CredentialError:
                    self.add_error(
                        name,
                        _(
                            "These words hold a mark that cannot be seen, or one name holds letters of two scripts. "
                            "Type them again."
                        ),
                    )
                said[name] = text
        return said


class GiveForm(SignedWordsForm):
    """Who gives whom the authority to teach what, and what there is to show for it."""

    TEXTS = ("description", "criteria", "scan_words", "citation")

    way = forms.ChoiceField(label=_("How it is given"), choices=WAYS, widget=forms.RadioSelect)
    holder = forms.ChoiceField(
        label=_("Who receives it"), choices=list, error_messages=required(_("Choose who receives it."))
    )
    parent = forms.ChoiceField(
        label=_("Under which authority of the giver"),
        help_text=_("Choose none where the giver is somebody whom the community recognises directly."),
        required=False,
        choices=list,
    )
    giver = forms.ChoiceField(
        label=_("Who gives it"),
        help_text=_("Needed only where the giver holds no authority in the list above."),
        required=False,
        choices=list,
    )
    scope = forms.ChoiceField(
        label=_("What they may teach"), choices=list, error_messages=required(_("Choose a subject."))
    )
    may_authorise = forms.BooleanField(
        label=_("They may also give this authority to others"),
        required=False,
    )
    valid_from = build_day(label=_("From which day"))
    valid_until = build_day(
        label=_("Until which day"),
        help_text=_("Leave it empty where it does not end by itself."),
        required=False,
    )
    description = forms.CharField(
        label=_("What it says"),
        help_text=_("One or two sentences with both names. Everybody reads them, and they are signed."),
        max_length=LONGEST_TEXT,
        widget=build_text_area(2),
        error_messages=required(_("Say in a sentence who gives whom what.")),
    )
    criteria = forms.CharField(
        label=_("What was heard or examined before"),
        max_length=LONGEST_TEXT,
        widget=build_text_area(2),
        error_messages=required(_("Say what was heard, read or examined.")),
    )
    first_witness = forms.ChoiceField(label=_("First witness"), required=False, choices=list)
    second_witness = forms.ChoiceField(label=_("Second witness"), required=False, choices=list)
    scan = forms.FileField(
        label=_("Scan of the paper"),
        help_text=_("Its fingerprint (SHA-256) is signed. The file itself is not kept: keep it yourself."),
        required=False,
    )
    scan_words = forms.CharField(
        label=_("What the scan shows"),
        max_length=LONGEST_TEXT - 100,
        required=False,
        widget=build_text_area(2),
    )
    citation = forms.CharField(
        label=_("Which book or paper says so, and where in it"),
        max_length=LONGEST_TEXT,
        required=False,
        widget=build_text_area(2),
    )

    def __init__(self, *args: Any, people: Choices, parents: Choices, scopes: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        nobody = [("", "–")]
        choices: dict[str, list[tuple[str, Any]]] = {
            "holder": nobody + people,
            "giver": nobody + people,
            "first_witness": nobody + people,
            "second_witness": nobody + people,
            "parent": [("", _("none: the giver is recognised directly")), *parents],
            "scope": nobody + scopes,
        }
        for name, options in choices.items():
            field = self.fields[name]
            if isinstance(field, forms.ChoiceField):
                field.choices = options

    def clean(self) -> dict[str, Any]:
        """Ask for what the chosen way needs, in its own words."""
        said = super().clean()
        way = said.get("way")
        witnesses = {said.get("first_witness"), said.get("second_witness")} - {"", None}
        if way == "witnessed":
            if len(witnesses) < 2:
                self.add_error("second_witness", _("Name two different witnesses who were there."))
            if not said.get("scan_words"):
                self.add_error("scan_words", _("Say what the scan shows, or what the witnesses saw."))
        if way == "recorded" and not said.get("citation"):
            self.add_error("citation", _("Say which book or paper, and where in it."))
        if way in {"witnessed", "recorded"} and not said.get("parent") and not said.get("giver"):
            self.add_error("giver", _("Say who gives it, or under which authority of theirs."))
        if said.get("scan") and said["scan"].size > LARGEST_FILE * 10:
            self.add_error("scan", _("The file is too large. Ten megabytes at most."))
        ends, begins = said.get("valid_until"), said.get("valid_from")
        if ends and begins and ends <= begins:
            self.add_error("valid_until", _("It ends before it begins. Choose a later day."))
        return said

    def build_grant(self, *, name: str, giver: str) -> Grant:
        """Give what is to be signed; `name` is the scope's own, `giver` is who holds the authority above."""
        said = self.cleaned_data
        way = said["way"]
        is_witnessed = way == "witnessed"
        strengths = {"witnessed": Strength.WITNESSED, "recorded": Strength.RECORDED}
        return Grant(
            giver=giver,
            holder=said["holder"],
            scope=said["scope"],
            may_authorise=said["may_authorise"],
            valid_from=as_moment(said["valid_from"]),
            valid_until=as_moment(said["valid_until"]) if said["valid_until"] else None,
            parent=said["parent"] or None,
            strength=strengths.get(way, Strength.SIGNED),
            witnesses=(said["first_witness"], said["second_witness"]) if is_witnessed else (),
            name=name,
            description=said["description"],
            criteria=said["criteria"],
            evidence=tuple(self._list_evidence()),
        )

    def _list_evidence(self) -> list[Evidence]:
        said = self.cleaned_data
        evidence = []
        if said["scan_words"] or said["scan"]:
            words = said["scan_words"] or str(_("A scan, as it was brought."))
            if said["scan"]:
                digest = hashlib.sha256(said["scan"].read()).hexdigest()
                words = f"{words} SHA-256: {digest}"
            evidence.append(Evidence(str(_("What was shown")), words))
        if said["citation"]:
            evidence.append(Evidence(str(_("What it is cited from")), said["citation"]))
        return evidence


class KeyRequestForm(SignedWordsForm):
    """Whom to ask for a key of their own."""

    NAMES = ("name",)

    name = forms.CharField(
        label=_("Name, as everybody may read it"),
        max_length=LONGEST_NAME,
        widget=build_line(),
        error_messages=required(_("Write a name.")),
    )


class PersonForm(KeyRequestForm):
    """Somebody whom papers name: by a key where they have one, otherwise by a random name that means nothing."""

    key = forms.CharField(
        label=_("Their key, if they have one"),
        help_text=_(
            "It begins with did:key:z. Leave it empty and they are named by a random number instead."
        ),
        max_length=128,
        required=False,
        widget=forms.TextInput(attrs={"dir": "ltr", "autocapitalize": "none", "spellcheck": "false"}),
    )

    def clean_key(self) -> str:
        """Refuse what is no key."""
        key = str(self.cleaned_data["key"]).strip()
        if key and not is_did_key(key):
            raise forms.ValidationError(
                _("This is not a key of this kind. Copy all of it, from did:key:z to the end.")
            )
        return key


class EndForm(SignedWordsForm):
    """How an authority ends and why, in words for everybody."""

    NAMES = ("name",)
    TEXTS = ("reason",)

    kind = forms.ChoiceField(
        label=_("How it ends"),
        choices=[
            ("ended", _("It ended on a day: what was given before stays")),
            ("void", _("It was never good, such as by fraud: everything given under it is re-examined")),
        ],
        widget=forms.RadioSelect,
    )
    ended_on = build_day(
        label=_("On which day"), help_text=_("Not needed where it was never good."), required=False
    )
    name = forms.CharField(
        label=_("The reason in a word or two"),
        max_length=LONGEST_NAME,
        widget=build_line(),
        error_messages=required(_("Give a short reason, such as retired.")),
    )
    reason = forms.CharField(
        label=_("The reason in a sentence"),
        help_text=_(
            "It is signed, dated and shown to everybody. Write what was found after a hearing, and no more."
        ),
        max_length=LONGEST_TEXT,
        widget=build_text_area(3),
        error_messages=required(_("Say why.")),
    )

    def clean(self) -> dict[str, Any]:
        """Ask for the day where there is one."""
        said = super().clean()
        if said.get("kind") == "ended" and not said.get("ended_on"):
            self.add_error("ended_on", _("Choose the day on which it ended."))
        return said


class LostKeyForm(SignedWordsForm):
    """Whose key was lost, and since when it must not be believed."""

    TEXTS = ("reason",)

    holder = forms.ChoiceField(label=_("Whose key"), choices=list)
    lost_on = build_day(
        label=_("Lost on which day"),
        help_text=_("If nobody knows, the last day on which they surely had it."),
    )
    reason = forms.CharField(
        label=_("What happened"),
        help_text=_("It is signed, dated and shown to everybody."),
        max_length=LONGEST_TEXT,
        widget=build_text_area(2),
        error_messages=required(_("Say what happened.")),
    )

    def __init__(self, *args: Any, people: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["holder"]
        if isinstance(field, forms.ChoiceField):
            field.choices = people


class LifetimeForm(SignedWordsForm):
    """When somebody lived, as far as the community knows."""

    TEXTS = ("reason",)

    holder = forms.ChoiceField(label=_("Who"), choices=list)
    lived_from = build_day(
        label=_("First day of which you know"),
        help_text=_("Nothing can have been given or received before it."),
    )
    lived_until = build_day(label=_("Day of death"), help_text=_("Empty while they live."), required=False)
    reason = forms.CharField(
        label=_("How you know"),
        help_text=_("Signed and shown to everybody: a book, a gravestone, the family."),
        max_length=LONGEST_TEXT,
        widget=build_text_area(2),
        error_messages=required(_("Say how you know.")),
    )

    def __init__(self, *args: Any, people: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["holder"]
        if isinstance(field, forms.ChoiceField):
            field.choices = people

    def clean(self) -> dict[str, Any]:
        """Refuse a life that ends before it begins."""
        said = super().clean()
        begins, ends = said.get("lived_from"), said.get("lived_until")
        if begins and ends and ends < begins:
            self.add_error("lived_until", _("It ends before it begins. Choose a later day."))
        return said


class TakeInForm(forms.Form):
    """A paper that somebody brought: a file, or its text."""

    file = forms.FileField(
        label=_("A file"),
        help_text=_(
            "A badge as JSON, as a token (JWT), or baked into a PNG or SVG picture. One megabyte at most."
        ),
        required=False,
    )
    text = forms.CharField(
        label=_("Or its text"),
        help_text=_("Paste all of it."),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 6, "dir": "ltr", "spellcheck": "false", "class": "code"}),
    )

    def clean(self) -> dict[str, Any]:
        """Take one of both."""
        said = super().clean() or {}
        given = said.get("file")
        if bool(given) == bool(str(said.get("text", "")).strip()):
            raise forms.ValidationError(_("Choose a file, or paste a text: one of both."))
        if given and given.size > LARGEST_FILE:
            self.add_error("file", _("The file is too large. One megabyte at most."))
        return said

    def build_data(self) -> bytes:
        """Give the bytes that were brought."""
        said = self.cleaned_data
        return bytes(said["file"].read()) if said["file"] else said["text"].strip().encode()
