"""The card for whoever stands at the door: what to say, what to write down, and whom to call.

It is the same for everybody, names nobody, and says nothing that is not true.
"""

from dataclasses import dataclass

from django.conf import settings
from django.utils import translation
from django.utils.translation import get_language_info
from django.utils.translation import gettext as _

from amanah.web.settings import get_config


@dataclass(frozen=True)
class DoorCard:
    """All words of the card in one language."""

    language: str
    direction: str
    title: str
    say: tuple[str, ...]
    hand_over: str
    do: tuple[str, ...]
    never: tuple[str, ...]
    backing: str
    contacts: tuple[str, ...]
    short: tuple[str, ...]
    address: str


def build_door_card(language: str) -> DoorCard:
    """Write the card in one language."""
    config = get_config()
    with translation.override(language):
        return DoorCard(
            language=language,
            direction="rtl" if get_language_info(language)["bidi"] else "ltr",
            title=_("When somebody asks for a list, or about a person"),
            say=(
                _("“I cannot answer this. I do not decide it.”"),
                _("“There is no list of members here, and no record of who came.”"),
                _("“Every request is answered in writing, at this address.”"),
            ),
            hand_over=_("Give them the address below, or this card."),
            do=(
                _("Stay polite. You may say the same sentences as often as needed."),
                _("Ask for name or number, office, and for the paper. Let them keep it if they want to."),
                _("A search warrant is carried out, not debated. Do not hinder anybody; call at once."),
                _("Write down the same day at the desk: which body, what they said, paper or not."),
            ),
            never=(
                _("Do not guess, describe people, or say who was in the room."),
                _("Do not say whether somebody is a member, not even “no”."),
                _("Do not delete, hide or throw away anything."),
            ),
            backing=_(
                "You followed the rules of this community. They were written for this moment, and they stand behind "
                "you: nobody here may blame you for saying no."
            ),
            contacts=(_("Lawyer"), _("Trustee"), _("Trustee")),
            short=(
                _("“I cannot answer this here. I do not decide it.”"),
                _("“Requests are answered in writing, at this address.”"),
                _("Then: name, office, paper? Write it down. Call."),
            ),
            address=f"{config.urls['request']}/{language}/",
        )


def list_door_cards() -> list[DoorCard]:
    """Write the card in every language of this software."""
    return [build_door_card(code) for code, _name in settings.LANGUAGES]
