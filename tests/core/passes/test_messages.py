"""Bodies on the wire: what is written is read, and nothing else is."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from amanah.core.encoding import JsonValue, encode_canonical_json
from amanah.core.errors import InvalidInputError
from amanah.core.passes.messages import (
    LONGEST_PAYLOAD,
    JoinRequest,
    LeaveRequest,
    MessageError,
    RegisterRequest,
    RevokeRequest,
    SpendRequest,
    WaveRequest,
    compute_wave_length,
    encode_join_request,
    encode_leave_request,
    encode_register_request,
    encode_revoke_request,
    encode_spend_request,
    encode_wave_request,
    parse_answer_payload,
    parse_join_request,
    parse_leave_request,
    parse_register_request,
    parse_revoke_request,
    parse_spend_request,
    parse_wave_request,
)
from amanah.core.passes.tokens import Token


def exactly(length: int) -> st.SearchStrategy[bytes]:
    return st.binary(min_size=length, max_size=length)


tokens = st.builds(Token, exactly(32), exactly(32), exactly(32), exactly(256))
waves = st.builds(
    WaveRequest,
    st.from_regex(r"[0-9a-f]{16}", fullmatch=True),
    exactly(32),
    st.lists(exactly(256), min_size=1, max_size=4).map(tuple),
    exactly(64),
)
spendings = st.builds(SpendRequest, tokens, exactly(32), exactly(64), st.binary(max_size=200))
names = st.text(min_size=1, max_size=64)
answers = st.one_of(names, st.integers(-(2**53) + 1, 2**53 - 1), st.lists(names, unique=True, max_size=4))
FORMS: dict[
    str, tuple[st.SearchStrategy[Any], Callable[[Any], bytes], Callable[[bytes], Any], int | None]
] = {
    "join": (st.builds(JoinRequest, exactly(16), exactly(256)), encode_join_request, parse_join_request, 272),
    "register": (
        st.builds(RegisterRequest, exactly(32), exactly(32), tokens, exactly(64)),
        encode_register_request,
        parse_register_request,
        482,
    ),
    "revoke": (st.builds(RevokeRequest, exactly(16)), encode_revoke_request, parse_revoke_request, 16),
    "leave": (
        st.builds(LeaveRequest, exactly(32), exactly(64)),
        encode_leave_request,
        parse_leave_request,
        96,
    ),
    "wave": (waves, encode_wave_request, parse_wave_request, None),
    "spend": (spendings, encode_spend_request, parse_spend_request, 2048),
}
forms = pytest.mark.parametrize("name", sorted(FORMS))


@forms
@settings(max_examples=40)
@given(data=st.data())
def test_every_message_gives_back_its_fields(name: str, data: st.DataObject) -> None:
    strategy, encode, parse, length = FORMS[name]
    request = data.draw(strategy)
    body = encode(request)
    assert parse(body) == request
    assert length in {None, len(body)}


@forms
@settings(max_examples=40)
@given(data=st.data())
def test_a_message_cut_or_lengthened_is_refused(name: str, data: st.DataObject) -> None:
    strategy, encode, parse, _ = FORMS[name]
    body = encode(data.draw(strategy))
    cut = data.draw(st.integers(0, len(body) - 1))
    for wrong in (body[:cut], body + body[:1], body + bytes(256)):
        with pytest.raises(InvalidInputError):
            parse(wrong)


@forms
@settings(max_examples=60)
@given(data=st.data())
def test_any_bytes_are_read_and_written_alike_or_refused(name: str, data: st.DataObject) -> None:
    _, encode, parse, length = FORMS[name]
    body = data.draw(st.one_of(st.binary(max_size=700), exactly(length or compute_wave_length(1))))
    try:
        request = parse(body)
    except InvalidInputError:
        return
    assert encode(request) == body


@settings(max_examples=60)
@given(spendings, st.integers(), st.integers(1, 255))
def test_padding_that_is_not_zero_is_refused(request: SpendRequest, place: int, value: int) -> None:
    start = 452 + len(request.payload)
    body = bytearray(encode_spend_request(request))
    body[start + place % (2048 - start)] = value
    with pytest.raises(MessageError):
        parse_spend_request(bytes(body))


def test_a_payload_may_fill_1536_bytes_and_no_more() -> None:
    token = Token(bytes(32), bytes(32), bytes(32), bytes(256))
    request = SpendRequest(token, bytes(32), bytes(64), b"x" * LONGEST_PAYLOAD)
    body = encode_spend_request(request)
    assert parse_spend_request(body) == request
    with pytest.raises(MessageError):
        encode_spend_request(replace(request, payload=b"x" * (LONGEST_PAYLOAD + 1)))
    longer = body[:450] + (LONGEST_PAYLOAD + 1).to_bytes(2) + b"x" * (LONGEST_PAYLOAD + 1)
    with pytest.raises(MessageError):
        parse_spend_request(longer.ljust(2048, b"\0"))


def test_a_wave_names_one_to_sixty_occasions() -> None:
    request = WaveRequest("0123456789abcdef", bytes(32), (bytes(256),) * 60, bytes(64))
    body = encode_wave_request(request)
    assert parse_wave_request(body) == request
    for count in (0, 61):
        with pytest.raises(MessageError):
            encode_wave_request(replace(request, blinded=(bytes(256),) * count))
        forged = bytes(40) + count.to_bytes(2) + bytes(256 * count) + bytes(64)
        with pytest.raises(MessageError):
            parse_wave_request(forged)
    with pytest.raises(MessageError):
        encode_wave_request(replace(request, wave="0123"))
    with pytest.raises(MessageError):
        parse_wave_request(body[:40] + (59).to_bytes(2) + body[42:])


@pytest.mark.parametrize(
    "write",
    [
        lambda: encode_join_request(JoinRequest(bytes(15), bytes(256))),
        lambda: encode_join_request(JoinRequest(bytes(17), bytes(255))),
        lambda: encode_leave_request(LeaveRequest(bytes(33), bytes(63))),
        lambda: encode_revoke_request(RevokeRequest(b"")),
    ],
)
def test_fields_of_another_length_are_not_written(write: Callable[[], bytes]) -> None:
    with pytest.raises(MessageError):
        write()


@given(st.dictionaries(names.filter(str.isascii), answers, max_size=4))
def test_an_answer_gives_back_every_choice(given_answers: dict[str, Any]) -> None:
    value: dict[str, JsonValue] = {"answers": given_answers, "occasion": "a1b2c3d4e5f60718", "v": 1}
    payload = encode_canonical_json(value)
    if len(payload) <= LONGEST_PAYLOAD:
        parsed = parse_answer_payload(payload)
        assert parsed.occasion == "a1b2c3d4e5f60718"
        assert parsed.answers == {
            question: tuple(answer) if isinstance(answer, list) else answer
            for question, answer in given_answers.items()
        }


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"[]",
        b'{"answers":{},"occasion":"a1b2c3d4e5f60718","v":1} ',
        b'{"answers": {},"occasion":"a1b2c3d4e5f60718","v":1}',
        b'{"answers":{},"occasion":"a1b2c3d4e5f60718","v":2}',
        b'{"answers":{},"occasion":"a1b2c3d4e5f60718","v":true}',
        b'{"answers":{},"occasion":"A1B2C3D4E5F60718","v":1}',
        b'{"answers":{},"name":"x","occasion":"a1b2c3d4e5f60718","v":1}',
        b'{"answers":[],"occasion":"a1b2c3d4e5f60718","v":1}',
        b'{"answers":{"":"a"},"occasion":"a1b2c3d4e5f60718","v":1}',
        b'{"answers":{"q":""},"occasion":"a1b2c3d4e5f60718","v":1}',
        b'{"answers":{"q":null},"occasion":"a1b2c3d4e5f60718","v":1}',
        b'{"answers":{"q":true},"occasion":"a1b2c3d4e5f60718","v":1}',
        b'{"answers":{"q":{}},"occasion":"a1b2c3d4e5f60718","v":1}',
        b'{"answers":{"q":["a","a"]},"occasion":"a1b2c3d4e5f60718","v":1}',
        b'{"answers":{"q":["a",1]},"occasion":"a1b2c3d4e5f60718","v":1}',
        b'{"answers":{"q":"' + b"a" * 65 + b'"},"occasion":"a1b2c3d4e5f60718","v":1}',
    ],
)
def test_anything_but_the_one_form_of_an_answer_is_refused(payload: bytes) -> None:
    with pytest.raises(MessageError):
        parse_answer_payload(payload)


@given(st.binary(max_size=60))
def test_any_bytes_as_an_answer_are_read_or_refused(payload: bytes) -> None:
    with pytest.raises(MessageError):
        parse_answer_payload(payload)
