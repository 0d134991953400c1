"""The pages of jurisdiction packs: marked where nobody is sure, and never brought down by a bad file."""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import Client

from amanah.core.data_requests.jurisdictions import parse_pack
from amanah.core.errors import MisconfiguredError
from amanah.request_door.jurisdictions import packs_on_disk, queries
from amanah.request_door.jurisdictions.packs_on_disk import (
    OURS,
    check_pack_in_force,
    get_own_folder,
    read_shelf,
)
from amanah.web.settings import get_config
from tests.core.data_requests.pack_cases import build_pack, encode


@pytest.fixture
def own_folder() -> Iterator[Path]:
    """Give the community's own folder of packs, empty before and after."""
    folder = get_own_folder(get_config())
    folder.mkdir(parents=True)
    try:
        yield folder
    finally:
        for path in folder.iterdir():
            path.unlink()
        folder.rmdir()
        read_shelf.cache_clear()


def put(folder: Path, name: str, data: bytes) -> None:
    (folder / name).write_bytes(data)
    read_shelf.cache_clear()


def change_pack(code: str, **changes: object) -> bytes:
    return json.dumps(json.loads((OURS / f"{code}.json").read_bytes()) | changes).encode()


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("code", ["uk", "us"])
def test_every_instrument_stands_on_the_page_with_its_source_and_its_doubts(
    client: Client, code: str, language: str
) -> None:
    pack = parse_pack((OURS / f"{code}.json").read_bytes())
    page = client.get(f"/{language}/jurisdictions/{code}/").content.decode()
    for instrument in pack.instruments:
        card = page.split(f'id="{instrument.code}"')[1].split("</article>")[0]
        assert instrument.names[language] in card
        assert instrument.sentences[language] in card
        assert instrument.law in card
        assert all(source.text.replace("&", "&amp;") in card for source in instrument.sources)
        assert card.count('class="state wait doubt"') == len(instrument.check_with_counsel), instrument.code
    assert ("This is not legal advice." if language == "en" else 'dir="rtl"') in page


def test_a_doubt_about_a_fact_stands_beside_that_fact(client: Client) -> None:
    page = client.get("/en/jurisdictions/uk/").content.decode()
    card = page.split('id="uk-ta-2000-sch5-para5"')[1].split("</article>")[0]
    by_when = card.split("By when?")[1].split("</dd>")[0]
    telling = card.split("May those concerned be told?")[1].split("</dd>")[0]
    assert "Within 7 days." in by_when
    assert "Check with counsel" not in by_when
    assert "Risky" in telling
    assert "Check with counsel" in telling


def test_the_pack_in_force_is_sent_byte_for_byte(client: Client) -> None:
    pack, data = queries.get_pack_in_force()
    assert client.get("/pack.json").content == data == client.get(f"/jurisdictions/{pack.code}.json").content
    assert hashlib.sha256(data).hexdigest() in client.get(f"/en/jurisdictions/{pack.code}/").content.decode()


def test_a_country_that_nobody_wrote_down_has_no_page(client: Client) -> None:
    assert client.get("/en/jurisdictions/atlantis/").status_code == 404
    assert client.get("/jurisdictions/atlantis.json").status_code == 404


def test_a_community_adds_a_country_with_a_file_alone(client: Client, own_folder: Path) -> None:
    put(own_folder, "atlantis.json", encode(build_pack()))
    assert "Atlantis (invented)" in client.get("/en/jurisdictions/").content.decode()
    page = client.get("/en/jurisdictions/atlantis/").content.decode()
    assert "This community’s own version" in page
    assert "The Master of the Tides." in page


def test_a_text_without_a_translation_is_shown_in_english_and_marked_so(
    client: Client, own_folder: Path
) -> None:
    put(own_folder, "atlantis.json", encode(build_pack()))
    page = client.get("/ar/jurisdictions/atlantis/").content.decode()
    assert '<span lang="en" dir="ltr">Atlantis (invented)</span>' in page


def test_a_communitys_own_version_takes_the_place_of_ours(client: Client, own_folder: Path) -> None:
    own = change_pack("uk", names={"en": "England as our lawyer reads it", "ar": "إنجلترا"})
    put(own_folder, "uk.json", own)
    assert queries.get_pack_in_force()[1] == own
    page = client.get("/en/jurisdictions/uk/").content.decode()
    assert "England as our lawyer reads it" in page
    assert "This community’s own version" in page


@pytest.mark.parametrize(
    ("name", "data", "fault"),
    [
        ("atlantis.json", b"{", "not JSON"),
        ("atlantis.json", b"\xff\xfe", "UTF-8"),
        ("atlantis.json", None, "must be called uk.json"),
        ("<b>.json", b"[]", "&lt;b&gt;.json"),
    ],
)
def test_a_faulty_file_is_shown_with_its_faults_and_stops_nothing(
    client: Client, own_folder: Path, name: str, data: bytes | None, fault: str
) -> None:
    put(own_folder, name, (OURS / "uk.json").read_bytes() if data is None else data)
    answer = client.get("/en/jurisdictions/")
    assert answer.status_code == 200
    assert fault in answer.content.decode()
    check_pack_in_force(get_config())
    assert client.get("/en/jurisdictions/uk/").status_code == 200


def test_a_door_does_not_start_on_a_faulty_pack_in_force(own_folder: Path) -> None:
    put(own_folder, "uk.json", change_pack("uk", instruments=[]))
    with pytest.raises(
        MisconfiguredError, match=r"uk\.json is the jurisdiction pack in force and has a fault"
    ):
        check_pack_in_force(get_config())


def test_a_door_does_not_start_without_the_pack_that_was_chosen() -> None:
    with pytest.raises(MisconfiguredError, match=r"write one of: uk, us"):
        read_shelf(Path("/nonexistent")).get_in_force("atlantis")


def test_the_packs_of_amanah_are_read_without_django() -> None:
    assert "django" not in Path(packs_on_disk.__file__).read_text().lower().replace("no django", "")
