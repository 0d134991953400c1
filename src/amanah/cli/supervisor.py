"""Starts every process, waits until each answers, starts a crashed one again, and leaves none behind when it stops.

It holds no door's code and no request ever reaches it.
"""

import ctypes
import http.client
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import FrameType

from amanah.cli.environment import build_child_environment
from amanah.cli.founding import require_founded
from amanah.cli.listening import require_free_ports
from amanah.cli.rechecking import FIRST_AFTER, DailyCheck
from amanah.cli.sister import SISTER
from amanah.web.config import DEPARTMENTS, PROCESSES, Config, Process, load_config
from amanah.web.confinement import DEPARTMENT_OF
from amanah.web.log_policy import load_policy

READY_WITHIN = 60.0
STOPPED_WITHIN = 8.0
LONGEST_PAUSE = 30.0
CALM_AFTER = 60.0
TRIES_AT_FIRST = 3
EXIT_MISCONFIGURED = 78
_POLL = 0.1
_PR_SET_PDEATHSIG = 1


def _end_with_the_supervisor() -> None:
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


@dataclass(frozen=True)
class Sister:
    """The invented community that `amanah demo` runs beside ours: where it answers and all of its settings."""

    address: tuple[str, int]
    settings: Mapping[str, str]


@dataclass
class _Child:
    """One process under watch and what is known of its health."""

    name: str
    process: Process
    address: tuple[str, int]
    settings: Mapping[str, str] | None = None
    running: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    start_again_at: float = 0.0
    failures: int = 0
    has_answered: bool = False
    answers_now: bool = False

    def start(self, now: float) -> None:
        """Start the process in a session of its own, so that a Ctrl-C reaches it only through us."""
        self.running = subprocess.Popen(
            [sys.executable, "-m", "amanah.cli", "serve", "--only", self.process],
            env=build_child_environment(DEPARTMENT_OF[self.process], self.settings),
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=_end_with_the_supervisor,  # noqa: PLW1509 - the supervisor has one thread
        )
        self.started_at = now
        self.answers_now = False

    def send(self, number: signal.Signals) -> None:
        """Send a signal to the process alone, which ends its own workers."""
        if self.running is not None and self.running.poll() is None:
            self.running.send_signal(number)

    def kill_group(self) -> None:
        """End whatever is left of the process's session."""
        if self.running is not None:
            try:
                os.killpg(self.running.pid, signal.SIGKILL)
            except ProcessLookupError:
                return


