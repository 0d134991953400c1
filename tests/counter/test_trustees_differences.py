"""What a next panel would change is said person by person: nobody signs a hash."""

import secrets
from collections.abc import Callable
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from amanah.core.data_requests.panels import Panel, Trustee, compute_panel_hash, encode_panel
from amanah.core.encoding import encode_base64url
from amanah.request_door.trustees.differences import compute_differences
from amanah.request_door.trustees.signing_keys import compute_fingerprint


def draw_key() -> bytes:
    public = Ed25519PrivateKey.generate().public_key()
    return public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def build_trustee(name: str, *, is_deputy: bool = False) -> Trustee:
    return Trustee(secrets.token_hex(8), name, f"Office of {name}", (draw_key(),), is_deputy=is_deputy)


OLD = Panel(
    community="riverside",
    number=1,
    previous=None,
    least=2,
    origin="https://requests.example",
    party="requests.example",
    trustees=(
        build_trustee("Amina"),
        build_trustee("Bilal"),
        build_trustee("Chana"),
        build_trustee("Dawud", is_deputy=True),
    ),
)


def compare(
    change: Callable[[tuple[Trustee, ...]], tuple[Trustee, ...]], **others: object
) -> list[tuple[str, str, str]]:
    new = replace(
        OLD,
        number=2,
        previous=compute_panel_hash(encode_panel(OLD)),
        trustees=change(OLD.trustees),
        **others,  # type: ignore[arg-type]
    )
    found = compute_differences(encode_panel(OLD), encode_panel(new))
    said = [(one.change, one.name, one.detail) for one in found.people]
    said += [("least", str(found.least[0]), str(found.least[1]))] if found.least else []
    return said + ([("order", "", "")] if found.new_order else [])


def name_key(trustee: Trustee, place: int = 0) -> str:
    return compute_fingerprint(encode_base64url(trustee.keys[place]))


def test_the_same_people_are_no_difference() -> None:
    assert compare(lambda trustees: trustees) == []


def test_a_lost_key_is_shown_with_the_one_in_its_place() -> None:
    changed = replace(OLD.trustees[1], keys=(draw_key(),))
    assert compare(lambda trustees: (trustees[0], changed, *trustees[2:])) == [
        ("lost-key", "Bilal", name_key(OLD.trustees[1])),
        ("new-key", "Bilal", name_key(changed)),
    ]


def test_a_second_key_is_shown_alone() -> None:
    changed = replace(OLD.trustees[0], keys=(*OLD.trustees[0].keys, draw_key()))
    assert compare(lambda trustees: (changed, *trustees[1:])) == [("new-key", "Amina", name_key(changed, 1))]


def test_who_comes_and_who_goes_is_shown() -> None:
    new = build_trustee("Emine")
    assert compare(lambda trustees: (*trustees[:2], new, trustees[3])) == [
        ("leaves", "Chana", ""),
        ("joins", "Emine", ""),
        ("new-key", "Emine", name_key(new)),
    ]


def test_somebody_new_under_an_old_name_is_not_passed_off_as_the_same_person() -> None:
    new = build_trustee("Chana")
    said = compare(lambda trustees: (*trustees[:2], new, trustees[3]))
    assert [change for change, _name, _detail in said] == ["leaves", "joins", "new-key"]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"name": "Chana Elsewhere"}, [("other-name", "Chana Elsewhere", "Chana")]),
        ({"office": "Cook"}, [("other-office", "Chana", "Office of Chana")]),
    ],
)
def test_another_name_or_office_is_shown_with_what_stood_there(changes, said) -> None:
    changed = replace(OLD.trustees[2], **changes)
    assert compare(lambda trustees: (*trustees[:2], changed, trustees[3])) == said


def test_another_standing_number_and_order_are_shown() -> None:
    member = replace(OLD.trustees[3], is_deputy=False)
    said = compare(lambda trustees: (member, *trustees[:3]), least=3)
    assert said == [("now-member", "Dawud", ""), ("least", "2", "3"), ("order", "", "")]
