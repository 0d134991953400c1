"""The page about somebody who teaches says first what they may teach and what not, and then on whose word."""

import re

import pytest
from django.utils import timezone, translation

from amanah.programme_door.credentials.models import Document
from amanah.programme_door.educators.actions import EducatorPage, open_educator, record_consent
from amanah.programme_door.educators.forms import EducatorForm
from amanah.programme_door.educators.lines import isolate
from amanah.programme_door.educators.models import Educator
from amanah.programme_door.programmes.actions import record_content_change
from amanah.programme_door.roots.queries import get_own_list
from amanah.programme_door.scopes.actions import record_scope_words
from tests.support.desk import DATABASES, build_client
from tests.support.educators import open_educators

pytestmark = pytest.mark.django_db(databases=DATABASES)
NEVER_SAID = re.compile(r"\b(valid|certified|verified|guaranteed|scholars?)\b", re.IGNORECASE)
FIRST_SECTION = 'id="word"'


@pytest.fixture(autouse=True)
def educators():
    open_educators()


def read_page(slug, language="en"):
    answer = build_client().get(f"/{language}/educators/{slug}/")
    assert answer.status_code == 200
    return answer.content.decode()


def read_verdict(slug):
    """Give what stands before the line: what a parent has read after a few seconds."""
    return read_page(slug).split(FIRST_SECTION)[0]


def list_strands(page):
    return re.findall(r'<svg class="strand".*?</svg>\s*</svg>', page, re.DOTALL)


def test_what_may_be_taught_and_what_not_stands_before_everything_else():
    verdict = read_verdict("amina")
    assert "May teach: Recitation by Hafs" in verdict
    assert "Recognised by commons." in verdict
    assert "Not authorised here for: Rulings" in verdict
    assert "May authorise others" not in verdict
    assert "Worked out on" in verdict


def test_a_signed_line_is_drawn_from_the_root_down_with_the_vote_behind_it():
    page = read_page("amina")
    line = page.split('<ol role="list" class="line">')[1].split("</ol>")[0]
    people = re.findall(r'class="line-name">(?:<a[^>]*>)?([^<]+)', line)
    assert people == ["Salma Invented", "Yusuf Invented", "Amina Invented"]
    assert "at a meeting" in line
    assert "For: 41; against: 2; abstained: 6." in line
    assert "the aunt of a trustee" in line
    assert "A Book That Does Not Exist" in line
    assert line.count("<strong>Signed</strong>") == 2


def test_a_link_of_which_no_list_tells_is_called_not_checked():
    assert "Not checked for 2 of 2 links" in read_verdict("amina")
    verdict = read_verdict("maryam")
    assert "Not checked for 1 of 2 links" in verdict
    assert "last checked with the list of" in verdict


def test_witnessed_and_recorded_links_say_who_saw_what_and_which_book():
    page = read_page("maryam")
    assert "Witnesses: Zaynab Witness (invented), Umar Witness (invented)." in page
    assert "Another line: History" in page
    assert "Page 31 of a book that does not exist" in page
    verdict = page.split(FIRST_SECTION)[0]
    assert verdict.index("May teach: Ethics") < verdict.index("Not authorised here for: Rulings")


def test_strengths_differ_in_the_drawing_without_colour():
    signed, witnessed = read_page("amina"), read_page("maryam")
    drawn = {strand.count("strand-line") for strand in list_strands(signed)}
    assert drawn == {1}
    assert max(strand.count("strand-line") for strand in list_strands(witnessed)) == 2
    assert any("strand-dashed" in strand for strand in list_strands(witnessed))
    assert "strand-cross" not in signed + witnessed


def test_an_ended_authority_says_since_when_and_why():
    page = read_page("tariq")
    assert "No longer: Qur&#39;an recitation" in page.split(FIRST_SECTION)[0]
    assert "May teach" not in page.split(FIRST_SECTION)[0]
    assert "Reason given: Retired." in page.split(FIRST_SECTION)[0]
    assert "Yes: each was given while" in page.split('id="dates"')[1]


def test_what_rests_on_a_void_paper_is_being_examined_again_and_blames_nobody_else():
    page = read_page("layla")
    verdict = page.split(FIRST_SECTION)[0]
    assert "Being examined again: Recitation by Hafs" in verdict
    assert "May teach" not in verdict
    assert "Nadir Pretend (invented)" in page
    assert "Papers not genuine" in page
    assert "Yes: each was given while" not in page
    assert sum("strand-cross" in strand for strand in list_strands(page)) == 2


