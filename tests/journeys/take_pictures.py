"""Takes a picture of every page: `python -m tests.journeys.take_pictures [part of a picture's path]`.

It plays the worked example in real processes over a temporary folder; the developer's own data is never touched.
"""

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import pyotp
from playwright.sync_api import Browser, Page

from tests.journeys.gallery import (
    ALL_FOUR,
    BOTH_PHONES,
    LANGUAGES,
    MOST_BYTES,
    ON_A_DESK,
    ON_A_PHONE,
    Album,
    measure_gallery,
    opener,
    remove_stale,
    visit,
    write_gallery,
)
from tests.journeys.people import choose_first, get_part, move_on
from tests.journeys.pictures_of_building import take_building
from tests.journeys.pictures_of_requests import begin_requests, take_requests
from tests.journeys.pictures_of_results import take_results
from tests.journeys.worked_example import Example, running_example, send_crowd
from tests.support.chromium import running_browser

CROWD = 23
PATIENCE_FOR_RESULTS = 120
CHAPTERS = {
    "public": (
        "Public pages",
        "For everybody. They work without JavaScript, set no cookie and are the same bytes for all.",
    ),
    "member": (
        "A member's pages",
        "The server sends the same page to everybody; what is particular on it comes from the device.",
    ),
    "desk": ("The desk", "For organisers who are signed in. No page of it lists people."),
    "print": ("On paper", "Made for black-and-white A4 and Letter."),
    "request": ("The request door", "For police, councils, courts and others who want something."),
    "trustees": (
        "The trustees' desk",
        "For trustees and counter staff, signed in by passkey. No page of it knows a member.",
    ),
}
NAME, PASSWORD = "Samira", "four unrelated picture words"


def take_setup(album: Album, example: Example, desk: Page) -> None:
    """Show the first run and make the account."""
    account = example.setup.rstrip("/") + "/account/"
    place = ("desk", "setup-community", "First run: the community's own words")
    album.take(desk, place, ON_A_DESK, opener(desk, example.setup + "?language={}"))
    place = ("desk", "setup-account", "First run: a passkey, or a password and one-time codes")
    album.take(desk, place, ON_A_DESK, opener(desk, account + "?language={}"))
    visit(desk, f"{account}?language=en")
    secret = desk.locator("#code-secret").inner_text().replace(" ", "")
    desk.locator("[name=name]").fill(NAME)
    desk.locator("[name=password]").fill(PASSWORD)
    desk.locator("[name=code]").fill(pyotp.TOTP(secret).now())
    desk.locator("form button[type=submit]").click()
    desk.wait_for_url("**/desk/programmes/new/**")


def take_public(album: Album, example: Example, page: Page) -> None:
    """Show what anybody sees while things are open."""
    for name, words, path, variants in (
        ("home", "Home: what is on, who teaches, who pays, what is held and who asked", "/{}/", ALL_FOUR),
        (
            "programme",
            "A programme: the same four questions, then the way to join",
            "/{}/programmes/solid-ground/",
            ALL_FOUR,
        ),
        (
            "what-we-hold",
            "What we hold, made from the live databases and the public log",
            "/{}/what-we-hold/",
            ALL_FOUR,
        ),
        (
            "recount-open",
            "Recount, before closing: there is no count yet",
            f"/{{}}/recount/{example.session}/",
            BOTH_PHONES,
        ),
        ("not-found", "An address that leads nowhere", "/{}/nothing-here/", BOTH_PHONES),
    ):
        album.take(page, ("public", name, words), variants, opener(page, example.at(path)))


