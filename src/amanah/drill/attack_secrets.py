"""Searching everything seized for what would name a member, and for keys that had to be destroyed.

It never guesses: a hit is a hit.
"""

import base64
from collections.abc import Iterator, Mapping, Sequence
from functools import cache

from amanah.core.passes.codes import SYMBOLS
from amanah.drill.chance import Finding
from amanah.drill.seizure import NeedleIndex, Scan
from amanah.drill.truth import Truth

SHORTEST = NeedleIndex.WIDTH
NAMES = "names, addresses, browsers"
SECRETS = "secrets of phones"
MARKS = "cards and passes at the wrong door"
AT_THE_REQUEST_DOOR = "members at the request door"
DESTROYED = "destroyed occasion keys"
OUTSIDE_THE_CARD_DOOR = frozenset({"programme-door", "request-door", "log", "public"})
Needles = Sequence[tuple[int, bytes]]


def attack_names(scan: Scan, truth: Truth) -> Iterator[Finding]:
    """Search every file and file name for names, addresses and browsers."""
    for label, needles in list_names(truth).items():
        yield search(scan, NAMES, f"each member's {label}", needles, len(truth.people))


def attack_device_secrets(scan: Scan, truth: Truth) -> Iterator[Finding]:
    """Search for everything that only a phone ever held, raw and in every spelling a log would use."""
    for label, needles in list_secrets(truth).items():
        yield search(scan, SECRETS, f"each member's {label}", needles, len(truth.people))


def attack_crossing_marks(scan: Scan, truth: Truth) -> Iterator[Finding]:
    """A card must never be seen outside the card door, and a spent pass never inside it."""
    marks = list_marks(truth)
    size = len(truth.people)
    yield search(scan, MARKS, "cards outside the card door", marks["card"], size, OUTSIDE_THE_CARD_DOOR)
    yield search(scan, MARKS, "spent passes at the card door", marks["pass"], size, frozenset({"card-door"}))


def attack_request_door(scan: Scan, truth: Truth) -> Finding:
    """Whoever takes the disk on which outside bodies ask for the list finds nobody who could be on one."""
    groups = (list_names(truth), list_secrets(truth), list_marks(truth))
    needles = [needle for group in groups for label in group for needle in group[label]]
    return search(
        scan,
        AT_THE_REQUEST_DOOR,
        "anything of a member",
        needles,
        len(truth.people),
        frozenset({"request-door"}),
    )


def attack_destroyed_keys(scan: Scan, sealed_keys: Mapping[str, bytes]) -> Finding:
    """Search for the stored form of private keys that were read before their occasions closed."""
    needles = list_sealed_needles(sealed_keys)
    return search(scan, DESTROYED, "", needles, len(needles))


def list_names(truth: Truth) -> Mapping[str, Needles]:
    """Give, for each thing that names a person, the member and the bytes."""
    needles: dict[str, list[tuple[int, bytes]]] = {}
    for member, person in enumerate(truth.people):
        for label, needle in person.tell_tales():
            needles.setdefault(label, []).append((member, needle))
    return needles


def list_secrets(truth: Truth) -> Mapping[str, Needles]:
    """Give each secret of each phone in every spelling."""
    needles: dict[str, list[tuple[int, bytes]]] = {}
    for member, secrets in truth.secrets.items():
        for label, secret in secrets.items():
            found = needles.setdefault(label, [])
            found += [(member, spelling) for spelling in spell(secret)]
    return needles


def list_marks(truth: Truth) -> Mapping[str, Needles]:
    """Give what stands for a card and for a spent pass, in every spelling."""
    spent = [(member, nonce) for events in truth.spent.values() for _, member, nonce in events]
    return {
        "card": [(member, spelling) for member, key in truth.card_keys.items() for spelling in spell(key)],
        "pass": [(member, spelling) for member, nonce in spent for spelling in spell(nonce)],
    }


def list_sealed_needles(sealed_keys: Mapping[str, bytes]) -> Needles:
    """Give a piece of each stored private key that no other key shares."""
    return [(place, key[12:60]) for place, key in enumerate(sealed_keys.values())]


def search(
    scan: Scan,
    kind: str,
    detail: str,
    needles: Needles,
    trials: int,
    departments: frozenset[str] = frozenset(),
) -> Finding:
    """Count the members of whom anything is found in any file or file name."""
    found: dict[int, str] = {}
    for path, hits in scan.hits.items():
        if departments and scan.seizure.department(path) not in departments:
            continue
        for member, needle in needles:
            if needle in hits:
                found.setdefault(member, scan.seizure.name(path))
    for member, needle in needles:
        if needle in scan.in_names and not departments:
            found.setdefault(member, "a file's name")
    note = f"first in {next(iter(found.values()))}" if found else ""
    where = scan.seizure.label
    return Finding(kind, detail, where, len(found), trials, 0.0, 1.0, is_forbidden=True, note=note)


@cache
def spell(secret: bytes) -> tuple[bytes, ...]:
    """Give the spellings in which a careless program writes bytes down."""
    number = int.from_bytes(secret)
    width = len(secret) * 8 // 5
    number >>= len(secret) * 8 - width * 5
    symbols = "".join(SYMBOLS[number >> 5 * (width - 1 - place) & 31] for place in range(width))
    return (
        secret,
        secret.hex().encode(),
        base64.b64encode(secret).rstrip(b"="),
        base64.urlsafe_b64encode(secret).rstrip(b"="),
        symbols.encode(),
    )
