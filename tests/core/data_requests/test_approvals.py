"""A signature counts once, for one document, by one trustee who may sign it, and nothing else counts at all."""

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from amanah.core.data_requests.approvals import (
    LONGEST_CLIENT_DATA,
    REASONS,
    Approval,
    ApprovalRefusedError,
    ApprovalUnreadableError,
    count_needed,
    encode_approval,
    is_approved,
    list_voices,
    parse_approval,
    verify_approval,
)
from amanah.core.data_requests.documents import (
    DocumentUnreadableError,
    compute_challenge,
    encode_document,
    parse_document,
)
from amanah.core.data_requests.panels import Panel, encode_panel, list_signers, parse_panel
from amanah.core.encoding import encode_base64url
from tests.core.data_requests.signing import (
    KINDS,
    ORIGIN,
    approve,
    get_passkey,
    make_answer_body,
    make_change,
    make_document,
    make_next,
    make_panel,
    make_passkey,
    make_trustee,
)

PANEL = make_panel(members=3, deputies=2)
DOCUMENT = encode_document(make_document(PANEL))
FIRST, SECOND, THIRD, DEPUTY, NEXT_DEPUTY = (trustee.trustee for trustee in PANEL.trustees)


def refuse(approval: Approval, document: bytes = DOCUMENT, panel: Panel = PANEL, *earlier: Approval) -> str:
    """Give the reason for which a signature is refused; it must be."""
    with pytest.raises(ApprovalRefusedError) as refusal:
        verify_approval(approval, document, panel, earlier)
    assert refusal.value.reason in REASONS
    assert len(str(refusal.value)) > 20
    return refusal.value.reason


def recuse(*trustees: str) -> bytes:
    return encode_document(make_document(PANEL, recused=tuple((trustee, "related") for trustee in trustees)))


@pytest.mark.parametrize("kind", KINDS)
def test_a_signature_of_every_kind_of_passkey_holds(kind: str) -> None:
    panel = make_panel(trustees=(make_trustee(1, kind=kind), make_trustee(2)), least=2)
    document = encode_document(make_document(panel))
    approval = get_passkey(1, kind).approve(FIRST, document)

    assert verify_approval(approval, document, panel).trustee == FIRST


def test_a_signature_is_read_back_as_it_was() -> None:
    approval = approve(DOCUMENT, 1)[0]
    written = json.loads(json.dumps(encode_approval(approval)))

    assert parse_approval(written) == approval
    assert set(written) == {"authenticator_data", "client_data", "key", "signature", "trustee"}


@pytest.mark.parametrize(
    "changes", [{"more": b"\x80extensions", "flags": 0x85}, {"count": 2**32 - 1}, {"count": 0}]
)
def test_counters_and_extensions_are_not_judged(changes: dict[str, Any]) -> None:
    approval = approve(DOCUMENT, 1, **changes)[0]

    assert verify_approval(approval, DOCUMENT, PANEL).trustee == FIRST


def test_what_browsers_add_to_client_data_changes_nothing() -> None:
    said = {"other_keys_can_be_added_here": "do not compare clientDataJSON against a template"}

    assert verify_approval(approve(DOCUMENT, 1, said=said)[0], DOCUMENT, PANEL).trustee == FIRST


def test_k_different_trustees_approve_and_fewer_do_not() -> None:
    first, second, third = approve(DOCUMENT, 1, 2, 3)

    assert not is_approved([], DOCUMENT, PANEL)
    assert not is_approved([first], DOCUMENT, PANEL)
    assert is_approved([third, first], DOCUMENT, PANEL)
    assert is_approved([first, second, third], DOCUMENT, PANEL)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(1, 7), max_size=9))
def test_however_often_somebody_signs_the_voices_are_the_different_members_who_did(
    signing: list[int],
) -> None:
    panel = make_panel(members=5, deputies=1, least=3)
    document = encode_document(make_document(panel))
    approvals = [approval for number in signing for approval in approve(document, number)]
    voices = {number for number in signing if number <= 5}

    assert set(list_voices(approvals, document, panel)) == {f"{number:016x}" for number in voices}
    assert is_approved(approvals, document, panel) == (len(voices) >= 3)


def test_two_passkeys_of_one_trustee_are_one_voice() -> None:
    spare = make_passkey("a spare one")
    first, *others = PANEL.trustees
    panel = replace(PANEL, trustees=(replace(first, keys=(*first.keys, spare.spki)), *others))
    document = encode_document(make_document(panel))
    approval, again = approve(document, 1)[0], spare.approve(FIRST, document)

    assert verify_approval(again, document, panel).trustee == FIRST
    assert refuse(again, document, panel, approval) == "twice"
    assert not is_approved([approval, again], document, panel)


