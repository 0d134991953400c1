"""Pictures of the request door: what outside bodies see, what trustees and counter staff see, and what all can read.

Everybody in it is invented; the panel, the papers and the signatures are made for the pictures and gone with them.
"""

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page

from amanah.drill.outside_body import Ask, Case
from amanah.drill.papers import build_paper
from amanah.drill.requests_story import EXEMPTION, NAMED, ORDER
from tests.journeys.gallery import ALL_FOUR, BOTH_PHONES, DESKTOP, ON_A_DESK, ON_A_PHONE, Album, opener, visit
from tests.journeys.people_at_the_request_door import (
    OFFICES,
    Officer,
    Person,
    draft_answer,
    found_panel,
    invite_to_counter,
    read_paper_of,
    sign,
    write_down_what_was_said,
)
from tests.journeys.worked_example import Example

PATIENCE_FOR_REPORT = 240
BODIES = {"en": "Borchester Police (invented)", "ar": "شرطة بورتشستر (مختلقة)"}
PURPOSES = {"en": "All members 2005-2008.", "ar": "كل الأعضاء من 2005 إلى 2008."}
YEARS = {"since": "2005-01-01", "until": "2008-12-31"}
JUDGES_ORDER = Ask(
    ORDER,
    "judge",
    ("attendance", "contact-details"),
    NAMED,
    purpose="What is held about two named people.",
    paper=build_paper(["It is ordered that you say what you hold about", *NAMED]),
    **YEARS,
)


@dataclass
class Counter:
    """The request door with its trustees, and the secret links of what was asked there."""

    door: str
    page: Page
    trustees: list[Person]
    cases: dict[str, Case] = field(default_factory=dict)


def begin_requests(album: Album, example: Example, browser: Browser) -> Counter:
    """Found a panel and ask for the list, early: letters and reports come at their own times."""
    door = example.config.urls["request"]
    people = [Person(browser, door, locale="en") for _ in OFFICES]
    found_panel(people, example.run_command("request", "founding_address"))
    counter = Counter(door, browser.new_context(locale="en").new_page(), people)
    take_form_errors(album, counter)
    for language, body in BODIES.items():
        officer = Officer(counter.page, door, body, "417", language)
        paper = build_paper(["All members 2005-2008", "Data Protection Act 2018, Sch. 2, para. 2"])
        ask = Ask(
            EXEMPTION, "officer", ("membership-list",), purpose=PURPOSES[language], paper=paper, **YEARS
        )
        keep(counter, language, officer.ask(ask))
    take_counter(album, counter, browser)
    take_signing(album, counter)
    return counter


def keep(counter: Counter, label: str, address: str) -> str:
    """Keep the secret link of a request; give its reference."""
    counter.cases[label] = Case(counter.door, urlsplit(address).path)
    return counter.cases[label].read_reference()


def take_form_errors(album: Album, counter: Counter) -> None:
    """Show the form when something is missing."""

    def hand_in(language: str) -> None:
        visit(counter.page, f"{counter.door}/{language}/ask/")
        counter.page.locator("[name=body_name]").fill(BODIES[language])
        counter.page.locator("main form button[type=submit]").click()
        counter.page.get_by_role("alert").wait_for()

    place = ("request", "ask-errors", "The form when something is missing: nothing typed is lost")
    album.take(counter.page, place, BOTH_PHONES, hand_in, is_top=True)


def take_counter(album: Album, counter: Counter, browser: Browser) -> None:
    """Show how counter staff write down what was said, and the slip for whoever asked."""
    staff = Person(browser, counter.door, locale="en")
    invite_to_counter(counter.trustees[0], staff, "Dima Invented")
    place = ("trustees", "intake", "Counter staff write down what was asked, with no law to know")
    album.take(
        staff.page, place, BOTH_PHONES, opener(staff.page, f"{counter.door}/desk/intake/?language={{}}")
    )
    staff.open("/desk/?language=en")
    body = BODIES["en"]
    keep(counter, "oral", write_down_what_was_said(staff, body, PURPOSES["en"], ("membership-list",)))
    slip = staff.page.url.split("?", 1)[0]
    place = ("trustees", "slip", "The slip that an officer takes away: a reference and the only way back")
    album.take(staff.page, place, BOTH_PHONES, opener(staff.page, slip + "?language={}"))
    staff.context.close()


