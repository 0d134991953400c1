"""What the doors answer: every rule of the spec refuses by itself, and nothing right is refused."""

from dataclasses import replace

import pytest

from amanah.core.encoding import encode_canonical_json
from amanah.core.passes.cards import compute_public_key, compute_signature
from amanah.core.passes.decisions import (
    HeldCard,
    IssuingWave,
    JoinOutcome,
    LeaveOutcome,
    RegisterOutcome,
    SpendableOccasion,
    SpendOutcome,
    WaveOutcome,
    decide_join,
    decide_leave,
    decide_register,
    decide_spend,
    decide_wave,
)
from amanah.core.passes.messages import (
    NO_SIGNATURE,
    LeaveRequest,
    RegisterRequest,
    SpendRequest,
    WaveRequest,
    compute_answer_bytes,
)
from amanah.core.passes.occasions import Occasion
from amanah.core.passes.rooms import compute_room_code
from tests.core.passes.material import JOIN, SESSION, SURVEY, fill, make_token, open_verifier

SEED = fill("card seed", 32)
KEY = compute_public_key(SEED)
OTHER_SEED = fill("other seed", 32)
OTHER_KEY = compute_public_key(OTHER_SEED)
ROOM = fill("room", 16)


def make_registration() -> RegisterRequest:
    unsigned = RegisterRequest(KEY, fill("slip hash", 32), make_token(0, JOIN, KEY), NO_SIGNATURE)
    return replace(unsigned, signature=compute_signature(SEED, unsigned.signed_bytes()))


def register(
    request: RegisterRequest, held: bytes | None = None, *, is_withdrawn: bool = False
) -> RegisterOutcome:
    return decide_register(
        request, open_verifier(0, JOIN), held_revocation_hash=held, is_withdrawn=is_withdrawn
    )


def test_an_invitation_is_used_once_and_an_identical_retry_repeats_the_answer() -> None:
    first, second = fill("first", 32), fill("second", 32)
    assert decide_join(is_known=False, used_by=None, request_hash=first) is JoinOutcome.UNKNOWN_INVITATION
    assert decide_join(is_known=False, used_by=first, request_hash=first) is JoinOutcome.UNKNOWN_INVITATION
    assert decide_join(is_known=True, used_by=None, request_hash=first) is JoinOutcome.ISSUE
    assert decide_join(is_known=True, used_by=first, request_hash=first) is JoinOutcome.REPEAT
    assert decide_join(is_known=True, used_by=first, request_hash=second) is JoinOutcome.USED_DIFFERENTLY


def test_a_card_registers_once_and_an_identical_retry_is_well() -> None:
    request = make_registration()
    assert register(request) is RegisterOutcome.STORE
    assert register(request, request.revocation_hash) is RegisterOutcome.REPEAT
    assert register(request, fill("another", 32)) is RegisterOutcome.HELD_DIFFERENTLY


def test_a_withdrawn_card_cannot_come_back_with_its_join_token() -> None:
    assert register(make_registration(), is_withdrawn=True) is RegisterOutcome.WITHDRAWN


def test_a_registration_without_its_own_token_key_or_signature_is_refused() -> None:
    request = make_registration()
    for changed in (replace(request, signature=NO_SIGNATURE), replace(request, revocation_hash=bytes(32))):
        assert register(changed) is RegisterOutcome.BAD_SIGNATURE
    stolen = replace(request, public_key=OTHER_KEY)
    signed = replace(stolen, signature=compute_signature(OTHER_SEED, stolen.signed_bytes()))
    assert register(signed) is RegisterOutcome.WRONG_NONCE
    survey_token = replace(request, token=make_token(1, SURVEY, KEY))
    signed = replace(survey_token, signature=compute_signature(SEED, survey_token.signed_bytes()))
    assert register(signed) is RegisterOutcome.NOT_GENUINE
    forged = replace(request, token=replace(request.token, authenticator=bytes(256)))
    signed = replace(forged, signature=compute_signature(SEED, forged.signed_bytes()))
    assert register(signed) is RegisterOutcome.NOT_GENUINE


def test_only_the_card_itself_leaves() -> None:
    unsigned = LeaveRequest(KEY, NO_SIGNATURE)
    right = replace(unsigned, signature=compute_signature(SEED, unsigned.signed_bytes()))
    assert decide_leave(right) is LeaveOutcome.DELETE
    assert decide_leave(replace(right, public_key=OTHER_KEY)) is LeaveOutcome.BAD_SIGNATURE
    assert decide_leave(replace(right, public_key=b"\xff" * 32)) is LeaveOutcome.BAD_SIGNATURE
    assert decide_leave(unsigned) is LeaveOutcome.BAD_SIGNATURE


def make_wave_request(count: int = 2, wave: str = "89abcdef01234567") -> WaveRequest:
    unsigned = WaveRequest(
        wave, KEY, tuple(fill(f"blinded {place}", 256) for place in range(count)), NO_SIGNATURE
    )
    return replace(unsigned, signature=compute_signature(SEED, unsigned.signed_bytes()))


def test_a_card_fetches_a_wave_once_and_an_identical_retry_repeats_the_answer() -> None:
    request, issuing = make_wave_request(), IssuingWave("89abcdef01234567", 2)
    mine, other = fill("mine", 32), fill("other", 32)

    def decide(card: HeldCard | None) -> WaveOutcome:
        return decide_wave(request, card=card, issuing=issuing, request_hash=mine)

    assert decide(HeldCard(None, None)) is WaveOutcome.ISSUE
    assert decide(HeldCard("0000000000000001", mine)) is WaveOutcome.ISSUE
    assert decide(HeldCard(request.wave, mine)) is WaveOutcome.REPEAT
    assert decide(HeldCard(request.wave, other)) is WaveOutcome.FETCHED_DIFFERENTLY
    assert decide(None) is WaveOutcome.UNKNOWN_CARD


