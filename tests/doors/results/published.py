"""Surveys of an invented programme, planned, answered by drawn crowds, closed and published as the doors do it."""

import hashlib
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from amanah.core.encoding import JsonValue
from amanah.core.public_log.entries import encode_entry, parse_entry, sign_entry
from amanah.core.surveys.drawing import draw_ball, draw_change, draw_level, draw_option, draw_pair
from amanah.core.surveys.logged_survey import read_logged_survey
from amanah.core.surveys.questions import Question
from amanah.core.surveys.stated_plan import Season, SeasonLines, parse_plan
from amanah.programme_door.desk.actions import plan_season
from amanah.programme_door.desk.queries import Planned
from amanah.programme_door.occasions.ledger import ClosedSurvey
from amanah.programme_door.occasions.models import LoggedEntry, Occasion, OutboxEntry
from amanah.programme_door.occasions.queries import RECOUNTS_FOLDER
from amanah.programme_door.programmes.models import Programme
from amanah.programme_door.spending.publishing import Publishing
from amanah.programme_door.surveys.models import Choice, Survey
from amanah.programme_door.surveys.models import Question as QuestionRow
from amanah.programme_door.surveys.queries import find_survey
from amanah.web.pages import KEPT_PAGES
from amanah.web.settings import get_config
from tests.core.public_log.build import seed
from tests.support.desk import build_answer, publish_bundle

DAY = 86_400
FIRST_OPENING = int(datetime(2026, 3, 3, 9, tzinfo=UTC).timestamp())
SEASON = Season(FIRST_OPENING - 30 * DAY, FIRST_OPENING + 900 * DAY)
Answers = Mapping[str, object]
Person = Callable[[random.Random], Answers]
Texts = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True)
class Asked:
    """A question with its words, and the words of its choices by code, each by language."""

    question: Question
    words: Texts
    choices: Mapping[str, Texts] = field(default_factory=dict)


def report(question: Question, answer: object, chance: random.Random) -> object:
    """Give what a device sends for an answer: a place, places or a step by the question's own numbers."""
    if not question.is_randomised:
        return answer
    draw = chance.randbytes
    weight, size = question.weight, len(question.choices)
    if question.mechanism == "bag":
        return draw_ball(int(str(answer)), size, weight, draw)
    if question.mechanism == "one_of_many":
        return draw_option(list(answer), size, weight, draw)  # type: ignore[call-overload]
    if question.mechanism == "pair":
        return draw_pair(list(answer), weight, draw)  # type: ignore[call-overload]
    if question.mechanism == "change":
        return draw_change(int(str(answer)), weight, draw)
    return draw_level(int(str(answer)), question.steps, weight, draw)


