"""A witness decides in the order of the protocol, and cosigns nothing but what continues what it cosigned."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amanah.core.errors import InvalidInputError
from amanah.core.public_log.checkpoints import Checkpoint, sign_checkpoint
from amanah.core.public_log.cosignatures import cosign, verify_cosignature
from amanah.core.public_log.merkle import (
    EMPTY_ROOT,
    compute_consistency_proof,
    compute_leaf_hash,
    compute_root,
)
from amanah.core.public_log.notes import LONGEST_NOTE, UnreadableCheckpointError, encode_note, parse_note
from amanah.core.public_log.witnessing import (
    LONGEST_REQUEST,
    MOST_PROOF_LINES,
    AddCheckpoint,
    Answer,
    Decision,
    Held,
    UnreadableRequestError,
    decide_cosigning,
    encode_add_checkpoint,
    find_origin,
    parse_add_checkpoint,
)
from tests.core.public_log.build import NOW, ORIGIN, log_key, seed, witness_key
from tests.core.public_log.mangling import mangle, only_foreseen

LOGS = {ORIGIN: log_key()}
HASHES = [compute_leaf_hash(b"%d" % number) for number in range(600)]
FORK = [*HASHES[:3], compute_leaf_hash(b"fork"), *HASHES[4:]]
sizes = st.integers(0, 600)


def sign(
    size: int, hashes: list[bytes] = HASHES, root: bytes | None = None, key: str = "checkpoint"
) -> bytes:
    return sign_checkpoint(Checkpoint(ORIGIN, size, root or compute_root(hashes[:size])), seed(key))


def hold(size: int, hashes: list[bytes] = HASHES) -> Held:
    return Held(size, compute_root(hashes[:size]))


def ask(old: int, size: int, hashes: list[bytes] = HASHES) -> AddCheckpoint:
    proof = compute_consistency_proof(hashes[:size], old)
    return AddCheckpoint(old, tuple(proof), sign(size, hashes))


def decide(request: AddCheckpoint, held: Held | None) -> Decision:
    return decide_cosigning(parse_add_checkpoint(encode_add_checkpoint(request)), LOGS, held)


@given(sizes, sizes)
def test_what_continues_is_cosigned_and_then_held_again(first: int, second: int) -> None:
    old, size = sorted((first, second))
    decision = decide(ask(old, size), hold(old) if old else None)
    assert decision.answer is Answer.COSIGN
    assert decision.checkpoint == Checkpoint(ORIGIN, size, compute_root(HASHES[:size]))
    assert decision.note is not None
    line = cosign(decision.note.text, name=witness_key("cedar").name, seed=seed("cedar"), at=NOW)
    assert verify_cosignature(parse_note(encode_note(decision.note.text, line)), witness_key("cedar")) == NOW
    again = decide(ask(size, size), Held(decision.checkpoint.size, decision.checkpoint.root))
    assert (again.answer, again.is_fork) == (Answer.COSIGN, False)


@given(sizes, sizes)
def test_another_history_is_never_cosigned(first: int, second: int) -> None:
    old, size = sorted((first, second))
    decision = decide(ask(old, size, FORK), hold(old) if old else None)
    assert (decision.answer is Answer.COSIGN) == (old <= 3)
    if old > 3:
        assert decision.answer is Answer.NOT_CONSISTENT
        assert decision.is_fork == (old == size)
        assert decision.checkpoint is not None
        assert decision.note is not None


@given(sizes, sizes, sizes)
def test_an_old_size_that_is_not_held_is_a_conflict_or_malformed_and_never_more(
    old: int, size: int, held: int
) -> None:
    decision = decide(ask(old, size), hold(held) if held else None)
    expected = Answer.COSIGN
    if old > size:
        expected = Answer.MALFORMED
    elif old != held:
        expected = Answer.OTHER_SIZE
    assert decision.answer is expected


def test_each_answer_is_given_though_everything_behind_it_is_wrong_too() -> None:
    """Each request below has all faults of the ones after it."""
    wrong_proof = (bytes(32),)
    elsewhere = sign_checkpoint(Checkpoint("other.example/log", 5, bytes(32)), seed("stranger"))
    by_stranger = sign(5, root=bytes(32), key="stranger")
    signed = sign(5, root=bytes(32))
    held = hold(7)
    answers = [
        decide(AddCheckpoint(9, wrong_proof, elsewhere), held),
        decide(AddCheckpoint(9, wrong_proof, by_stranger), held),
        decide(AddCheckpoint(9, wrong_proof, signed), held),
        decide(AddCheckpoint(4, wrong_proof, signed), held),
        decide(AddCheckpoint(4, wrong_proof, signed), hold(4)),
        decide(ask(4, 5), hold(4)),
    ]
    assert [decision.answer.value for decision in answers] == [404, 403, 400, 409, 422, 200]
    assert not any(decision.is_fork for decision in answers)


def test_what_is_not_signed_is_never_shown_as_evidence() -> None:
    for request in (
        AddCheckpoint(5, (), sign(5, FORK, key="stranger")),
        AddCheckpoint(5, (), sign(5, FORK).replace(b"\n5\n", b"\n6\n")),
        AddCheckpoint(6, (), sign(5, FORK)),
    ):
        decision = decide(request, hold(5))
        assert (decision.is_fork, decision.note, decision.checkpoint) == (False, None, None)


def test_a_good_line_does_not_excuse_a_bad_one_in_the_logs_name() -> None:
    bad = sign(5).replace(b"\n5\n", b"\n6\n").partition(b"\n\n")[2]
    stranger = sign(5, key="stranger").partition(b"\n\n")[2]
    note = sign(6)
    assert decide(AddCheckpoint(0, (), note + stranger), None).answer is Answer.COSIGN
    assert decide(AddCheckpoint(0, (), note + note.partition(b"\n\n")[2]), None).answer is Answer.COSIGN
    assert decide(AddCheckpoint(0, (), note + bad), None).answer is Answer.NOT_SIGNED
    assert decide(AddCheckpoint(0, (), note.partition(b"\n\n")[0] + b"\n\n" + stranger), None).answer is (
        Answer.NOT_SIGNED
    )


def test_a_fork_is_evidence_whichever_old_size_it_came_with() -> None:
    held = hold(5)
    for old, proof, answer in ((5, (), 422), (5, (bytes(32),), 422), (0, (), 409), (4, (), 409)):
        decision = decide(AddCheckpoint(old, proof, sign(5, FORK)), held)
        assert (decision.answer.value, decision.is_fork) == (answer, True)
        assert decision.note is not None
        assert decision.note.text == parse_note(sign(5, FORK)).text


def test_the_same_size_needs_the_same_root_and_no_proof() -> None:
    assert decide(AddCheckpoint(5, (), sign(5)), hold(5)).answer is Answer.COSIGN
    with_proof = decide(AddCheckpoint(5, (bytes(32),), sign(5)), hold(5))
    assert (with_proof.answer, with_proof.is_fork) == (Answer.NOT_CONSISTENT, False)


@pytest.mark.parametrize("held", [None, Held(0, EMPTY_ROOT)])
def test_everything_continues_the_empty_tree_which_has_one_root(held: Held | None) -> None:
    assert decide(ask(0, 0), held).answer is Answer.COSIGN
    assert decide(ask(0, 600), held).answer is Answer.COSIGN
    assert decide(AddCheckpoint(0, (bytes(32),), sign(5)), held).answer is Answer.NOT_CONSISTENT
    assert decide(AddCheckpoint(0, (bytes(32),), sign(0)), held).answer is Answer.NOT_CONSISTENT
    lie = decide(AddCheckpoint(0, (), sign(0, root=bytes(32))), held)
    assert (lie.answer, lie.is_fork) == (Answer.NOT_CONSISTENT, held is not None)


def test_a_checkpoint_of_one_log_is_not_cosigned_for_another() -> None:
    logs = {"other.amanah/log": log_key()}
    assert decide_cosigning(ask(0, 5), logs, None).answer is Answer.UNKNOWN_LOG
    assert decide_cosigning(ask(0, 5), {ORIGIN: witness_key("cedar")}, None).answer is Answer.NOT_SIGNED
    assert find_origin(ask(0, 5)) == ORIGIN


def test_63_hashes_are_read_and_64_are_not() -> None:
    request = AddCheckpoint(4, (bytes(32),) * MOST_PROOF_LINES, sign(5))
    assert parse_add_checkpoint(encode_add_checkpoint(request)) == request
    with pytest.raises(UnreadableRequestError):
        parse_add_checkpoint(encode_add_checkpoint(request._replace(proof=(bytes(32),) * 64)))


def test_the_longest_note_with_the_longest_proof_is_read_and_a_longer_body_is_not() -> None:
    stranger = sign(5, key="stranger").partition(b"\n\n")[2]
    head, _, line = sign(5).partition(b"\n\n")
    room = LONGEST_NOTE - len(head) - len(line) - len(stranger) - 4
    note = head + b"\n" + b"x" * room + b"\n\n" + line + stranger + b"\n"
    note = note[: note.rindex(b"\n")]
    assert LONGEST_NOTE - 2 <= len(note) <= LONGEST_NOTE
    longest = AddCheckpoint(10**18, (bytes(32),) * 63, note)
    assert len(encode_add_checkpoint(longest)) <= LONGEST_REQUEST
    assert parse_add_checkpoint(encode_add_checkpoint(longest)) == longest
    assert decide(longest, None).answer is Answer.NOT_SIGNED
    with pytest.raises(UnreadableRequestError):
        parse_add_checkpoint(encode_add_checkpoint(longest) + b"x" * LONGEST_REQUEST)


@given(
    st.integers(0, 10**19 - 1),
    st.lists(st.binary(min_size=32, max_size=32), max_size=63),
    st.binary(max_size=200),
)
def test_a_request_is_read_as_it_was_written(old: int, proof: list[bytes], note: bytes) -> None:
    request = AddCheckpoint(old, tuple(proof), note)
    assert parse_add_checkpoint(encode_add_checkpoint(request)) == request


BODY = encode_add_checkpoint(ask(5, 7))
HASH = BODY.split(b"\n")[1]


@pytest.mark.parametrize(
    "body",
    [
        BODY.replace(b"old 5", b"old 05"),
        BODY.replace(b"old 5", b"old 00"),
        BODY.replace(b"old 5", b"old +5"),
        BODY.replace(b"old 5", b"old 5 "),
        BODY.replace(b"old 5", b"Old 5"),
        BODY.replace(b"old 5", b"old 10000000000000000000"),
        BODY.replace(b"old 5", "old \u0665".encode()),
        BODY.replace(HASH, HASH + b" "),
        BODY.replace(HASH, HASH[:-1]),
        BODY.replace(HASH, b"A" * 44),
        BODY.replace(HASH, b"A" * 40),
        BODY.replace(HASH, HASH + b"\r"),
        BODY.replace(b"old 5\n", b"old 5\n\xff\n"),
        BODY.replace(b"\n\n", b"\n", 1).rpartition(b"\n\n")[0],
        b"\n\n" + BODY,
    ],
)
def test_a_request_in_another_spelling_is_malformed(body: bytes) -> None:
    with pytest.raises(UnreadableRequestError):
        parse_add_checkpoint(body)


def test_a_note_that_is_no_checkpoint_is_malformed() -> None:
    for note in (b"", b"x", sign(5)[:-1], sign(5).replace(b"\n5\n", b"\n05\n"), b"\xff" + sign(5)):
        with pytest.raises(UnreadableCheckpointError):
            decide(AddCheckpoint(0, (), note), None)


BODIES = [encode_add_checkpoint(ask(old, size)) for old, size in ((0, 0), (0, 5), (5, 5), (5, 600))]


@given(mangle(BODIES), st.sampled_from([None, hold(5)]))
def test_no_body_breaks_a_witness_and_none_makes_it_cosign_what_was_not_signed(
    body: bytes, held: Held | None
) -> None:
    request = only_foreseen(parse_add_checkpoint, body)
    if request is None:
        return
    assert encode_add_checkpoint(request) == body
    only_foreseen(find_origin, request)
    decision = only_foreseen(decide_cosigning, request, LOGS, held)
    if decision is not None and decision.answer is Answer.COSIGN:
        assert decision.checkpoint.size in {0, 5, 600}
        assert decision.checkpoint.root == compute_root(HASHES[: decision.checkpoint.size])
        assert request.old_size == (held.size if held else 0)


@given(mangle(BODIES))
def test_the_reader_of_requests_never_takes_two_bodies_for_one(body: bytes) -> None:
    try:
        request = parse_add_checkpoint(body)
    except InvalidInputError:
        return
    assert encode_add_checkpoint(request) == body
