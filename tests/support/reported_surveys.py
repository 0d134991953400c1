"""Closed surveys of invented people in the programme door: rows, files and log entries as closing leaves them."""

import hashlib
import random
from collections.abc import Sequence
from datetime import UTC, datetime

from amanah.core.passes.keys import encode_public_key, parse_public_key
from amanah.core.passes.occasions import Occasion as Descriptor
from amanah.core.passes.recount import RecountBundle, SpentAnswer, SpentPass, encode_recount_bundle
from amanah.core.public_log.entries import Entry, encode_entry, parse_entry, sign_entry
from amanah.core.surveys.kept_counts import encode_counts
from amanah.core.surveys.questions import Question as AskedQuestion
from amanah.core.surveys.results import Setting, build_results
from amanah.core.surveys.results_bundle import count_survey
from amanah.core.surveys.stated_plan import SeasonLines, parse_plan
from amanah.programme_door.occasions.models import LoggedEntry, Occasion, OutboxEntry, Wave
from amanah.programme_door.occasions.queries import RECOUNTS_FOLDER
from amanah.programme_door.occasions.states import CLOSED
from amanah.programme_door.programmes.models import Programme
from amanah.programme_door.surveys.actions import record_plan
from amanah.programme_door.surveys.models import Choice, Question, Survey
from amanah.web.pages import KEPT_PAGES
from amanah.web.settings import get_config
from tests.support.evaluated_surveys import DAY, QUESTIONS, Answering, play_payloads
from tests.support.spending import make_key

WORDS = {
    "programme-trust": ("What is said here stays here", "ما يُقال هنا يبقى هنا"),
    "harm-alienated": ("Taking part made me feel like an outsider", "المشاركة جعلتني أشعر بأنني غريب"),
    "q1": ("Was the room easy to find?", "هل كان العثور على القاعة سهلًا؟"),
}
ITEMS = [
    ("I can ask a hard question here", "أستطيع أن أسأل هنا سؤالًا صعبًا"),
    ("I know who pays for this", "أعرف من يدفع تكاليف هذا"),
    ("I know what is kept about me", "أعرف ما الذي يُحفظ عني"),
]
YES_NO = [("Yes", "نعم"), ("No", "لا")]


def open_programme_row(slug: str, title: str, arabic: str) -> None:
    """Write down a programme with its title in two languages."""
    words = {"en": {"title": title, "summary": title}, "ar": {"title": arabic, "summary": arabic}}
    Programme.objects.get_or_create(slug=slug, defaults={"words": words, "language": "en", "is_shown": True})


def write_down_survey(
    occasion: str, programme: str, opens_at: int, questions: Sequence[AskedQuestion] = QUESTIONS
) -> None:
    """Write down a survey of one day with its questions, in two languages."""
    survey = Survey.objects.create(
        occasion=occasion,
        programme_id=programme,
        words={"en": {"title": "How it is going"}, "ar": {"title": "كيف تسير الأمور"}},
        opens_at=datetime.fromtimestamp(opens_at, UTC),
        closes_at=datetime.fromtimestamp(opens_at + DAY, UTC),
    )
    for position, asked in enumerate(QUESTIONS):
        if asked not in questions:
            continue
        english, arabic = WORDS[asked.code]
        row = Question.objects.create(
            question=f"{occasion}-{asked.code}",
            survey=survey,
            code=asked.code,
            position=position,
            kind=asked.kind,
            mechanism=asked.mechanism,
            weight=asked.weight,
            is_in_block=asked.is_in_block,
            lowest=asked.lowest,
            highest=asked.highest,
            words={"en": {"wording": english}, "ar": {"wording": arabic}},
        )
        said = ITEMS if asked.kind == "index" else YES_NO
        for place, code in enumerate(asked.choices):
            Choice.objects.create(
                choice=f"{row.question}-{code}",
                question=row,
                code=code,
                position=place,
                words={"en": {"wording": said[place][0]}, "ar": {"wording": said[place][1]}},
            )


