"""A package holds exactly what was ordered: nothing beyond the scope, nothing twice, nothing unnamed, and no time."""

import io
import zipfile
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from amanah.core.data_requests.packages import (
    LARGEST_ITEM,
    MANIFEST,
    PackageBrokenError,
    PackageItem,
    PackageUnfitError,
    build_package,
    compute_package_hash,
    parse_package,
    verify_package,
)
from amanah.core.data_requests.scopes import CATEGORIES, Scope, is_within
from amanah.core.encoding import encode_canonical_json, parse_canonical_json

REFERENCE = "0A1B-2C3D-4E5F"
DECISION = "ab" * 32
SALT = bytes(range(32))
SCOPE = Scope(
    ("Invented Person", "Nobody Atall"), ("identity", "messages"), date(2026, 1, 1), date(2026, 3, 31)
)
ITEM = PackageItem(
    "letter.pdf", b"an invented letter", "messages", "Nobody Atall", date(2026, 2, 1), date(2026, 2, 28)
)
OTHER = replace(ITEM, name="account.txt", content=b"other", category="identity", person="Invented Person")
DAYS = st.dates(date(2025, 11, 1), date(2026, 6, 1))


def build(*items: PackageItem, scope: Scope = SCOPE) -> bytes:
    return build_package(REFERENCE, DECISION, scope, items, salt=SALT)


def refuse(*items: PackageItem, scope: Scope = SCOPE) -> str:
    with pytest.raises(PackageUnfitError) as caught:
        build(*items, scope=scope)
    return caught.value.reason


def test_a_package_is_a_zip_that_every_program_opens_with_a_manifest_of_hashes() -> None:
    data = build(ITEM, OTHER)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == [MANIFEST, "account.txt", "letter.pdf"]
        assert archive.read("letter.pdf") == ITEM.content
        manifest: Any = parse_canonical_json(archive.read(MANIFEST))
        assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert {info.compress_type for info in archive.infolist()} == {zipfile.ZIP_STORED}
    assert manifest["decision"] == DECISION
    assert manifest["reference"] == REFERENCE
    assert [row[0] for row in manifest["items"]] == ["account.txt", "letter.pdf"]


def test_the_same_items_are_the_same_bytes_in_whatever_order_they_came() -> None:
    assert build(ITEM, OTHER) == build(OTHER, ITEM)
    assert compute_package_hash(build(ITEM)) != compute_package_hash(build(ITEM, OTHER))


def test_the_published_hash_confirms_no_guess_because_of_the_salt() -> None:
    other = build_package(REFERENCE, DECISION, SCOPE, [ITEM], salt=bytes(32))
    assert compute_package_hash(other) != compute_package_hash(build(ITEM))
    assert parse_package(other).salt == bytes(32)


def test_what_was_built_is_read_back() -> None:
    package = verify_package(build(ITEM, OTHER), DECISION, SCOPE)
    assert package.items == (OTHER, ITEM)
    assert package.people == 2


@pytest.mark.parametrize(
    "change",
    [
        {"person": "Somebody Else"},
        {"person": ""},
        {"category": "attendance"},
        {"category": "everything"},
        {"since": None},
        {"until": None},
        {"since": date(2025, 12, 31)},
        {"until": date(2026, 4, 1)},
        {"since": date(2026, 3, 1)},
    ],
)
def test_an_item_beyond_the_decision_is_refused(change: dict[str, Any]) -> None:
    assert refuse(replace(ITEM, **change)) == "beyond-scope"


@given(
    people=st.lists(st.sampled_from(["Ann", "Ben", "Cem"]), unique=True),
    categories=st.lists(st.sampled_from(CATEGORIES[:4]), unique=True, min_size=1),
    person=st.sampled_from(["Ann", "Ben", "Cem"]),
    category=st.sampled_from(CATEGORIES[:4]),
    days=st.tuples(DAYS, DAYS, DAYS, DAYS),
)
def test_an_item_is_in_a_package_only_where_it_is_within_the_decision(
    people: list[str], categories: list[str], person: str, category: str, days: tuple[date, ...]
) -> None:
    since, until = sorted(days[:2])
    first, last = sorted(days[2:])
    scope = Scope(tuple(sorted(people)), tuple(sorted(categories)), since, until)
    item = replace(ITEM, person=person, category=category, since=first, until=last)
    if is_within(Scope((person,), (category,), first, last), scope):
        assert verify_package(build(item, scope=scope), DECISION, scope).items == (item,)
    else:
        assert refuse(item, scope=scope) == "beyond-scope"


