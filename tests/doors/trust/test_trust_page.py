"""What everybody reads about trust: the gate with its reason, the evidence in words, the alarm, the line."""

import html
import re

import pytest

from amanah.core.encoding import JsonValue
from amanah.programme_door.occasions.models import Occasion
from amanah.programme_door.trust.actions import close_gate
from amanah.web.pages import KEPT_PAGES
from tests.doors.results.published import DAY, FIRST_OPENING
from tests.doors.trust.season_town import ENDS_AT, STARTS_AT, SeasonTown, at_time
from tests.support.desk import DATABASES, build_client, build_signed_in_client

pytestmark = pytest.mark.django_db(databases=DATABASES)
SOON = FIRST_OPENING + 20 * DAY


def read(address: str = "trust/", language: str = "en", *, at: int = SOON) -> str:
    KEPT_PAGES.pages.clear()
    with at_time(at):
        answer = build_client().get(f"/{language}/{address}")
    assert answer.status_code == 200
    return answer.content.decode()


def tell(page: str) -> str:
    """Give the words of a page, without tags."""
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", page)))


def test_before_any_season_the_gate_is_shut_and_nothing_is_claimed(db: None) -> None:
    page = tell(read())
    assert "No line is drawn yet" in page
    assert "the gate is shut" in page


def test_a_season_without_a_counted_survey_says_so(town: SeasonTown) -> None:
    town.state_season()
    page = tell(read())
    assert "Shut: outside bodies may not ask" in page
    assert "Nobody can be sure yet that trust is above the line." in page
    assert "No survey of this season has asked about trust and been counted yet." in page
    assert "so no alarm could have rung" in page


def test_with_enough_evidence_the_gate_is_open_and_says_by_what(town: SeasonTown) -> None:
    town.state_season()
    town.hold(trust=0.75, people=500)
    page = read()
    words = tell(page)
    assert "Open: outside bodies may ask" in words
    assert "The evidence is enough, from 500 answers." in words
    assert "No alarm this season." in words
    found = re.search(r"trust in the programme lies between (\d+) and (\d+) this season", words)
    assert found
    assert 60 <= int(found[1]) < 75 < int(found[2]) <= 85
    assert '<svg class="plot"' in page
    assert "style=" not in page


def test_without_enough_evidence_it_says_how_many_answers_it_takes(town: SeasonTown) -> None:
    town.state_season()
    town.hold(trust=0.68, people=120)
    words = tell(read())
    found = re.search(r"We are not yet sure: 120 of about ([\d,]+) answers needed\.", words)
    assert found, words
    assert int(found[1].replace(",", "")) > 120
    assert "Open: outside bodies may ask" not in words


def test_under_the_line_more_answers_are_not_promised_to_help(town: SeasonTown) -> None:
    town.state_season()
    town.hold(trust=0.4, people=200)
    words = tell(read())
    assert (
        "The estimate is under the line, after 200 answers. More answers like these will not open it."
        in words
    )
    assert "answers needed" not in words


def test_a_survey_that_is_over_and_not_counted_is_named(town: SeasonTown) -> None:
    town.state_season()
    town.ask(title="The forgotten one")
    town.hold(trust=0.8, people=500, title="The good one")
    late = FIRST_OPENING + 100 * DAY
    words = tell(read(at=late))
    assert "has been over for more than seven days and is not counted" in words
    assert "Over, and not counted: The forgotten one" in words
    assert "shut, waiting" in words


@pytest.mark.parametrize("address", ["", "trust/"])
def test_an_alarm_is_loud_on_the_home_page_and_on_its_own(town: SeasonTown, address: str) -> None:
    town.state_season()
    town.hold(trust=0.8, harmed=0.02, people=500)
    assert "The harm alarm rang." not in tell(read(address))
    town.hold(trust=0.8, harmed=0.6, people=500)
    page = read(address, at=FIRST_OPENING + 110 * DAY)
    assert "The harm alarm rang." in tell(page)
    assert 'role="alert"' in page
    assert "It does not say who was harmed, who did it or why" in tell(page)


def test_an_alarm_shuts_the_gate_whatever_the_evidence(town: SeasonTown) -> None:
    town.state_season()
    town.hold(trust=0.85, harmed=0.6, people=600)
    words = tell(read())
    assert "The gate stays shut until the season ends, whatever else is said." in words
    assert "Open: outside bodies may ask" not in words
    assert "rang" in words


def test_an_alarm_of_an_earlier_season_is_history_and_no_banner(town: SeasonTown) -> None:
    town.state_season()
    town.hold(trust=0.8, harmed=0.6, people=500)
    town.state_season(starts_at=ENDS_AT, ends_at=ENDS_AT + 100 * DAY, now=ENDS_AT - DAY)
    assert 'role="alert"' in read(at=ENDS_AT - 1)
    page = read(at=ENDS_AT + 1)
    assert 'role="alert"' not in page
    assert "The harm alarm rang." in tell(page)
    assert "No survey of this season has been counted yet." in tell(page)