def test_a_wave_request_for_another_wave_or_number_or_unsigned_is_refused() -> None:
    card, issuing = HeldCard(None, None), IssuingWave("89abcdef01234567", 2)
    cases = (
        (make_wave_request(), None, WaveOutcome.NOT_ISSUING),
        (make_wave_request(wave="0000000000000001"), issuing, WaveOutcome.NOT_ISSUING),
        (make_wave_request(count=1), issuing, WaveOutcome.WRONG_COUNT),
        (make_wave_request(count=3), issuing, WaveOutcome.WRONG_COUNT),
        (replace(make_wave_request(), public_key=OTHER_KEY), issuing, WaveOutcome.BAD_SIGNATURE),
        (replace(make_wave_request(), blinded=(bytes(256), bytes(256))), issuing, WaveOutcome.BAD_SIGNATURE),
    )
    for request, issues, outcome in cases:
        assert decide_wave(request, card=card, issuing=issues, request_hash=bytes(32)) is outcome


NOW = SURVEY.opens_at + 100
SESSION_HELD = SpendableOccasion(SESSION, open_verifier(2, SESSION), ROOM)
SURVEY_HELD = SpendableOccasion(SURVEY, open_verifier(1, SURVEY), ROOM)
PAYLOAD = encode_canonical_json({"answers": {"q": "yes"}, "occasion": SURVEY.occasion, "v": 1})


def make_presence(code: str = compute_room_code(ROOM, "poster")) -> SpendRequest:
    return SpendRequest(make_token(2, SESSION, KEY), KEY, NO_SIGNATURE, code.encode())


def make_answer(payload: bytes = PAYLOAD, occasion: Occasion = SURVEY) -> SpendRequest:
    signature = compute_signature(SEED, compute_answer_bytes(occasion.hash(), payload))
    return SpendRequest(make_token(1, SURVEY, KEY), KEY, signature, payload)


def test_presence_and_answers_are_accepted() -> None:
    assert decide_spend(make_presence(), SESSION_HELD, NOW) is SpendOutcome.ACCEPT
    assert decide_spend(make_answer(), SURVEY_HELD, NOW) is SpendOutcome.ACCEPT
    assert decide_spend(make_answer(), SURVEY_HELD, SURVEY.opens_at) is SpendOutcome.ACCEPT


@pytest.mark.parametrize("request_made", [make_presence(), make_answer()])
def test_a_pass_is_refused_when_nothing_is_open(request_made: SpendRequest) -> None:
    assert decide_spend(request_made, None, NOW) is SpendOutcome.NOT_OPEN
    held = SESSION_HELD if request_made.signature == NO_SIGNATURE else SURVEY_HELD
    assert decide_spend(request_made, held, held.occasion.opens_at - 1) is SpendOutcome.NOT_OPEN


def test_a_join_token_is_never_spent() -> None:
    request = SpendRequest(make_token(0, JOIN, KEY), KEY, NO_SIGNATURE, b"")
    held = SpendableOccasion(JOIN, open_verifier(0, JOIN), ROOM)
    assert decide_spend(request, held, NOW) is SpendOutcome.NOT_OPEN


def test_a_pass_of_another_occasion_key_or_signature_is_refused() -> None:
    answer = make_answer()
    assert decide_spend(answer, SESSION_HELD, NOW) is SpendOutcome.WRONG_CHALLENGE
    other_key = replace(answer, token=replace(answer.token, token_key_id=bytes(32)))
    assert decide_spend(other_key, SURVEY_HELD, NOW) is SpendOutcome.NOT_GENUINE
    forged = replace(answer, token=replace(answer.token, authenticator=b"\x01" * 256))
    assert decide_spend(forged, SURVEY_HELD, NOW) is SpendOutcome.NOT_GENUINE
    for held, request in ((SURVEY_HELD, answer), (SESSION_HELD, make_presence())):
        assert decide_spend(replace(request, public_key=OTHER_KEY), held, NOW) is SpendOutcome.WRONG_NONCE


def test_presence_needs_the_rooms_code_and_no_signature() -> None:
    assert decide_spend(make_presence("00000000"), SESSION_HELD, NOW) is SpendOutcome.BAD_ROOM_CODE
    assert (
        decide_spend(replace(make_presence(), payload=b"\xff" * 8), SESSION_HELD, NOW)
        is SpendOutcome.BAD_ROOM_CODE
    )
    signed = replace(make_presence(), signature=b"\x01" + bytes(63))
    assert decide_spend(signed, SESSION_HELD, NOW) is SpendOutcome.BAD_SIGNATURE


def test_nobody_can_swap_the_answer_of_a_pass() -> None:
    swapped = replace(make_answer(), payload=PAYLOAD.replace(b"yes", b"not"))
    assert decide_spend(swapped, SURVEY_HELD, NOW) is SpendOutcome.BAD_SIGNATURE
    replayed = make_answer(occasion=SESSION)
    assert decide_spend(replayed, SURVEY_HELD, NOW) is SpendOutcome.BAD_SIGNATURE
    for payload in (b"", b"{}", PAYLOAD.replace(SURVEY.occasion.encode(), SESSION.occasion.encode())):
        assert decide_spend(make_answer(payload), SURVEY_HELD, NOW) is SpendOutcome.BAD_PAYLOAD
