"""The university's story, played against a running example over HTTP alone: they ask for the list, then orders come.

Every number at the end is counted from what was published, from the log, and from what each body's own link gives.
"""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from amanah.core.data_requests.decision_files import verify_decision_file
from amanah.core.data_requests.facts import compute_facts_hash
from amanah.core.data_requests.reporting import Report
from amanah.core.data_requests.rules import RULES
from amanah.core.errors import RefusedError
from amanah.core.public_log.notes import VerifierKey
from amanah.core.public_log.reading import LogView
from amanah.core.public_log.schemas import REQUEST_DOOR
from amanah.drill.letters import check_reasons, check_what_is_held, read_holdings
from amanah.drill.outside_body import Ask, Case, OutsideBody
from amanah.drill.papers import build_paper
from amanah.drill.published import (
    PublicEye,
    Totals,
    check_openings,
    find_band,
    find_people_given,
    list_opened,
    read_roots,
)
from amanah.drill.trustees import (
    Office,
    PaperRead,
    Trustee,
    answer_order,
    found_panel,
    record_spoken_ask,
)
from amanah.drill.wire import CrowdError

OFFICES = (
    Office("Chair", "Amina Invented"),
    Office("Treasurer", "Ben Invented"),
    Office("Teacher", "Chandra Invented"),
)
LEAST = 2
NAMED = ("Noor Nowhere", "Sam Nowhere")
ORDERED = ("attendance", "contact-details", "identity")
EXEMPTION, INFORMAL = "uk-dpa-2018-sch2-para2", "uk-informal-ask"
ORDER, SECRET_ORDER = "uk-pace-s9-production-order", "uk-ta-2000-sch5-para5"
_PUBLISHED_WITHIN = 240.0
_POLL = 2.0
_SILENT_FOR = timedelta(days=60)
_FOUR_YEARS = {"since": "2005-01-01", "until": "2008-12-31"}


class StoryRefusedError(RefusedError):
    """Invented bodies ask running examples alone, and each of them once."""

    code = "demo-requests-refused"


@dataclass(frozen=True)
class Visit:
    """Which running example is visited."""

    urls: Mapping[str, str]
    log_key: VerifierKey


@dataclass(frozen=True)
class Ending:
    """What was counted at the end."""

    totals: Totals
    cases: int
    hidden: int

    @property
    def is_good(self) -> bool:
        """Tell whether nobody's details were handed over, and no request is hidden from the log."""
        return self.totals.people == 0 and self.hidden == 0


@dataclass
class Story:
    """The story as far as it was played."""

    eye: PublicEye
    request_url: str
    trustees: Sequence[Trustee] = ()
    cases: dict[str, Case] = field(default_factory=dict)

    def close(self) -> None:
        """Let the trustees leave the desk."""
        for trustee in self.trustees:
            trustee.close()


def run(visit: Visit, make_founding_address: Callable[[], str | None]) -> int:
    """Play the story and print it; 1 where its ending is not what it promises."""
    story = Story(PublicEye(visit.urls["log"], visit.urls["request"], visit.log_key), visit.urls["request"])
    require_demo(story)
    address = make_founding_address()
    if not address:
        raise CrowdError(
            "A panel is in force in this example already. Start a fresh one: the story founds its own."
        )
    try:
        ending = play(story, address)
    finally:
        story.close()
    for line in describe(ending):
        say(line)
    return 0 if ending.is_good else 1


def require_demo(story: Story) -> None:
    """Refuse a community that does not say in its own log that it seals every few seconds."""
    stated = [
        entry
        for entry in story.eye.read_log().list_entries("request_rules_stated")
        if entry.by == REQUEST_DOOR
    ]
    if not stated or stated[-1].body["report_every"] is None:
        raise StoryRefusedError("This community does not run at the pace demo. No invented request was sent.")