@dataclass
class Supervisor:
    """Watches children until it is told to stop; `announce` is called once when every process answers."""

    config: Config
    announce: Callable[[Config], None]
    sister: Sister | None = None
    children: list[_Child] = field(default_factory=list)
    is_stopping: bool = False
    exit_code: int = 0

    def run(self) -> int:
        """Run until a signal or a failure that starting again cannot cure."""
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self._stop_on_signal)
        self.children = [_Child(process, process, self.config.binds[process]) for process in PROCESSES]
        if self.sister is not None:
            self.children.append(_Child("sister", "log", self.sister.address, self.sister.settings))
        try:
            self._watch()
        finally:
            self._stop_all()
        return self.exit_code

    def _stop_on_signal(self, _number: int, _frame: FrameType | None) -> None:
        self.is_stopping = True

    def _watch(self) -> None:
        is_announced = False
        daily = DailyCheck(self.config, due_at=float("inf"))
        for child in self.children:
            child.start(time.monotonic())
        try:
            while not self.is_stopping:
                for child in self.children:
                    self._look_after(child, time.monotonic())
                if not is_announced and all(child.answers_now for child in self.children):
                    is_announced = True
                    daily.due_at = time.monotonic() + FIRST_AFTER
                    self.announce(self.config)
                daily.look_after(time.monotonic())
                time.sleep(_POLL)
        finally:
            daily.stop()

    def _look_after(self, child: _Child, now: float) -> None:
        if child.running is None:
            if now >= child.start_again_at:
                child.start(now)
            return
        code = child.running.poll()
        if code is not None:
            self._take_in_end(child, code, now)
        elif not child.answers_now:
            child.answers_now = is_healthy(child.address)
            child.has_answered |= child.answers_now
            if not child.answers_now and now - child.started_at > READY_WITHIN:
                say(f"{child.name} does not answer after {READY_WITHIN:.0f} seconds; it is started again.")
                child.kill_group()
        elif now - child.started_at > CALM_AFTER:
            child.failures = 0

    def _take_in_end(self, child: _Child, code: int, now: float) -> None:
        child.kill_group()
        child.running = None
        child.answers_now = False
        child.failures += 1
        if code == EXIT_MISCONFIGURED:
            self._give_up(code)
        elif not child.has_answered and child.failures >= TRIES_AT_FIRST:
            say(f"{child.name} could not start; its own words above say why.")
            self._give_up(1)
        else:
            pause = min(LONGEST_PAUSE, 0.5 * 2 ** (child.failures - 1))
            child.start_again_at = now + pause
            say(f"{child.name} ended with {code}; it is started again in {pause:.1f} seconds.")

    def _give_up(self, code: int) -> None:
        self.exit_code = code
        self.is_stopping = True

    def _stop_all(self) -> None:
        """Stop the doors first and the logs last, so that what a door still hands over is taken."""
        deadline = time.monotonic() + STOPPED_WITHIN
        doors = [child for child in self.children if child.process != "log"]
        for group in (doors, [child for child in self.children if child.process == "log"]):
            for child in group:
                child.send(signal.SIGTERM)
            for child in group:
                self._wait_for_end(child, deadline)
        for child in self.children:
            child.kill_group()

    @staticmethod
    def _wait_for_end(child: _Child, deadline: float) -> None:
        if child.running is None:
            return
        try:
            child.running.wait(timeout=max(0.5, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            child.kill_group()
            child.running.wait()


def is_healthy(address: tuple[str, int]) -> bool:
    """Tell whether a process answers its health page, or any page at all."""
    host, port = address
    connection = http.client.HTTPConnection(_reachable(host), port, timeout=3)
    try:
        connection.request("GET", "/healthz", headers={"Host": f"localhost:{port}"})
        return connection.getresponse().status < 500
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _reachable(host: str) -> str:
    return {"0.0.0.0": "127.0.0.1", "::": "::1", "[::]": "::1"}.get(host, host)  # noqa: S104 - never bound here


def say(sentence: str) -> None:
    """Print a line of progress at once."""
    print(sentence, flush=True)


def announce_addresses(config: Config) -> None:
    """Say where everything is."""
    say(f"Amanah is running for {config.community_name} (pace: {config.pace}). Press Ctrl-C to stop.")
    say(f"  Programme door   {config.urls['programme']}/")
    say(f"  Organisers' desk {config.urls['programme']}/desk/")
    say(f"  Request door     {config.urls['request']}/")
    say(f"  Public log       {config.urls['log']}/checkpoint")
    say(f"  Our witness      {config.urls['log']}/witness")


def announce_service(config: Config) -> None:
    """Say where everything is, and that nobody starts the invented sister whom the log may still ask."""
    announce_addresses(config)
    if SISTER in load_policy(config).witnesses:
        say(
            f"The log asks {SISTER}, the invented sister that only amanah demo starts. "
            "Start amanah demo, or name real witnesses: docs/how-to/witness-each-other.md"
        )


def run_supervisor(
    announce: Callable[[Config], None] = announce_service, sister: Sister | None = None
) -> int:
    """Serve a founded deployment until SIGTERM or SIGINT."""
    config = load_config()
    for department in DEPARTMENTS:
        require_founded(config, department)
    require_free_ports(config, None if sister is None else sister.address)
    return Supervisor(config, announce, sister).run()