def test_the_same_signature_counts_once() -> None:
    approval = approve(DOCUMENT, 1)[0]

    assert refuse(approval, DOCUMENT, PANEL, approval) == "twice"
    assert not is_approved([approval] * 5, DOCUMENT, PANEL)


def test_a_signature_by_nobody_on_the_panel_is_refused() -> None:
    stranger = make_passkey("a stranger").approve("f" * 16, DOCUMENT)

    assert refuse(stranger) == "not-on-panel"
    assert refuse(replace(stranger, trustee="")) == "not-on-panel"
    assert refuse(replace(stranger, trustee="x" * 5_000)) == "not-on-panel"


def test_a_passkey_that_is_not_the_trustees_is_refused_whoever_else_has_it() -> None:
    assert refuse(make_passkey("a stranger").approve(FIRST, DOCUMENT)) == "wrong-key"
    assert refuse(replace(approve(DOCUMENT, 2)[0], trustee=FIRST)) == "wrong-key"
    assert refuse(replace(approve(DOCUMENT, 1)[0], key=b"")) == "wrong-key"


def test_a_forged_signature_in_a_trustees_name_is_refused() -> None:
    approval = approve(DOCUMENT, 1)[0]
    for number in range(1, 4):
        forger = make_passkey("a forger", KINDS[number % 3]).approve(f"{number:016x}", DOCUMENT)
        assert refuse(replace(forger, key=get_passkey(number).spki)) == "bad-signature"
    for signature in (b"", b"\0" * 64, approval.signature[:-1], approval.signature + b"\0", b"\xff" * 512):
        assert refuse(replace(approval, signature=signature)) == "bad-signature"


@settings(max_examples=120, deadline=None)
@given(
    st.integers(1, 3),
    st.sampled_from(["signature", "authenticator_data", "client_data"]),
    st.integers(0),
    st.integers(1, 255),
)
def test_a_signature_with_any_byte_changed_is_refused(
    number: int, part: str, place: int, change: int
) -> None:
    approval = approve(DOCUMENT, number)[0]
    data = bytearray(getattr(approval, part))
    data[place % len(data)] ^= change

    refuse(replace(approval, **{part: bytes(data)}))


@pytest.mark.parametrize(
    "changes",
    [
        {"decision": "00112233445566ab"},
        {"at": 1_790_000_001},
        {"kind": "secrecy-ended", "body": {"reference": "7K2M-Q4TX-9ZP3"}},
        {"body": make_answer_body(facts="f" * 64)},
        {"body": make_answer_body(outcome="comply")},
        {"body": make_answer_body(reasons=["only-what-exists"])},
        {"body": make_answer_body(rules="f" * 64)},
        {"recused": ((DEPUTY, "related"),)},
    ],
    ids=["another", "later", "another kind", "older facts", "outcome", "reasons", "other rules", "recusal"],
)
def test_a_signature_of_one_document_counts_for_no_other(changes: dict[str, Any]) -> None:
    other = encode_document(make_document(PANEL, **changes))

    assert refuse(approve(other, 1)[0]) == "wrong-document"
    assert refuse(approve(DOCUMENT, 1)[0], other) == "wrong-document"


def test_a_decision_under_another_panel_is_stale() -> None:
    following = make_next(PANEL)

    assert refuse(approve(DOCUMENT, 1)[0], DOCUMENT, following) == "stale"
    assert refuse(approve(DOCUMENT, 1)[0], DOCUMENT, replace(PANEL, least=3)) == "stale"
    elsewhere = replace(make_document(PANEL), community="hillside")
    assert refuse(approve(encode_document(elsewhere), 1)[0], encode_document(elsewhere)) == "stale"


def test_who_stepped_aside_has_no_voice_and_the_next_deputy_has() -> None:
    document = recuse(SECOND)

    assert refuse(approve(document, 2)[0], document) == "recused"
    assert refuse(approve(document, 5)[0], document) == "not-yet-deputy"
    assert is_approved(approve(document, 1, 4), document, PANEL)


def test_a_deputy_has_no_voice_while_every_member_has() -> None:
    assert refuse(approve(DOCUMENT, 4)[0]) == "not-yet-deputy"
    assert not is_approved(approve(DOCUMENT, 1, 4), DOCUMENT, PANEL)


