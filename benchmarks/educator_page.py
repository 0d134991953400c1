"""How long a parent waits for the page about a teacher: kept, drawn anew, and the first time after a start.

The first time every paper of the line is read and checked in both suites, and what does that is loaded.
"""

from benchmarks.deployments import running_world
from benchmarks.measuring import CpuWatch, Goal, Row, Scale
from benchmarks.programme_page import DRAWN, READERS, measure_drawing, read_kept

EDUCATOR_PAGE = "/en/educators/amina/"
KEPT_GOAL = Goal("at most", 9.0)


def measure(scale: Scale) -> list[Row]:
    """Let one reader come first, then the same one again and again, then a few, then somebody after every change."""
    with CpuWatch() as watch, running_world() as world:
        first = measure_drawing(world, 1, EDUCATOR_PAGE)
        alone = read_kept(world, 1, scale.seconds, EDUCATOR_PAGE)
        crowd = read_kept(world, READERS, scale.seconds, EDUCATOR_PAGE)
        drawn = measure_drawing(world, DRAWN if scale.rounds > 1 else 3, EDUCATOR_PAGE)
    more = {
        "p99 ms": alone.p99,
        f"p50 ms at {READERS} readers": crowd.p50,
        f"pages/s at {READERS} readers": crowd.rate,
        "p50 ms drawn anew": drawn,
        "ms the first time": first,
    }
    title = "Page about a teacher, p50 of one reader, kept bytes"
    return [Row("educator_page", title, alone.p50, "ms", watch.foreign, goal=KEPT_GOAL, more=more)]
