"""What everybody can take home: the published bytes as they are, and a table that no spreadsheet calculates with."""

import csv
import hashlib
import io
import json

import pytest

from amanah.core.encoding import parse_base64url
from amanah.core.public_log.entries import parse_entry
from amanah.core.surveys.logged_survey import read_logged_survey
from amanah.core.surveys.results import build_results
from amanah.core.surveys.results_bundle import count_survey, parse_results_bundle
from amanah.core.surveys.stated_plan import parse_plan
from amanah.programme_door.occasions.models import LoggedEntry
from amanah.programme_door.results.spreadsheet import COLUMNS
from amanah.web import pages
from amanah.web.pages import KEPT_PAGES
from tests.doors.results.published import Asked, Town, answer_all
from tests.doors.results.questions import AGE, EVERYTHING, SPEAK, answer_everything, say
from tests.support.desk import DATABASES, build_answer, build_client

pytestmark = pytest.mark.django_db(databases=DATABASES)


def take(address: str) -> bytes:
    answer = build_client().get(address)
    assert answer.status_code == 200, address
    return answer.content


def read_table(occasion: str, language: str = "en") -> list[dict[str, str]]:
    text = take(f"/{language}/surveys/{occasion}/results.csv").decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


@pytest.fixture
def everything(town: Town) -> str:
    occasion = town.announce(EVERYTHING, breakdowns=["age"])
    town.close(occasion, answer_all(occasion, EVERYTHING, 400, answer_everything), served=500)
    return occasion


def test_plan_and_words_are_the_bytes_whose_hashes_stand_in_the_log_and_in_the_plan(town: Town) -> None:
    occasion = town.announce(EVERYTHING)
    plan = take(f"/surveys/{occasion}/plan.json")
    stated = parse_entry(bytes(LoggedEntry.objects.get(kind="survey_stated", ref=occasion).entry))
    assert hashlib.sha256(plan).hexdigest() == stated.body["plan"]
    words = take(f"/surveys/{occasion}/words.json")
    assert hashlib.sha256(words).hexdigest() == parse_plan(plan).words


def test_results_are_the_published_bytes_and_anybody_gets_them_from_the_bundle_again(everything: str) -> None:
    results = take(f"/surveys/{everything}/results.json")
    bundle = parse_results_bundle(take(f"/surveys/{everything}/bundle.json"))
    assert bundle.results == results
    plan = parse_plan(bundle.plan)
    payloads = [parse_base64url(item["payload"]) for item in json.loads(bundle.recount)["spent"]]
    entries = [parse_entry(bytes(row.entry)) for row in LoggedEntry.objects.all()]
    logged = read_logged_survey(
        [{"kind": one.kind, "ref": one.ref, "at": one.at, "body": one.body} for one in entries], plan
    )
    assert build_results(plan, count_survey(plan, bundle.words, payloads), logged.setting) == results


@pytest.mark.parametrize("name", ["plan.json", "words.json", "results.json", "bundle.json"])
def test_files_are_kept_as_bytes_and_not_sent_twice(everything: str, name: str) -> None:
    address = f"/surveys/{everything}/{name}"
    KEPT_PAGES.pages.clear()
    first = build_client().get(address)
    assert first.headers["Content-Type"] == "application/json"
    again = build_client().get(address)
    assert again.content == first.content
    assert (address, "en") in KEPT_PAGES.pages
    unchanged = build_client().get(address, headers={"If-None-Match": first.headers["ETag"]})
    assert (unchanged.status_code, unchanged.content) == (304, b"")


def test_a_file_that_is_not_there_yet_is_not_kept_as_missing(town: Town) -> None:
    occasion = town.announce([SPEAK])
    address = f"/surveys/{occasion}/results.json"
    assert build_client().get(address).status_code == 404
    kept = KEPT_PAGES.pages.copy()
    town.close(occasion, answer_all(occasion, [SPEAK], 40, answer_everything))
    KEPT_PAGES.pages.update(kept)
    assert build_client().get(address).status_code == 200