class Town:
    """Holds one programme and its surveys; each is three months after the one before."""

    def __init__(self, *, trust: int = 600_000, harm: int = 100_000) -> None:
        KEPT_PAGES.pages.clear()
        self.lines = SeasonLines(SEASON, trust=trust, harm=harm)
        self.programme = Programme.objects.create(
            slug="riverside",
            language="en",
            is_shown=True,
            words={"en": {"title": "Riverside evenings"}, "ar": {"title": "أمسيات النهر"}},
        )
        self.surveys = 0

    def announce(
        self, asked: Sequence[Asked], *, breakdowns: Sequence[str] = (), title: str = "How are we doing?"
    ) -> str:
        """Write a survey down and announce it, two days before it opens; give its occasion."""
        self.surveys += 1
        opens_at = FIRST_OPENING + 91 * DAY * (self.surveys - 1)
        occasion = f"{self.surveys:016x}"
        row = Survey.objects.create(
            occasion=occasion,
            programme=self.programme,
            words={"en": {"title": title}, "ar": {"title": "كيف حالنا؟"}},
            opens_at=datetime.fromtimestamp(opens_at, UTC),
            closes_at=datetime.fromtimestamp(opens_at + 7 * DAY, UTC),
            breakdowns=list(breakdowns),
        )
        for position, one in enumerate(asked):
            write_question(row, position, one)
        survey = find_survey(occasion, "en")
        assert survey
        planned = opens_at - 2 * DAY
        plan_season(
            [Planned(survey, None)],
            pacing=get_config().pacing,
            fetch_until=planned + DAY,
            now=planned,
            random_bytes=random.Random(self.surveys).randbytes(64),
            lines=[self.lines],
        )
        self.copy_log()
        return occasion

    def copy_log(self) -> None:
        """Copy what this door has said, as the clerk does when it reads it in the log."""
        for row in OutboxEntry.objects.all():
            self.log_bytes(bytes(row.entry))
            row.delete()

    def log(
        self, by: str, kind: str, occasion: str, body: Mapping[str, JsonValue], at: int | None = None
    ) -> None:
        """Copy an entry of another office."""
        moment = Occasion.objects.get(occasion=occasion).closes_at if at is None else at
        entry = sign_entry(seed(by), at=moment, by=by, kind=kind, ref=occasion, body=body)
        self.log_bytes(encode_entry(entry))

    def log_bytes(self, data: bytes) -> None:
        """Append one entry to the copy."""
        entry = parse_entry(data)
        position = LoggedEntry.objects.count()
        LoggedEntry.objects.create(
            position=position, kind=entry.kind, ref=entry.ref or "", at=entry.at, entry=data
        )

    def close(
        self, occasion: str, payloads: Sequence[bytes], *, served: int | None = None, at: int | None = None
    ) -> bytes:
        """Close a survey with these answers and publish its results; give them."""
        row = Occasion.objects.get(occasion=occasion)
        recount = publish_bundle(row, payloads)
        digest = row.bundle_sha256 = hashlib.sha256(recount).hexdigest()
        row.save()
        closed: dict[str, JsonValue] = {"bundle": digest, "redeemed": len(payloads)}
        self.log("programme-door", "occasion_closed", occasion, closed, at)
        fetched = len(payloads) if served is None else served
        counts: dict[str, JsonValue] = {
            "cards": fetched,
            "invitations_used": fetched,
            "replacements": 0,
            "served": fetched,
        }
        self.log("card-door", "occasion_key_destroyed", occasion, counts, at)
        survey = Survey.objects.get(occasion=occasion)
        plan, words = bytes(survey.plan or b""), bytes(survey.plan_words or b"")
        entries = [parse_entry(bytes(one.entry)) for one in LoggedEntry.objects.all()]
        told = [{"kind": one.kind, "ref": one.ref, "at": one.at, "body": one.body} for one in entries]
        stated = parse_plan(plan)
        # The gate's own writer, which reads and writes files alone; what waits for what is tested with the gate.
        folder = get_config().folder("programme") / RECOUNTS_FOLDER
        writer = Publishing(folder, None)  # type: ignore[arg-type]
        closed_survey = ClosedSurvey(occasion, plan, words)
        results = writer._publish(closed_survey, stated, read_logged_survey(told, stated)).results
        KEPT_PAGES.pages.clear()
        return results


def write_question(survey: Survey, position: int, asked: Asked) -> None:
    """Write a question down as the desk does."""
    question = asked.question
    condition = question.only_if
    row = QuestionRow.objects.create(
        question=f"{survey.occasion}-{question.code}",
        survey=survey,
        code=question.code,
        position=position,
        kind=question.kind,
        mechanism=question.mechanism,
        weight=question.weight,
        family=question.family,
        is_in_block=question.is_in_block,
        prefer_not_to_say=question.prefer_not_to_say,
        only_if={"code": condition.code, "choices": list(condition.choices)} if condition else None,
        is_required=question.is_required,
        lowest=question.lowest,
        highest=question.highest,
        words=asked.words,
    )
    for place, code in enumerate(question.choices):
        words = asked.choices.get(code) or {"en": {"wording": f"Choice {code}"}}
        Choice.objects.create(
            choice=f"{row.question}-{code}", question=row, code=code, position=place, words=words
        )


def answer_all(
    occasion: str, asked: Sequence[Asked], people: int, person: Person, *, luck: int = 1
) -> list[bytes]:
    """Let a crowd answer: `person` gives one member's true answers, devices draw what is sent."""
    chance = random.Random(luck)
    return [_answer(occasion, asked, person(chance), chance) for _ in range(people)]


def _answer(occasion: str, asked: Sequence[Asked], truth: Answers, chance: random.Random) -> bytes:
    sent = {
        one.question.code: report(one.question, truth[one.question.code], chance)
        for one in asked
        if one.question.code in truth
    }
    return build_answer(occasion, sent)
