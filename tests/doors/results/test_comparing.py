"""Earlier waves of the same question: how it went on the results page, and two of them side by side."""

import html
import random
import re
from collections.abc import Mapping

import pytest

from amanah.programme_door.programmes.models import Programme
from amanah.programme_door.surveys.models import Survey
from tests.doors.results.published import Town, answer_all
from tests.doors.results.questions import POLICE, SPEAK, WARM, say
from tests.doors.results.test_results_page import (
    find_section,
    list_sentences,
    list_tables,
    read,
    read_results,
)
from tests.support.desk import DATABASES, build_client

pytestmark = pytest.mark.django_db(databases=DATABASES)
ASKED = [SPEAK, POLICE, WARM]


class Crowd:
    """People of whom a share dares to speak, all others the same in every wave."""

    def __init__(self, share: float) -> None:
        self.share = share

    def __call__(self, chance: random.Random) -> Mapping[str, object]:
        return {
            "speak-freely": 0 if chance.random() < self.share else 1,
            "police-trust": chance.randint(2, 6),
            "q3": chance.randint(2, 5),
        }


def hold_wave(town: Town, share: float, people: int = 500, *, luck: int = 1) -> str:
    occasion = town.announce(ASKED, title=f"Wave {town.surveys + 1}")
    town.close(occasion, answer_all(occasion, ASKED, people, Crowd(share), luck=luck), served=people)
    return occasion


@pytest.fixture
def waves(town: Town) -> list[str]:
    """Give three waves: from 40 in 100 to 80, and then the same again."""
    return [hold_wave(town, share, luck=luck) for luck, share in enumerate((0.4, 0.8, 0.8))]


def test_the_sentence_says_whether_it_changed_since_the_last_time(waves: list[str]) -> None:
    first, second, third = (
        list_sentences(find_section(read_results(occasion), "speak-freely"))[0] for occasion in waves
    )
    assert re.fullmatch(r"Between \d+ and \d+ in 100 say this\.", first)
    assert re.fullmatch(r"Between \d+ and \d+ in 100 say this\. It went up by \d+ to \d+ in 100\.", second)
    assert third.endswith(" in 100 say this. We cannot yet say if that has changed.")


def test_all_earlier_waves_stand_in_one_picture_with_each_step_in_words(waves: list[str]) -> None:
    page = read_results(waves[2])
    trend = find_section(page, "speak-freely").split('<details class="trends">')[1]
    pictures = trend.split('<svg class="plot"')[1:]
    assert len(pictures) == 2
    assert pictures[0].count('class="plot-dot"') == 3
    for day in ("3 March 2026", "2 June 2026", "1 September 2026"):
        assert day in pictures[0]
    sentences = list_sentences(trend)
    assert sentences[0].startswith("It went up by ")
    assert sentences[1].startswith("We cannot yet say if that has changed. It may be down by up to ")
    (first, _) = list_tables(trend)
    assert [row[0] for row in first] == ["3 March 2026", "2 June 2026", "1 September 2026"]
    assert first[0][2:] == ["–", "–", "–"]
    assert all(cell != "–" for row in first[1:] for cell in row)
    assert f"/en/surveys/{waves[1]}/compare/{waves[0]}/" in trend
    assert f"/en/surveys/{waves[2]}/compare/{waves[1]}/" in trend
    # An earlier page knows nothing of what came later.
    assert "September" not in find_section(read_results(waves[1]), "speak-freely")


def test_the_first_wave_has_nothing_to_be_compared_with(waves: list[str]) -> None:
    page = read_results(waves[0])
    assert '<details class="trends">' not in page
    assert 'id="compare"' not in page
    assert 'id="compare"' in read_results(waves[1])


def test_two_waves_stand_side_by_side_with_both_intervals_of_the_change(waves: list[str]) -> None:
    page = read(f"surveys/{waves[2]}/compare/{waves[0]}/")
    section = find_section(page, "speak-freely")
    up, down = list_sentences(section)
    assert re.match(r"It went up by \d+ to \d+ in 100\.", up)
    assert re.match(r"It went down by \d+ to \d+ in 100\.", down)
    assert "For one look only, as both closed when it was said beforehand" in section
    assert section.count('class="plot-zero"') == 2
    (rows,) = list_tables(section)
    (yes, _) = rows
    found = [re.findall(r"-?[\d.]+", cell) for cell in yes]
    estimate, anytime, once = float(found[3][0]), *([float(end) for end in cells] for cells in found[4:])
    assert anytime[0] < once[0] < estimate < once[1] < anytime[1]
    assert 25 < estimate < 55
    plain = find_section(page, "q3")
    assert "For one look only" not in plain


def test_which_wave_is_named_first_makes_no_difference(waves: list[str]) -> None:
    one = read(f"surveys/{waves[2]}/compare/{waves[0]}/")
    other = read(f"surveys/{waves[0]}/compare/{waves[2]}/")
    assert find_section(one, "speak-freely") == find_section(other, "speak-freely")


def test_what_cannot_be_compared_has_no_page(town: Town, waves: list[str]) -> None:
    client = build_client()
    running = town.announce(ASKED)
    for pair in ((waves[0], waves[0]), (waves[0], "9" * 16), (running, waves[0]), (waves[0], running)):
        assert client.get(f"/en/surveys/{pair[0]}/compare/{pair[1]}/").status_code == 404
    elsewhere = Programme.objects.create(
        slug="elsewhere", language="en", words={"en": {"title": "Elsewhere"}}
    )
    Survey.objects.filter(occasion=waves[0]).update(programme=elsewhere)
    assert client.get(f"/en/surveys/{waves[1]}/compare/{waves[0]}/").status_code == 404
    assert '<details class="trends">' not in read_results(waves[1])


def test_a_question_that_was_reworded_starts_anew(town: Town) -> None:
    first = hold_wave(town, 0.5)
    reworded = type(SPEAK)(
        SPEAK.question, say("Do you dare to speak here?", "هل تجرؤ على الكلام هنا؟"), SPEAK.choices
    )
    asked = [reworded, POLICE]
    second = town.announce(asked)
    town.close(second, answer_all(second, asked, 400, Crowd(0.5)))
    page = read_results(second)
    assert '<details class="trends">' not in find_section(page, "speak-freely")
    assert '<details class="trends">' in find_section(page, "police-trust")
    compared = read(f"surveys/{second}/compare/{first}/")
    assert 'id="q-police-trust"' in compared
    assert 'id="q-speak-freely"' not in compared


def test_surveys_that_share_no_question_are_said_to_share_none(town: Town) -> None:
    first = town.announce([SPEAK])
    town.close(first, answer_all(first, [SPEAK], 40, Crowd(0.5)))
    second = town.announce([POLICE])
    town.close(second, answer_all(second, [POLICE], 40, Crowd(0.5)))
    assert "No question was asked in both" in read(f"surveys/{second}/compare/{first}/")
    assert 'id="compare"' not in read_results(second)


def test_a_wave_with_too_few_answers_gives_no_change_that_it_cannot_carry(town: Town) -> None:
    hold_wave(town, 0.5)
    second = hold_wave(town, 0.5, people=12)
    sentence = list_sentences(find_section(read_results(second), "speak-freely"))[0]
    assert sentence.startswith("Too few to say.")
    assert sentence.endswith("We cannot yet say if that has changed.")
    assert "plot-dot" in html.unescape(read_results(second))
