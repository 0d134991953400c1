"""What everybody reads after a survey closed, and that nobody reads anything before."""

import html
import re
from dataclasses import replace

import pytest

from amanah.core.surveys.questions import Condition
from amanah.programme_door.occasions.models import LoggedEntry, Occasion
from amanah.programme_door.programmes.models import Programme
from amanah.web.pages import KEPT_PAGES
from tests.doors.results.published import Asked, Town, answer_all
from tests.doors.results.questions import (
    AGE,
    BETTER,
    EVERYTHING,
    HARM,
    SPEAK,
    TOPICS,
    TRUST,
    WARM,
    answer_everything,
    say,
)
from tests.support.desk import DATABASES, build_answer, build_client, build_signed_in_client

pytestmark = pytest.mark.django_db(databases=DATABASES)


def read(address: str, language: str = "en") -> str:
    answer = build_client().get(f"/{language}/{address}")
    assert answer.status_code == 200, (address, answer.status_code)
    return answer.content.decode()


def read_results(occasion: str, language: str = "en") -> str:
    return read(f"surveys/{occasion}/results/", language)


def find_section(page: str, code: str) -> str:
    """Give what the page says about one question."""
    found = re.search(rf'<section class="shelf" id="q-{code}">.*?</div></section>', page, re.DOTALL)
    assert found, code
    return found[0]


def list_sentences(section: str) -> list[str]:
    return [
        re.sub(r"<[^>]+>", "", html.unescape(told)).strip()
        for told in re.findall(r'<p class="told">(.*?)</p>', section, re.DOTALL)
    ]


def list_tables(section: str) -> list[list[list[str]]]:
    """Give the cells of every table."""
    tables = []
    for table in re.findall(r"<tbody.*?</tbody>", section, re.DOTALL):
        rows = re.findall(r"<tr.*?</tr>", table, re.DOTALL)
        cells = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL) for row in rows]
        tables.append([[re.sub(r"<[^>]+>", "", cell).strip() for cell in row] for row in cells])
    return tables


@pytest.fixture
def everything(town: Town) -> str:
    """Give a closed survey with a question of every kind."""
    occasion = town.announce(EVERYTHING, breakdowns=["age"])
    sheets = answer_all(occasion, EVERYTHING, 600, answer_everything)
    town.close(occasion, [*sheets, b"not an answer"], served=800)
    return occasion


def test_before_closing_there_is_nothing_to_see_for_anybody(town: Town) -> None:
    occasion = town.announce([SPEAK])
    page = read_results(occasion)
    assert "Not closed yet." in page
    assert "Nobody sees any of them before, not even the organisers." in page
    assert '<svg class="plot"' not in page
    for name in ("results.json", "bundle.json"):
        assert build_client().get(f"/surveys/{occasion}/{name}").status_code == 404
    assert build_client().get(f"/en/surveys/{occasion}/results.csv").status_code == 404
    desk = build_signed_in_client().get(f"/desk/surveys/{occasion}/results/").content.decode()
    assert "not even you" in desk
    assert '<svg class="plot"' not in desk


def test_a_closed_survey_whose_results_are_not_worked_out_yet_says_what_it_waits_for(town: Town) -> None:
    occasion = town.announce([SPEAK])
    Occasion.objects.filter(occasion=occasion).update(bundle_sha256="ab" * 32, state="closed")
    page = read_results(occasion)
    assert "It is closed and being counted." in page
    assert "destroyed its key" in page


def test_results_appear_as_soon_as_they_are_published_although_the_page_was_kept(town: Town) -> None:
    occasion = town.announce([SPEAK])
    assert "Not closed yet." in read_results(occasion)
    kept = KEPT_PAGES.pages.copy()
    town.close(occasion, answer_all(occasion, [SPEAK], 40, answer_everything))
    KEPT_PAGES.pages.update(kept)
    assert "Not closed yet." not in read_results(occasion)


def test_an_occasion_that_is_no_announced_survey_has_no_results(town: Town) -> None:
    assert build_client().get(f"/en/surveys/{'9' * 16}/results/").status_code == 404
    assert build_client().get(f"/surveys/{'9' * 16}/results.json").status_code == 404


