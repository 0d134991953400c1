"""A crowd for a running demonstration: members who think what real people answered come, answer, and are compared.

It never comes to a community whose own log states the waiting times of real use, and keeps what its members think in
memory alone.
"""

import asyncio
import json
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from amanah.core.encoding import encode_base64url
from amanah.core.errors import RefusedError
from amanah.core.public_log.notes import VerifierKey
from amanah.core.public_log.reading import LogView
from amanah.core.public_log.schemas import PROGRAMME_DOOR
from amanah.core.surveys.questions import Answer, Question
from amanah.core.surveys.stated_plan import MILLION
from amanah.core.surveys.targets import MEAN
from amanah.drill.crowd import Crowd, imagine_people
from amanah.drill.organiser import Organiser
from amanah.drill.truth import Truth
from amanah.drill.wire import CrowdError, Wire

ORGANISER = "Organiser of the demo crowd (invented)"
MOST_MEMBERS = 2_000
_SECONDS = 4.0
_READY_WITHIN = 120.0
_OPEN_WITHIN = 45.0
_POLL = 0.5
LINE = "  {what:<34} {truth:>9}  {published:>9}  {interval:<22} {verdict}"


class CrowdRefusedError(RefusedError):
    """An invented crowd comes to running examples alone."""

    code = "demo-crowd-refused"


@dataclass(frozen=True)
class Visit:
    """Where the crowd comes, how many they are, and whether they wait for the organiser to close the survey."""

    urls: Mapping[str, str]
    log_key: VerifierKey
    issuer_name: str
    members: int
    seed: int
    closes: bool


def run(visit: Visit, make_setup_address: Callable[[], str]) -> int:
    """Bring the crowd and print what is published beside the truth; `make_setup_address` gives a one-time address."""
    if not 1 <= visit.members <= MOST_MEMBERS:
        raise CrowdRefusedError(f"A demo crowd has 1 to {MOST_MEMBERS} members.")
    generator = random.Random(visit.seed)
    truth = Truth(imagine_people(generator, visit.members))
    crowd = Crowd(Wire(visit.urls, truth), truth, generator, visit.log_key)
    require_demo(asyncio.run(crowd.read_log(truth.people[0])))
    organiser = Organiser(visit.urls["programme"])
    try:
        survey = find_open_survey(organiser)
        organiser.register(make_setup_address(), name=ORGANISER)
        organiser.register_invitations(crowd.draw_invitations(visit.issuer_name))
        asyncio.run(take_part(crowd, survey))
        if visit.closes:
            say("They ask the organiser to close the survey …")
            organiser.close_occasion(survey)
        else:
            say(f"Close it as the organiser, at {visit.urls['programme']}/desk/close/{survey}/")
            say("What they think is in the memory of this command alone: it waits here. Ctrl-C forgets it.")
        results = wait_for_results(organiser, survey, forever=not visit.closes)
    finally:
        organiser.close()
    for line in describe(truth, survey, results):
        say(line)
    say(f"  {visit.urls['programme']}/en/surveys/{survey}/results/")
    return 0


def require_demo(view: LogView) -> None:
    """Refuse every community that does not say in its own log that it waits seconds instead of days."""
    stated = [entry for entry in view.list_entries("rules_stated") if entry.by == PROGRAMME_DOOR]
    if not stated or stated[-1].body["pace"] != "demo":
        raise CrowdRefusedError(
            "This community does not run at the pace demo. An invented crowd would spoil a real count; none was sent."
        )


def find_open_survey(organiser: Organiser) -> str:
    """Give the survey that closes last among those open now; the example's doors may still be making its key."""
    deadline = time.monotonic() + _OPEN_WITHIN
    while time.monotonic() < deadline:
        found = [
            row for row in organiser.read_occasions() if (row["kind"], row["state"]) == ("survey", "open")
        ]
        if found:
            return str(found[-1]["occasion"])
        time.sleep(_POLL)
    raise CrowdError(
        "No survey is open. Close the example and start it anew, or announce a survey at the desk."
    )


async def take_part(crowd: Crowd, survey: str) -> None:
    """Join, register, fetch and answer, in seconds where real people take weeks."""
    await wait_until_printed(crowd)
    say(f"{crowd.size} members join, register their cards and fetch their passes …")
    await crowd.join(_SECONDS)
    await crowd.register(_SECONDS)
    await crowd.fetch_wave(_SECONDS)
    say("Each draws a ball for what it truly thinks, and sends the ball …")
    await crowd.answer(await crowd.read_plan(survey), _SECONDS)


