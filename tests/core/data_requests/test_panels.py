"""A panel says who may sign; no key, name or number in it can be two people, and nobody decides alone."""

import contextlib
import hashlib
import json
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, x25519
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given, settings
from hypothesis import strategies as st

from amanah.core.data_requests.panels import (
    PanelChainError,
    PanelUnreadableError,
    Trustee,
    check_succession,
    compute_panel_hash,
    encode_panel,
    list_signers,
    parse_panel,
    parse_public_key,
)
from amanah.core.encoding import encode_base64url, encode_canonical_json
from tests.core.data_requests.signing import (
    KINDS,
    get_passkey,
    make_next,
    make_panel,
    make_passkey,
    make_rsa_key,
    make_trustee,
)

PANEL = make_panel(members=3, deputies=2)
FIRST, SECOND, THIRD, DEPUTY, NEXT_DEPUTY = (trustee.trustee for trustee in PANEL.trustees)
ED25519_HEAD = bytes.fromhex("302a300506032b6570032100")


def change(**changes: Any) -> bytes:
    """Give the bytes of a panel with members changed behind its back."""
    return encode_canonical_json(json.loads(encode_panel(PANEL)) | changes)


def change_trustee(place: int, **changes: Any) -> bytes:
    document = json.loads(encode_panel(PANEL))
    document["trustees"][place] |= changes
    return encode_canonical_json(document)


def test_a_panel_has_one_form_in_bytes_and_is_named_by_their_hash() -> None:
    data = encode_panel(PANEL)

    assert parse_panel(data) == PANEL
    assert compute_panel_hash(data) == hashlib.sha256(data).hexdigest()


