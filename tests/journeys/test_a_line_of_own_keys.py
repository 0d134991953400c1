"""From nothing to a line that anybody can check: two subjects, three keys, a vote, two authorities signed on phones."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from amanah.core.credentials.authorisations import Strength
from amanah.core.credentials.bundles import join_papers, read_papers
from amanah.core.credentials.chains import Question
from amanah.core.credentials.standing import compute_standing

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.journeys.people import Organiser, Town
    from tests.journeys.people_with_keys import Giver

pytestmark = [pytest.mark.browser, pytest.mark.processes, pytest.mark.slow]


@pytest.fixture(scope="module")
def organiser(found_town: "Callable[[], Town]") -> "Organiser":
    """Give an organiser of a community that has written nothing down yet."""
    from tests.journeys.people import Organiser

    someone = Organiser(found_town())
    someone.set_up()
    return someone


def open_desk(organiser: "Organiser", path: str) -> None:
    organiser.page.goto(f"{organiser.town.url}/desk/{path}")


def fill(organiser: "Organiser", **typed: str) -> None:
    for name, text in typed.items():
        organiser.page.locator(f"main [name={name}]").fill(text)


def choose(organiser: "Organiser", **chosen: str) -> None:
    for name, value in chosen.items():
        organiser.page.locator(f"main [name={name}]").select_option(value)


def send(organiser: "Organiser") -> None:
    organiser.page.locator("main form [type=submit]").last.click()


def read_address(organiser: "Organiser") -> str:
    return organiser.page.locator("#address").inner_text()


def make_keys(organiser: "Organiser", *names: str) -> "list[Giver]":
    """Ask people for a key; each makes one on a phone and hands over its name."""
    from tests.journeys.people_with_keys import Giver

    people = []
    for name in names:
        open_desk(organiser, "papers/people/key/")
        fill(organiser, name=name)
        send(organiser)
        someone = Giver(organiser.town)
        assert someone.open_address(read_address(organiser)) == 200
        someone.did = someone.make_key(is_kept=True)
        someone.press("Hand over the name of my key")
        someone.see("Your key is written down here under your name")
        people.append(someone)
    return people


def write_subject(organiser: "Organiser", name: str, slug: str, inside: str = "") -> None:
    open_desk(organiser, "scopes/new/")
    fill(organiser, name=name, slug=slug)
    if inside:
        choose(organiser, inside=inside)
    send(organiser)
    organiser.page.wait_for_url("**/desk/scopes/")


def recognise(organiser: "Organiser", root: "Giver", name: str) -> None:
    open_desk(organiser, "roots/new/")
    choose(organiser, identifier=root.did)
    fill(organiser, name=name, from_day="2026-01-01", held_on="2025-12-20", votes_for="41", votes_against="3")
    fill(organiser, reasons="Has taught here in the open for thirty years.")
    organiser.page.locator("main [name=scopes][value=quran]").check()
    send(organiser)
    organiser.page.wait_for_url("**/desk/roots/")
    open_desk(organiser, "roots/publish/")
    send(organiser)
    organiser.page.wait_for_url("**/desk/roots/")


def give(organiser: "Organiser", holder: str, scope: str, *, may_authorise: bool, **chosen: str) -> str:
    """Write down what a giver wants to sign; give the address for it."""
    open_desk(organiser, "papers/give/")
    organiser.page.locator("main [name=way][value=own-key]").check()
    choose(organiser, holder=holder, scope=scope, **chosen)
    fill(organiser, description="May teach what was heard.", criteria="The whole was heard from memory.")
    organiser.page.locator("main [name=may_authorise]").set_checked(may_authorise)
    send(organiser)
    return read_address(organiser)


def sign(someone: "Giver", address: str) -> bytes:
    assert someone.open_address(address) == 200
    someone.press("Use this key")
    someone.sign()
    return someone.find_signed()


def test_two_scholars_sign_on_their_phones_and_the_line_stands_under_the_communitys_list(
    organiser: "Organiser",
) -> None:
    amina, bilal, chana = make_keys(organiser, "Amina Invented", "Bilal Invented", "Chana Invented")
    write_subject(organiser, "Quran", "quran")
    write_subject(organiser, "Hafs", "hafs", "quran")
    recognise(organiser, amina, "Amina Invented")
    first = sign(amina, give(organiser, bilal.did, "quran", may_authorise=True, giver=amina.did))
    parent = read_papers(first).authorisations[0].id
    second = sign(bilal, give(organiser, chana.did, "quran/hafs", may_authorise=False, parent=parent))
    listed = amina.page.request.get(f"{organiser.town.url}/roots.json").body()
    papers = join_papers(read_papers(data) for data in (second, first, listed))
    now = int(datetime.now(UTC).timestamp())

    standing = compute_standing(Question(chana.did, "quran/hafs", now), papers)

    assert standing.strongest is not None, standing.best_failed and standing.best_failed.breaks
    assert standing.strongest.strength is Strength.SIGNED
    assert [link.authorisation.holder for link in standing.strongest.links] == [chana.did, bilal.did]
    assert standing.strongest.root is not None
    assert standing.strongest.root.id == amina.did
    assert compute_standing(Question(chana.did, "quran", now), papers).strongest is None
    assert all(someone.page.context.cookies() == [] for someone in (amina, bilal, chana))
