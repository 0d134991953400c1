"""Sets up the worked example with waits of seconds, serves it, and says in numbered steps what to try first.

It asks the running pages for what is on, as any browser can, and opens no door's database.
"""

import http.client
import json
import os
import shlex
import sys
from pathlib import Path
from typing import Any

from amanah.cli.environment import find_drill
from amanah.cli.init import find_setup_address, initialise, run_django
from amanah.cli.sister import SISTER, SISTER_NAME, build_sister_settings, forget_sister, found_sister
from amanah.cli.supervisor import Sister, announce_addresses, run_supervisor, say
from amanah.cli.witnessing.our_witnesses import describe_quorum
from amanah.core.errors import MisconfiguredError
from amanah.core.public_log.notes import parse_verifier_key
from amanah.web.config import Config, load_config, read_settings
from amanah.web.log_policy import KEY_FILE, find_policy_path, load_policy

DEFAULTS = {"AMANAH_PACE": "demo", "AMANAH_COMMUNITY_NAME": "Example House (invented)"}
OCCASION_UNKNOWN = "OCCASION"
MONITOR_MEMORY = "seen-by-the-monitor.json"


def run_demo() -> int:
    """Found, fill and serve the example; run again, it goes on with what is there."""
    config = load_demo_config()
    initialise(config)
    sister = start_sister(config)
    run_django(config, "programme", "seed_example")
    return run_supervisor(announce_steps, sister)


def load_demo_config() -> Config:
    """Give the settings, with those of the example where nothing else was said."""
    given = read_settings()
    os.environ.update({name: value for name, value in DEFAULTS.items() if name not in given})
    return load_config()


def run_crowd(*, members: int, seed: int, closes: bool) -> int:
    """Bring an invented crowd into the example that runs beside; it sees for itself whether it is the example."""
    config = load_demo_config()
    require_running_demo(config)
    crowd = find_drill("demo_crowd")
    visit = crowd.Visit(
        urls=config.urls,
        log_key=parse_verifier_key((config.data / "public" / KEY_FILE).read_text().strip()),
        issuer_name=config.issuer_name,
        members=members,
        seed=seed,
        closes=closes,
    )
    is_first = False

    def make_setup_address() -> str:
        nonlocal is_first
        is_first = find_setup_address() is not None
        return str(find_setup_address(even_with_organisers=True))

    try:
        return int(crowd.run(visit, make_setup_address))
    finally:
        if is_first:
            print("The crowd's organiser came first: the address that the example printed works no more.")
            print(f"To become an organiser yourself, open: {find_setup_address(even_with_organisers=True)}")


def run_requests() -> int:
    """Let invented bodies ask the example that runs beside; its panel is founded by the story's own trustees."""
    config = load_demo_config()
    require_running_demo(config)
    story = find_drill("requests_story")
    visit = story.Visit(
        urls=config.urls,
        log_key=parse_verifier_key((config.data / "public" / KEY_FILE).read_text().strip()),
    )

    def make_founding_address() -> str:
        return run_django(config, "request", "founding_address").strip()

    return int(story.run(visit, make_founding_address))


def require_running_demo(config: Config) -> None:
    """Refuse a community that keeps the waiting times of real use, or that does not run."""
    if config.pace != "demo":
        raise MisconfiguredError(
            ["AMANAH_PACE is not demo: an invented crowd never comes to a community of real people."]
        )
    if not (config.data / "public" / KEY_FILE).is_file() or not read_occasions(config):
        raise MisconfiguredError(
            [f"No example with anything open runs on {config.data}; start it first: amanah demo."]
        )


def start_sister(config: Config) -> Sister | None:
    """Found the sister unless there is to be none; say whom the supervisor is to start."""
    if config.sister_bind is None:
        forget_sister(config)
        return None
    print("Founding the sister community, so that the two logs witness each other …", flush=True)
    found_sister(config)
    return Sister(config.sister_bind, build_sister_settings(config))


def announce_steps(config: Config) -> None:
    """Say what to click first."""
    announce_addresses(config)
    say(describe_witnesses(config))
    say("")
    for number, (what, where) in enumerate(
        list_steps(config, find_setup_address(), read_occasions(config)), 1
    ):
        say(f"  {number}. {what}")
        say(f"     {where}")
    say("")
    say(describe_waits(config))
    say("")


