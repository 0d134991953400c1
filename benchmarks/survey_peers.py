"""Counts reports with another package, in that package's environment: `survey_peers.py PACKAGE FILE WEIGHT KINDS`.

Loading, and the first call that compiles, are not timed.
"""

import json
import math
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

Count = Callable[[bytes], Sequence[float]]


def load_multi_freq_ldpy(weight: int, kinds: int) -> Count:
    """Its aggregator for generalised randomised response."""
    from multi_freq_ldpy.pure_frequency_oracles.GRR import GRR_Aggregator_MI

    def count(balls: bytes) -> Sequence[float]:
        estimates: Any = GRR_Aggregator_MI(balls, kinds, math.log(weight))
        return [float(value) for value in estimates]

    return count


def load_pure_ldp(weight: int, kinds: int) -> Count:
    """Its server for direct encoding, which takes one report at a time."""
    from pure_ldp.frequency_oracles.direct_encoding import DEServer

    def count(balls: bytes) -> Sequence[float]:
        server = DEServer(math.log(weight), kinds, index_mapper=int)
        for ball in balls:
            server.aggregate(ball)
        return [server.estimate(kind, suppress_warnings=True) / len(balls) for kind in range(kinds)]

    return count


LOADERS = {"multi_freq_ldpy": load_multi_freq_ldpy, "pure_ldp": load_pure_ldp}


def main() -> None:
    """Count and print seconds and estimates."""
    package, path, weight, kinds = sys.argv[1:]
    count = LOADERS[package](int(weight), int(kinds))
    balls = Path(path).read_bytes()
    count(balls[:100])
    started = time.perf_counter()
    estimates = count(balls)
    seconds = time.perf_counter() - started
    print(json.dumps({"seconds": seconds, "estimates": [*estimates]}))


if __name__ == "__main__":
    main()