@settings(max_examples=60, deadline=None)
@given(st.integers(2, 12), st.integers(0, 6), st.data())
def test_every_panel_that_can_be_made_is_read_back_as_it_was(members: int, deputies: int, data: Any) -> None:
    panel = make_panel(members, deputies, least=data.draw(st.integers(members // 2 + 1, members)))

    assert parse_panel(encode_panel(panel)) == panel


@pytest.mark.parametrize(
    "data",
    [
        b"", b"{}", b"[]", b"null", b'"panel"', b"{" * 5_000, b"\xff" * 40, b" " * 200_000,
        change(v=2), change(v=True), change(more=1), change(community="Riverside"), change(community=""),
        change(community=None), change(least=True), change(least="2"), change(least=1), change(least=4),
        change(number=0), change(number=2), change(number=2**40, previous="a" * 64), change(previous="a" * 64),
        change(number=2, previous="A" * 64), change(number=2, previous="a" * 63), change(number=2, previous=[]),
        change(origin="https://requests.example/"), change(origin="https://Requests.example"),
        change(origin="ftp://requests.example"), change(origin="requests.example"), change(origin=""),
        change(origin="https://requests.example:0"), change(origin="https://requests.example\n"),
        change(party="example"), change(party="evil.example"), change(party=None),
        change(trustees=[]), change(trustees={}), change(trustees=[1, 2, 3]), change(trustees="abc"),
        change_trustee(0, deputy=1), change_trustee(0, deputy=None), change_trustee(0, more=1),
        change_trustee(0, trustee="F" * 16), change_trustee(0, trustee="0" * 15), change_trustee(0, trustee=1),
        change_trustee(0, name=""), change_trustee(0, name=" Padded"), change_trustee(0, name="Two  spaces"),
        change_trustee(0, name="x" * 121), change_trustee(0, name="Cafe\u0301"), change_trustee(0, name="Hid\u200bden"),
        change_trustee(0, name="Turned \u202eround"), change_trustee(0, name=None), change_trustee(0, office=""),
        change_trustee(0, keys=[]), change_trustee(0, keys="abc"), change_trustee(0, keys=None),
        change_trustee(0, keys=[None]), change_trustee(0, keys=["!"]), change_trustee(0, keys=["AAAA"]),
        change_trustee(0, keys={"a": 1}),
    ],
)  # fmt: skip
def test_what_is_no_panel_is_refused_as_unreadable(data: bytes) -> None:
    with pytest.raises(PanelUnreadableError):
        parse_panel(data)


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=300))
def test_no_bytes_at_all_make_the_reader_fail_in_another_way(data: bytes) -> None:
    with pytest.raises(PanelUnreadableError):
        parse_panel(data)


@settings(max_examples=150, deadline=None)
@given(st.integers(min_value=0), st.integers(0, 255))
def test_a_changed_byte_makes_another_panel_or_none(place: int, byte: int) -> None:
    data = bytearray(encode_panel(PANEL))
    data[place % len(data)] = byte
    if bytes(data) == encode_panel(PANEL):
        return
    with contextlib.suppress(PanelUnreadableError):
        assert parse_panel(bytes(data)) != PANEL


@pytest.mark.parametrize(("members", "deputies"), [(1, 0), (0, 2), (13, 0), (2, 7)])
def test_a_panel_has_two_to_twelve_members_and_at_most_six_deputies(members: int, deputies: int) -> None:
    with pytest.raises(PanelUnreadableError, match="members"):
        make_panel(members, deputies)


@pytest.mark.parametrize(("members", "least"), [(2, 1), (3, 1), (4, 2), (12, 6), (3, 4), (5, 0)])
def test_half_of_the_members_is_too_few_and_more_than_there_are_too_many(members: int, least: int) -> None:
    with pytest.raises(PanelUnreadableError, match="More than half"):
        make_panel(members, 0, least=least)


def test_nobody_stands_in_a_panel_twice() -> None:
    first, second, *others = PANEL.trustees
    namesake = replace(second, name=first.name.upper())
    sharing = replace(second, keys=(*second.keys, *first.keys))
    doubled = replace(second, trustee=first.trustee)
    stuttering = (first.keys[0], first.keys[0])

    for trustees in (
        [first, namesake],
        [first, sharing],
        [first, doubled],
        [replace(first, keys=stuttering), second],
    ):
        with pytest.raises(PanelUnreadableError):
            replace(PANEL, trustees=(*trustees, *others))


def test_a_trustee_has_at_most_five_passkeys() -> None:
    keys = tuple(make_passkey(f"spare {place}").spki for place in range(6))

    assert replace(make_trustee(1), keys=keys[:5]).keys == keys[:5]
    with pytest.raises(PanelUnreadableError, match="one to 5"):
        replace(make_trustee(1), keys=keys)


@pytest.mark.parametrize("kind", KINDS)
def test_the_three_kinds_of_passkeys_are_taken(kind: str) -> None:
    spki = get_passkey(1, kind).spki

    assert parse_public_key(spki).public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo) == spki


def _encode(key: Any) -> bytes:
    data: bytes = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return data


@pytest.mark.parametrize(
    "spki",
    [
        b"",
        b"\x30",
        b"\x00" * 601,
        _encode(ec.generate_private_key(ec.SECP384R1())),
        _encode(ec.generate_private_key(ec.SECP256K1())),
        _encode(ed448.Ed448PrivateKey.generate()),
        _encode(x25519.X25519PrivateKey.generate()),
        _encode(make_rsa_key("too short", bits=1_024)),
        _encode(make_rsa_key("small exponent", exponent=3)),
        get_passkey(1, "p256").spki + b"\0",
        get_passkey(1, "ed25519").spki[:-1],
    ],
    ids=[
        "nothing", "a byte", "too long", "P-384", "secp256k1", "Ed448", "X25519", "RSA 1024", "exponent 3", "trailing",
        "cut off",
    ],
)  # fmt: skip
def test_a_key_of_another_kind_or_in_another_encoding_is_refused(spki: bytes) -> None:
    with pytest.raises(PanelUnreadableError):
        parse_public_key(spki)


def test_a_compressed_point_is_not_taken_for_a_second_key() -> None:
    numbers = ec.derive_private_key(7, ec.SECP256R1()).public_key()
    point = numbers.public_bytes(Encoding.X962, PublicFormat.CompressedPoint)
    head = bytes.fromhex("3039301306072a8648ce3d020106082a8648ce3d030107032200")

    with pytest.raises(PanelUnreadableError):
        parse_public_key(head + point)