def test_dates_are_not_said_to_fit_where_a_paper_of_the_line_is_missing():
    assert "Yes: each was given while" in read_page("amina")
    held = Document.objects.filter(holder=Educator.objects.get(slug="amina").holder)
    above = {row.parent for row in held if row.parent}
    assert Document.objects.filter(document_id__in=above).delete()[0]
    record_content_change()
    page = read_page("amina")
    assert "May teach" not in page.split(FIRST_SECTION)[0]
    assert "Yes: each was given while" not in page
    assert "Not checked: a paper of the line is missing" in page


def test_of_somebody_without_papers_the_page_says_that_nothing_was_checked():
    page = read_page("jonah")
    assert "Not checked" in page.split(FIRST_SECTION)[0]
    assert 'class="line-grant' not in page
    assert "There is no paper to check." in page


def test_whom_the_list_names_itself_needs_no_paper_and_shows_the_vote():
    salma = next(root for root in get_own_list().roots if root.name == "Salma Invented")
    page = EducatorPage("en", {"name": "Salma Invented"}, salma.id, ("quran/hafs", "history"), (), None)
    open_educator("salma", page)
    today = timezone.localdate()
    record_consent("salma", consent_on=today, is_shown=True, today=today)
    shown = read_page("salma")
    verdict = shown.split(FIRST_SECTION)[0]
    assert "May teach: Recitation by Hafs" in verdict
    assert "Not authorised here for: History" in verdict
    assert "For: 41; against: 2; abstained: 6." in shown
    assert "the list names them itself" in shown
    assert 'href="/en/educators/salma/">Salma Invented</a>' in read_page("amina")


def test_other_communities_lists_stand_beside_ours_and_may_say_something_else():
    assert "Recitation by Hafs: recognised there" in read_page("amina")
    assert "not recognised there" in read_page("maryam")
    assert "Neighbours of the Example (invented)" in read_page("maryam")


def test_a_check_shows_its_kind_day_and_who_saw_it_and_a_missing_one_is_named():
    assert "Enhanced check with barred lists (invented)" in read_page("amina")
    assert "Not checked: no check is written down here." in read_page("layla")


def test_money_and_concerns_are_told_without_bars_that_nobody_counted():
    page = read_page("amina")
    assert "not traced yet" in page
    assert 'href="/en/programmes/solid-ground/#pays"' in page
    concern = page.split('id="concern"')[1]
    assert concern.index("ring the emergency number") < concern.index("The invented safeguarding lead")


@pytest.mark.parametrize("slug", ["amina", "maryam", "tariq", "layla", "jonah"])
def test_no_page_claims_more_than_recognition(slug):
    text = re.sub(r"<[^>]+>", " ", read_page(slug))
    said = set(NEVER_SAID.findall(text.replace("Nobody here says that anybody is a scholar", "")))
    assert said == set()


@pytest.mark.parametrize("slug", ["amina", "layla", "jonah", ""])
def test_pages_need_no_script_and_are_written_towards_the_reader(slug):
    place = f"{slug}/" if slug else ""
    for language, direction in (("en", "ltr"), ("ar", "rtl")):
        page = build_client().get(f"/{language}/educators/{place}").content.decode()
        assert f'<html lang="{language}" dir="{direction}">' in page
        assert "<script" not in page


def test_a_programmes_page_names_who_teaches_before_the_button_to_join():
    page = build_client().get("/en/programmes/solid-ground/").content.decode()
    teaches = page.split('id="teaches"')[1].split("</section>")[0]
    assert 'href="/en/educators/amina/"' in teaches
    assert "May teach: Recitation by Hafs" in teaches
    assert "tariq" not in teaches
    assert page.index('id="teaches"') < page.index('id="join"')


def test_words_from_people_and_papers_are_words_and_never_markup():
    hostile = '"><script>alert(1)</script>'
    page = EducatorPage(
        language="en",
        texts=dict.fromkeys(EducatorForm.TEXTS, hostile),
        holder="",
        scopes=(),
        programmes=(),
        safeguarding_on=timezone.localdate(),
    )
    open_educator("hostile", page)
    today = timezone.localdate()
    record_consent("hostile", consent_on=today, is_shown=True, today=today)
    record_scope_words(scope="quran/hafs", language="en", texts={"name": hostile}, is_shown=True)
    for shown in (
        read_page("hostile"),
        read_page("amina"),
        build_client().get("/en/educators/").content.decode(),
    ):
        assert "<script" not in shown
        assert "&lt;script&gt;" in shown


@pytest.mark.parametrize(
    ("name", "language", "is_isolated"),
    [("Amina", "en", False), ("أمينة", "ar", False), ("أمينة", "en", True), ("Amina", "ar", True)],
)
def test_a_name_written_the_other_way_does_not_turn_its_sentence_round(name, language, is_isolated):
    with translation.override(language):
        assert isolate(name) == (f"\u2068{name}\u2069" if is_isolated else name)