def take_desk(album: Album, example: Example, desk: Page) -> None:
    """Show the desk while the session is running."""
    session = f"/desk/sessions/{example.session}"
    for name, words, path in (
        ("today", "Today: what is on, what waits, and what is not collected", "/desk/?language={}"),
        ("programmes", "Programmes", "/desk/programmes/?language={}"),
        ("programme", "One programme: its sessions and surveys", "/desk/programmes/solid-ground/?language={}"),
        (
            "change-programme",
            "Changing the words of a programme, in each language",
            "/desk/programmes/solid-ground/change/?language={}",
        ),
        ("new-session", "Planning a session", "/desk/programmes/solid-ground/sessions/new/?language={}"),
        ("session", "A session: screen, poster, scanner; no list of who came", session + "/?language={}"),
        ("survey", "A survey and its questions", f"/desk/surveys/{example.survey}/?language={{}}"),
        (
            "survey-preview",
            "A survey at the width of a phone, before anybody answers it",
            f"/desk/surveys/{example.survey}/preview/?language={{}}",
        ),
        ("templates", "Questions to take over", f"/desk/surveys/{example.survey}/templates/?language={{}}"),
        ("key-in", "Typing in sheets of paper", f"/desk/surveys/{example.survey}/key-in/?language={{}}"),
        ("new-survey", "Planning a survey", "/desk/programmes/solid-ground/surveys/new/?language={}"),
        ("screen", "The room screen: a code that changes every minute", session + "/screen/?language={}"),
        ("close", "Closing: what happens, asked once", f"/desk/close/{example.session}/?language={{}}"),
        ("settings", "Settings", "/desk/settings/?language={}"),
        ("community", "The community's own words", "/desk/community/?language={}"),
    ):  # fmt: skip
        album.take(desk, ("desk", name, words), ON_A_DESK, opener(desk, example.at(path)))
    place = ("desk", "scanner", "The scanner in an organiser's hand; it works offline")
    album.take(desk, place, BOTH_PHONES, opener(desk, example.at(session + "/scanner/?language={}")))
    place = ("print", "poster", "The poster for the door")
    album.take(desk, place, ON_A_DESK, opener(desk, example.at(session + "/poster/?language={}")))
    place = ("print", "survey", "A survey on paper: what it shows to whoever holds it")
    path = f"/desk/surveys/{example.survey}/paper/?sheet=b&language={{}}"
    album.take(desk, place, ON_A_DESK, opener(desk, example.at(path)))


def take_season(album: Album, example: Example, desk: Page) -> None:
    """Plan one more session, so that there is something to announce."""
    visit(desk, example.at("/desk/programmes/solid-ground/sessions/new/?language=en"))
    desk.locator("[name=title]").fill("A walk and a talk")
    desk.locator("[name=place]").fill("The mill bridge")
    for field in desk.locator("form input[type=datetime-local]").all():
        field.fill("2031-05-01T18:30")
    for field in desk.locator("form textarea[required]").all():
        field.fill("Bring shoes for mud.")
    desk.locator("main form button[type=submit]").last.click()
    place = ("desk", "season", "Opening the season: everything is announced at once")
    album.take(desk, place, ON_A_DESK, opener(desk, example.at("/desk/season/?language={}")))


def draw_invitation(album: Album, example: Example, desk: Page) -> str:
    """Draw two sheets at the desk, show them, and give one address."""
    place = ("desk", "invitations", "Invitations are drawn in the organiser's browser")
    album.take(desk, place, ON_A_DESK, opener(desk, example.at("/desk/invitations/?language={}")))
    visit(desk, example.at("/desk/invitations/?language=en"))
    desk.locator("[name=count]").fill("4")
    desk.locator("#draw button[type=submit]").click()
    desk.locator("#tickets .ticket").nth(3).wait_for()
    desk.emulate_media(media="print")
    album.take(desk, ("print", "invitations", "Four invitations on a sheet"), (("en", "desktop"),))
    desk.emulate_media(media="screen")
    code = desk.locator("#tickets .ticket .code").first.inner_text()
    desk.on("dialog", lambda dialog: dialog.accept())
    return code


def in_languages(page: Page, path: str) -> Callable[[str], None]:
    """Give what opens the page that is open now in another language."""
    origin = "/".join(page.url.split("/", 3)[:3])
    return opener(page, f"{origin}/{{}}/{path}")


def take_joining(album: Album, example: Example, member: Page, code: str) -> None:
    """Show a member's first minute."""
    visit(member, example.at("/en/card/"))
    place = ("member", "no-card", "A device without a card")
    album.take(member, place, BOTH_PHONES, in_languages(member, "card/"))
    place = ("member", "join", "Joining: the code from the sheet")
    album.take(member, place, ALL_FOUR, in_languages(member, "join/"))
    visit(member, example.at("/en/join/"))
    member.locator("[name=code]").fill(code)
    member.locator("#invitation button[type=submit]").click()
    member.locator("#backup-code").wait_for()
    place = ("member", "codes", "The backup and the slip, shown once")
    album.take(member, place, ALL_FOUR, in_languages(member, "join/"))
    visit(member, example.at("/en/join/"))
    backup = member.locator("#backup-code").inner_text().strip()
    member.locator("[name=ending]").fill(backup[-4:])
    member.locator("#kept button[type=submit]").click()
    member.locator("[data-fill=register-at]").wait_for()
    album.take(member, ("member", "registering", "The wait before the card is registered"), ON_A_PHONE)
    member.locator("[data-state=joined]").wait_for(timeout=60_000)
    album.take(member, ("member", "joined", "The card is ready"), ON_A_PHONE)