def play(story: Story, founding_address: str) -> Ending:
    """Play every act in its order."""
    say(
        f"In this community {count_invitations(story.eye.read_log())} invitations were printed; nobody knows for whom."
    )
    say(f"{len(OFFICES)} trustees found a panel; {LEAST} of them must sign whatever is given …")
    story.trustees = found_panel(story.request_url, founding_address, OFFICES, LEAST)
    ask_for_the_list(story)
    read_refusals(story)
    say("Members learn of it at the next publication, which no request moves …")
    report = wait_for_publication(story, ["society", "union", "registry"])
    check_published_refusals(report, INFORMAL, EXEMPTION)
    bring_an_order(story)
    bring_a_secret_order(story)
    say("The next publication …")
    report = wait_for_publication(story, ["judge"])
    check_nothing_is_said(report, story.cases["secret"])
    return count_at_the_end(story)


def count_invitations(view: LogView) -> int:
    """Count the invitations that the log knows, each by its hash: all that it says about how many members there are."""
    return sum(len(entry.body["hashes"]) for entry in view.list_entries("invitations_printed"))


def ask_for_the_list(story: Story) -> None:
    """Ask three times for everybody, each time at another place, as it was done."""
    police = OutsideBody(story.request_url, "Invented Constabulary", "Sergeant Invented")
    letter = Ask(
        EXEMPTION,
        "officer",
        ["membership-list"],
        **_FOUR_YEARS,
        paper=build_paper(
            ["Please give us all members 2005-2008.", "Data Protection Act 2018, Sch. 2, para. 2"]
        ),
    )
    say("Police ask the society by letter, under the data protection exemption: all members 2005-2008.")
    story.cases["society"] = police.ask(letter)
    say("They ask the union by word of mouth; the staff write it down.")
    story.cases["union"] = record_spoken_ask(
        story.trustees[0], story.request_url, police, "All members 2005 to 2008.", ["membership-list"]
    )
    say("They ask the registry for the home addresses.")
    story.cases["registry"] = police.ask(
        Ask(EXEMPTION, "officer", ["contact-details"], **_FOUR_YEARS, paper=letter.paper)
    )


def read_refusals(story: Story) -> None:
    """Fetch each letter from its secret link, once its record is sealed; each says which rule refused."""
    for label in ("society", "union", "registry"):
        check_reasons(story.cases[label].read_letter(), ["bring-an-order"])
        say(f"  {label}: refused. {RULES['bring-an-order']}")


def bring_an_order(story: Story) -> None:
    """Bring a judge's order that names two people; it is complied with, and there is nothing."""
    say(f"A judge's production order names {NAMED[0]} and {NAMED[1]}. The trustees read it and sign …")
    case = bring_paper(story, "judge", read_as(ORDER, "none"), silent_until=None)
    letter = case.read_letter()
    check_reasons(letter, ["only-what-exists"])
    absent = check_what_is_held(letter, read_holdings(story.eye.read_log()), ORDERED)
    checked = verify_decision_file(case.wait_for("decision.json"))
    if checked.document.body["outcome"] != "comply" or len(checked.signers) < LEAST:
        raise CrowdError("The decision about the order is not signed as it should be.")
    signed = ", ".join(trustee.name for trustee in checked.signers)
    say(f"  complied with, signed by {signed}. {RULES['only-what-exists']}")
    say(
        f"  of the {len(ORDERED)} kinds of data that it orders {absent} are not held; what is held the letter lists"
    )


def bring_a_secret_order(story: Story) -> None:
    """Bring an order with a secrecy clause; its body gets its answer, and nobody else learns that it came."""
    say("An order comes that forbids to speak of it. The trustees sign; nothing that others see changes …")
    until = datetime.now(UTC).date() + _SILENT_FOR
    case = bring_paper(story, "secret", read_as(SECRET_ORDER, "ordered"), silent_until=until.isoformat())
    case.read_letter()


def read_as(instrument: str, secrecy: str) -> PaperRead:
    """Give what a paper about the two invented people orders."""
    return PaperRead(instrument, "judge", NAMED, ORDERED, **_FOUR_YEARS, secrecy=secrecy)


