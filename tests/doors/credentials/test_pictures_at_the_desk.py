"""Whoever brings a picture to the desk leaves the paper in it here, never the picture; a hostile one leaves nothing."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from amanah.core.credentials.reading import encode_jcs
from amanah.programme_door.credentials.models import Document
from amanah.programme_door.occasions.models import OutboxEntry
from tests.core.credentials.foreign_papers import ASSERTION
from tests.core.credentials.pictures import HOSTILE, WHY, build_png, build_svg, build_text_chunk, wrap
from tests.core.credentials.written import list_documents
from tests.support.desk import DATABASES, build_signed_in_client

pytestmark = pytest.mark.django_db(databases=DATABASES)
PAPER = list_documents()["signed"]


@pytest.fixture
def desk() -> Client:
    return build_signed_in_client()


def bring(desk: Client, data: bytes) -> str:
    answer = desk.post("/desk/papers/take-in/", {"file": SimpleUploadedFile("badge", data)}, follow=True)
    return answer.content.decode()


@pytest.mark.parametrize(
    "picture",
    [build_png(build_text_chunk(json.dumps(PAPER).encode())), build_svg(wrap(json.dumps(PAPER).encode()))],
    ids=["PNG", "SVG"],
)
def test_the_paper_stays_and_the_picture_goes(desk: Client, picture: bytes) -> None:
    page = bring(desk, picture)
    assert PAPER["name"] in page
    [row] = Document.objects.all()
    assert f"/desk/papers/{row.document_hash}.png" in page
    assert [row.original for row in Document.objects.all()] == [encode_jcs(PAPER).decode()]


@pytest.mark.parametrize(
    "name", ["a PNG that unpacks to 64 MiB", "an SVG of a billion laughs", "a PNG with two credentials"]
)
def test_a_hostile_picture_leaves_a_sentence_and_nothing_else(desk: Client, name: str) -> None:
    page = bring(desk, HOSTILE[name])
    assert WHY[name] in page
    assert not Document.objects.exists()
    assert not any(b"credential_stated" in bytes(row.entry) for row in OutboxEntry.objects.all())


def test_nothing_of_the_older_form_stays_and_its_holder_is_named_nowhere(desk: Client) -> None:
    page = bring(desk, json.dumps(ASSERTION).encode())
    assert "not checked" in page
    assert "amina" not in page
    assert not Document.objects.exists()
