"""What a next panel would change, person by person, so that nobody signs a hash. It decides nothing."""

from dataclasses import dataclass
from typing import Literal

from amanah.core.data_requests.panels import Panel, Trustee, parse_panel
from amanah.core.encoding import encode_base64url
from amanah.request_door.trustees.signing_keys import compute_fingerprint

Change = Literal[
    "joins", "leaves", "new-key", "lost-key", "other-name", "other-office", "now-deputy", "now-member",
]  # fmt: skip


@dataclass(frozen=True)
class Difference:
    """One thing that would change for one person; `detail` is a fingerprint, or what stood there before."""

    change: Change
    name: str
    office: str
    detail: str = ""


@dataclass(frozen=True)
class PanelDifferences:
    """What would change between two panels; a number or an address is given as before and after."""

    people: tuple[Difference, ...]
    least: tuple[int, int] | None
    origin: tuple[str, str] | None
    new_order: bool


def compute_differences(before: bytes, after: bytes) -> PanelDifferences:
    """Compare a panel with the next one."""
    old, new = parse_panel(before), parse_panel(after)
    people = [
        Difference("leaves", one.name, one.office)
        for one in old.trustees
        if new.find_trustee(one.trustee) is None
    ]
    for one in new.trustees:
        people += _compare(old.find_trustee(one.trustee), one)
    return PanelDifferences(
        people=tuple(people),
        least=(old.least, new.least) if old.least != new.least else None,
        origin=(old.origin, new.origin) if old.origin != new.origin else None,
        new_order=_list_staying(old, new) != _list_staying(new, old),
    )


def _compare(old: Trustee | None, new: Trustee) -> list[Difference]:
    if old is None:
        return [
            Difference("joins", new.name, new.office),
            *(Difference("new-key", new.name, new.office, _name(key)) for key in new.keys),
        ]
    found: list[Difference] = []
    if old.name != new.name:
        found.append(Difference("other-name", new.name, new.office, old.name))
    if old.office != new.office:
        found.append(Difference("other-office", new.name, new.office, old.office))
    if old.is_deputy != new.is_deputy:
        found.append(Difference("now-deputy" if new.is_deputy else "now-member", new.name, new.office))
    found += [
        Difference("lost-key", new.name, new.office, _name(key)) for key in old.keys if key not in new.keys
    ]
    found += [
        Difference("new-key", new.name, new.office, _name(key)) for key in new.keys if key not in old.keys
    ]
    return found


def _list_staying(panel: Panel, other: Panel) -> list[str]:
    return [one.trustee for one in panel.trustees if other.find_trustee(one.trustee)]


def _name(key: bytes) -> str:
    return compute_fingerprint(encode_base64url(key))