def take_card(album: Album, example: Example, member: Page) -> None:
    """Show the card, a pass on it, and the session's page."""
    visit(member, example.at("/en/card/"))
    fetch = member.locator("[data-act=fetch-now]")
    check_in = member.locator("#now a[data-link=here]").first
    fetch.or_(check_in).first.wait_for(timeout=90_000)
    if fetch.is_visible():
        album.take(
            member, ("member", "late", "A card that missed the time to fetch asks its member"), ON_A_PHONE
        )
        fetch.click()
        check_in.wait_for(timeout=60_000)
    album.take(
        member, ("member", "card", "The card: a stamp for each pass"), ALL_FOUR, card_opener(example, member)
    )
    visit(member, example.at("/en/card/"))
    member.locator("[data-act=show-pass]").first.click()
    member.locator("#pass-picture").wait_for()
    album.take(member, ("member", "pass", "A pass, shown to the scanner"), ON_A_PHONE)
    here = f"sessions/{example.session}/here/"
    visit(member, example.at(f"/en/{here}"))
    member.locator("#room").wait_for()
    place = ("member", "check-in", "Checking in with the code in the room")
    album.take(member, place, BOTH_PHONES, settled(member, in_languages(member, here), "#room"))


def card_opener(example: Example, member: Page) -> Callable[[str], None]:
    """Give what opens the card and waits until the passes stand on it."""
    return settled(member, opener(member, example.at("/{}/card/")), "#slip li")


def settled(page: Page, go: Callable[[str], None], selector: str) -> Callable[[str], None]:
    """Open a page, then wait until its script has shown a part."""

    def wait(language: str) -> None:
        go(language)
        page.locator(selector).first.wait_for(timeout=30_000)

    return wait


def take_answering(album: Album, example: Example, member: Page, room_code: str) -> None:
    """Check in, then answer the survey."""
    visit(member, example.at(f"/en/sessions/{example.session}/here/"))
    member.locator("#room [name=code]").fill(room_code)
    member.locator("#room button[type=submit]").click()
    member.locator("[data-state=in]").wait_for()
    album.take(member, ("member", "welcome", "Checked in: the pass is used and gone"), ON_A_PHONE)
    path = f"surveys/{example.survey}/answer/"
    visit(member, example.at(f"/en/{path}"))
    member.locator("#survey fieldset").first.wait_for()
    place = ("member", "question", "One question a screen")
    album.take(member, place, ALL_FOUR, settled(member, in_languages(member, path), "#survey fieldset"))
    visit(member, example.at(f"/en/{path}"))
    go_through_questions(album, member)
    place = ("member", "review", "What will be sent: the ball where there is a bag; nothing before this")
    album.take(member, place, ON_A_PHONE)
    member.locator("#survey button[type=submit], [data-act=send]").locator("visible=true").first.click()
    member.locator("section[data-state=answered]").wait_for()
    album.take(
        member, ("member", "answered", "Sent: the pass and the answers are gone from the device"), ON_A_PHONE
    )


def go_through_questions(album: Album, member: Page) -> None:
    """Answer and draw to the review; show a bag before it is drawn from, and the ball after."""
    shown = {
        "bag": "Before the draw: the bag as a picture and in odds, and what this device has given away so far",
        "ball": "After the draw: the ball that will be sent, and that stands",
    }
    member.locator("[data-question]:visible").wait_for()
    while get_part(member) != "review":
        part = get_part(member).split("/")[1]
        if part == "answering":
            choose_first(member)
        words = shown.pop(part, None)
        if words:
            album.take(member, ("member", part, words), ON_A_PHONE)
        move_on(member, "draw" if part == "bag" else "next")


def take_leaving(album: Album, example: Example, member: Page) -> None:
    """Show what remains when a member leaves, and the pages for lost cards."""
    album.take(
        member, ("member", "card-used", "The card afterwards"), BOTH_PHONES, card_opener(example, member)
    )
    visit(member, example.at("/en/card/"))
    member.locator("[data-act=ask-leave]").click()
    member.locator("[data-state=leaving]").wait_for()
    album.take(member, ("member", "leaving", "Leaving, or clearing the device"), ON_A_PHONE)
    member.locator("[data-act=leave]").click()
    member.locator("[data-state=left]").wait_for()
    album.take(member, ("member", "left", "What remains"), ON_A_PHONE)
    place = ("member", "restore", "Bringing a card back, and ending a lost one")
    album.take(member, place, ALL_FOUR, opener(member, example.at("/{}/card/restore/")))
    place = ("member", "kiosk", "A shared device for paper cards")
    album.take(member, place, BOTH_PHONES, opener(member, example.at("/{}/kiosk/")))