def test_nothing_stands_in_a_package_twice() -> None:
    assert refuse(ITEM, replace(ITEM, content=b"other")) == "twice"
    assert refuse(ITEM, replace(ITEM, name="LETTER.pdf", content=b"other")) == "twice"
    assert refuse(ITEM, replace(ITEM, name="copy.pdf")) == "twice"


@pytest.mark.parametrize(
    "name", ["", "../letter.pdf", "a/b", "manifest.json", "Manifest.JSON", "ما", "a b", "x" * 101, ".x"]
)
def test_a_name_that_could_be_something_else_is_refused(name: str) -> None:
    assert refuse(replace(ITEM, name=name)) == "name"


def test_an_empty_package_and_a_huge_item_are_refused() -> None:
    assert refuse() == "empty"
    assert refuse(replace(ITEM, content=bytes(LARGEST_ITEM + 1))) == "too-large"


def test_a_package_of_another_decision_or_a_wider_one_is_refused() -> None:
    data = build(ITEM, OTHER)
    with pytest.raises(PackageBrokenError):
        verify_package(data, "cd" * 32, SCOPE)
    with pytest.raises(PackageBrokenError):
        verify_package(data, DECISION, replace(SCOPE, people=("Nobody Atall",)))


def test_an_item_that_is_not_the_one_of_the_manifest_is_found() -> None:
    data = build(ITEM)
    with pytest.raises(PackageBrokenError):
        parse_package(data.replace(ITEM.content, b"AN INVENTED LETTER"))


@given(place=st.integers(0, 10_000), bit=st.integers(0, 7))
def test_no_bit_of_a_package_can_change_unseen(place: int, bit: int) -> None:
    data = bytearray(build(ITEM, OTHER))
    assume(place < len(data))
    data[place] ^= 1 << bit
    with pytest.raises(PackageBrokenError):
        parse_package(bytes(data))


@given(st.binary(max_size=300))
def test_whatever_is_no_package_is_refused(data: bytes) -> None:
    for bytes_ in (data, b"PK\x03\x04" + data, build(ITEM) + data[:1] + b"x"):
        with pytest.raises(PackageBrokenError):
            parse_package(bytes_)


@pytest.mark.parametrize(
    "manifest",
    [
        b"[]",
        b"{}",
        b"null",
        b'"x"',
        encode_canonical_json(
            {"decision": DECISION, "items": [["a"]], "reference": REFERENCE, "salt": "", "v": 1}
        ),
        encode_canonical_json({"decision": DECISION, "items": 1, "reference": REFERENCE, "salt": "", "v": 1}),
        encode_canonical_json({"decision": 1, "items": [], "reference": REFERENCE, "salt": "", "v": 1}),
        encode_canonical_json(
            {"decision": DECISION, "items": [[1, 2, 3, 4, 5, 6]], "reference": REFERENCE, "salt": "", "v": 1}
        ),
    ],
)
def test_a_manifest_that_says_something_else_is_refused(manifest: bytes) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(zipfile.ZipInfo(MANIFEST), manifest)
    with pytest.raises(PackageBrokenError):
        parse_package(out.getvalue())


def test_a_file_beside_the_manifest_is_refused() -> None:
    out = io.BytesIO(build(ITEM))
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr("members.csv", b"everybody")
    with pytest.raises(PackageBrokenError):
        parse_package(out.getvalue())


def test_open_days_of_a_decision_allow_any_day() -> None:
    scope = replace(SCOPE, since=None, until=None)
    item = replace(ITEM, since=None, until=date(1990, 1, 1) + timedelta(days=1))
    assert verify_package(build(item, scope=scope), DECISION, scope).items == (item,)
