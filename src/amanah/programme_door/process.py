"""Starts the programme door's pages: workers with one thread each; no request is ever logged.

The door's clerk runs beside the spending gate, not here: several workers may draw pages, one process reads the log.
"""

import os

from amanah.core.errors import MisconfiguredError
from amanah.web.config import Config

TARGET = "amanah.programme_door.wsgi:application"


def run(config: Config) -> None:
    """Serve until SIGTERM or SIGINT."""
    from granian.constants import Interfaces
    from granian.log import LogLevels
    from granian.server import Server

    os.environ["DJANGO_SETTINGS_MODULE"] = "amanah.programme_door.settings"
    host, port = config.binds["programme"]
    server = Server(
        TARGET,
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=config.page_workers,
        blocking_threads=1,
        websockets=False,
        log_access=False,
        log_level=LogLevels.warning,
        respawn_failed_workers=True,
    )
    try:
        server.serve()
    except OSError as error:
        raise MisconfiguredError(
            [f"The programme door cannot listen at {host}:{port}: {error.strerror}."]
        ) from error
