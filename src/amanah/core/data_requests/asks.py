"""A favour that an outside body asks of the community: its form in bytes and its hash (`spec/data_requests.md` 10.1).

It never has room for an answer, or for anybody's name but the body's own.
"""

import hashlib
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from amanah.core.encoding import encode_canonical_json, parse_canonical_json
from amanah.core.errors import InvalidInputError

LONGEST_ASK = 1 << 15
LENGTHS: Mapping[str, int] = {"body": 200, "title": 120, "text": 4_000, "channel": 200}
"""How many characters each text of an ask may have."""
_ID = re.compile(r"[0-9a-f]{16}")
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_MEMBERS = {"ask", "body", "channel", "community", "season", "text", "title", "v"}


class AskUnreadableError(InvalidInputError):
    """The bytes are no ask, or a text of it is empty, too long or not in its one spelling."""

    code = "ask-unreadable"


@dataclass(frozen=True)
class Ask:
    """One ask; `channel` is the body's own address, to which answers go without passing through any door."""

    ask: str
    body: str
    channel: str
    community: str
    season: str
    text: str
    title: str

    def __post_init__(self) -> None:
        """Refuse what is not in the one form."""
        if not all(isinstance(name, str) and _ID.fullmatch(name) for name in (self.ask, self.season)):
            raise AskUnreadableError("An ask and its season are named by 16 hexadecimal digits.")
        if not isinstance(self.community, str) or not _SLUG.fullmatch(self.community):
            raise AskUnreadableError("An ask names the community that it was asked of.")
        for name, longest in LENGTHS.items():
            value = getattr(self, name)
            if not isinstance(value, str) or not 0 < len(value) <= longest or value != tidy_text(value):
                raise AskUnreadableError(f"The {name} of an ask has 1 to {longest} characters.")


def tidy_text(text: str) -> str:
    """Give a text in its one spelling: normalised, one kind of line end, nothing invisible, no space at its ends."""
    lines = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n")
    return "".join(sign for sign in lines if sign == "\n" or unicodedata.category(sign)[0] != "C").strip()


def encode_ask(ask: Ask) -> bytes:
    """Give the canonical bytes of an ask: what trustees admit, and what the log holds the hash of."""
    return encode_canonical_json(
        {
            "ask": ask.ask,
            "body": ask.body,
            "channel": ask.channel,
            "community": ask.community,
            "season": ask.season,
            "text": ask.text,
            "title": ask.title,
            "v": 1,
        }
    )


def parse_ask(data: bytes) -> Ask:
    """Read an ask; refuse anything that this module would not have written."""
    try:
        value: Any = parse_canonical_json(data, longest=LONGEST_ASK)
    except AskUnreadableError:
        raise
    except InvalidInputError as error:
        raise AskUnreadableError("These bytes are no ask of this version.") from error
    if not isinstance(value, dict) or set(value) != _MEMBERS or value["v"] != 1 or value["v"] is True:
        raise AskUnreadableError("These bytes are no ask of this version.")
    return Ask(**{name: value[name] for name in _MEMBERS - {"v"}})


def compute_ask_hash(data: bytes) -> str:
    """Give what decisions and the log cite: the SHA-256 of the bytes of an ask, in hex."""
    return hashlib.sha256(data).hexdigest()