def bring_paper(story: Story, label: str, paper: PaperRead, *, silent_until: str | None) -> Case:
    """Hand in an order of a judge, and let the trustees answer it as the rules propose."""
    court = OutsideBody(story.request_url, "Invented Crown Court", "Judge Invented")
    lines = [
        "It is ordered that you say what you hold about",
        *paper.people,
        f"{paper.since} to {paper.until}",
    ]
    case = court.ask(
        Ask(
            paper.instrument,
            paper.signed_by,
            paper.categories,
            paper.people,
            **_FOUR_YEARS,
            secrecy=paper.secrecy,
            paper=build_paper(lines),
        )
    )
    story.cases[label] = case
    document = answer_order(story.trustees[:LEAST], case.read_reference(), paper, silent_until)
    if document.body["outcome"] != "comply" or document.body["scope"]["people"] != [*paper.people]:
        raise CrowdError("The trustees signed something else than the rules propose.")
    return case


def wait_for_publication(story: Story, labels: Sequence[str]) -> Report:
    """Wait for the report that opens the receipt of all these requests."""
    wanted = {story.cases[label].read_reference() for label in labels}
    deadline = time.monotonic() + _PUBLISHED_WITHIN
    while time.monotonic() < deadline:
        reports = story.eye.read_reports(story.eye.read_log())
        opened = {
            record.ref
            for report in reports
            for record in list_opened(report)
            if record.kind == "request-received"
        }
        if wanted <= opened:
            return reports[-1]
        time.sleep(_POLL)
    raise CrowdError("The report that opens these requests did not come in time.")


def check_published_refusals(report: Report, *instruments: str) -> None:
    """Hold the published rows of the refused instruments against what happened: nobody's details were given."""
    for instrument in instruments:
        if find_people_given(report, instrument) != 0:
            raise CrowdError(f"The report has no row that says that nothing was given under {instrument}.")


def check_nothing_is_said(report: Report, secret: Case) -> None:
    """Refuse a report from which a reader could learn of the order that must not be spoken of."""
    reference = secret.read_reference()
    told = {record.ref for record in list_opened(report)}
    if reference in told or find_people_given(report, SECRET_ORDER) is not None:
        raise CrowdError("The report speaks of an order that nobody may speak of.")
    band = find_band(report, SECRET_ORDER)
    if band != "0-24":
        raise CrowdError("The band of the instrument changed with one request.")
    say(f"  of orders of that kind the report says {band} received, as it does when there are none")


def count_at_the_end(story: Story) -> Ending:
    """Count from the published reports, the log and every request's own link."""
    view = story.eye.read_log()
    roots = read_roots(view)
    hidden = sum(not stands_in_log(case, roots) for case in story.cases.values())
    for label, case in story.cases.items():
        if case.fetch("package.zip") is not None:
            raise CrowdError(f"There is a package of data for the request of the {label}.")
    return Ending(story.eye.compute_totals(view), len(story.cases), hidden)


def stands_in_log(case: Case, roots: Mapping[int, bytes]) -> bool:
    """Tell whether the receipt of a request, with the facts as they were, was sealed into the public log."""
    facts = compute_facts_hash(case.wait_for("facts.json"))
    records = check_openings(case.read_openings(), roots)
    reference = case.read_reference()
    about = [record for record in records if record.ref == reference]
    cited = {
        record.body["facts"] for record in about if record.kind in {"request-received", "request-amended"}
    }
    return any(record.kind == "request-received" for record in about) and facts in cited


def describe(ending: Ending) -> Iterator[str]:
    """Give the last lines."""
    totals = ending.totals
    refused, complied = totals.answered["refuse"], totals.answered["comply"]
    yield ""
    yield f"Published so far: {totals.received} requests received, {refused} refused, {complied} complied with."
    yield f"Requests made here: {ending.cases}, of which the log holds {ending.cases - ending.hidden}."
    yield f"People whose details were handed over: {totals.people}"
    yield f"Requests hidden from the log: {ending.hidden}"


def say(words: str) -> None:
    """Show progress."""
    print(words, flush=True)