def announce_surveys(
    wave: str, occasions: Sequence[str], *, at: int, lines: SeasonLines | None = None
) -> None:
    """State the plans, plan the wave and open its keys, as two doors and the log do together."""
    rows = [Survey.objects.get(occasion=occasion) for occasion in occasions]
    for row in rows:
        record_plan(row.occasion, lines, now=at)
    copy_outbox()
    descriptors = [build_descriptor(row) for row in rows]
    fetching = {"fetch_from": at, "fetch_until": at + 60, "minimum_age": 0}
    say(
        "programme-door",
        "wave_planned",
        wave,
        at,
        occasions=[one.descriptor() for one in descriptors],
        **fetching,
    )
    say("card-door", "wave_opened", wave, at + 60, keys=[[one.occasion, "c3BraQ"] for one in descriptors])
    kept = Wave.objects.create(wave=wave, **fetching)
    for position, one in enumerate(descriptors):
        Occasion.objects.create(
            occasion=one.occasion,
            wave=kept,
            position=position,
            kind="survey",
            opens_at=one.opens_at,
            closes_at=one.closes_at,
            descriptor=one.descriptor_bytes(),
        )


def close_survey(occasion: str, people: int, answering: Answering, *, served: int, cards: int) -> list[bytes]:
    """Let people answer through real bags, close, and publish; give their sheets."""
    survey = Survey.objects.get(occasion=occasion)
    plan, words = parse_plan(bytes(survey.plan or b"")), bytes(survey.plan_words or b"")
    rng = random.Random(occasion)
    sheets = play_payloads(plan, people, answering, rng)
    bundle = encode_recount_bundle(
        RecountBundle(
            occasion=build_descriptor(survey),
            public_key=parse_public_key(encode_public_key(make_key().public_key().public_numbers().n)),
            log_origin="log.test",
            log_vkey="log.test+00+00",
            spent=tuple(
                SpentPass(
                    rng.randbytes(32),
                    rng.randbytes(256),
                    SpentAnswer(sheet, rng.randbytes(32), rng.randbytes(64)),
                )
                for sheet in sheets
            ),
        )
    )
    folder = get_config().folder("programme") / RECOUNTS_FOLDER
    folder.mkdir(exist_ok=True)
    (folder / f"{occasion}.json").write_bytes(bundle)
    counted = count_survey(plan, words, sheets)
    results = build_results(plan, counted, Setting(was_timed=True, served=served))
    (folder / f"{occasion}.counts.json").write_bytes(encode_counts(counted, plan))
    (folder / f"{occasion}.results.json").write_bytes(results)
    digest = hashlib.sha256(bundle).hexdigest()
    Occasion.objects.filter(occasion=occasion).update(state=CLOSED, redeemed=people, bundle_sha256=digest)
    at = plan.closes_at
    say("programme-door", "occasion_closed", occasion, at, bundle=digest, redeemed=people)
    say(
        "card-door",
        "occasion_key_destroyed",
        occasion,
        at,
        cards=cards,
        invitations_used=cards,
        replacements=0,
        served=served,
    )
    return sheets


def build_descriptor(survey: Survey) -> Descriptor:
    """Give what is signed for a survey."""
    return Descriptor(
        occasion=survey.occasion,
        kind="survey",
        community=get_config().community,
        programme=survey.programme_id,
        opens_at=int(survey.opens_at.timestamp()),
        closes_at=int(survey.closes_at.timestamp()),
    )


def say(by: str, kind: str, ref: str | None, at: int, **body: object) -> None:
    """Append an entry to this door's copy of the log, signed by an invented office."""
    copy(sign_entry(b"\x07" * 32, at=at, by=by, kind=kind, ref=ref, body=body))  # type: ignore[arg-type]


def copy_outbox() -> None:
    """Hand over what waits, as the clerk and the log do, and copy it back."""
    for row in OutboxEntry.objects.all():
        copy(parse_entry(bytes(row.entry)))
        row.delete()


def copy(entry: Entry) -> None:
    """Copy one entry."""
    KEPT_PAGES.pages.clear()
    LoggedEntry.objects.create(
        position=LoggedEntry.objects.count(),
        kind=entry.kind,
        ref=entry.ref or "",
        at=entry.at,
        entry=encode_entry(entry),
    )
