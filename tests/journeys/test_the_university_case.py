"""They ask for the list three times, then orders come: the whole story in browsers, in a town of 1,000 members."""

import io
import json
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from pypdf import PdfReader

from amanah.core.data_requests.decision_files import verify_decision_file
from amanah.core.data_requests.periods import ReportPace, SealPace, parse_report_name
from amanah.core.data_requests.rules import RULES
from amanah.core.public_log.notes import parse_verifier_key
from amanah.drill.letters import check_reasons, check_what_is_held, read_holdings
from amanah.drill.outside_body import Ask, Case
from amanah.drill.papers import build_paper
from amanah.drill.published import PublicEye, find_band, list_opened, read_roots
from amanah.drill.requests_story import (
    EXEMPTION,
    NAMED,
    ORDER,
    ORDERED,
    SECRET_ORDER,
    count_invitations,
    stands_in_log,
)
from amanah.drill.truth import Truth
from tests.journeys.thousand_members import MEMBERS, bring_members
from tests.support.processes import build_environment, run_django_command

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from tests.journeys.people import Member, Organiser
    from tests.journeys.people_at_the_request_door import Officer, Panel

pytestmark = [pytest.mark.browser, pytest.mark.processes, pytest.mark.timeout(900)]

YEARS = {"since": "2005-01-01", "until": "2008-12-31"}
POLICE, COURT = "Invented Constabulary", "Invented Crown Court"
SAID = "All members 2005 to 2008."
PUBLISHED_WITHIN = 240.0
REFUSED = ("society", "union", "registry")
LIST = Ask(
    EXEMPTION,
    "officer",
    ("membership-list",),
    purpose="All members 2005-2008.",
    paper=build_paper(["Please give us all members 2005-2008.", "Data Protection Act 2018, Sch. 2, para. 2"]),
    **YEARS,
)
ADDRESSES = Ask(
    EXEMPTION, "officer", ("contact-details",), purpose="Their home addresses.", paper=LIST.paper, **YEARS
)


def write_order(instrument: str, secrecy: str) -> Ask:
    """Give an order of a judge that names two invented people."""
    lines = ["It is ordered that you say what you hold about", *NAMED, "2005-01-01 to 2008-12-31"]
    return Ask(instrument, "judge", ORDERED, NAMED, secrecy=secrecy, paper=build_paper(lines), **YEARS)


JUDGES_ORDER, SILENT_ORDER = write_order(ORDER, "none"), write_order(SECRET_ORDER, "ordered")
SILENT_UNTIL = (datetime.now(UTC).date() + timedelta(days=60)).isoformat()


@dataclass
class Told:
    """What a body has got from its secret link."""

    case: Case
    reference: str
    text: str = ""
    paper: bytes = b""


@dataclass
class Story:
    """The story after its end, in a town that still runs."""

    organiser: "Organiser"
    panel: "Panel"
    officer: "Officer"
    eye: PublicEye
    truth: Truth
    told: dict[str, Told] = field(default_factory=dict)
    members: list["Member"] = field(default_factory=list)

    def take_in(self, label: str, address: str) -> str:
        """Keep the secret address of a request; give its reference."""
        parts = urlsplit(address)
        case = Case(f"{parts.scheme}://{parts.netloc}", parts.path)
        self.told[label] = Told(case, case.read_reference())
        return self.told[label].reference

    def read_letters(self) -> None:
        """Wait for every letter, and save it as text and on paper."""
        for told in self.told.values():
            told.text = told.case.read_letter()
            told.paper = told.case.wait_for("letter.pdf")

    def list_told_of(self) -> list[str]:
        """List the requests of which the members may be told."""
        return [told.reference for label, told in self.told.items() if label != "secret"]

    def is_published(self) -> bool:
        """Tell whether reports have opened all that may be told, and one covers the day of the silent order too."""
        view = self.eye.read_log()
        totals = self.eye.compute_totals(view)
        sealed = max(opening["number"] for opening in self.told["secret"].case.read_openings())
        config = self.organiser.town.running.config
        seals = SealPace(config.pacing.seal_every, config.pacing.seal_offset)
        reports = ReportPace(config.pacing.report_every, config.pacing.report_delay)
        ends = [reports.build_period(parse_report_name(name)).ends_at for name in self.eye.reports]
        answered = sum(totals.answered.values())
        return min(totals.received, answered) >= len(self.list_told_of()) and max(
            ends, default=0
        ) >= seals.compute_end(sealed)

    def wait_for_report(self) -> None:
        """Wait for the fixed time at which the next report comes; nothing that happened moves it."""
        deadline = time.monotonic() + PUBLISHED_WITHIN
        while not self.is_published():
            assert time.monotonic() < deadline, "the report did not come at its time"
            time.sleep(2)


