"""What the pages about the example's teachers hand out, read by other people's software without a network."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from jsonschema import Draft202012Validator, FormatChecker
from openbadgeslib.verify import verify_badge

from amanah.core.credentials.bundles import parse_bundle
from amanah.core.credentials.papers import PaperIndex
from amanah.programme_door.credentials.models import Document
from amanah.programme_door.educators.models import Educator
from tests.interop.credentials_oracle import CredentialsOracle
from tests.support.desk import DATABASES, build_client
from tests.support.educators import open_educators

pytestmark = [pytest.mark.django_db(databases=DATABASES), pytest.mark.usefixtures("no_network")]
ROOT = Path(__file__).parents[2]
HANDED_OUT = ("amina", "maryam", "tariq", "layla")


@pytest.fixture(autouse=True)
def educators() -> None:
    open_educators()


def fetch(slug: str, what: str) -> bytes:
    answer = build_client().get(f"/educators/{slug}/{what}")
    assert answer.status_code == 200
    content: bytes = answer.content
    return content


def pick_lists(bundle: dict[str, Any]) -> list[Any]:
    return [
        paper for paper in bundle["verifiableCredential"] if "BitstringStatusListCredential" in paper["type"]
    ]


@pytest.mark.parametrize("slug", HANDED_OUT)
def test_every_paper_of_a_teachers_file_holds_there(slug: str, their_node: CredentialsOracle) -> None:
    bundle = json.loads(fetch(slug, "bundle.json"))
    answer = their_node.ask("verifyPresentation", presentation=bundle, lists=pick_lists(bundle))
    assert answer["verified"] is True, answer
    assert len(answer["credentials"]) == len(bundle["verifiableCredential"]) >= 2


@pytest.mark.parametrize("slug", HANDED_OUT)
def test_what_has_ended_there_is_what_has_ended_here(slug: str, their_node: CredentialsOracle) -> None:
    data = fetch(slug, "bundle.json")
    bundle, papers = json.loads(data), parse_bundle(data)
    answer = their_node.ask("verifyPresentation", presentation=bundle, lists=pick_lists(bundle))
    ended_there = {
        paper["id"]
        for paper, seen in zip(bundle["verifiableCredential"], answer["credentials"], strict=True)
        if seen["revoked"] == [True]
    }
    index, now = PaperIndex(papers), int(timezone.now().timestamp())
    ended_here = {one.id for one in papers.authorisations if index.check_status(one, now).state == "ended"}
    told_by_notice = {notice.subject for notice in papers.notices if notice.kind != "lifetime"}
    assert ended_there == ended_here & ended_there
    assert ended_here - ended_there <= told_by_notice, (
        "no other software reads notices: the guide prints them"
    )
    assert bool(ended_here) is (slug in {"tariq", "layla"})


def test_every_paper_and_file_of_the_example_has_the_form_of_our_schema() -> None:
    schema = json.loads((ROOT / "spec" / "schemas" / "credentials.json").read_text(encoding="utf-8"))
    validator = Draft202012Validator(schema, format_checker=FormatChecker())
    papers = [*Document.objects.values_list("original", flat=True)]
    assert len(papers) >= 15
    for text in [*papers, *(fetch(slug, "bundle.json") for slug in HANDED_OUT)]:
        validator.validate(json.loads(text))


def test_the_picture_of_a_teacher_holds_there() -> None:
    holder = Educator.objects.get(slug="amina").holder
    judged = verify_badge(fetch("amina", "badge.png"), resolve_did=True, expected_recipient=holder)
    assert judged.valid, judged.reason
