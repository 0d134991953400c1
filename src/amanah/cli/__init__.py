"""The `amanah` command: it founds, starts, watches, checks, saves and restores a deployment.

It imports no door and no Django: whatever needs a door runs in a process of its own.
"""

from amanah.cli.command import main

__all__ = ["main"]
