"""The one key of each occasion, read from the whole log (`spec/passes.md` 6.3).

It never picks one of several: two keys for one occasion could mark members apart, so they are evidence, not a choice.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from amanah.core.encoding import parse_base64url
from amanah.core.errors import InvalidInputError, VerificationError
from amanah.core.passes.keys import PublicKey, parse_public_key
from amanah.core.passes.occasions import Occasion, parse_descriptor


class WaveKeysError(VerificationError):
    """The log does not give exactly one fit key for each occasion; nothing may be blinded."""

    code = "wave-keys-unfit"


@dataclass(frozen=True)
class WaveKey:
    """One occasion of a wave and its only key."""

    occasion: Occasion
    public_key: PublicKey


def find_wave_keys(
    planned: Mapping[str, Any],
    opened: Iterable[Mapping[str, Any]],
    join_opened: Iterable[Mapping[str, Any]] = (),
) -> tuple[WaveKey, ...]:
    """Give the wave's keys in the order of its plan, or raise WaveKeysError.

    `planned` is the body of the wave's `wave_planned` entry; `opened` and `join_opened` are the bodies of ALL
    `wave_opened` and `join_key_opened` entries of the log, whatever wave they belong to.
    """
    try:
        occasions = [parse_descriptor(descriptor) for descriptor in planned["occasions"]]
        bodies = [[(occasion, spki) for occasion, spki in body["keys"]] for body in opened]
        joins = [(body["descriptor"]["occasion"], body["spki"]) for body in join_opened]
    except (InvalidInputError, KeyError, TypeError, ValueError) as error:
        raise WaveKeysError("An entry about this wave cannot be read.") from error
    order = [occasion.occasion for occasion in occasions]
    if not any(order == [occasion for occasion, _ in keys] for keys in bodies):
        raise WaveKeysError("The keys of this wave are not published in the order of its plan.")
    published = [pair for keys in bodies for pair in keys] + joins
    return tuple(WaveKey(occasion, find_only_key(occasion.occasion, published)) for occasion in occasions)


def find_only_key(occasion: str, published: Iterable[tuple[str, str]]) -> PublicKey:
    """Give the occasion's only key among all (occasion, spki) pairs of the log; a key of two occasions is none."""
    pairs = list(published)
    keys = [spki for name, spki in pairs if name == occasion]
    if len(keys) != 1:
        raise WaveKeysError("An occasion has no key in the log, or more than one.")
    if [spki for _, spki in pairs].count(keys[0]) != 1:
        raise WaveKeysError("The key of an occasion stands for another occasion too.")
    try:
        return parse_public_key(parse_base64url(keys[0]))
    except InvalidInputError as error:
        raise WaveKeysError("The key of an occasion is not of the allowed form.") from error
