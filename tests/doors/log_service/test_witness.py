"""Our witness cosigns only what continues what it cosigned, never forgets, and shows what proves a fork."""

import shutil
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from amanah.core.errors import MisconfiguredError
from amanah.core.public_log.checkpoints import (
    Checkpoint,
    compute_verifier_key,
    sign_checkpoint,
    verify_checkpoint,
)
from amanah.core.public_log.cosignatures import cosign, verify_cosignature
from amanah.core.public_log.merkle import (
    compute_consistency_proof,
    compute_leaf_hash,
)
from amanah.core.public_log.notes import (
    COSIGNER,
    VerifierKey,
    encode_verifier_key,
    parse_note,
)
from amanah.core.public_log.witnessing import AddCheckpoint, Answer, encode_add_checkpoint
from amanah.log_service.identity import load_witness_identity
from amanah.log_service.witness.opening import open_witness
from amanah.log_service.witness.store import MOST_EVIDENCE, WitnessFencedError, WitnessStore
from amanah.log_service.witness.witness import Verdict, Witness
from amanah.web.database import Database, open_database
from tests.doors.log_service.place import NOW, LogPlace
from tests.doors.log_service.valley import (
    KEY,
    LEAVES,
    ORIGIN,
    ORIGIN_HASH,
    OTHERS,
    SEED,
    request,
    serve,
    sign,
)


class Clock:
    def __init__(self) -> None:
        self.time = float(NOW)

    def __call__(self) -> float:
        return self.time


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def opened(any_place: LogPlace, clock: Clock) -> Iterator[tuple[Witness, Database]]:
    serve(any_place, KEY)
    with open_database(any_place.config.database("log")) as database:
        yield open_witness(any_place.config, database, clock), database


@pytest.fixture
def witness(opened: tuple[Witness, Database]) -> Witness:
    return opened[0]


def add(witness: Witness, asked: AddCheckpoint) -> Verdict:
    early = witness.refuse_early(encode_add_checkpoint(asked))
    return early if isinstance(early, Verdict) else witness.add_checkpoint(early)


def read_time(witness: Witness, note: bytes) -> int:
    at = verify_cosignature(parse_note(note), witness.identity.verifier_key)
    assert at is not None
    return at


def test_a_growing_log_is_cosigned_and_the_last_checkpoint_is_shown(witness: Witness, clock: Clock) -> None:
    assert witness.find_checkpoint(ORIGIN_HASH) is None
    assert witness.find_evidence(ORIGIN_HASH) is None
    held = 0
    for size in (0, 1, 5, 5, 255, 256, 257, 600):
        clock.time += 10
        verdict = add(witness, request(held, size))
        assert verdict.answer is Answer.COSIGN, size
        shown = witness.find_checkpoint(ORIGIN_HASH)
        assert shown == sign(size) + verdict.line
        assert verify_checkpoint(shown, KEY).size == size
        assert read_time(witness, shown) == int(clock.time)
        held = size
    assert witness.find_evidence(ORIGIN_HASH) == []


def test_what_does_not_continue_is_refused_and_changes_nothing(witness: Witness) -> None:
    assert add(witness, request(0, 100)).answer is Answer.COSIGN
    before = witness.find_checkpoint(ORIGIN_HASH)
    wrong = AddCheckpoint(100, tuple(compute_consistency_proof(OTHERS[:200], 100)), sign(200, OTHERS))
    assert add(witness, request(0, 200)) == Verdict(Answer.OTHER_SIZE, size=100)
    assert add(witness, request(99, 200)) == Verdict(Answer.OTHER_SIZE, size=100)
    assert add(witness, request(50, 60)) == Verdict(Answer.OTHER_SIZE, size=100)
    assert add(witness, AddCheckpoint(100, (), sign(60))).answer is Answer.MALFORMED
    assert add(witness, wrong).answer is Answer.NOT_CONSISTENT
    assert add(witness, AddCheckpoint(100, (), sign(200))).answer is Answer.NOT_CONSISTENT
    stranger = sign(200, seed=bytes(32))
    assert add(witness, AddCheckpoint(100, (), stranger)).answer is Answer.NOT_SIGNED
    unknown = sign(200, origin="somewhere.else/log")
    assert add(witness, AddCheckpoint(0, (), unknown)).answer is Answer.UNKNOWN_LOG
    assert witness.refuse_early(b"old 1\n\nnothing") == Verdict(Answer.MALFORMED)
    assert witness.find_checkpoint(ORIGIN_HASH) == before
    assert witness.find_evidence(ORIGIN_HASH) == []