def take_closed(album: Album, example: Example, desk: Page, page: Page) -> None:
    """Close both occasions; show the results and the recount."""
    for occasion in (example.session, example.survey):
        visit(desk, example.at(f"/desk/close/{occasion}/?language=en"))
        desk.locator("main form button[type=submit]").first.click()
        desk.wait_for_url(f"**/{occasion}/**")
    for occasion in (example.session, example.survey):
        example.wait_until_destroyed(occasion)
    place = ("desk", "session-closed", "A session after closing: how many, never who")
    album.take(
        desk, place, ON_A_DESK, opener(desk, example.at(f"/desk/sessions/{example.session}/?language={{}}"))
    )
    place = ("public", "recount", "Recount: the numbers in public, and how to check them yourself")
    album.take(page, place, ALL_FOUR, opener(page, example.at(f"/{{}}/recount/{example.session}/")))
    results = example.at(f"/{{}}/surveys/{example.survey}/results/")
    for _ in range(PATIENCE_FOR_RESULTS):
        visit(page, results.format("en"))
        if page.locator("svg.plot").count():
            break
        page.wait_for_timeout(500)
    take_results(album, example, page)
    place = ("desk", "sign-in", "Signing in")
    album.take(page, place, ON_A_DESK, opener(page, example.at("/desk/sign-in/?language={}")))


def take_log(album: Album, example: Example, page: Page) -> None:
    """Show the public log after a season in which something was closed: its front, a search, one entry, a check."""
    place = ("public", "log", "The public log: how fresh it is, who witnesses it, and what every door did")
    album.take(page, place, ALL_FOUR, opener(page, example.at("/{}/log/")))
    destroyed = example.at("/{}/log/entries/?kind=occasion_key_destroyed")
    place = ("public", "log-search", "The public log, narrowed to one kind of entry")
    album.take(page, place, BOTH_PHONES, opener(page, destroyed))
    visit(page, destroyed.format("en"))
    entry = page.locator(".ledger a").first.get_attribute("href") or ""
    place = ("public", "log-entry", "One entry: in words, as it was written, and how to check it")
    album.take(page, place, ALL_FOUR, opener(page, example.at(entry.replace("/en/", "/{}/", 1))))

    def check(language: str) -> None:
        visit(page, example.at(f"/{language}/log/"))
        page.locator("#log-check-start").click()
        page.locator("#log-check [data-state=valid]").wait_for()

    place = ("public", "log-checked", "The whole log, checked in the reader's own browser")
    album.take(page, place, BOTH_PHONES, check)


def play(album: Album, example: Example, browser: Browser) -> None:
    """Go through the whole story, taking pictures on the way."""
    people = [browser.new_context(locale=language) for language in ("en", "en", "en")]
    desk, page, member = (context.new_page() for context in people)
    take_setup(album, example, desk)
    counter = begin_requests(album, example, browser)
    code = draw_invitation(album, example, desk)
    visit(desk, example.at(f"/desk/sessions/{example.session}/poster/"))
    room_code = desk.locator("#room-code").inner_text().replace("-", "")
    send_crowd(example, desk.context, room_code, size=CROWD)
    take_public(album, example, page)
    take_joining(album, example, member, code)
    take_card(album, example, member)
    take_desk(album, example, desk)
    take_answering(album, example, member, room_code)
    take_leaving(album, example, member)
    take_closed(album, example, desk, page)
    take_log(album, example, page)
    take_building(album, example, desk)
    take_season(album, example, desk)
    take_requests(album, example, counter)


def main(arguments: list[str]) -> int:
    """Take all pictures, or those whose path holds the argument; write the gallery only after taking all."""
    album_only = arguments[0] if arguments else ""
    with (
        tempfile.TemporaryDirectory() as folder,
        running_example(Path(folder)) as example,
        running_browser() as browser,
    ):
        album = Album(browser, only=album_only)
        play(album, example, browser)
    if not album_only:
        write_gallery(album, CHAPTERS)
        remove_stale(album)
    size = measure_gallery()
    print(f"{len(album.shown)} pages in {len(LANGUAGES)} languages, {size:,} bytes")
    return 0 if size <= MOST_BYTES else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
