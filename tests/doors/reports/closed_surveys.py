"""A community with closed surveys and planned evaluations, as tests of reports need it."""

import hashlib

from amanah.core.surveys.evaluation_plan import Window, draw_starts, parse_evaluation_plan
from amanah.core.surveys.stated_plan import Season, SeasonLines
from amanah.programme_door.occasions.queries import RECOUNTS_FOLDER
from amanah.programme_door.reports.actions import EvaluationWish, plan_evaluation
from amanah.programme_door.reports.queries import find_evaluation_bytes
from amanah.web.pages import KEPT_PAGES
from amanah.web.settings import get_config
from tests.support.evaluated_surveys import DAY, START, TRUST, answer_about
from tests.support.reported_surveys import (
    announce_surveys,
    close_survey,
    copy_outbox,
    open_programme_row,
    write_down_survey,
)

SURVEY = "00000000000000a1"
SMALL = "00000000000000a2"
WEEK = 7 * DAY
LINES = SeasonLines(Season(START - WEEK, START + 20 * WEEK), trust=600_000, harm=50_000)
SITES = (
    ("green-room", "Green Room", "الغرفة الخضراء"),
    ("blue-room", "Blue Room", "الغرفة الزرقاء"),
    ("red-room", "Red Room", "الغرفة الحمراء"),
    ("old-mill", "Old Mill", "الطاحونة القديمة"),
)


def forget_published() -> None:
    """Forget what the last test published."""
    KEPT_PAGES.pages.clear()
    for path in (get_config().folder("programme") / RECOUNTS_FOLDER).glob("*.json"):
        path.unlink()


def close_large_survey() -> str:
    """Close one survey of many people with all its questions."""
    open_programme_row(*SITES[0])
    write_down_survey(SURVEY, "green-room", START)
    announce_surveys("0" * 15 + "1", [SURVEY], at=START - 2 * DAY, lines=LINES)
    close_survey(SURVEY, 612, answer_about(0.68, harmed=0.02), served=731, cards=806)
    return SURVEY


def close_small_survey() -> str:
    """Close one survey of a class of nine, which is too few for anything."""
    open_programme_row(*SITES[0])
    write_down_survey(SMALL, "green-room", START)
    announce_surveys("0" * 15 + "2", [SMALL], at=START - 2 * DAY)
    close_survey(SMALL, 9, answer_about(0.68), served=12, cards=15)
    return SMALL


def play_before_after() -> str:
    """Plan a comparison of two waves of one programme, then close both."""
    open_programme_row(*SITES[0])
    evaluation = state("before-after", ["green-room"], waves=2)
    for wave, trust in enumerate((0.45, 0.7)):
        play_wave("green-room", wave, trust, people=500)
    return evaluation


def play_wedge() -> str:
    """Plan a stepped wedge of four programmes and four waves, then play it as its lot says."""
    slugs = open_all_programmes()
    evaluation = state("stepped-wedge", slugs, waves=4, steps=(1, 2, 3, 3))
    starts = find_starts(evaluation)
    for site, slug in enumerate(slugs):
        for wave in range(4):
            play_wave(slug, wave, 0.4 + 0.3 * (wave >= starts[site]), people=120)
    return evaluation


def open_all_programmes() -> list[str]:
    """Write down all programmes; give their short names."""
    for site in SITES:
        open_programme_row(*site)
    return [slug for slug, _, _ in SITES]


def state(design: str, sites: list[str], *, waves: int, steps: tuple[int, ...] = ()) -> str:
    """State an evaluation of the trust index and copy its entry."""
    windows = [Window(START + n * WEEK, START + (n + 1) * WEEK) for n in range(waves)]
    wish = EvaluationWish(design, "programme-trust", "mean", sites, windows, steps)  # type: ignore[arg-type]
    evaluation = plan_evaluation(
        wish, now=START - 3 * DAY, random_bytes=bytes.fromhex(draw_name(design, *sites))
    )
    copy_outbox()
    return evaluation


def play_wave(site: str, wave: int, trust: float, *, people: int) -> str:
    """Write down, announce, answer and close the survey of one site and wave."""
    occasion = draw_name(site, wave, trust, people)
    opens_at = START + wave * WEEK + DAY
    write_down_survey(occasion, site, opens_at, (TRUST,))
    announce_surveys(draw_name(occasion), [occasion], at=opens_at - DAY // 2)
    close_survey(occasion, people, answer_about(trust), served=people + 30, cards=people + 50)
    return occasion


def draw_name(*parts: object) -> str:
    """Draw an id from what it names, so that each run plays the same people."""
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:16]


def find_starts(evaluation: str) -> tuple[int, ...]:
    """Find what the lot gave the programmes."""
    return draw_starts(parse_evaluation_plan(find_evaluation_bytes(evaluation) or b""))
