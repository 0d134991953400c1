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
    if done.returncode not in {0, 1}:
        raise RuntimeError(
            f"The drill ended with {done.returncode}:\n{done.stdout[-2000:]}{done.stderr[-2000:]}"
        )
    finding = "it found nothing" if done.returncode == 0 else "it found a leak or a name: read its own report"
    return [
        Row(
            figure="drill",
            title=f"The seizure drill with {scale.members:,} members",
            value=seconds,
            unit="s",
            foreign=watch.foreign,
            goal=GOAL,
            note=finding,
        )
    ]