async def wait_until_printed(crowd: Crowd) -> None:
    """Wait until the log knows the crowd's invitations, and the card door has had time to read them there."""
    wanted = {encode_base64url(hashed) for hashed in crowd.truth.invitation_hashes.values()}
    deadline = time.monotonic() + _READY_WITHIN
    while time.monotonic() < deadline:
        view = await crowd.read_log(crowd.truth.people[0])
        printed = {
            item for entry in view.list_entries("invitations_printed") for item in entry.body["hashes"]
        }
        if wanted <= printed:
            await asyncio.sleep(3)
            return
        await asyncio.sleep(_POLL)
    raise CrowdError("The log did not take the crowd's invitations in time.")


def wait_for_results(organiser: Organiser, survey: str, *, forever: bool) -> Mapping[str, Any]:
    """Wait until the survey is closed, its key destroyed, and its results published."""
    deadline = time.monotonic() + _READY_WITHIN
    while forever or time.monotonic() < deadline:
        found = organiser.fetch_results(survey)
        if found is not None:
            document: Mapping[str, Any] = json.loads(found)
            return document
        time.sleep(_POLL)
    raise CrowdError("The results were not published in time.")


def describe(truth: Truth, survey: str, results: Mapping[str, Any]) -> Iterator[str]:
    """Give what is published beside what those who answered truly think."""
    yield ""
    yield LINE.format(
        what="", truth="truth", published="published", interval="95 % interval, anytime", verdict=""
    ).rstrip()
    outside = told = 0
    published = {one["code"]: one for one in results["questions"]}
    for question in truth.questions[survey]:
        thoughts = list(truth.list_reporters(survey, question.code).values())
        yield f"{question.code}: {len(thoughts)} answered, {describe_bag(question)}"
        for target in list_told(question, published[question.code]["targets"]):
            share = compute_truth(question, thoughts, target["target"])
            if share is None or target["anytime"] is None or target.get("estimate", 0) is None:
                continue
            low, high = target["anytime"]
            is_inside = low <= share * MILLION <= high
            told, outside = told + 1, outside + (not is_inside)
            yield _describe_target(question, target, share, is_inside=is_inside)
    yield ""
    yield f"Of {told} intervals {told - outside} hold the truth. One in twenty may miss it; that is what 95 % means."


def list_told(question: Question, targets: Sequence[Mapping[str, Any]]) -> Sequence[Mapping[str, Any]]:
    """List what is worth a line: of two choices the second says nothing that the first has not said."""
    return targets[:1] if question.kind == "single" and len(targets) == 2 else targets


def describe_bag(question: Question) -> str:
    """Say how a question was answered."""
    if not question.is_randomised:
        return "said plainly; shares are rounded"
    lot = ", asked of a third by lot" if question.is_in_block else ""
    return f"through a bag of weight {question.weight}{lot}"


def compute_truth(question: Question, thoughts: Sequence[Answer], target: str) -> float | None:
    """Give the true share, or the true mean on 0..1, of what was published; None where the crowd has no such truth."""
    if not thoughts or question.kind == "ranking":
        return None
    if target == MEAN:
        places = [one - question.first_step for one in thoughts if isinstance(one, int)]
        return sum(places) / len(thoughts) / (question.steps - 1)
    said = Counter(choice for one in thoughts for choice in (one if isinstance(one, tuple) else (str(one),)))
    return said[target] / len(thoughts)


def _describe_target(question: Question, target: Mapping[str, Any], share: float, *, is_inside: bool) -> str:
    low, high = target["anytime"]
    shown = (
        _spell_shown(target) if "shown" in target else _spell(question, target, target["estimate"] / MILLION)
    )
    verdict = "too few to say" if target.get("too_few") else "" if is_inside else "MISSED"
    return LINE.format(
        what=f"  {target['target']}",
        truth=_spell(question, target, share),
        published=shown,
        interval=f"{_spell(question, target, low / MILLION)} to {_spell(question, target, high / MILLION)}",
        verdict=verdict,
    ).rstrip()


def _spell_shown(target: Mapping[str, Any]) -> str:
    """Give a plain share as the release rules show it."""
    if target["shown"] == "number":
        return f"{target['percent']} %"
    return "hidden" if target["percent"] is None else f"{target['shown']} {target['percent']} %"


def _spell(question: Question, target: Mapping[str, Any], share: float) -> str:
    if target["target"] != MEAN or not question.is_randomised:
        return f"{100 * share:.1f} %"
    return f"{question.first_step + share * (question.steps - 1):.2f}"


def say(words: str) -> None:
    """Show progress."""
    print(words, flush=True)
