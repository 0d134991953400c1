"""An invented community that states a season and asks about trust and harm, with crowds that answer."""

import random
from collections.abc import Callable
from datetime import UTC, datetime
from unittest.mock import patch

from amanah.core.encoding import parse_base64url, parse_canonical_json
from amanah.core.surveys.gate import count_claims
from amanah.core.surveys.results_bundle import count_survey
from amanah.core.surveys.seasons import LONGEST_SEASON
from amanah.core.surveys.stated_plan import Season, SeasonLines, parse_plan
from amanah.programme_door.occasions.logged_seasons import list_logged_seasons
from amanah.programme_door.surveys.models import Survey
from amanah.programme_door.trust.actions import publish_season
from amanah.programme_door.trust.ledger import build_statements, encode_claim_counts
from amanah.programme_door.trust.models import ClaimCount
from amanah.programme_door.trust.queries import get_season_reading
from amanah.web.pages import KEPT_PAGES
from tests.doors.results.published import DAY, FIRST_OPENING, Town, answer_all
from tests.doors.results.questions import HARM, TRUST
from tests.support.desk import read_bundle

STARTS_AT = FIRST_OPENING - 10 * DAY
ENDS_AT = STARTS_AT + 300 * DAY
LONGEST_BUNDLE = 2**24
assert ENDS_AT - STARTS_AT < LONGEST_SEASON


class SeasonTown(Town):
    """A town with a season; `hold` asks a crowd and takes in what it said, as the spending process does."""

    def state_season(
        self,
        *,
        starts_at: int = STARTS_AT,
        ends_at: int = ENDS_AT,
        line: int = 600_000,
        harm: int = 50_000,
        now: int = STARTS_AT - DAY,
    ) -> str:
        self.lines = SeasonLines(Season(starts_at, ends_at), trust=line, harm=harm)
        name = publish_season(self.lines, now=now, random_bytes=random.Random(starts_at).randbytes(8))
        self.copy_log()
        return name

    def ask(self, title: str = "How are we doing?") -> str:
        return self.announce([TRUST, HARM], title=title)

    def hold(
        self, *, trust: float, harmed: float = 0.02, people: int = 400, title: str = "How are we?"
    ) -> str:
        occasion = self.ask(title)
        self.count(occasion, trust=trust, harmed=harmed, people=people)
        return occasion

    def count(self, occasion: str, *, trust: float, harmed: float = 0.02, people: int = 400) -> None:
        """Let a crowd answer, close, publish, and take the survey in."""
        person = make_person(trust, harmed)
        payloads = answer_all(occasion, [TRUST, HARM], people, person, luck=int(occasion, 16))
        self.close(occasion, payloads, served=people + 20)
        self.take_in(occasion)

    def take_in(self, occasion: str) -> None:
        survey = Survey.objects.get(occasion=occasion)
        plan = parse_plan(bytes(survey.plan or b""))
        bundle = parse_canonical_json(read_bundle(occasion), longest=LONGEST_BUNDLE)
        payloads = [parse_base64url(item["payload"]) for item in bundle["spent"]]
        counted = count_survey(plan, bytes(survey.plan_words or b""), payloads)
        ClaimCount.objects.create(occasion=occasion, counts=encode_claim_counts(count_claims(plan, counted)))
        for logged in list_logged_seasons():
            readings = get_season_reading(logged).readings
            if readings and readings[-1].occasion == occasion:
                is_first = bool(readings[-1].rang) and not any(one.rang for one in readings[:-1])
                for kind, body in build_statements(readings[-1], is_first_alarm=is_first):
                    self.log("programme-door", kind, logged.season.name, body, at=readings[-1].at + 5)
        KEPT_PAGES.pages.clear()


def make_person(trust: float, harmed: float) -> Callable[[random.Random], dict[str, object]]:
    """Give somebody whose trust lies around this mean, of whom every third is asked about harm."""

    def person(chance: random.Random) -> dict[str, object]:
        answers: dict[str, object] = {
            "programme-trust": min(20, max(0, round(chance.gauss(20 * trust, 3)))),
        }
        if chance.random() < 1 / 3:
            answers["harm-watched"] = 0 if chance.random() < harmed else 1
        return answers

    return person


def at_time(at: int):  # type: ignore[no-untyped-def]
    """Let the clock stand still at a moment."""
    return patch("django.utils.timezone.now", lambda: datetime.fromtimestamp(at, UTC))
