"""Whether the addresses that processes are to listen at are free; it listens nowhere itself."""

import socket

from amanah.core.errors import MisconfiguredError
from amanah.web.config import PROCESSES, Config, Process


def require_free_ports(config: Config, sister: tuple[str, int] | None = None) -> None:
    """Raise MisconfiguredError where another program listens; its answers would be taken for our process's health."""
    problems = [find_listener(process, config.binds[process], _advise(process)) for process in PROCESSES]
    if sister is not None:
        problems.append(find_listener("sister", sister, "AMANAH_SISTER_BIND"))
    if any(problems):
        raise MisconfiguredError([problem for problem in problems if problem])


def require_free_port(config: Config, process: Process) -> None:
    """Raise MisconfiguredError where another program listens at one process's address."""
    problem = find_listener(process, config.binds[process], _advise(process))
    if problem:
        raise MisconfiguredError([problem])


def _advise(process: Process) -> str:
    return f"AMANAH_{process.upper()}_BIND and AMANAH_{process.upper()}_URL"


def find_listener(name: str, address: tuple[str, int], settings: str) -> str | None:
    """Say that an address is taken and which settings to change; None where it is free."""
    host, port = address
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host.strip("[]"), port))
        except OSError as error:
            return (
                f"{name} cannot listen at {host}:{port} ({error.strerror}). Is Amanah running already? "
                f"Stop what listens there, or set {settings}."
            )
    return None
