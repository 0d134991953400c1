"""One drill from beginning to end: found a deployment, let a crowd live in it, take everything three times, judge.

It never touches a real deployment.
"""

import asyncio
import random
import secrets
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from amanah.drill.crowd import Crowd, Rhythm, imagine_people
from amanah.drill.judgement import LAST_SECONDS, Taken, judge
from amanah.drill.organiser import Organiser
from amanah.drill.outside_body import Ask, OutsideBody
from amanah.drill.seizure import Seizure, seize
from amanah.drill.snapshot import read_sealed_keys, read_tables
from amanah.drill.table import Report
from amanah.drill.truth import Truth
from amanah.drill.wire import CrowdError, Wire
from amanah.drill.world import World

# The doors tidy up after two quiet seconds (`web/rewriting.py`); a loaded machine gets a little more.
QUIET_SECONDS = 5.0
ASKED_UNDER = "uk-informal-ask"
EXIT_CLEAN = 0
EXIT_LEAK = 1
Mishap = Callable[[World], None]


@dataclass(frozen=True)
class Plan:
    """What a drill is asked to do.

    Two rules can be broken on purpose, so that tests see it noticed: with `on_demand` that of waves, with
    `without_chance` that of bags: every phone's random bytes are zero, and each ball is the answer itself.
    """

    members: int
    seed: int
    databases: Mapping[str, str]
    also_seize: Sequence[Path] = ()
    on_demand: bool = False
    without_chance: bool = False
    rhythm: Rhythm | None = None


@dataclass
class Game:
    """The parts of one running drill."""

    plan: Plan
    folder: Path
    world: World
    organiser: Organiser
    crowd: Crowd
    rhythm: Rhythm
    session: str = ""
    survey: str = ""


def play(plan: Plan, folder: Path, mishap: Mishap | None = None) -> Report:
    """Seize in the thick of it, at a quiet moment, and after closing; then attack.

    A `mishap` is called once the deployment stands and before anybody comes: what it breaks, the drill should find.
    """
    world = World(folder / "data", plan.databases)
    taken: list[Taken] = []
    with ExitStack() as cleanup:
        cleanup.callback(world.pull_the_plug)
        say("Founding a deployment of its own …")
        world.start()
        game = set_up(plan, folder, world)
        cleanup.callback(game.organiser.close)
        if mishap is not None:
            mishap(world)
        ask_for_the_list(world.urls["request"])
        taken.append(asyncio.run(play_programme(game)))
        time.sleep(QUIET_SECONDS)
        say("Pulling the plug at a quiet moment in the middle of the programme …")
        world.pull_the_plug()
        taken.append(take_everything(game, "in the middle"))
        say("Starting again, closing every occasion that was used …")
        world.start("serve")
        close_occasions(game.organiser, [game.session, game.survey])
        time.sleep(QUIET_SECONDS)
        world.pull_the_plug()
        taken.append(take_everything(game, "after closing"))
    say("Attacking what was taken …")
    sealed = read_sealed_keys(taken[1].tables)
    destroyed = {name: sealed[name] for name in (game.session, game.survey) if name in sealed}
    if len(destroyed) != 2:
        raise CrowdError("The drill did not find the occasions' keys before closing, to look for them after.")
    return judge(taken, game.crowd.truth, destroyed)


def decide_exit_code(report: Report) -> int:
    """Give 1 when anything beats chance or a name is found."""
    return EXIT_LEAK if report.leaks or report.names_recovered else EXIT_CLEAN


def set_up(plan: Plan, folder: Path, world: World) -> Game:
    """Make the organiser and the crowd."""
    organiser = Organiser(world.urls["programme"])
    organiser.register(world.setup_url)
    generator = random.Random(plan.seed)
    truth = Truth(imagine_people(generator, plan.members))
    draw = bytes if plan.without_chance else secrets.token_bytes
    crowd = Crowd(Wire(world.urls, truth), truth, generator, world.read_log_key(), draw)
    return Game(plan, folder, world, organiser, crowd, plan.rhythm or choose_rhythm(plan.members))


async def play_programme(game: Game) -> Taken:
    """Let the crowd join, register, fetch, come and answer; give what a seizure takes while they answer."""
    plan, crowd, rhythm, organiser = game.plan, game.crowd, game.rhythm, game.organiser
    organiser.register_invitations(crowd.draw_invitations("drill.amanah"))
    game.session, game.survey = await wait_for_occasions(crowd, organiser)
    crowd.truth.kinds = {game.session: "coming to a session", game.survey: "answering a survey"}
    say(f"{plan.members} members join …")
    await crowd.join(rhythm.joining)
    say("They register their cards, each after a random wait …")
    await crowd.register(rhythm.registering)
    if not plan.on_demand:
        say("They fetch their wave, each at a random moment …")
        await crowd.fetch_wave(rhythm.fetching)

    async def read_code() -> str:
        return await asyncio.to_thread(organiser.read_room_code, game.session)

    say("They come to a session …")
    await crowd.come(game.session, read_code, rhythm.meeting, on_demand=plan.on_demand)
    say("They answer the survey; in the thick of it everything is taken once …")
    survey = await crowd.read_plan(game.survey)
    taking = asyncio.create_task(take_in_the_thick(game))
    await crowd.answer(survey, rhythm.answering)
    return await taking


async def take_in_the_thick(game: Game) -> Taken:
    """Copy everything while answers come in, with every process held still for that moment."""
    deadline = time.monotonic() + 60 + game.rhythm.answering
    answered = game.crowd.truth.spent.setdefault(game.survey, [])
    while len(answered) < game.crowd.size // 2 and time.monotonic() < deadline:
        await asyncio.sleep(0.02)

    def take() -> Seizure:
        with game.world.freeze():
            return copy_everything(game, LAST_SECONDS)

    seizure = await asyncio.to_thread(take)
    return Taken(seizure, await asyncio.to_thread(read_tables, seizure, game.plan.databases))


def ask_for_the_list(request_url: str) -> None:
    """Let an invented body ask for everybody, so that the request door holds what it holds in real use."""
    say("An outside body asks the request door for the list of members …")
    ask = Ask(
        ASKED_UNDER, "nobody", ["membership-list", "contact-details"], purpose="All members (invented)."
    )
    OutsideBody(request_url, "Invented Constabulary", "Sergeant Invented").ask(ask)


def take_everything(game: Game, label: str) -> Taken:
    """Copy every folder and read every table."""
    seizure = copy_everything(game, label)
    return Taken(seizure, read_tables(seizure, game.plan.databases))


def copy_everything(game: Game, label: str) -> Seizure:
    """Copy the data, the surroundings of the processes, and whatever else was named."""
    world = game.world
    return seize([world.folder, *world.surroundings, *game.plan.also_seize], game.folder / "seized", label)


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


def say(words: str) -> None:
    """Show progress."""
    print(words, flush=True)
