"""Sets up the worked example with waits of seconds, serves it, and says in numbered steps what to try first."""

import os

from amanah.cli.init import find_setup_address, initialise, run_django
from amanah.cli.supervisor import announce_addresses, run_supervisor, say
from amanah.web.config import Config, load_config, read_settings


def run_demo() -> int:
    """Found, fill and serve the example; run again, it goes on with what is there."""
    if "AMANAH_PACE" not in read_settings():
        os.environ["AMANAH_PACE"] = "demo"
    config = load_config()
    initialise(config)
    run_django(config, "programme", "seed_example")
    return run_supervisor(announce_steps)


def announce_steps(config: Config) -> None:
    """Say what to click first."""
    announce_addresses(config)
    address = find_setup_address()
    programme = config.urls["programme"]
    steps = [
        f"Look round as anybody can:      {programme}/",
        f"Become the first organiser:     {address}"
        if address
        else f"Sign in at the desk:            {programme}/desk/",
        "At the desk: make invitations, then open one of them in another browser window, as a member would.",
        "Plan a wave, fetch passes, and go to a session or answer a survey.",
        f"See what is held about anybody: {programme}/en/what-we-hold/",
    ]
    say("")
    for number, step in enumerate(steps, start=1):
        say(f"  {number}. {step}")
    say("")