def test_the_page_counts_and_says_that_it_was_planned(everything: str) -> None:
    page = read_results(everything)
    assert "600 answers were counted." in page
    assert "800 people had a pass for it." in page
    assert "1 pass was used without a readable answer." in page
    assert "Planned before the first answer." in page
    stated = LoggedEntry.objects.get(kind="survey_stated", ref=everything)
    assert f'href="/en/log/{stated.position}/"' in page
    assert "at least 95 of 100 such cases" in page


def test_each_question_has_a_picture_a_sentence_and_the_same_numbers_in_a_table(everything: str) -> None:
    page = read_results(everything)
    for asked in EVERYTHING:
        section = find_section(page, asked.question.code)
        targets = (
            len(asked.question.choices) if asked.question.kind in {"single", "multiple", "ranking"} else 1
        )
        own = section.split('<details class="breakdown">')[0]
        # Of yes and no one picture is enough: the other would say the same.
        drawn = 1 if asked.question.kind == "single" and targets == 2 else targets
        assert len(list_sentences(own)) == drawn
        assert own.count('role="img"') == drawn
        assert own.count("<title ") == own.count("<desc ") == drawn
        (table,) = list_tables(own)
        assert len(table) == targets
        ends = re.findall(r"<desc [^>]*>[^<]*The band: ([^.]*(?:\.\d[^.]*)*)\.", own)
        assert [row[2] for row in table][:drawn] == ends


def test_a_sentence_says_what_the_interval_says(everything: str) -> None:
    page = read_results(everything)
    (yes,) = list_sentences(find_section(page, "speak-freely").split("<details")[0])
    found = re.fullmatch(r"Between (\d+) and (\d+) in 100 say this\.", yes)
    assert found
    assert int(found[1]) < 70 < int(found[2])
    (average,) = list_sentences(find_section(page, "q3").split("<details")[0])
    assert re.fullmatch(r"The average of those who answered is 3\.\d+, on the scale from 1 to 5\.", average)
    (moved,) = list_sentences(find_section(page, "better").split("<details")[0])
    assert re.match(r"On average people moved up by 0\.\d+ to 0\.\d+\.", moved)
    (trust,) = list_sentences(find_section(page, "programme-trust").split("<details")[0])
    assert trust.startswith("On average between 2.")
    assert trust.endswith(", on the scale from 0 to 4.")


def test_what_makes_the_numbers_honest_stands_at_every_randomised_question(everything: str) -> None:
    page = read_results(everything)
    gains = {"speak-freely": 13, "programme-trust": 15, "harm-watched": 13, "police-trust": 15}
    gains |= {"better": 15, "worries": 40, "order": 20}
    for asked in EVERYTHING:
        section = html.unescape(find_section(page, asked.question.code))
        code = asked.question.code
        assert ("coached or forged" in section) == asked.question.is_randomised
        if asked.question.is_randomised:
            assert f"Ten coached or forged answers count like {gains[code]} honest ones." in section
            assert "nobody can become more than 7 times surer" in section
            assert re.search(r"(Almost|About|all) .* of this uncertainty (is|are) the bag's\.", section)
        assert "If those who got a pass and were silent had all said one thing" in section
    assert "A random third of the devices asked this question." in find_section(page, "harm-watched")


def test_lines_of_the_plan_are_drawn_and_told(everything: str) -> None:
    page = read_results(everything)
    harm, trust = find_section(page, "harm-watched"), find_section(page, "programme-trust")
    assert harm.split("<details")[0].count('class="plot-line"') == 1
    assert "the line of 10 it lies" in harm or "the line of 10." in harm
    assert trust.split("<details")[0].count('class="plot-line"') == 1
    # 0.6 of the way from 0 to 4.
    assert "line of 2.4" in trust
    assert "all surveys of the season together" in trust
    assert 'class="plot-line"' not in find_section(page, "speak-freely")


def test_too_few_answers_are_said_to_be_too_few(town: Town) -> None:
    occasion = town.announce([SPEAK, TRUST])
    town.close(occasion, answer_all(occasion, [SPEAK, TRUST], 12, answer_everything))
    section = find_section(read_results(occasion), "speak-freely")
    assert list_sentences(section)[0].startswith("Too few to say. With 12 answers it could be anything from ")
    assert "plot-dot" not in section
    assert list_tables(section)[0][0][1] == "too few to say"