def list_steps(config: Config, setup: str | None, occasions: dict[str, str]) -> list[tuple[str, str]]:
    """Give each step and where it is done; `occasions` names what is open by kind."""
    programme = config.urls["programme"]
    session = occasions.get("session", OCCASION_UNKNOWN)
    survey = occasions.get("survey", OCCASION_UNKNOWN)
    bundle = config.folder("programme") / "recounts" / f"{survey}.json"
    recount = ["recount", str(bundle), "--log", config.urls["log"], "--vkey"]
    vkey = config.data / "public" / KEY_FILE
    outsider = [sys.executable, "-m", "amanah.verify"]
    policy = ["--policy", str(find_policy_path(config))]
    memory = ["--remember", str(config.data / MONITOR_MEMORY), "--witnesses"]
    return [
        ("Look round, as anybody can.", f"{programme}/"),
        ("Become an organiser; the address works once.", setup)
        if setup
        else ("Sign in at the desk.", f"{programme}/desk/"),
        (
            "Make an invitation and keep its page open: the code exists only there.",
            f"{programme}/desk/invitations/",
        ),
        ("In another browser or a private window, join with that code.", f"{programme}/join/"),
        (
            "Put the screen of the room on the wall, as the organiser.",
            f"{programme}/desk/sessions/{session}/screen/",
        ),
        ("Check in with the code on that screen, as the member.", f"{programme}/sessions/{session}/here/"),
        ("Answer the survey, as the member.", f"{programme}/surveys/{survey}/answer/"),
        (
            "Close the survey, as the organiser, and see what was answered.",
            f"{programme}/desk/close/{survey}/",
        ),
        ("Count it again, trusting nobody.", shlex.join([*outsider, *recount, str(vkey)])),
        ("Read the public log in words: everything that the doors did.", f"{programme}/en/log/"),
        (
            "Check the whole log and who witnessed it, trusting nobody.",
            shlex.join([*outsider, "log", config.urls["log"], *policy]),
        ),
        (
            "Watch it from outside, once an hour: what a monitor would raise an alarm about.",
            shlex.join([*outsider, "monitor", config.urls["log"], *policy, *memory]),
        ),
        ("Seize everything and try to name people; this plays a crowd of its own.", _find_command("drill")),
        (
            "Let an invented crowd answer, and compare what is published with what they think.",
            f"{_find_command('demo')} crowd",
        ),
        (
            "Let invented police and courts ask for the list, and see what they get.",
            f"{_find_command('demo')} requests",
        ),
        ("Read what is held about anybody.", f"{programme}/en/what-we-hold/"),
    ]


def describe_witnesses(config: Config) -> str:
    """Say who cosigns the log here, and how real use differs."""
    policy = load_policy(config)
    if SISTER not in policy.witnesses or config.sister_bind is None:
        return f"  {describe_quorum(policy)}"
    return (
        f"  {SISTER_NAME} runs beside it: the two logs witness each other, 1 of 1 needed.\n"
        "  Real use asks for 2 of 3 witnesses, run by different people in different places."
    )


def read_occasions(config: Config) -> dict[str, str]:
    """Ask the public list for the first session and the first survey that are not over; it may be out of reach."""
    host, port = config.binds["programme"]
    connection = http.client.HTTPConnection(host, port, timeout=5)
    try:
        connection.request("GET", "/occasions.json", headers={"Host": f"localhost:{port}"})
        listed: list[dict[str, Any]] = json.loads(connection.getresponse().read())["occasions"]
    except (OSError, http.client.HTTPException, ValueError, KeyError):
        return {}
    finally:
        connection.close()
    on = sorted(
        (one for one in listed if one["state"] in {"open", "planned"}), key=lambda one: -one["begins_at"]
    )
    return {one["kind"]: one["occasion"] for one in on}


def describe_waits(config: Config) -> str:
    """Say how long a member waits here, and how long in real use."""
    pacing = config.pacing
    waits = (
        f"  Waits: a card is registered within {_describe(pacing.register_window)}, and its passes are fetched at a "
        f"random time within {_describe(pacing.shortest_fetch_window)} or more.\n"
        f"  A card that is made later asks for them by the button 'Fetch my passes now'. A pass that is used before it "
        f"is {_describe(pacing.minimum_age)} old gets a warning."
    )
    if config.pace == "calm":
        return waits
    return f"{waits}\n  In real use each of these times is a day, so that people hide each other."


def _describe(seconds: int) -> str:
    return f"{seconds // 3600} hours" if seconds >= 7200 else f"{seconds} seconds"


def _find_command(name: str) -> str:
    """Give the command as it was installed beside this Python."""
    script = Path(sys.executable).with_name("amanah")
    return shlex.join([str(script), name] if script.is_file() else [sys.executable, "-m", "amanah.cli", name])