def take_signing(album: Album, counter: Counter) -> None:
    """Show a judge's order on its way: read by a trustee, drafted, signed by two."""
    amina, bilal = counter.trustees[:2]
    officer = Officer(counter.page, counter.door, "Invented Crown Court", "Judge Invented")
    reference = keep(counter, "order", officer.ask(JUDGES_ORDER))
    take_at_desk(
        album, amina, "today", "Today at the trustees' desk: what waits, and what is not collected", "/desk/"
    )
    words = "Deadlines: what is due, what is withheld, and what is destroyed when"
    take_at_desk(album, amina, "deadlines", words, "/desk/deadlines/")
    read_paper_of(amina, reference, JUDGES_ORDER)
    path = f"/desk/decisions/case/{reference}/"
    take_at_desk(
        album, amina, "case", "One case: what is asked, what the paper names, what the rules leave", path
    )
    amina.open(path)
    decision = draft_answer(amina)
    take_at_desk(
        album,
        amina,
        "decision",
        "A decision to sign: in words, and the bytes that are signed",
        decision,
    )
    amina.page.emulate_media(color_scheme="dark")
    place = ("trustees", "decision-dark", "The same decision in the dark")
    album.take(amina.page, place, ON_A_PHONE, opener(amina.page, f"{counter.door}{decision}?language={{}}"))
    amina.page.emulate_media(color_scheme="light")
    sign(amina, f"{decision}?language=en", "1 of 2 have signed.")
    sign(bilal, decision, "This was decided.")


def take_at_desk(album: Album, trustee: Person, name: str, words: str, path: str) -> None:
    """Show one page of the trustees' desk, and go back to English."""
    variants = ALL_FOUR if name == "today" else ON_A_DESK
    address = f"{trustee.url}{path}?language={{}}"
    album.take(trustee.page, ("trustees", name, words), variants, opener(trustee.page, address))
    trustee.open(f"{path}?language=en")


def take_requests(album: Album, example: Example, counter: Counter) -> None:
    """Show what anybody can read, and what came back to the bodies that asked."""
    place = ("request", "door", "The counter: what happens, and what never will")
    album.take(counter.page, place, ALL_FOUR, opener(counter.page, f"{counter.door}/{{}}/"))
    for name, words, path, variants in (
        ("ask", "The one form through which an outside body asks", "/{}/ask/", ALL_FOUR),
        ("rules", "The rules, in their order; no community can leave one out", "/{}/rules/", BOTH_PHONES),
        (
            "jurisdiction",
            "Who can demand what in the United Kingdom, with what nobody has checked yet",
            "/{}/jurisdictions/uk/",
            ON_A_DESK,
        ),
        ("panel", "The trustees are public, and so are their keys", "/{}/panel/", BOTH_PHONES),
        ("asks-shut", "The asks board while the gate is shut", "/{}/asks/", BOTH_PHONES),
        ("holdings", "Every column that this door holds", "/{}/what-this-door-holds/", BOTH_PHONES),
    ):
        place = ("request", name, words)
        go = opener(counter.page, counter.door + path)
        album.take(counter.page, place, variants, go, is_top=True)
    place = ("print", "door-card", "What to say at the door, to print and cut")
    go = opener(counter.page, f"{counter.door}/{{}}/door-card/")
    album.take(counter.page, place, ON_A_DESK, go, is_top=True)
    take_answers(album, counter)
    take_reports(album, counter)
    for person in counter.trustees:
        person.context.close()


def take_answers(album: Album, counter: Counter) -> None:
    """Show what a body finds behind its link once the record stands in the log, and the letter on paper."""
    papers = {}
    for language in BODIES:
        counter.cases[language].read_letter()
        papers[language] = counter.cases[language].wait_for("letter.pdf")

    def show(language: str) -> None:
        visit(counter.page, counter.door + counter.cases[language].path)

    place = ("request", "status-refused", "What a body finds behind its secret link: the answer, and why")
    album.take(counter.page, place, (*BOTH_PHONES, ("en", DESKTOP)), show)
    counter.page.emulate_media(color_scheme="dark")
    place = ("request", "status-refused-dark", "The same in the dark")
    album.take(counter.page, place, (("ar", DESKTOP),), show)
    counter.page.emulate_media(color_scheme="light")
    album.take_paper(("print", "letter", "The letter that refuses, on paper"), papers)


def take_reports(album: Album, counter: Counter) -> None:
    """Wait for the report that opens what was refused, and show it."""
    page = counter.page
    report = find_report(counter).replace("/en/", "/{}/", 1)
    place = ("request", "reports", "Reports come on fixed dates, also when nobody asked")
    album.take(page, place, BOTH_PHONES, opener(page, f"{counter.door}/{{}}/reports/"))
    place = (
        "request",
        "report",
        "One report: what was asked, paper by paper and one by one, and what was given",
    )
    album.take(page, place, ALL_FOUR, opener(page, counter.door + report))


def find_report(counter: Counter) -> str:
    """Wait for the report that opens what the police asked; give its path in English."""
    page = counter.page
    for _ in range(PATIENCE_FOR_REPORT):
        visit(page, f"{counter.door}/en/reports/")
        for link in page.locator("table.counts th a").all()[:3]:
            path = link.get_attribute("href") or ""
            if BODIES["en"] in page.request.get(counter.door + path).text():
                return path
        page.wait_for_timeout(1000)
    raise RuntimeError("The report that opens what was asked did not come at its time.")