def test_small_plain_counts_are_hidden_and_unanimous_ones_never_exact(town: Town) -> None:
    occasion = town.announce([AGE, TOPICS, WARM])
    sheets = [build_answer(occasion, {"age": "a", "q2": ["a"]}) for _ in range(23)]
    town.close(occasion, [*sheets, build_answer(occasion, {"q3": 4})])
    page = read_results(occasion)
    age = find_section(page, "age")
    assert list_sentences(age)[:2] == [
        "Over 90 in 100 of those who answered said this.",
        "Under 10 in 100 of those who answered said this.",
    ]
    assert "20 answers, or up to four more." in age
    warm = find_section(page, "q3")
    assert list_sentences(warm)[0].startswith("Hidden: fewer than 10 answered here")
    assert "<svg" not in warm
    assert "plot-dot" not in age


def test_groups_are_shown_one_by_one_and_small_ones_are_hidden(town: Town) -> None:
    asked = [AGE, WARM, SPEAK]
    occasion = town.announce(asked, breakdowns=["age"])
    sizes = {"a": 60, "b": 70, "c": 4}
    sheets = [
        sheet
        for code, size in sizes.items()
        for sheet in answer_all(
            occasion, asked, size, lambda chance, code=code: {"age": code, "q3": 4, "speak-freely": 0}
        )
    ]
    town.close(occasion, sheets)
    page = read_results(occasion)
    assert '<details class="breakdown">' not in find_section(page, "age")
    for code in ("q3", "speak-freely"):
        grouped = find_section(page, code).split('<details class="breakdown">')[1]
        names = re.findall(r"<h4>\s*(.*?)</h4>", grouped)
        assert names[:3] == ["Under 25", "25 to 60", "Over 60"]
        sentences = list_sentences(grouped)
        assert sentences[2].startswith("Hidden: ")
        # Four alone could be told from the total, so the next smallest are hidden with them.
        assert sentences[0].startswith("Hidden: ")
        assert not sentences[1].startswith("Hidden: ")


def test_of_groups_nothing_is_said_that_is_known_of_everybody_only(everything: str) -> None:
    page = read_results(everything)
    for code in ("programme-trust", "q3"):
        own, grouped = find_section(page, code).split('<details class="breakdown">')
        # How many of a group had a pass and were silent, nobody knows.
        assert "and were silent" in own
        assert "and were silent" not in grouped
        assert 'class="plot-line"' not in grouped


def test_who_was_asked_is_said_where_not_everybody_was(town: Town) -> None:
    young = Asked(replace(SPEAK.question, only_if=Condition("age", ("a", "b"))), SPEAK.words, SPEAK.choices)
    warm = Asked(replace(TOPICS.question, only_if=Condition("q3", ("4", "5"))), TOPICS.words, TOPICS.choices)
    asked = [AGE, WARM, young, warm, HARM]
    occasion = town.announce(asked)
    town.close(occasion, answer_all(occasion, asked, 60, answer_everything))
    page = read_results(occasion)
    told = re.sub(r"<[^>]+>|\s+", " ", find_section(page, "speak-freely"))
    assert re.search(r"Asked only of those who answered: How old are you\? +Under 25 / 25 to 60 *\.", told)
    told = re.sub(r"<[^>]+>|\s+", " ", find_section(page, "q2"))
    assert re.search(r"How welcome did you feel\? +4 / 5 *\.", told)
    assert "Asked only of those" not in find_section(page, "age")
    assert "Who preferred not to say sent nothing" in find_section(page, "harm-watched")
    assert "Who preferred not to say sent nothing" not in find_section(page, "age")


def test_a_hidden_programme_is_not_linked(town: Town) -> None:
    occasion = town.announce([SPEAK])
    town.close(occasion, answer_all(occasion, [SPEAK], 40, answer_everything))
    assert "/en/programmes/riverside/" in read_results(occasion)
    Programme.objects.update(is_shown=False)
    KEPT_PAGES.pages.clear()
    assert "/en/programmes/riverside/" not in read_results(occasion)


