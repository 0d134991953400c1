"""`amanah drill`: play a whole programme, pull the plug, take everything, attack it, and print what came out.

It never touches a real deployment.
"""

import argparse
import asyncio
import json
import random
import shutil
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from amanah.core.encoding import JsonValue
from amanah.drill.crowd import Crowd, Rhythm, imagine_people
from amanah.drill.judgement import judge
from amanah.drill.organiser import Organiser, QuestionReader
from amanah.drill.seizure import Seizure, seize
from amanah.drill.snapshot import SeizedTable, read_sealed_keys, read_tables
from amanah.drill.table import Report, render_table
from amanah.drill.truth import Truth
from amanah.drill.wire import CrowdError, Wire
from amanah.drill.world import World

EXIT_CLEAN = 0
EXIT_LEAK = 1
QUIET_SECONDS = 4.0
FEWEST_MEMBERS = 20


@dataclass(frozen=True)
class Plan:
    """What a drill is asked to do; `mishaps` break rules on purpose, so that tests can see the drill notice."""

    members: int
    seed: int
    databases: Mapping[str, str]
    also_seize: Sequence[Path] = ()
    on_demand: bool = False


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command line."""
    parser.add_argument(
        "--members", type=int, default=100, help=f"size of the crowd, at least {FEWEST_MEMBERS} (default 100)"
    )
    parser.add_argument("--seed", type=int, default=1, help="seed of who does what when (default 1)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write every finding to a file")
    parser.add_argument(
        "--keep", type=Path, metavar="FOLDER", help="keep what was seized, to look at it yourself"
    )
    parser.add_argument(
        "--database",
        action="append",
        default=[],
        metavar="NAME=URL",
        help="use this PostgreSQL database for a door; may be given again",
    )
    parser.add_argument(
        "--also-seize",
        action="append",
        default=[],
        type=Path,
        metavar="FOLDER",
        help="a folder to take as well, such as a PostgreSQL cluster",
    )


def run(arguments: argparse.Namespace) -> int:
    """Run one drill; 1 when anything beats chance or a name is found."""
    if arguments.members < FEWEST_MEMBERS:
        raise CrowdError(f"A crowd needs at least {FEWEST_MEMBERS} members, or chance explains everything.")
    plan = Plan(
        members=arguments.members,
        seed=arguments.seed,
        databases=dict(pair.split("=", 1) for pair in arguments.database),
        also_seize=arguments.also_seize,
    )
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="amanah-drill-") as folder:
        report = play(plan, Path(folder))
        if arguments.keep:
            shutil.copytree(Path(folder) / "seized", arguments.keep, symlinks=True)
    if arguments.json:
        arguments.json.write_text(json.dumps(report.as_json(), indent=1), encoding="utf-8")
    print(render_table(report))
    print(f"{plan.members} members, seed {plan.seed}, {time.monotonic() - started:.0f} seconds.")
    return EXIT_LEAK if report.leaks or report.names_recovered else EXIT_CLEAN


def play(plan: Plan, folder: Path) -> Report:
    """Play the programme, seize twice, and judge: once with the plug pulled in the middle, once after closing."""
    world = World(folder / "data", plan.databases)
    seizures: list[tuple[Seizure, list[SeizedTable]]] = []
    try:
        say("Starting a deployment of its own …")
        world.start()
        organiser = Organiser(world.urls["programme"])
        organiser.register(world.setup_url)
        truth, occasions = asyncio.run(play_programme(plan, world, organiser))
        time.sleep(QUIET_SECONDS)
        say("Pulling the plug and taking everything, in the middle of the programme …")
        world.pull_the_plug()
        seizures.append(take_everything(plan, world, folder, "in the middle"))
        stored = read_sealed_keys(seizures[0][1])
        say("Starting again, closing every occasion that was used …")
        world.start("serve")
        close_occasions(organiser, occasions)
        time.sleep(QUIET_SECONDS)
        world.pull_the_plug()
        seizures.append(take_everything(plan, world, folder, "after closing"))
    finally:
        world.pull_the_plug()
    say("Attacking what was taken …")
    destroyed = {occasion: stored[occasion] for occasion in occasions if occasion in stored}
    if len(destroyed) != len(occasions):
        raise CrowdError(
            "The drill did not find the occasions' keys before closing, so it cannot look for them after."
        )
    return judge(seizures, truth, destroyed)


def take_everything(plan: Plan, world: World, folder: Path, label: str) -> tuple[Seizure, list[SeizedTable]]:
    """Copy every folder and read every table."""
    seizure = seize([world.folder, *plan.also_seize], folder / "seized", label)
    return seizure, read_tables(seizure, plan.databases)


async def play_programme(plan: Plan, world: World, organiser: Organiser) -> tuple[Truth, list[str]]:
    """Let the crowd join, register, fetch, come and answer; give the truth and the occasions used."""
    generator = random.Random(plan.seed)
    truth = Truth(imagine_people(generator, plan.members))
    crowd = Crowd(Wire(world.urls, truth), truth, generator, world.read_log_key())
    rhythm = choose_rhythm(plan.members)
    organiser.register_invitations(crowd.draw_invitations("drill.amanah"))
    session, survey = await wait_for_occasions(crowd, organiser)
    say(f"{plan.members} members join …")
    await crowd.join(rhythm.joining)
    say("They register their cards, each after a random wait …")
    await crowd.register(rhythm.registering)
    if not plan.on_demand:
        say("They fetch their wave, each at a random moment …")
        await crowd.fetch_wave(rhythm.fetching)

    async def read_code() -> str:
        return await asyncio.to_thread(organiser.read_room_code, session)

    say("They come to a session …")
    await crowd.come(session, read_code, rhythm.meeting, on_demand=plan.on_demand)
    say("They answer the survey …")
    questions = organiser.read_questions(survey)
    await crowd.answer(survey, lambda source, _member: choose_answers(source, questions), rhythm.answering)
    return truth, [session, survey]


async def wait_for_occasions(crowd: Crowd, organiser: Organiser) -> tuple[str, str]:
    """Wait until the log knows the invitations and the wave is open; give an open session and an open survey."""
    deadline = time.monotonic() + 60
    person = crowd.truth.people[0]
    while time.monotonic() < deadline:
        view = await crowd.read_log(person)
        printed = sum(len(entry.body["hashes"]) for entry in view.list_entries("invitations_printed"))
        is_ready = printed >= crowd.size and view.list_entries("join_key_opened")
        found = {
            str(row["kind"]): str(row["occasion"])
            for row in organiser.read_occasions()
            if row["state"] == "open"
        }
        if is_ready and view.list_entries("wave_opened") and {"session", "survey"} <= set(found):
            await asyncio.sleep(3)
            return found["session"], found["survey"]
        await asyncio.sleep(0.5)
    raise CrowdError("The wave did not open in time.")


def close_occasions(organiser: Organiser, occasions: Sequence[str]) -> None:
    """Close, and wait for the recount bundles."""
    for occasion in occasions:
        organiser.close_occasion(occasion)
    deadline = time.monotonic() + 120
    while any(organiser.fetch_recount(occasion) is None for occasion in occasions):
        if time.monotonic() > deadline:
            raise CrowdError("The recount bundles did not appear in time.")
        time.sleep(0.5)


def choose_rhythm(members: int) -> Rhythm:
    """Squeeze months into seconds, longer for larger crowds."""
    factor = max(4.0, members / 50)
    return Rhythm(joining=factor, registering=factor, fetching=factor, meeting=factor, answering=factor)


def choose_answers(generator: random.Random, questions: QuestionReader) -> dict[str, JsonValue]:
    """Answer every question with something that can be chosen."""
    answers: dict[str, JsonValue] = {}
    for question, (kind, values) in questions.questions.items():
        if not values:
            continue
        if kind == "scale":
            answers[question] = int(generator.choice(values))
        elif kind == "multiple":
            answers[question] = list(generator.sample(values, generator.randint(1, len(values))))
        else:
            answers[question] = generator.choice(values)
    return answers


def say(words: str) -> None:
    """Show progress."""
    print(words, flush=True)
