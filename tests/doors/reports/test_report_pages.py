"""Reports on the web and on paper say the same, in both languages, and hold nobody's row."""

import io
import json
import re
from decimal import Decimal

import pytest
from django.utils import translation
from pypdf import PdfReader

from amanah.core.surveys.evaluation_plan import parse_evaluation_plan
from amanah.programme_door.reports.evaluation_sentences import write_evaluation_report
from amanah.programme_door.reports.queries import find_evaluation, find_survey_report
from amanah.programme_door.reports.survey_sentences import write_survey_report
from amanah.programme_door.reports.written import Hash, Table, WrittenReport
from amanah.programme_door.surveys.models import Question
from amanah.programme_door.surveys.queries import find_results_bytes
from tests.doors.reports.closed_surveys import (
    SITES,
    find_starts,
    open_all_programmes,
    play_wave,
    state,
)
from tests.support.desk import DATABASES, build_client, read_bundle
from tests.support.evaluated_surveys import DAY, START
from tests.support.reported_surveys import say

pytestmark = pytest.mark.django_db(databases=DATABASES)


def read_page(path: str) -> str:
    answer = build_client().get(path)
    assert answer.status_code == 200, path
    return answer.content.decode()


def read_paper(path: str) -> tuple[str, bytes]:
    answer = build_client().get(path)
    assert answer.status_code == 200, path
    assert answer.headers["Content-Type"] == "application/pdf"
    pages = PdfReader(io.BytesIO(answer.content)).pages
    return "\n".join(page.extract_text() for page in pages), answer.content


def strip_tags(html: str) -> str:
    main = html.split("<main", 1)[1].split("</main>", 1)[0]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", main))


def tell_points(millionths: int) -> str:
    """Write a change on a scale from 1 to 5 as the report must."""
    return f"{(Decimal(4 * millionths) / 1_000_000).quantize(Decimal('0.01')):+}"


def keep_figures(text: str) -> str:
    """Keep digits, signs and decimal points: what is left of a row is the same wherever its cells are drawn."""
    return re.sub(r"[^0-9.+-]|(?<!\d)[.]|[.](?!\d)|-(?!\d)", "", text.replace("\u200e", ""))


def list_rows(report: WrittenReport) -> list[str]:
    """List the figures of each row of each table."""
    tables = [block for section in report.sections for block in section.blocks if isinstance(block, Table)]
    rows = [row for table in tables for row in table.rows]
    return [
        keep_figures(" ".join(cell if isinstance(cell, str) else cell.text for cell in row)) for row in rows
    ]


@pytest.mark.parametrize("language", ["en", "ar"])
def test_paper_and_page_of_a_survey_say_the_same_numbers(survey: str, language: str) -> None:
    page = strip_tags(read_page(f"/{language}/surveys/{survey}/report/"))
    paper, _ = read_paper(f"/{language}/surveys/{survey}/report.pdf")
    with translation.override(language):
        on_show = find_survey_report(survey, language)
        assert on_show
        report = write_survey_report(on_show, address="")
    rows = list_rows(report)
    assert len(rows) == 6
    assert all(len(row) >= 9 for row in rows)
    for text in (page, paper):
        assert [row for row in rows if row not in keep_figures(text)] == []
    if language == "en":
        words = re.sub(r"\s+", " ", paper)
        for section in report.sections:
            assert section.heading in words
            assert section.heading in page


@pytest.mark.parametrize("language", ["en", "ar"])
def test_paper_and_page_of_an_evaluation_say_the_same_numbers(before_after: str, language: str) -> None:
    page = strip_tags(read_page(f"/{language}/reports/{before_after}/"))
    paper, _ = read_paper(f"/{language}/reports/{before_after}/report.pdf")
    with translation.override(language):
        on_show = find_evaluation(before_after, language)
        assert on_show
        rows = list_rows(write_evaluation_report(on_show, address=""))
    assert len(rows) == 3
    for text in (page, paper):
        assert [row for row in rows if row not in keep_figures(text)] == []