def test_when_a_recusal_changes_everybody_signs_again() -> None:
    before, after = recuse(SECOND), recuse(FIRST, SECOND)
    signed = approve(before, 1, 3)

    assert is_approved(signed, before, PANEL)
    assert list_voices(signed, after, PANEL) == ()
    assert is_approved(approve(after, 3, 5), after, PANEL)


def test_k_does_not_fall_when_too_few_are_left() -> None:
    panel = make_panel(members=3, deputies=0)
    recused = ((FIRST, "related"), (SECOND, "asked-about"))
    document = encode_document(make_document(panel, recused=recused))

    assert list_signers(panel, {FIRST, SECOND}) == (THIRD,)
    assert not is_approved(approve(document, 1, 2, 3), document, panel)


@settings(max_examples=60, deadline=None)
@given(st.sets(st.integers(1, 6)), st.sets(st.integers(1, 6)))
def test_nobody_who_stepped_aside_or_only_stands_by_is_ever_counted(
    recused: set[int], signing: set[int]
) -> None:
    panel = make_panel(members=4, deputies=2)
    aside = tuple((f"{number:016x}", "related") for number in sorted(recused))
    document = encode_document(make_document(panel, recused=aside))
    may_sign = set(list_signers(panel, [trustee for trustee, _reason in aside]))
    voices = set(list_voices(approve(document, *signing), document, panel))

    assert voices == may_sign & {f"{number:016x}" for number in signing}
    assert is_approved(approve(document, *signing), document, panel) == (len(voices) >= 3)


def say(*members: str) -> bytes:
    """Write client data by hand; CHALLENGE stands for the right one."""
    challenge = encode_base64url(compute_challenge(DOCUMENT))
    return ("{" + ",".join(members) + "}").replace("CHALLENGE", challenge).encode()


TYPE, CHALLENGE, PLACE = '"type":"webauthn.get"', '"challenge":"CHALLENGE"', f'"origin":"{ORIGIN}"'


def test_client_data_written_by_hand_holds_where_it_is_right() -> None:
    approval = approve(DOCUMENT, 1, client_data=say(TYPE, CHALLENGE, PLACE))[0]

    assert verify_approval(approval, DOCUMENT, PANEL).trustee == FIRST


@pytest.mark.parametrize(
    ("client_data", "reason"),
    [
        (b"", "wrong-document"),
        (b"null", "wrong-document"),
        (b"[]", "wrong-document"),
        (b'"text"', "wrong-document"),
        (b"\xff\xfe", "wrong-document"),
        (b"\xef\xbb\xbf" + say(TYPE, CHALLENGE, PLACE), "wrong-document"),
        (b"[" * 4_000, "wrong-document"),
        (b"1" * 4_096, "wrong-document"),
        (say(CHALLENGE, PLACE), "wrong-document"),
        (say('"type":"webauthn.create"', CHALLENGE, PLACE), "wrong-document"),
        (say('"type":["webauthn.get"]', CHALLENGE, PLACE), "wrong-document"),
        (say(TYPE, PLACE), "wrong-document"),
        (say(TYPE, '"challenge":"CHALLENGE="', PLACE), "wrong-document"),
        (say(TYPE, '"challenge":""', PLACE), "wrong-document"),
        (say(TYPE, '"challenge":null', PLACE), "wrong-document"),
        (say(TYPE, CHALLENGE, '"challenge":"AAAA"', PLACE), "wrong-document"),
        (say(TYPE, '"challenge":"AAAA"', CHALLENGE, PLACE), "wrong-document"),
        (say(TYPE, CHALLENGE, PLACE, '"more":NaN'), "wrong-document"),
        (say(TYPE, CHALLENGE, PLACE) + b"{}", "wrong-document"),
        (say(TYPE, CHALLENGE), "wrong-origin"),
        (say(TYPE, CHALLENGE, '"origin":"https://evil.example"'), "wrong-origin"),
        (say(TYPE, CHALLENGE, '"origin":"http://requests.example"'), "wrong-origin"),
        (say(TYPE, CHALLENGE, '"origin":"https://requests.example:8443"'), "wrong-origin"),
        (say(TYPE, CHALLENGE, '"origin":"https://requests.example/"'), "wrong-origin"),
        (say(TYPE, CHALLENGE, '"origin":["https://requests.example"]'), "wrong-origin"),
        (say(TYPE, CHALLENGE, PLACE, '"crossOrigin":true'), "wrong-origin"),
        (say(TYPE, CHALLENGE, PLACE, '"crossOrigin":"false"'), "wrong-origin"),
        (say(TYPE, CHALLENGE, PLACE, '"crossOrigin":null'), "wrong-origin"),
        (say(TYPE, CHALLENGE, PLACE, '"crossOrigin":0'), "wrong-origin"),
        (say(TYPE, CHALLENGE, PLACE, '"topOrigin":"https://evil.example"'), "wrong-origin"),
    ],
)
def test_client_data_that_says_anything_else_is_refused_although_it_was_signed(
    client_data: bytes, reason: str
) -> None:
    assert refuse(approve(DOCUMENT, 1, client_data=client_data)[0]) == reason


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"party": "evil.example"}, "wrong-origin"),
        ({"party": "example"}, "wrong-origin"),
        ({"flags": 0x00}, "not-verified-user"),
        ({"flags": 0x01}, "not-verified-user"),
        ({"flags": 0x04}, "not-verified-user"),
        ({"flags": 0xFA}, "not-verified-user"),
        ({"authenticator_data": b""}, "bad-signature"),
        ({"authenticator_data": bytes(36)}, "bad-signature"),
        ({"authenticator_data": bytes(37)}, "wrong-origin"),
    ],
)
def test_a_passkey_of_another_place_or_one_that_asked_nobody_is_refused(
    changes: dict[str, Any], reason: str
) -> None:
    assert refuse(approve(DOCUMENT, 1, **changes)[0]) == reason


