"""Attacks by somebody who watched the wire or made the keys: timing, sizes and marked keys.

It uses the truth as a watcher's notebook.
"""

from bisect import bisect_left
from collections.abc import Iterator
from itertools import pairwise

from amanah.drill.chance import Finding, compute_match_p, compute_rank_p, count_position_matches
from amanah.drill.truth import Truth

TIMING = "times of fetching and using"
SIZES = "sizes on the wire"
KEYS = "keys that mark a member"


def attack_timing(truth: Truth) -> Iterator[Finding]:
    """Suppose both doors had been made to write down times: match who fetched with what was spent."""
    fetched = sorted(truth.fetched)
    for occasion, events in truth.spent.items():
        spent = sorted(events)
        came = {member for _, member, _ in spent}
        yield _match_in_turn(fetched, spent, came, f"first with first: {truth.name_stream(occasion)}")
        yield _match_latest(fetched, spent, f"latest fetch before: {truth.name_stream(occasion)}")
        yield _correlate(fetched, spent, f"one after another: {truth.name_stream(occasion)}")


def _match_in_turn(
    fetched: list[tuple[float, int]], spent: list[tuple[float, int, bytes]], came: set[int], detail: str
) -> Finding:
    left = [member for _, member in fetched if member in came]
    right = [member for _, member, _ in spent]
    hits = count_position_matches(left, right)
    return Finding(
        TIMING, detail, "the wire", hits, len(right), 1 / max(len(right), 1), compute_match_p(hits)
    )


def _match_latest(
    fetched: list[tuple[float, int]], spent: list[tuple[float, int, bytes]], detail: str
) -> Finding:
    """Guess, for each spent pass, the member whose fetch came last before it."""
    moments = [moment for moment, _ in fetched]
    hits = 0
    for moment, member, _ in spent:
        place = bisect_left(moments, moment) - 1
        hits += place >= 0 and fetched[place][1] == member
    return Finding(
        TIMING, detail, "the wire", hits, len(spent), 1 / max(len(spent), 1), compute_match_p(hits)
    )


def _correlate(
    fetched: list[tuple[float, int]], spent: list[tuple[float, int, bytes]], detail: str
) -> Finding:
    """Ask whether those who fetched early also came early, which exact matching misses when neighbours swap."""
    moment_of = {member: moment for moment, member in fetched}
    moments = [moment_of[member] for _, member, _ in spent if member in moment_of]
    agreeing = sum(left < right for left, right in pairwise(moments))
    return Finding(
        TIMING, detail, "the wire", agreeing, max(len(moments) - 1, 0), 0.5, compute_rank_p(moments)
    )


def attack_sizes(truth: Truth) -> Iterator[Finding]:
    """Every request to an endpoint and every answer of one status must be alike in size, or size is a mark."""
    for endpoint, sizes in sorted(truth.sizes.items()):
        statuses = {status for status, _, _ in sizes}
        yield Finding(
            SIZES,
            endpoint,
            "the wire",
            len(sizes) - len(statuses),
            len(sizes),
            0.0,
            1.0,
            is_forbidden=True,
            note=f"{len(sizes)} sizes for {len(statuses)} outcomes",
        )


def attack_key_marks(truth: Truth) -> Finding:
    """A server that gives members different keys marks them; count members who saw other keys than the most."""
    seen = list(truth.keys_seen.values())
    most = max((seen.count(keys) for keys in set(seen)), default=0)
    return Finding(KEYS, "", "every phone's log", len(seen) - most, len(seen), 0.0, 1.0, is_forbidden=True)