def test_the_numbers_are_those_that_were_published(survey: str) -> None:
    published = json.loads(find_results_bytes(survey) or b"")
    trust = published["questions"][0]["targets"][0]
    page = strip_tags(read_page(f"/en/surveys/{survey}/report/"))
    assert tell_points(1_000_000 // 4 + trust["estimate"]).strip("+") in page
    room = published["questions"][2]["targets"][0]
    assert re.search(rf"Yes {room['percent']} ", page)
    # Passes: 731 served, 612 used, rounded down to 5.
    assert "Green Room 730 610 610" in page
    assert "about 75" in page
    assert "about 115" in page


def test_the_plan_of_a_survey_is_named_by_its_hash_and_entry(survey: str) -> None:
    page = read_page(f"/en/surveys/{survey}/report/")
    published = json.loads(find_results_bytes(survey) or b"")
    assert published["plan"] in page
    assert "Log entry 0, " in page
    assert "Stated before the first answer was possible." in page
    paper, _ = read_paper(f"/en/surveys/{survey}/report.pdf")
    assert published["plan"] in re.sub(r"\s+", "", paper)


def test_an_alarm_line_is_reported_with_its_question(survey: str) -> None:
    page = strip_tags(read_page(f"/en/surveys/{survey}/report/"))
    assert "Question 2: No alarm in this report." in page
    assert "more than 5 in 100. Surveys of this report that were looked at: 1." in page


def test_an_alarm_of_the_whole_season_and_the_trustees_closing_are_told_with_their_entries(
    survey: str,
) -> None:
    season, other = "5" * 16, "6" * 16
    reading = {"batches": 1, "detector": 5_000_000, "evidence": 0, "state": "shut"}
    say("programme-door", "gate_read", season, START + 2 * DAY, occasion=survey, **reading)
    say("programme-door", "gate_read", other, START + 2 * DAY, occasion="7" * 16, **reading)
    say("programme-door", "gate_closed", other, START + 2 * DAY, reason="trustees")
    page = strip_tags(read_page(f"/en/surveys/{survey}/report/"))
    assert "An alarm rang" not in page
    assert "closed by the trustees" not in page
    say("programme-door", "gate_closed", season, START + 2 * DAY, reason="alarm")
    say("programme-door", "gate_closed", season, START + 3 * DAY, reason="trustees")
    page = strip_tags(read_page(f"/en/surveys/{survey}/report/"))
    assert "An alarm rang in the season of these surveys: 17 Jan 2027, 08:00, log entry 8." in page
    assert "The trust gate was closed by the trustees: 18 Jan 2027, 08:00, log entry 9." in page


def test_a_class_of_nine_is_told_why_it_cannot_be_measured(small_survey: str) -> None:
    page = strip_tags(read_page(f"/en/surveys/{small_survey}/report/"))
    assert "Numbers that can be told: 0 of 5." in page
    assert "A class of 30 cannot be measured through a bag of weight 7" in page
    assert "Two of three people are not asked, by lot." in page
    assert "Fewer than 10 plain answers: hidden" in page
    assert "too few to say" in page
    # Nine people: no number of them below ten is told of the plain question.
    assert "Answers to it: hidden." in page


def test_no_row_of_anybody_stands_in_a_report(survey: str) -> None:
    bundle = json.loads(read_bundle(survey))
    page = read_page(f"/en/surveys/{survey}/report/").encode()
    _, paper = read_paper(f"/en/surveys/{survey}/report.pdf")
    for data in (page, paper):
        for spent in bundle["spent"]:
            for name in ("nonce", "payload", "public_key", "signature"):
                assert spent[name].encode() not in data
    assert b'{"answers"' not in page + paper


def test_paper_is_the_same_bytes_each_time_and_holds_no_time_and_no_machine(survey: str) -> None:
    from amanah.programme_door.reports.paper import print_report

    on_show = find_survey_report(survey, "en")
    assert on_show
    report = write_survey_report(on_show, address="https://example.org/x")
    first, second = print_report(report), print_report(report)
    assert first == second
    reader = PdfReader(io.BytesIO(first))
    assert b"CreationDate" not in first or reader.metadata.creation_date.timestamp() == 0  # type: ignore[union-attr]
    assert b"/home" not in first


@pytest.mark.parametrize("language", ["en", "ar"])
def test_paper_is_one_tagged_page_of_a4_with_its_own_letters(survey: str, language: str) -> None:
    _, data = read_paper(f"/{language}/surveys/{survey}/report.pdf")
    reader = PdfReader(io.BytesIO(data))
    assert len(reader.pages) == 1
    box = reader.pages[0].mediabox
    assert (round(box.width), round(box.height)) == (595, 842)
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert "/StructTreeRoot" in root
    assert root["/Lang"] == language
    assert "pdfuaid" in root["/Metadata"].get_data().decode()
    fonts = reader.pages[0]["/Resources"]["/Font"]
    for font in fonts.values():
        (inner,) = font.get_object()["/DescendantFonts"]
        descriptor = inner.get_object()["/FontDescriptor"]
        assert {"/FontFile2", "/FontFile3"} & descriptor.keys()


def test_words_in_a_script_without_letters_of_ours_still_print(survey: str) -> None:
    Question.objects.filter(survey=survey, code="q1").update(words={"en": {"wording": "কক্ষ 🙂 খুঁজে পাওয়া"}})
    paper, _ = read_paper(f"/en/surveys/{survey}/report.pdf")
    assert "Report on a survey" in paper


def test_before_and_after_tells_the_change_and_its_place_on_the_scale_of_designs(before_after: str) -> None:
    page = strip_tags(read_page(f"/en/reports/{before_after}/"))
    paper, _ = read_paper(f"/en/reports/{before_after}/report.pdf")
    on_show = find_evaluation(before_after, "en")
    assert on_show
    (change,) = on_show.report.changes
    assert change.estimate
    said = tell_points(change.estimate)
    assert f"the answer changed by {said} points on a scale from 1 to 5" in page
    assert f"changed by {said} points on a scale from 1 to 5" in re.sub(r"\s+", " ", paper)
    assert "No change at all is excluded." in page
    assert "at the foot of the Maryland scale" in page
    assert "Stated before the first answer was possible." in page
    assert "Green Room, wave 1 to 2" in page


def test_a_stepped_wedge_shows_its_lot_effect_and_p_value(wedge: str) -> None:
    page = strip_tags(read_page(f"/en/reports/{wedge}/"))
    paper = re.sub(r"\s+", " ", read_paper(f"/en/reports/{wedge}/report.pdf")[0])
    on_show = find_evaluation(wedge, "en")
    assert on_show
    effect = on_show.report.wedge
    assert effect
    assert effect.lots == 12
    assert effect.estimate > 0
    for text in (page, paper):
        assert tell_points(effect.estimate) in text
        assert f"{effect.p_value / 1e6:.3f}" in text
    for (_, title, _), start in zip(SITES, find_starts(wedge), strict=True):
        assert f"{title} wave {start + 1}" in page
    assert "No p-value can be below 0.0833." in page


def test_an_evaluation_is_public_from_the_moment_it_is_stated(db: None) -> None:
    slugs = open_all_programmes()
    evaluation = state("comparison", slugs[:2], waves=2)
    page = strip_tags(read_page(f"/en/reports/{evaluation}/"))
    assert "Nothing can be said yet." in page
    assert (
        "Green Room, wave 1; Green Room, wave 2; Blue Room, wave 1; Blue Room, wave 2: No survey of" in page
    )
    plan = build_client().get(f"/reports/{evaluation}/plan.json")
    assert parse_evaluation_plan(plan.content).sites == ("green-room", "blue-room")
    on_show = find_evaluation(evaluation, "en")
    assert on_show
    digest = on_show.report.statement.plan
    hashes = [
        block.digits
        for section in write_evaluation_report(on_show, address="").sections
        for block in section.blocks
        if isinstance(block, Hash)
    ]
    assert hashes == [digest]
    assert digest in page
    assert "Log entry 0," in page
    assert evaluation in read_page("/en/reports/")


def test_waves_of_a_few_give_an_interval_and_no_number(db: None) -> None:
    slugs = open_all_programmes()
    evaluation = state("before-after", slugs[:1], waves=2)
    for wave in (0, 1):
        play_wave(slugs[0], wave, 0.5, people=15 + wave)
    page = strip_tags(read_page(f"/en/reports/{evaluation}/"))
    assert "Too few answered to say anything." in page
    assert "Green Room, wave 1 to 2 too few to say" in page
    assert "Green Room, wave 1; Green Room, wave 2: Too few answers to say: 15." in page
    assert page.count("A class of 30 cannot be measured through a bag of weight 7") == 1


def test_an_evaluation_that_was_stated_after_an_answer_was_possible_claims_no_effect(db: None) -> None:
    slugs = open_all_programmes()
    play_wave(slugs[0], 0, 0.3, people=300)
    evaluation = state("before-after", slugs[:1], waves=2)
    play_wave(slugs[0], 1, 0.8, people=300)
    page = strip_tags(read_page(f"/en/reports/{evaluation}/"))
    assert "This was not planned before the first answer: read the numbers below as a search" in page
    assert "the answer changed by" not in page
    assert "Stated after answering was possible." in page


def test_a_comparison_tells_both_changes_and_their_difference(db: None) -> None:
    slugs = open_all_programmes()
    evaluation = state("comparison", slugs[:2], waves=2)
    for slug, trust in ((slugs[0], (0.4, 0.75)), (slugs[1], (0.4, 0.4))):
        for wave in (0, 1):
            play_wave(slug, wave, trust[wave], people=400)
    page = strip_tags(read_page(f"/en/reports/{evaluation}/"))
    on_show = find_evaluation(evaluation, "en")
    assert on_show
    difference = on_show.report.difference
    assert difference
    assert difference.estimate
    assert f"the first group changed by {tell_points(difference.estimate)} points" in page
    assert "Green Room minus Blue Room, wave 1 to 2" in page
    assert "level 3 of 5 on the Maryland scale" in page


def test_every_evaluation_and_every_closed_survey_stands_in_the_list(survey: str, before_after: str) -> None:
    page = read_page("/en/reports/")
    assert f"/en/reports/{before_after}/" in page
    assert f"/en/surveys/{survey}/report/" in page


def test_what_does_not_exist_or_has_not_closed_has_no_report() -> None:
    client = build_client()
    for path in (
        "/en/surveys/00000000000000ff/report/",
        "/en/surveys/00000000000000ff/report.pdf",
        "/en/reports/00000000000000ff/",
        "/en/reports/00000000000000ff/report.pdf",
        "/reports/00000000000000ff/plan.json",
    ):
        assert client.get(path).status_code == 404