def ask_for_the_list(story: Story, browser: "Browser") -> None:
    """Ask the society by letter, the union by word of mouth, the registry for addresses."""
    from tests.journeys.people import PHONE
    from tests.journeys.people_at_the_request_door import Person, invite_to_counter, write_down_what_was_said

    story.take_in("society", story.officer.ask(LIST))
    staff = Person(browser, story.officer.url, viewport=PHONE)
    invite_to_counter(story.panel.people[0], staff, "Dima Invented")
    story.panel.people.append(staff)
    story.take_in("union", write_down_what_was_said(staff, POLICE, SAID, ("membership-list",)))
    story.take_in("registry", story.officer.ask(ADDRESSES))


def bring_orders(story: Story) -> None:
    """Bring an order that names two people and one that forbids to speak of it; the trustees read and sign both."""
    from tests.journeys.people_at_the_request_door import draft_answer, read_paper_of, sign, step_aside

    amina, bilal, chana = story.panel.people[:3]
    for label, order, until in (("judge", JUDGES_ORDER, ""), ("secret", SILENT_ORDER, SILENT_UNTIL)):
        reference = story.take_in(label, story.officer.ask(order))
        assert read_paper_of(amina, reference, order) == order.paper
        if label == "judge":
            step_aside(chana, reference, "works-for-the-body")
        amina.open(f"/desk/decisions/case/{reference}/")
        decision = draft_answer(amina, silent_until=until)
        sign(amina, decision, "1 of 2 have signed.")
        sign(bilal, decision, "This was decided.")


@pytest.fixture(scope="module")
def story(organiser: "Organiser", browser: "Browser") -> Iterator[Story]:
    from tests.journeys.people import Member
    from tests.journeys.people_at_the_request_door import Officer, Panel

    town = organiser.town
    panel = Panel(town.running, browser)
    key = parse_verifier_key((town.running.folder / "public" / "log.vkey").read_text().strip())
    urls = town.running.urls
    setup = run_django_command(town.running, "programme", "setup_address", "--even-with-organisers").strip()
    truth = bring_members(urls, key, town.running.config.issuer_name, setup)
    phone = town.open_context(java_script_enabled=False).new_page()
    officer = Officer(phone, urls["request"], POLICE, "Sergeant Invented")
    played = Story(organiser, panel, officer, PublicEye(urls["log"], urls["request"], key), truth)
    try:
        panel.found()
        ask_for_the_list(played, browser)
        bring_orders(played)
        played.members = [Member(town), Member(town)]
        for member, code in zip(played.members, organiser.draw(2), strict=True):
            member.join(code)
        played.read_letters()
        played.wait_for_report()
        yield played
    finally:
        panel.close()


def read_paper_words(paper: bytes) -> str:
    """Give the text of a PDF without the breaks of its lines."""
    assert paper.startswith(b"%PDF-")
    return "".join("".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(paper)).pages)


@pytest.mark.parametrize("label", REFUSED)
def test_each_ask_for_the_list_is_refused_with_its_reason(story: Story, label: str) -> None:
    told = story.told[label]
    check_reasons(told.text, ["bring-an-order"])
    assert told.reference in told.text
    on_paper = read_paper_words(told.paper)
    for words in (RULES["bring-an-order"], told.reference):
        assert "".join(words.split()) in on_paper
    assert told.case.fetch("decision.json") is None, "the rules refused by themselves"
    page = story.officer.page
    page.goto(told.case.request_url + told.case.path)
    assert page.get_by_role("link", name="The letter (PDF)").is_visible()
    assert page.context.cookies() == []


def test_the_order_is_obeyed_as_far_as_what_it_names_exists(story: Story) -> None:
    told = story.told["judge"]
    check_reasons(told.text, ["only-what-exists"])
    absent = check_what_is_held(told.text, read_holdings(story.eye.read_log()), ORDERED)
    assert absent > 0
    assert "".join(RULES["only-what-exists"].split()) in read_paper_words(told.paper)
    checked = verify_decision_file(told.case.wait_for("decision.json"))
    assert checked.document.body["outcome"] == "comply"
    assert tuple(checked.document.body["scope"]["people"]) == NAMED
    assert {one.name for one in checked.signers} == {"Amina Invented", "Bilal Invented"}
    assert [reason for _trustee, reason in checked.document.recused] == ["works-for-the-body"]


def test_the_silent_order_is_decided_and_its_telling_withheld(story: Story) -> None:
    checked = verify_decision_file(story.told["secret"].case.wait_for("decision.json"))
    assert checked.document.body["telling"]["until"] == SILENT_UNTIL
    assert checked.document.body["telling"]["reason"]
    check_reasons(story.told["secret"].text, ["only-what-exists"])


def open_all(story: Story) -> dict[str, str]:
    """Open, as a member without any cookie, the home page and from there every report; give what stands there."""
    from tests.journeys.people import wait_until

    town = story.organiser.town
    page = town.open_context().new_page()
    asked = len(story.list_told_of())

    def is_counted() -> bool:
        page.goto(f"{town.url}/en/")
        return f"How often data was asked for: {asked}." in page.locator("main").inner_text()

    wait_until(page, is_counted)
    seen = {"home": page.content()}
    page.get_by_role("link", name="Every report: what was asked, and what was given").click()
    page.locator("h1").filter(has_text="Reports on requests").wait_for()
    seen["reports"] = page.content()
    for name in story.eye.reports:
        page.goto(f"{story.officer.url}/en/reports/{name}/")
        seen[name] = page.content()
    assert page.context.cookies() == []
    return seen