def test_a_signature_made_for_signing_in_is_no_approval() -> None:
    approval = approve(DOCUMENT, 1, said={"challenge": encode_base64url(bytes(32))})[0]

    assert refuse(approval) == "wrong-document"


WRITTEN = encode_approval(approve(DOCUMENT, 1)[0])


@pytest.mark.parametrize(
    "value",
    [
        None, [], "", 1, {}, WRITTEN | {"more": 1}, {name: WRITTEN[name] for name in ("key", "trustee")},
        WRITTEN | {"trustee": None}, WRITTEN | {"trustee": ["a"]}, WRITTEN | {"key": None}, WRITTEN | {"key": "+/"},
        WRITTEN | {"key": "AA=="}, WRITTEN | {"signature": 1}, WRITTEN | {"client_data": b"AAAA"},
        WRITTEN | {"client_data": "A" * 8_000}, WRITTEN | {"authenticator_data": "A" * 4_000},
        WRITTEN | {"signature": "A" * 1_000}, WRITTEN | {"key": "A" * 1_000},
    ],
)  # fmt: skip
def test_what_is_no_signature_or_is_larger_than_any_is_unreadable(value: Any) -> None:
    with pytest.raises(ApprovalUnreadableError):
        parse_approval(value)


def test_client_data_up_to_its_bound_is_read() -> None:
    filler = LONGEST_CLIENT_DATA - len(say(TYPE, CHALLENGE, PLACE, '"more":""'))
    client_data = say(TYPE, CHALLENGE, PLACE, f'"more":"{"x" * filler}"')
    approval = approve(DOCUMENT, 1, client_data=client_data)[0]

    assert len(client_data) == LONGEST_CLIENT_DATA
    assert verify_approval(approval, DOCUMENT, PANEL).trustee == FIRST
    with pytest.raises(ApprovalUnreadableError):
        replace(approval, client_data=client_data + b" ")


def test_an_approval_is_checked_against_a_decision_and_never_against_other_bytes() -> None:
    with pytest.raises(DocumentUnreadableError):
        verify_approval(approve(b"{}", 1)[0], b"{}", PANEL)


def test_a_first_panel_needs_every_member_and_no_deputy() -> None:
    founding = make_change(PANEL, PANEL)

    assert count_needed(parse_document(founding), PANEL) == 3
    assert not is_approved(approve(founding, 1, 2, 4, 5), founding, PANEL)
    assert is_approved(approve(founding, 1, 2, 3), founding, PANEL)


def test_a_later_panel_needs_those_of_the_one_before() -> None:
    newcomers = tuple(make_trustee(number) for number in (7, 8, 9))
    change = make_change(PANEL, make_next(PANEL, trustees=newcomers))

    assert not is_approved(approve(change, 7, 8, 9), change, PANEL)
    assert is_approved(approve(change, 1, 2), change, PANEL)


def test_a_panel_that_was_read_from_its_bytes_judges_as_the_one_that_was_made() -> None:
    assert is_approved(approve(DOCUMENT, 2, 3), DOCUMENT, parse_panel(encode_panel(PANEL)))