def test_the_gate_that_was_closed_by_hand_says_so(town: SeasonTown) -> None:
    season = town.state_season()
    town.hold(trust=0.8, people=500)
    close_gate(season, now=SOON - 10)
    town.copy_log()
    assert "It was closed by hand in the trustees' name." in tell(read())


def test_when_the_season_is_over_the_gate_is_shut(town: SeasonTown) -> None:
    town.state_season()
    town.hold(trust=0.8, people=500)
    assert "Open: outside bodies may ask" in tell(read(at=ENDS_AT - 1))
    assert "The season is over. Trust has to be earned again in the next one." in tell(read(at=ENDS_AT))


def test_the_page_names_the_line_its_entry_and_how_to_compute_all_of_it(town: SeasonTown) -> None:
    town.state_season(line=650_000, harm=80_000)
    town.state_season(starts_at=ENDS_AT, ends_at=ENDS_AT + 90 * DAY, line=700_000, now=STARTS_AT)
    page = read()
    words = tell(page)
    assert "Line of trust: 65 of 100. Line of harm: 8 in 100." in words
    assert "Stated ahead:" in words
    assert "Line of trust: 70 of 100." in words
    assert "python -m amanah.verify gate" in words
    assert re.search(r'href="/en/log/\d+/"', page)
    assert "/en/asks/" in page


def test_the_page_says_whether_trustees_confirmed_the_lines_that_are_in_force(town: SeasonTown) -> None:
    early = STARTS_AT - DAY
    season = town.state_season(line=650_000, now=early)
    assert "The trustees have not confirmed these lines by their signatures." in tell(read())
    town.log("request-door", "season_confirmed", season, {"decision": "ab" * 32}, at=early + 1)
    confirmed = read()
    assert "The trustees confirmed these lines by their signatures." in tell(confirmed)
    assert "have not confirmed" not in tell(confirmed)
    body = {"ends_at": ENDS_AT, "harm": 50_000, "line": 700_000, "starts_at": STARTS_AT}
    town.log("programme-door", "season_stated", season, body, at=early + 2)
    assert "The trustees have not confirmed these lines by their signatures." in tell(read())


def test_a_gate_that_trustees_closed_by_their_signatures_is_shut_and_says_so(town: SeasonTown) -> None:
    season = town.state_season()
    town.hold(trust=0.8, people=500)
    assert "Open: outside bodies may ask" in tell(read())
    town.log("request-door", "gate_closed", season, {"reason": "trustees"}, at=SOON - 10)
    words = tell(read())
    assert "Shut: outside bodies may not ask" in words
    assert "The trustees closed it by their signatures" in words
    assert "by hand" not in words.split("The reading")[0]


def test_an_entry_that_tries_to_move_the_line_is_told_to_everybody_and_moves_nothing(
    town: SeasonTown,
) -> None:
    season = town.state_season()
    town.hold(trust=0.7, people=200)
    assert "Somebody tried to move a line." not in tell(read())
    body: dict[str, JsonValue] = {"ends_at": ENDS_AT, "harm": 50_000, "line": 100_000, "starts_at": STARTS_AT}
    town.log("programme-door", "season_stated", season, body, at=SOON - 5)
    words = tell(read())
    assert "Somebody tried to move a line." in words
    assert "The community's line is 60." in words


def test_the_history_names_each_survey_with_its_evidence_and_links_to_it(town: SeasonTown) -> None:
    town.state_season()
    first = town.hold(trust=0.66, people=100, title="Spring")
    second = town.hold(trust=0.8, people=500, title="Summer")
    page = read(at=FIRST_OPENING + 110 * DAY)
    history = page.split('id="history"')[1].split("</section>")[0]
    assert history.index(f"/en/surveys/{first}/results/") < history.index(f"/en/surveys/{second}/results/")
    assert [
        tell(cell).strip() for cell in re.findall(r'<span class="state [a-z]+">(.*?)</span>', history)
    ] == [
        "shut",
        "open",
    ]


def test_the_page_reads_in_arabic_from_right_to_left(town: SeasonTown) -> None:
    town.state_season()
    town.hold(trust=0.8, people=300)
    page = read(language="ar")
    assert 'dir="rtl"' in page
    assert "كيف حالنا؟" in page


def test_home_links_to_trust_and_the_desk_tells_the_alarm(town: SeasonTown) -> None:
    town.state_season()
    assert 'href="/en/trust/"' in read("")
    town.hold(trust=0.8, harmed=0.6, people=500)
    client = build_signed_in_client()
    today = client.get("/desk/").content.decode()
    assert Occasion.objects.count() == 1
    assert "The harm alarm rang." in today