def test_a_plan_that_came_after_the_key_is_said_to_be_no_plan(town: Town) -> None:
    occasion = town.announce([SPEAK])
    stated = LoggedEntry.objects.get(kind="survey_stated", ref=occasion)
    LoggedEntry.objects.filter(position=stated.position).update(ref="0" * 16, kind="heartbeat")
    wave = Occasion.objects.get(occasion=occasion).wave_id
    keys = {"keys": [[occasion, "A" * 16]]}
    town.log("card-door", "wave_opened", wave, keys, at=Occasion.objects.get(occasion=occasion).opens_at)
    town.log_bytes(bytes(stated.entry))
    town.close(occasion, answer_all(occasion, [SPEAK], 50, answer_everything))
    page = read_results(occasion)
    assert "Not planned." in page
    assert "Planned before the first answer." not in page
    # What was not planned was not timed either.
    assert "there is no interval for one look" in page


def test_a_survey_closed_before_its_time_has_no_interval_for_one_look(town: Town) -> None:
    occasion = town.announce([SPEAK])
    row = Occasion.objects.get(occasion=occasion)
    town.close(occasion, answer_all(occasion, [SPEAK], 50, answer_everything), at=row.closes_at - 1)
    page = read_results(occasion)
    assert "there is no interval for one look" in page
    assert 'class="plot-inner"' not in page
    assert "Planned before the first answer." in page


def test_foreign_answers_are_counted_as_that_and_stand_on_no_page(town: Town) -> None:
    hostile = ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "{{ config }}", "\u202egnorw"]
    occasion = town.announce([AGE, SPEAK])
    odd = [build_answer(occasion, {"age": text, "speak-freely": text}) for text in hostile]
    town.close(occasion, [*answer_all(occasion, [AGE, SPEAK], 40, answer_everything), *odd])
    page = read_results(occasion)
    assert "4 sheets said something that is none of the answers." in find_section(page, "speak-freely")
    assert [text for text in hostile if text in page] == []
    assert "alert(1)" not in page


def test_a_survey_that_nobody_answered_has_a_page(town: Town) -> None:
    occasion = town.announce([AGE, SPEAK, BETTER, HARM], breakdowns=["age"])
    town.close(occasion, [], served=30)
    page = read_results(occasion)
    assert "0 answers were counted." in page
    assert list_sentences(find_section(page, "speak-freely"))[0].startswith("Too few to say. With 0 answers")
    assert "Nobody answered." in find_section(page, "better")


def test_words_are_those_that_members_read_and_no_later_ones(town: Town) -> None:
    occasion = town.announce([SPEAK])
    town.close(occasion, answer_all(occasion, [SPEAK], 40, answer_everything))
    from amanah.programme_door.surveys.models import Question

    Question.objects.filter(survey=occasion).update(words=say("Something else entirely?", "شيء آخر؟"))
    page = read_results(occasion)
    assert "Can you speak freely here?" in page
    assert "Something else entirely?" not in page


def test_the_programme_the_recount_and_the_desk_lead_to_the_results(everything: str) -> None:
    address = f"/en/surveys/{everything}/results/"
    assert address in read("programmes/riverside/")
    assert address in read(f"recount/{everything}/")
    desk = build_signed_in_client().get(f"/desk/surveys/{everything}/results/")
    assert (desk.status_code, desk.headers["Location"]) == (302, address)
    page = read_results(everything)
    for onward in (
        f"recount/{everything}/",
        f"surveys/{everything}/report/",
        "trust/",
        "programmes/riverside/",
    ):
        assert f'href="/en/{onward}"' in page
    plain = build_client().get(f"/surveys/{everything}/results/")
    assert (plain.status_code, plain.headers["Location"]) == (302, address)


def test_everybody_gets_the_same_bytes_and_no_cookie(everything: str) -> None:
    address = f"/en/surveys/{everything}/results/"
    first, second = build_client().get(address), build_client().get(f"{address}?visitor=7")
    assert first.content == second.content
    assert not first.cookies
    assert first.headers["ETag"] == second.headers["ETag"]
    assert "style=" not in first.content.decode()


def test_in_arabic_everything_is_said_in_arabic_s_direction(everything: str) -> None:
    page = read_results(everything, "ar")
    assert '<html lang="ar" dir="rtl">' in page
    assert "هل تستطيع أن تتكلم بحرية هنا؟" in page
    english = read_results(everything)
    xs = [
        [float(x) for x in re.findall(r'class="plot-dot" cx="([\d.]+)%"', text)] for text in (english, page)
    ]
    assert len(xs[0]) > 20
    assert [100 - x for x in xs[0]] == pytest.approx(xs[1], abs=0.002)
