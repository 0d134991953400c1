"""Pictures of a survey that is being built; nothing of it is announced."""

from playwright.sync_api import Page

from tests.journeys.gallery import ON_A_DESK, Album, opener, visit
from tests.journeys.worked_example import Example


def take_building(album: Album, example: Example, desk: Page) -> None:
    """Build a survey that is not announced: a kind, a question with what each protection costs, and the whole."""
    visit(desk, example.at("/desk/programmes/solid-ground/surveys/new/?language=en"))
    desk.locator("[name=title]").fill("Before the summer")
    desk.locator("[name=intro]").fill("We plan the autumn by what you say.")
    desk.locator("main form button[type=submit]").last.click()
    desk.wait_for_url("**/desk/surveys/*/")
    survey = desk.url.split("?")[0]
    for kind, wording, sensitivity in (
        ("single", "Do you live near the river?", "harmless"),
        ("single", "Did you feel watched on the way here?", "sensitive"),
    ):
        visit(desk, f"{survey}new-question/{kind}/?people=120")
        desk.locator("[name=wording]").fill(wording)
        desk.locator("[name=choices]").fill("Yes\nNo")
        desk.locator(f"#sensitivity-{sensitivity}").check()
        desk.locator("main form button[type=submit]").last.click()
        desk.wait_for_url("**/desk/surveys/*/?people=*")
    for name, words, path in (
        ("question-kinds", "A new question: how people answer", "new-question/?language={}"),
        (
            "question",
            "A new question: three protections beside each other, with what each costs in this group",
            "new-question/single/?people=120&language={}",
        ),
        (
            "building",
            "A survey that is being built, and what it will tell of 120 people",
            "?people=120&language={}",
        ),
    ):
        album.take(desk, ("desk", name, words), ON_A_DESK, opener(desk, survey + path))
    place = ("desk", "survey-planning", "How many answers it takes, before anybody is asked")
    path = "/desk/surveys/planning/?people=120&language={}"
    album.take(desk, place, ON_A_DESK, opener(desk, example.at(path)))
    visit(desk, f"{survey}?language=en")
    desk.locator("form[action$='/remove/'] button").last.click()
