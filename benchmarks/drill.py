"""How long the seizure drill takes for a large crowd; what it finds is judged by its own exit code."""

import subprocess
import sys
import time

from benchmarks.measuring import CpuWatch, Goal, Row, Scale

# "Minutes, not hours": a quarter of an hour, of which the crowd's own waits are a part.
GOAL = Goal("at most", 900)


def measure(scale: Scale) -> list[Row]:
    """Run the command as anybody would."""
    command = [sys.executable, "-m", "amanah.cli", "drill", "--members", str(scale.members)]
    started = time.perf_counter()
    with CpuWatch() as watch:
        done = subprocess.run(command, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
    seconds = time.perf_counter() - started
    # An exit status of 1 is also a crash's; only a drill that came to its end prints its last line.
    if f"{scale.members} members, seed" not in done.stdout:
        raise RuntimeError(
            f"The drill ended with {done.returncode}:\n{done.stdout[-2000:]}{done.stderr[-2000:]}"
        )
    return [
        Row(
            figure="drill",
            title=f"The seizure drill with {scale.members:,} members",
            value=seconds,
            unit="s",
            foreign=watch.foreign,
            goal=GOAL,
        ),
        Row(
            figure="drill",
            title=f"The seizure drill with {scale.members:,} members, its exit status (1: a leak or a name)",
            value=float(done.returncode),
            unit="",
            foreign=watch.foreign,
            goal=Goal("at most", 0),
            needs_quiet=False,
        ),
    ]