def test_the_table_has_a_line_for_each_question_target_and_group_with_the_published_numbers(
    everything: str,
) -> None:
    rows = read_table(everything)
    document = json.loads(take(f"/surveys/{everything}/results.json"))
    assert tuple(rows[0]) == COLUMNS
    published = [
        (question, target, group)
        for group, questions in [
            (("", ""), document["questions"]),
            *(((one["breakdown"], one["choice"]), one["questions"]) for one in document["groups"]),
        ]
        for question in questions
        for target in question["targets"] or [{"target": "", "anytime": None, "shown": "hidden"}]
    ]
    assert len(rows) == len(published)
    for row, (question, target, group) in zip(rows, published, strict=True):
        assert (row["question"], row["target"], row["group_by"], row["group"]) == (
            question["code"], target["target"], *group
        )  # fmt: skip
        low = target["anytime"] and target["anytime"][0] / 1_000_000
        assert row["anytime_low"] == ("" if low is None else f"{low:.6f}".rstrip("0").rstrip("."))
        if "estimate" in target:
            assert float(row["estimate"]) == pytest.approx(target["estimate"] / 1_000_000, abs=1e-9)
            assert row["too_few"] == ("yes" if target["too_few"] else "no")
            assert int(row["reports"]) == target["reports"]
    lines = {(row["question"], row["line"]) for row in rows if row["line"]}
    assert lines == {("programme-trust", "0.6"), ("harm-watched", "0.1")}
    scales = {row["question"]: (row["scale_lowest"], row["scale_highest"]) for row in rows}
    assert scales["q3"] == ("1", "5")
    assert scales["better"] == ("-2", "2")
    assert scales["programme-trust"] == ("0", "4")


def test_numbers_in_the_table_are_plain_decimals_in_every_language(everything: str) -> None:
    english, arabic = read_table(everything), read_table(everything, "ar")
    worded = {"question_words", "group_words", "target_words"}
    for one, other in zip(english, arabic, strict=True):
        assert {k: v for k, v in one.items() if k not in worded} == {
            k: v for k, v in other.items() if k not in worded
        }
    for name in ("estimate", "anytime_low", "standard_error", "gain"):
        cells = [row[name] for row in english if row[name]]
        assert cells
        assert all("e" not in cell and "," not in cell and float(cell) is not None for cell in cells)
    assert english[0]["question_words"] == "How old are you?"
    assert arabic[0]["question_words"] == "كم عمرك؟"
    assert take(f"/ar/surveys/{everything}/results.csv").startswith(b"\xef\xbb\xbf")


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "|"])
def test_no_text_becomes_a_formula(town: Town, start: str) -> None:
    hostile = f'{start}HYPERLINK("http://127.0.0.1";"x")'
    asked = Asked(SPEAK.question, say(hostile, hostile), {"a": say(hostile, hostile), "b": say("No", "لا")})
    occasion = town.announce([asked])
    town.close(occasion, answer_all(occasion, [asked], 40, answer_everything))
    row = read_table(occasion)[0]
    assert row["question_words"] == row["target_words"] == f"'{hostile}"


def test_hidden_counts_are_hidden_in_the_table_too(town: Town) -> None:
    occasion = town.announce([AGE])
    town.close(occasion, [build_answer(occasion, {"age": "a"}) for _ in range(7)])
    rows = read_table(occasion)
    assert {(row["shown"], row["reports"], row["estimate"], row["anytime_low"]) for row in rows} == {
        ("hidden", "0", "", "")
    }
    assert b'"percent":7' not in take(f"/surveys/{occasion}/results.json")


def test_a_file_too_large_to_keep_is_sent_from_the_disk_with_the_same_bytes(
    everything: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = f"/surveys/{everything}/bundle.json"
    small = take(address)
    KEPT_PAGES.pages.clear()
    monkeypatch.setattr(pages, "LARGEST_KEPT_FILE", len(small) - 1)
    answer = build_client().get(address)
    assert answer.streaming
    assert b"".join(answer.streaming_content) == small
    assert answer.headers["Content-Length"] == str(len(small))
    assert answer.headers["ETag"]
    assert not KEPT_PAGES.pages