def test_a_key_under_which_anybodys_signature_holds_is_refused() -> None:
    low = [
        bytes([1]) + bytes(31),
        bytes(32),
        bytes([0xEC]) + b"\xff" * 30 + b"\x7f",
        bytes([0xED]) + b"\xff" * 30 + b"\x7f",
        bytes([0xEE]) + b"\xff" * 30 + b"\x7f",
        bytes([1]) + bytes(30) + b"\x80",
        bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"),
        bytes.fromhex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"),
    ]
    # The reason why: nobody has the private half, and this signature of nothing at all holds.
    ed25519.Ed25519PublicKey.from_public_bytes(low[0]).verify(low[0] + bytes(32), b"whatever was asked")

    for point in low:
        with pytest.raises(PanelUnreadableError):
            parse_public_key(ED25519_HEAD + point)


def test_members_sign_and_deputies_only_stand_by() -> None:
    assert list_signers(PANEL, ()) == (FIRST, SECOND, THIRD)


def test_for_each_member_who_steps_aside_the_next_deputy_steps_in() -> None:
    assert list_signers(PANEL, {SECOND}) == (FIRST, THIRD, DEPUTY)
    assert list_signers(PANEL, {FIRST, SECOND}) == (THIRD, DEPUTY, NEXT_DEPUTY)
    assert list_signers(PANEL, {FIRST, SECOND, THIRD}) == (DEPUTY, NEXT_DEPUTY)


def test_a_deputy_who_steps_aside_is_passed_over_and_makes_room_for_nobody() -> None:
    assert list_signers(PANEL, {DEPUTY}) == (FIRST, SECOND, THIRD)
    assert list_signers(PANEL, {FIRST, DEPUTY}) == (SECOND, THIRD, NEXT_DEPUTY)
    assert list_signers(PANEL, {FIRST, SECOND, DEPUTY}) == (THIRD, NEXT_DEPUTY)


@settings(deadline=None)
@given(st.integers(2, 6), st.integers(0, 6), st.data())
def test_there_are_never_more_signers_than_members_and_never_one_who_stepped_aside(
    members: int, deputies: int, data: Any
) -> None:
    panel = make_panel(members, deputies)
    everybody = [trustee.trustee for trustee in panel.trustees]
    recused = data.draw(st.sets(st.sampled_from(everybody)))
    signers = list_signers(panel, recused)

    assert len(signers) == len(set(signers)) <= members
    assert not set(signers) & recused
    absent = sum(trustee.trustee in recused for trustee in panel.members)
    free = sum(trustee.trustee not in recused for trustee in panel.deputies)
    assert len(signers) == members - absent + min(absent, free)


def test_a_panel_follows_the_one_whose_hash_it_names() -> None:
    panels = [PANEL]
    for _turn in range(3):
        panels.append(make_next(panels[-1]))

    for old, new in pairwise(panels):
        check_succession(old, new)


@pytest.mark.parametrize(
    "new",
    [
        PANEL,
        make_next(PANEL, number=3),
        make_next(PANEL, previous="a" * 64),
        make_next(PANEL, community="hillside"),
        make_next(make_next(PANEL)),
    ],
    ids=["itself", "one left out", "of another", "of another community", "two later"],
)
def test_a_panel_that_does_not_follow_is_refused(new: Any) -> None:
    with pytest.raises(PanelChainError):
        check_succession(PANEL, new)


def test_a_lost_key_is_replaced_by_the_next_panel_and_the_trustee_stays_the_same() -> None:
    spare = make_passkey("a new one").spki
    first, *others = PANEL.trustees
    new = make_next(PANEL, trustees=(replace(first, keys=(spare,)), *others))

    check_succession(PANEL, new)
    assert new.find_trustee(FIRST) == Trustee(FIRST, first.name, first.office, (spare,))
    assert encode_base64url(spare).encode() in encode_panel(new)
