"""Searching everything seized for what would name a member, and for keys that had to be destroyed.

It never guesses: a hit is a hit.
"""

import base64
from collections.abc import Iterator, Mapping, Sequence

from amanah.core.passes.codes import SYMBOLS
from amanah.drill.chance import Finding
from amanah.drill.seizure import NeedleIndex, Seizure
from amanah.drill.truth import Truth

SHORTEST = NeedleIndex.WIDTH


def attack_names(seizure: Seizure, truth: Truth) -> Iterator[Finding]:
    """Search every file and file name for names, addresses and browsers."""
    for kind in ("name", "address", "user agent"):
        needles = [
            (member, needle)
            for member, person in enumerate(truth.people)
            for label, needle in person.tell_tales()
            if label == kind
        ]
        yield search(seizure, f"search for each member's {kind}", needles, len(truth.people))


def attack_device_secrets(seizure: Seizure, truth: Truth) -> Iterator[Finding]:
    """Search for everything that only a phone ever held, raw and in every spelling a log would use."""
    labels = sorted({label for secrets in truth.secrets.values() for label in secrets})
    for label in labels:
        needles = [
            (member, spelling)
            for member, secrets in truth.secrets.items()
            if label in secrets
            for spelling in spell(secrets[label])
        ]
        yield search(seizure, f"search for each member's {label}", needles, len(truth.people))


def attack_crossing_marks(seizure: Seizure, truth: Truth) -> Iterator[Finding]:
    """A card must never be seen outside the card door, and a spent pass never inside it."""
    cards = [(member, spelling) for member, key in truth.card_keys.items() for spelling in spell(key)]
    acts = [
        (member, spelling)
        for events in truth.spent.values()
        for _, member, nonce in events
        for spelling in spell(nonce)
    ]
    size = len(truth.people)
    outside = {"programme-door", "request-door", "log", "public"}
    yield search(seizure, "search for cards outside the card door", cards, size, departments=outside)
    yield search(seizure, "search for spent passes at the card door", acts, size, departments={"card-door"})


def attack_destroyed_keys(seizure: Seizure, sealed_keys: Mapping[str, bytes]) -> Finding:
    """Search for the stored form of private keys that were read before their occasions closed."""
    needles = [(place, key[12:60]) for place, key in enumerate(sealed_keys.values())]
    return search(seizure, "search for destroyed occasion keys", needles, len(needles))


def search(
    seizure: Seizure,
    attack: str,
    needles: Sequence[tuple[int, bytes]],
    trials: int,
    departments: set[str] | None = None,
) -> Finding:
    """Count the members of whom anything is found in any file or file name."""
    usable = [(member, needle) for member, needle in needles if len(needle) >= SHORTEST]
    index = NeedleIndex([needle for _, needle in usable])
    found: dict[int, str] = {}
    for path in seizure.list_files():
        if departments is not None and seizure.department(path) not in departments:
            continue
        for place in index.find(path):
            found.setdefault(usable[place][0], seizure.name(path))
        name = seizure.name(path).encode()
        for member, needle in usable:
            if needle in name:
                found.setdefault(member, seizure.name(path))
    note = f"first in {next(iter(found.values()))}" if found else ""
    return Finding(attack, seizure.label, len(found), trials, 0.0, 1.0, is_forbidden=True, note=note)


def spell(secret: bytes) -> Iterator[bytes]:
    """Give the spellings in which a careless program writes bytes down."""
    yield secret
    yield secret.hex().encode()
    yield base64.b64encode(secret).rstrip(b"=")
    yield base64.urlsafe_b64encode(secret).rstrip(b"=")
    number = int.from_bytes(secret)
    width = len(secret) * 8 // 5
    shift = len(secret) * 8 - width * 5
    yield "".join(
        SYMBOLS[number >> (shift + 5 * (width - 1 - place)) & 31] for place in range(width)
    ).encode()
