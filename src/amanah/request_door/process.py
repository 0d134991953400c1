"""Starts the request door's pages: one worker, and in it the clerk; no request is ever logged."""

import os

from amanah.core.errors import MisconfiguredError
from amanah.request_door.clerk import announce_start
from amanah.web.config import Config

# While one thread waits for the process that reads a paper (8 s at most), the others answer everybody else.
THREADS = 4
TARGET = "amanah.request_door.wsgi:application"


def run(config: Config) -> None:
    """Serve until SIGTERM or SIGINT."""
    from granian.constants import Interfaces
    from granian.log import LogLevels
    from granian.server import Server

    os.environ["DJANGO_SETTINGS_MODULE"] = "amanah.request_door.settings"
    announce_start(config)
    host, port = config.binds["request"]
    server = Server(
        TARGET,
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=THREADS,
        websockets=False,
        log_access=False,
        log_level=LogLevels.warning,
        respawn_failed_workers=False,
    )
    try:
        server.serve()
    except OSError as error:
        raise MisconfiguredError(
            [f"The request door cannot listen at {host}:{port}: {error.strerror}."]
        ) from error
