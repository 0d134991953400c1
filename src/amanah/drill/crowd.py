"""A crowd of members who join, fetch their wave, come to sessions and answer, over HTTP against real door processes.

It keeps the ground truth in memory, outside everything that is seized.
"""

import asyncio
import random
import secrets
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field

from amanah.core.passes.cards import compute_public_key
from amanah.core.passes.codes import compute_invitation_hash
from amanah.core.passes.occasions import Occasion, parse_descriptor
from amanah.core.passes.tokens import compute_nonce
from amanah.core.passes.wave_keys import WaveKey, find_only_key, find_wave_keys
from amanah.core.public_log.checkpoints import verify_checkpoint
from amanah.core.public_log.notes import VerifierKey
from amanah.core.public_log.policies import Policy
from amanah.core.public_log.reading import LogView, verify_log
from amanah.core.public_log.tiles import list_bundle_paths
from amanah.core.surveys.drawing import Randomness
from amanah.core.surveys.stated_plan import StatedPlan, compute_plan_hash, parse_plan
from amanah.drill.arrivals import (
    list_in_order,
    spread_answers,
    spread_arrivals_at_a_session,
    spread_joins,
    spread_uniformly,
)
from amanah.drill.device import Device
from amanah.drill.opinions import imagine_opinion
from amanah.drill.truth import Person, Truth
from amanah.drill.wire import CrowdError, Wire

MOST_AT_ONCE = 32
KNOWN_WITHIN = 30.0


@dataclass(frozen=True)
class Rhythm:
    """How many seconds each phase of the programme is squeezed into."""

    joining: float
    registering: float
    fetching: float
    meeting: float
    answering: float


@dataclass
class Crowd:
    """All members of one drill; `draw` gives the random bytes of every phone's balls."""

    wire: Wire
    truth: Truth
    generator: random.Random
    log_key: VerifierKey
    draw: Randomness = secrets.token_bytes
    devices: list[Device] = field(default_factory=list)

    @property
    def size(self) -> int:
        """Count the members."""
        return len(self.truth.people)

    def draw_invitations(self, issuer_name: str) -> list[bytes]:
        """Draw a code for each member as the organiser's browser does; give the hashes."""
        for member in range(self.size):
            device = Device(issuer_name, secrets.token_bytes(16), self.draw)
            self.devices.append(device)
            self.truth.card_keys[member] = device.card_key
            self.truth.invitation_hashes[member] = compute_invitation_hash(device.invitation)
            self.truth.note_secret(member, "invitation code", device.invitation)
            self.truth.note_secret(member, "card secret", device.card_secret)
            self.truth.note_secret(member, "card seed", device.card_seed)
            self.truth.note_secret(member, "revocation slip", device.revocation_slip)
        return sorted(self.truth.invitation_hashes.values())

    async def join(self, seconds: float) -> None:
        """Use every invitation."""

        async def act(member: int) -> None:
            person, device = self.truth.people[member], self.devices[member]
            await self.wire.get("programme", "/en/join/", person)
            view = await self.read_log(person)
            key = find_join_key(view)
            body = device.make_join_request(key)
            device.take_join_token(await self._join_once_known(member, body))

        await self._perform(spread_joins(self.generator, self.size, seconds), act)

    async def _join_once_known(self, member: int, body: bytes) -> bytes:
        """Join; on a busy machine the card door may not have read yet which invitations were printed."""
        deadline = time.monotonic() + KNOWN_WITHIN
        while True:
            self.truth.joined.append(member)
            answer = await self.wire.post("card", "/api/v1/join", body, self.truth.people[member])
            if answer.status_code == 200:
                return answer.content
            if time.monotonic() > deadline:
                raise CrowdError(f"Joining was answered with {answer.status_code}; the crowd cannot go on.")
            self.truth.joined.remove(member)
            await asyncio.sleep(0.5)

    async def register(self, seconds: float) -> None:
        """Register every card after a random wait."""

        async def act(member: int) -> None:
            body = self.devices[member].make_register_request()
            self.truth.registered.append(member)
            await self.wire.must_post("card", "/api/v1/register", body, self.truth.people[member])

        await self._perform(spread_uniformly(self.generator, self.size, seconds), act)

    async def fetch_wave(self, seconds: float, *, on_demand: bool = False) -> None:
        """Fetch the wave at a uniformly random time; `on_demand` breaks that rule on purpose."""

        async def act(member: int) -> None:
            await self.fetch_one(member)

        spread = spread_joins if on_demand else spread_uniformly
        await self._perform(spread(self.generator, self.size, seconds), act)

    async def fetch_one(self, member: int) -> None:
        """Check the log as a phone does, then fetch every pass of the wave."""
        person, device = self.truth.people[member], self.devices[member]
        view = await self.read_log(person)
        wave, keys = find_latest_wave(view)
        self.truth.keys_seen[member] = b"".join(key.public_key.token_key_id for key in keys)
        body = device.make_wave_request(wave, keys)
        self.truth.fetched.append((time.monotonic(), member))
        device.take_wave(await self.wire.must_post("card", "/api/v1/wave", body, person))
        for held in device.passes.values():
            self.truth.note_secret(member, f"one-time key {held.occasion.occasion}", held.seed)

    async def come(
        self,
        occasion: str,
        find_room_code: Callable[[], Awaitable[str]],
        seconds: float,
        *,
        on_demand: bool = False,
    ) -> None:
        """Check in with the code shown in the room; `on_demand` fetches at the door, against the rules."""

        async def act(member: int) -> None:
            if on_demand:
                await self.fetch_one(member)
            await self.wire.get("programme", f"/en/sessions/{occasion}/here/", self.truth.people[member])
            body = self.devices[member].make_presence(occasion, await find_room_code())
            await self._spend(member, occasion, body)

        times = spread_arrivals_at_a_session(self.generator, self.size, seconds)
        await self._perform([moment if self.generator.random() < 0.9 else -1.0 for moment in times], act)

    async def answer(self, plan: StatedPlan, seconds: float) -> None:
        """Answer the survey: each phone draws balls for what its member truly thinks."""
        occasion, truth = plan.occasion, self.truth
        truth.questions[occasion] = plan.questions
        for member in range(self.size):
            thoughts = {one.code: imagine_opinion(one, self.generator) for one in plan.questions}
            truth.opinions.setdefault(occasion, {})[member] = thoughts

        async def act(member: int) -> None:
            person, device = truth.people[member], self.devices[member]
            await self.wire.get("programme", f"/en/surveys/{occasion}/answer/", person)
            await self.wire.get("request", "/en/", person)
            answers = device.choose_answers(plan, truth.opinions[occasion][member], int(time.time()))
            truth.answered.setdefault(occasion, {})[member] = frozenset(answers)
            await self._spend(member, occasion, device.make_answer(occasion, answers))

        times = spread_answers(self.generator, self.size, seconds)
        has_pass = [occasion in device.passes for device in self.devices]
        await self._perform(
            [moment if has_pass[member] else -1.0 for member, moment in enumerate(times)], act
        )

    async def read_plan(self, occasion: str) -> StatedPlan:
        """Read what a survey asks, and believe it only where the log stated its hash."""
        person = self.truth.people[0]
        data = await self.wire.get("programme", f"/surveys/{occasion}/plan.json", person)
        stated = (await self.read_log(person)).find_entry("survey_stated", occasion)
        if stated is None or stated.body["plan"] != compute_plan_hash(data):
            raise CrowdError("The survey's plan is not the one that the log states.")
        return parse_plan(data)

    async def read_log(self, person: Person) -> LogView:
        """Fetch and verify the whole log, as every phone does."""
        note = await self.wire.get("log", "/checkpoint", person)
        size = verify_checkpoint(note, self.log_key).size
        bundles = [await self.wire.get("log", "/" + path, person) for path in list_bundle_paths(0, size)]
        return verify_log(note, bundles, Policy(self.log_key))

    async def _spend(self, member: int, occasion: str, body: bytes) -> None:
        nonce = compute_nonce(compute_public_key(self.devices[member].passes[occasion].seed))
        self.truth.spent.setdefault(occasion, []).append((time.monotonic(), member, nonce))
        await self.wire.must_post("spending", "/api/v1/spend", body, self.truth.people[member])

    async def _perform(self, times: Sequence[float], act: Callable[[int], Awaitable[None]]) -> None:
        """Let each member act at a moment; a negative moment is somebody who did not come."""
        start = time.monotonic()
        slots = asyncio.Semaphore(MOST_AT_ONCE)

        async def perform(moment: float, member: int) -> None:
            await asyncio.sleep(max(0.0, start + moment - time.monotonic()))
            async with slots:
                await act(member)

        async with asyncio.TaskGroup() as group:
            for moment, member in list_in_order(times):
                if moment >= 0:
                    group.create_task(perform(moment, member))