def test_a_size_that_no_database_can_hold_is_refused_before_it_reaches_one(witness: Witness) -> None:
    note = sign_checkpoint(Checkpoint(ORIGIN, 2**63, bytes(32)), SEED)
    assert witness.refuse_early(encode_add_checkpoint(AddCheckpoint(0, (), note))) == Verdict(
        Answer.MALFORMED
    )
    largest = sign_checkpoint(Checkpoint(ORIGIN, 2**63 - 1, bytes(32)), SEED)
    assert add(witness, AddCheckpoint(0, (), largest)).answer is Answer.COSIGN


def test_two_histories_of_one_size_are_kept_as_proof_even_after_the_log_went_on(witness: Witness) -> None:
    add(witness, request(0, 100))
    first = witness.find_checkpoint(ORIGIN_HASH)
    assert add(witness, AddCheckpoint(100, (), sign(100, OTHERS))).answer is Answer.NOT_CONSISTENT
    assert add(witness, AddCheckpoint(0, (), sign(100, OTHERS))) == Verdict(Answer.OTHER_SIZE, size=100)
    add(witness, request(100, 200))
    evidence = witness.find_evidence(ORIGIN_HASH)
    assert evidence is not None
    assert sorted(evidence) == sorted([first, sign(100, OTHERS)])
    checkpoints = [verify_checkpoint(note, KEY) for note in evidence]
    assert checkpoints[0].size == checkpoints[1].size
    assert checkpoints[0].root != checkpoints[1].root


def test_no_more_than_sixteen_proofs_are_kept_for_a_log(witness: Witness) -> None:
    add(witness, request(0, 100))
    for number in range(40):
        fork = [*LEAVES[:50], *(compute_leaf_hash(b"%d %d" % (number, leaf)) for leaf in range(50))]
        add(witness, AddCheckpoint(100, (), sign(100, fork)))
    evidence = witness.find_evidence(ORIGIN_HASH)
    assert evidence is not None
    assert len(evidence) == len(set(evidence)) == MOST_EVIDENCE


def test_the_time_of_a_cosignature_never_falls_when_the_clock_does(
    witness: Witness, clock: Clock, any_place: LogPlace
) -> None:
    add(witness, request(0, 1))
    clock.time = NOW - 100_000
    for size in (2, 2, 3):
        add(witness, request(min(size, witness_size(witness)), size))
        assert read_time(witness, witness.find_checkpoint(ORIGIN_HASH) or b"") == NOW
    with open_database(any_place.config.database("log")) as database:
        again = open_witness(any_place.config, database, clock)
        add(again, request(3, 4))
        assert read_time(again, again.find_checkpoint(ORIGIN_HASH) or b"") == NOW
    clock.time = NOW + 5
    add(witness, request(4, 5))
    assert read_time(witness, witness.find_checkpoint(ORIGIN_HASH) or b"") == NOW + 5


def witness_size(witness: Witness) -> int:
    return verify_checkpoint(witness.find_checkpoint(ORIGIN_HASH) or b"", KEY).size


def test_lines_that_others_put_under_a_checkpoint_are_neither_kept_nor_shown(witness: Witness) -> None:
    stranger = compute_verifier_key("stranger", bytes(32), COSIGNER)
    line = "— stranger " + "A" * 8 + "\n"
    assert stranger.name == "stranger"
    verdict = add(witness, AddCheckpoint(0, (), sign(10) + line.encode()))
    assert verdict.answer is Answer.COSIGN
    assert witness.find_checkpoint(ORIGIN_HASH) == sign(10) + verdict.line


def test_the_list_of_logs_is_read_again_when_it_changes_and_kept_when_it_cannot_be_read(
    any_place: LogPlace, witness: Witness, caplog: pytest.LogCaptureFixture
) -> None:
    path = any_place.config.data / "public" / "witnessed-logs"
    assert add(witness, request(0, 1)).answer is Answer.COSIGN
    path.write_text("this is not a key\n")
    assert add(witness, request(1, 2)).answer is Answer.COSIGN
    add(witness, request(2, 2))
    assert caplog.text.count("line 1") == 1
    path.write_text("# nobody\n\n")
    assert add(witness, request(2, 3)).answer is Answer.UNKNOWN_LOG
    assert verify_checkpoint(witness.find_checkpoint(ORIGIN_HASH) or b"", KEY).size == 2
    path.write_text(f"\n  # the valley\n{encode_verifier_key(KEY)}\n")
    assert add(witness, request(2, 3)).answer is Answer.COSIGN
    path.unlink()
    assert add(witness, request(3, 4)).answer is Answer.UNKNOWN_LOG