def test_a_member_sees_what_was_asked_and_that_nothing_was_given(story: Story) -> None:
    seen = open_all(story)
    totals = story.eye.compute_totals(story.eye.read_log())
    assert totals.stated == (len(story.list_told_of()), 0, 0)
    assert "How often something was given: 0." in seen["home"]
    assert "People whose details were given: 0." in seen["home"]
    told = "".join(seen[name] for name in story.eye.reports)
    for label in REFUSED:
        assert story.told[label].reference in told
    assert told.count(RULES["bring-an-order"]) >= len(REFUSED)
    assert POLICE in told
    secret = story.told["secret"].reference
    assert all(secret not in shown and NAMED[0] not in shown for shown in seen.values())


@pytest.mark.parametrize("language", ["en", "ar"])
def test_a_report_is_printed_with_every_column(story: Story, language: str) -> None:
    page = story.organiser.town.open_context(viewport={"width": 673, "height": 1001}).new_page()
    page.emulate_media(media="print")
    cut = "[...document.querySelectorAll('table, pre')].map((one) => one.scrollWidth - one.parentElement.clientWidth)"
    for path in ("", *(f"{name}/" for name in story.eye.reports)):
        page.goto(f"{story.officer.url}/{language}/reports/{path}")
        beyond = page.evaluate(cut)
        assert beyond, "there is a table"
        assert max(beyond) <= 0, path
    page.context.close()


def fetch_everything_public(story: Story) -> Mapping[str, bytes]:
    """Fetch what the request door gives to everybody, and every entry of the log."""
    fetch = story.officer.page.context.request.get
    pages = ("en/", "en/asks/", "en/rules/", "en/panel/", "panel.json", "rules.json", "statements.json")
    names = [*pages, *(f"reports/{name}.json" for name in story.eye.reports)]
    given = {name: fetch(f"{story.officer.url}/{name}").body() for name in names}
    entries = story.eye.read_log().entries
    return given | {"log": json.dumps([str(entry) for entry in entries]).encode()}


def test_the_silent_order_stands_nowhere_that_others_can_read(story: Story) -> None:
    reference = story.told["secret"].reference.encode()
    decision = verify_decision_file(story.told["secret"].case.wait_for("decision.json")).document.decision
    for name, content in fetch_everything_public(story).items():
        assert reference not in content, name
        assert decision.encode() not in content, name
        assert not any(person.encode() in content for person in NAMED), name
    assert {find_band(report, SECRET_ORDER) for report in story.eye.reports.values()} == {"0-24"}


def run_verify(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the verifier as somebody who has only what was saved."""
    return subprocess.run(
        [sys.executable, "-m", "amanah.verify", *arguments],
        cwd=folder,
        env=build_environment({}),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_a_journalist_checks_the_saved_report_and_the_decision(story: Story, tmp_path: Path) -> None:
    page = story.organiser.town.open_context().new_page()
    names = sorted(story.eye.reports, key=parse_report_name, reverse=True)
    for name in names:
        page.goto(f"{story.officer.url}/en/reports/{name}/")
        link = page.get_by_role("link", name="Report for programs").get_attribute("href")
        saved_report = page.context.request.get(f"{story.officer.url}{link}").body()
        (tmp_path / f"{name}.json").write_bytes(saved_report)
    page.goto(story.told["judge"].case.request_url + story.told["judge"].case.path)
    with page.expect_download() as saved:
        page.get_by_role("link", name="The signed decision").click()
    saved.value.save_as(tmp_path / "decision.json")
    key = (story.organiser.town.running.folder / "public" / "log.vkey").read_text().strip()
    trust = ("--log", story.eye.log_url, "--vkey", key)
    done = run_verify(tmp_path, "report", *(f"{name}.json" for name in names), *trust)
    assert done.returncode == 0, done.stdout + done.stderr
    done = run_verify(tmp_path, "decision", "decision.json", *trust)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Amina Invented" in done.stdout


def test_in_the_end_nobodys_details_were_handed_over_and_no_request_is_hidden(story: Story) -> None:
    view = story.eye.read_log()
    totals = story.eye.compute_totals(view)
    hidden = [label for label, told in story.told.items() if not stands_in_log(told.case, read_roots(view))]
    assert (totals.people, hidden) == (0, [])
    assert totals.answered == {"refuse": len(REFUSED), "contest": 0, "narrow": 0, "comply": 1}
    opened = {record.ref for report in story.eye.reports.values() for record in list_opened(report)}
    assert {*story.list_told_of()} <= opened
    assert all(told.case.fetch("package.zip") is None for told in story.told.values())
    assert len(story.truth.registered) == MEMBERS, (
        "there are people whose details could have been handed over"
    )
    assert count_invitations(view) >= MEMBERS + len(story.members)
    assert all(person.complaints == [] for person in story.panel.people)
