"""A paper is carried in a picture whose code leads to it, and comes out again byte for byte."""

import zlib

import pytest
import segno
from django.test import Client

from amanah.core.credentials.authorisations import read_credential
from amanah.core.credentials.baking import extract_baked
from amanah.programme_door.credentials.cards import SIDE, draw_card
from amanah.programme_door.credentials.models import Document
from amanah.programme_door.credentials.reading_papers import read_paper
from tests.doors.credentials.town import AMINA, issue, recognise
from tests.support.desk import DATABASES, build_signed_in_client

ADDRESS = "https://commons.example/credentials/" + "ab" * 32 + ".json"
PAPER = '{"an":"invented paper"}'
DARK = 2


def read_pixels(picture: bytes) -> list[bytes]:
    """Give the rows of colours of a picture as it is written here: one byte a point, no filter."""
    start = picture.index(b"IDAT") + 4
    length = int.from_bytes(picture[start - 8 : start - 4])
    data = zlib.decompress(picture[start : start + length])
    rows = [data[place : place + SIDE + 1] for place in range(0, len(data), SIDE + 1)]
    assert all(row[0] == 0 for row in rows)
    return [row[1:] for row in rows]


def test_the_paper_comes_out_of_its_card_as_it_went_in() -> None:
    assert extract_baked(draw_card(ADDRESS, PAPER)).content == PAPER.encode()


@pytest.mark.parametrize("address", ["https://a.example/", ADDRESS, ADDRESS * 4])
def test_the_code_on_the_card_is_the_address_with_its_quiet_border(address: str) -> None:
    rows = read_pixels(draw_card(address, PAPER))
    modules = segno.make(address, error="m", micro=False, boost_error=False).matrix
    dark = [
        (row, place) for row, line in enumerate(rows) for place, colour in enumerate(line) if colour == DARK
    ]
    first, last = min(row for row, _ in dark), max(row for row, _ in dark)
    scale = (last + 1 - first) // len(modules)
    assert scale * len(modules) == last + 1 - first
    assert scale >= 3
    read = [
        [
            rows[first + row * scale + scale // 2][first + place * scale + scale // 2] == DARK
            for place in range(len(modules))
        ]
        for row in range(len(modules))
    ]
    assert read == [[bool(module) for module in line] for line in modules]
    around = range(first - 4 * scale, last + 1 + 4 * scale)
    assert {rows[row][place] for row in (around[0], around[-1]) for place in around} == {1}
    assert {rows[row][place] for place in (around[0], around[-1]) for row in around} == {1}


@pytest.mark.django_db(databases=DATABASES)
def test_organisers_take_a_card_of_an_authorisation_that_can_be_brought_back(client: Client) -> None:
    recognise()
    digest = issue(holder=AMINA)
    assert client.get(f"/credentials/{digest}.png").status_code == 404
    assert client.get(f"/desk/papers/{digest}.png").status_code != 200
    answer = build_signed_in_client().get(f"/desk/papers/{digest}.png")
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/png")
    original = Document.objects.get(document_hash=digest).original
    assert extract_baked(answer.content).content == original.encode()
    assert read_credential(original.encode()).holder == AMINA
    paper = read_paper(answer.content)
    assert (paper.kind, paper.wrapping, paper.original.decode()) == ("authorisation", "png", original)


@pytest.mark.django_db(databases=DATABASES)
def test_there_is_no_card_of_what_is_no_authorisation() -> None:
    digest, desk = recognise(), build_signed_in_client()
    assert desk.get(f"/desk/papers/{digest}.png").status_code == 404
    assert desk.get(f"/desk/papers/{'0' * 64}.png").status_code == 404