@pytest.mark.parametrize("lines", [["not a key"], [encode_verifier_key(KEY)] * 2, ["the witness itself"]])
def test_a_list_that_cannot_be_followed_stops_the_start(place: LogPlace, lines: list[str]) -> None:
    own = VerifierKey("own.example/log", place.witness_key.public_key)
    texts = [encode_verifier_key(own) if line == "the witness itself" else line for line in lines]
    (place.config.data / "public" / "witnessed-logs").write_text("\n".join(texts))
    with (
        open_database(place.config.database("log")) as database,
        pytest.raises(MisconfiguredError, match="witnessed-logs, line"),
    ):
        open_witness(place.config, database, time.time)


def test_a_witness_key_that_nobody_was_told_of_stops_the_start(place: LogPlace) -> None:
    (place.config.keys("log") / "witness-signing.key").write_bytes(bytes(range(32)))
    with (
        open_database(place.config.database("log")) as database,
        pytest.raises(MisconfiguredError, match=r"witness\.vkey"),
    ):
        open_witness(place.config, database, time.time)


def test_the_database_itself_refuses_to_let_the_witness_forget(opened: tuple[Witness, Database]) -> None:
    witness, database = opened
    add(witness, request(0, 100))
    add(witness, AddCheckpoint(100, (), sign(100, OTHERS)))
    for sql in (
        "DELETE FROM witnessed_log",
        "UPDATE witnessed_log SET size = 99",
        "UPDATE witnessed_log SET cosigned_at = cosigned_at - 1",
        "DELETE FROM fork_evidence",
        "UPDATE fork_evidence SET size = 1",
    ):
        with pytest.raises((sqlite3.DatabaseError, psycopg.DatabaseError), match="append-only"):
            database.execute(sql)
    database.execute("UPDATE witnessed_log SET size = size + 1")


def test_a_second_process_on_the_same_memory_is_noticed_before_it_cosigns(any_place: LogPlace) -> None:
    serve(any_place, KEY)
    url = any_place.config.database("log")
    with open_database(url) as first, open_database(url) as second:
        one = open_witness(any_place.config, first, lambda: NOW)
        add(one, request(0, 10))
        store = WitnessStore(second)
        before = store.find_cosigned(ORIGIN_HASH)
        assert before is not None
        add(one, request(10, 20))
        with pytest.raises(WitnessFencedError):
            store.record_cosigned(before, before._replace(size=15))
        assert witness_size(one) == 20


def test_a_database_put_back_from_yesterday_does_not_make_the_witness_forget(
    place: LogPlace, clock: Clock, tmp_path: Path
) -> None:
    serve(place, KEY)
    file = place.config.folder("log") / "log.sqlite3"

    def open_and(*asked: AddCheckpoint) -> list[Answer]:
        with open_database(place.config.database("log")) as database:
            witness = open_witness(place.config, database, clock)
            return [add(witness, one).answer for one in asked]

    assert open_and(request(0, 100)) == [Answer.COSIGN]
    shutil.copy(file, tmp_path / "yesterday")
    clock.time += 1_000
    assert open_and(request(100, 200)) == [Answer.COSIGN]
    for leftover in place.config.folder("log").glob("log.sqlite3-*"):
        leftover.unlink()
    shutil.copy(tmp_path / "yesterday", file)
    clock.time -= 500
    fork = [*LEAVES[:150], *OTHERS[150:300]]
    forked = AddCheckpoint(100, tuple(compute_consistency_proof(fork, 100)), sign(300, fork))
    assert open_and(forked, request(200, 201)) == [Answer.OTHER_SIZE, Answer.COSIGN]
    with open_database(place.config.database("log")) as database:
        witness = open_witness(place.config, database, clock)
        assert read_time(witness, witness.find_checkpoint(ORIGIN_HASH) or b"") == NOW + 1_000


def test_a_key_that_was_used_in_two_places_stops_the_start(place: LogPlace, tmp_path: Path) -> None:
    serve(place, KEY)
    remembered = place.config.keys("log") / "last-cosigned" / ORIGIN_HASH.hex()
    with open_database(place.config.database("log")) as database:
        add(open_witness(place.config, database, lambda: NOW), request(0, 100))
        line = remembered.read_bytes()[len(sign(100)) :]
        assert remembered.read_bytes() == sign(100) + line
        remembered.write_bytes(b"torn")
        open_witness(place.config, database, lambda: NOW)
        identity = load_witness_identity(place.config)
        other = sign(100, OTHERS)
        remembered.write_bytes(
            other + cosign(parse_note(other).text, name=identity.name, seed=identity.seed, at=NOW)
        )
        with pytest.raises(MisconfiguredError, match="two histories"):
            open_witness(place.config, database, lambda: NOW)