def find_join_key(view: LogView) -> WaveKey:
    """Give the one join key of the log."""
    opened = view.list_entries("join_key_opened")
    if not opened:
        raise CrowdError("The log has no join key.")
    body = opened[-1].body
    occasion: Occasion = parse_descriptor(body["descriptor"])
    published = [(str(entry.ref), str(entry.body["spki"])) for entry in opened]
    published += [
        (name, spki) for entry in view.list_entries("wave_opened") for name, spki in entry.body["keys"]
    ]
    return WaveKey(occasion, find_only_key(occasion.occasion, published))


def find_latest_wave(view: LogView) -> tuple[str, tuple[WaveKey, ...]]:
    """Give the latest opened wave and its keys, each the only one of its occasion."""
    opened = view.list_entries("wave_opened")
    if not opened:
        raise CrowdError("The log has no wave.")
    wave = str(opened[-1].ref)
    planned = view.find_entry("wave_planned", wave)
    if planned is None:
        raise CrowdError("The log has keys for a wave that nobody planned.")
    bodies: list[Mapping[str, object]] = [entry.body for entry in opened]
    joins = [entry.body for entry in view.list_entries("join_key_opened")]
    return wave, find_wave_keys(planned.body, bodies, joins)


def imagine_people(generator: random.Random, count: int) -> list[Person]:
    """Make people up, each with an own loopback address, so that a written-down address can be told from any other."""
    first = ["Amal", "Bilqis", "Callum", "Dina", "Ewan", "Farah", "Gethin", "Hana", "Idris", "Jamila"]
    people = []
    for number in range(count):
        name = f"{generator.choice(first)} Example-{number:05d}"
        address = f"127.{66 + number // 62_500}.{1 + number // 250 % 250}.{1 + number % 250}"
        people.append(Person(name, address, f"PhoneOf{name.replace(' ', '')}/1.0"))
    return people
