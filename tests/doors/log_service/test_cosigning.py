"""The log gathers cosignatures without waiting for the dead, believing the liars, or holding up an entry."""

import json
import time
import urllib.request
from collections.abc import Callable
from functools import partial

import pytest

from amanah.core.public_log.checkpoints import Checkpoint, sign_checkpoint, verify_checkpoint
from amanah.core.public_log.notes import parse_note
from amanah.core.public_log.policies import NotWitnessedError, Policy, read_cosignatures
from amanah.core.public_log.witnessing import parse_add_checkpoint
from amanah.log_service.asking import ASKING_SECONDS
from amanah.web.log_policy import find_policy_path
from tests.doors.log_service.odd_witness import cosign_all, make_line, run_odd_witness
from tests.doors.log_service.place import FOUNDING, LogPlace, MakePlace, stop, wait_until

pytestmark = pytest.mark.processes


def is_witnessed(place: LogPlace, policy: Policy, size: int) -> bool:
    """Tell whether the published checkpoint has a size and what the policy asks for."""
    try:
        return place.read_under(policy).size == size
    except (NotWitnessedError, FileNotFoundError):
        return False


def read_published_size(place: LogPlace) -> int:
    path = place.public / "checkpoint"
    return verify_checkpoint(path.read_bytes(), place.log_key).size if path.exists() else 0


def test_two_communities_on_one_machine_witness_each_other(make_place: MakePlace, vendor: str) -> None:
    commons, hill = make_place(vendor), make_place("sqlite", "hill")
    policies = {
        "commons": commons.write_policy(hill.as_witness("hill")),
        "hill": hill.write_policy(commons.as_witness("commons")),
    }
    commons.serve_log_of(hill)
    hill.serve_log_of(commons)
    processes = [commons.start_process(), hill.start_process()]
    wait_until(lambda: is_witnessed(commons, policies["commons"], FOUNDING))
    wait_until(lambda: is_witnessed(hill, policies["hill"], FOUNDING))
    for number in range(5):
        for place in (commons, hill):
            assert place.post(place.entry(number))[0] == 200
        started = time.monotonic()
        wait_until(partial(is_witnessed, commons, policies["commons"], FOUNDING + number + 1))
        wait_until(partial(is_witnessed, hill, policies["hill"], FOUNDING + number + 1))
        assert time.monotonic() - started < 5
    stated = commons.read().list_entries("policy_stated")[-1]
    assert (stated.body["witnesses"], stated.body["least"]) == (1, 1)
    # The one that started first said once that the other was not there yet, and nothing after that.
    first, second = stop(processes[0]), stop(processes[1])
    assert first.count("\n") <= 2
    assert second.count("\n") <= 1


def test_a_log_that_asks_the_witness_in_its_own_process_waits_for_nothing(place: LogPlace) -> None:
    place.serve_log_of(place)
    policy = place.write_policy(place.as_witness("self"))
    process = place.start_process()
    wait_until(partial(is_witnessed, place, policy, FOUNDING))
    took = []
    # The quickest of several: a busy machine makes one slow, but a log that waited for itself would make all slow.
    for number in range(1, 5):
        started = time.monotonic()
        assert place.post(place.entry(number))[0] == 200
        wait_until(partial(is_witnessed, place, policy, FOUNDING + number))
        took.append(time.monotonic() - started)
    assert min(took) < ASKING_SECONDS - 0.5
    # Before its first signature a log has shown nothing; from then on it says whom it could not ask.
    assert "do not answer" not in stop(process)
    again = place.start_process()
    assert "do not answer: self" in stop(again)


def test_a_checkpoint_keeps_its_cosignatures_over_a_restart(make_place: MakePlace) -> None:
    commons, hill = make_place("sqlite"), make_place("sqlite", "hill")
    policy = commons.write_policy(hill.as_witness("hill"))
    hill.serve_log_of(commons)
    witness = hill.start_process("witness.process")
    process = commons.start_process()
    wait_until(lambda: is_witnessed(commons, policy, FOUNDING))
    stop(process)
    stop(witness)
    (commons.public / "checkpoint").unlink()
    ledger = commons.open()
    assert ledger.has_unsigned_entries
    assert commons.read_under(policy).size == FOUNDING


def test_without_a_quorum_the_log_publishes_within_five_seconds_and_again_when_the_witness_is_back(
    make_place: MakePlace,
) -> None:
    commons, hill = make_place("sqlite"), make_place("sqlite", "hill")
    policy = commons.write_policy(hill.as_witness("hill"))
    hill.serve_log_of(commons)
    process = commons.start_process()
    started = time.monotonic()
    assert commons.post(commons.entry(1))[0] == 200
    assert time.monotonic() - started < 1
    wait_until(lambda: read_published_size(commons) == FOUNDING + 1, 5)
    with pytest.raises(NotWitnessedError):
        commons.read_under(policy)
    witness = hill.start_process("witness.process")
    wait_until(lambda: is_witnessed(commons, policy, FOUNDING + 1), 40)
    assert stop(process).count("does not cosign") == 1
    stop(witness)


def bad_line(body: bytes) -> tuple[int, bytes]:
    name, _, blob = make_line(body).decode().rpartition(" ")
    return 200, f"{name} {blob[:20]}AAAA{blob[24:]}".encode()


def line_by_another_key(body: bytes) -> tuple[int, bytes]:
    return 200, make_line(body, seed=bytes(32))


def line_in_another_name(body: bytes) -> tuple[int, bytes]:
    return 200, make_line(body, name="somebody.else/witness")


def line_of_another_checkpoint(body: bytes) -> tuple[int, bytes]:
    return 200, make_line(body.replace(b"\n7\n", b"\n8\n").replace(b"\n8\n", b"\n9\n"))


LIES: dict[str, Callable[[bytes], tuple[int, bytes]]] = {
    "bad line": bad_line,
    "another key": line_by_another_key,
    "another name": line_in_another_name,
    "another checkpoint": line_of_another_checkpoint,
    "no line": lambda _: (200, b""),
    "not a line": lambda _: (200, b"\xff\xfe\n"),
    "wrong size": lambda _: (409, b"3\n"),
    "larger size": lambda _: (409, b"999999\n"),
    "no size": lambda _: (409, b"many\n"),
    "not consistent": lambda _: (422, b""),
    "error": lambda _: (500, b"oops"),
    "unknown log": lambda _: (404, b""),
    "too much": lambda _: (200, bytes(1_000_000)),
}


@pytest.mark.parametrize("lie", LIES)
def test_a_lying_witness_changes_nothing_and_holds_up_nobody(make_place: MakePlace, lie: str) -> None:
    commons, hill = make_place("sqlite"), make_place("sqlite", "hill")
    hill.serve_log_of(commons)
    with run_odd_witness(LIES[lie]) as odd:
        policy = commons.write_policy(hill.as_witness("hill"), odd.as_witness("odd"))
        witness, process = hill.start_process("witness.process"), commons.start_process()
        wait_until(lambda: is_witnessed(commons, policy, FOUNDING))
        started = time.monotonic()
        assert commons.post(commons.entry(1))[0] == 200
        wait_until(lambda: is_witnessed(commons, policy, FOUNDING + 1))
        assert time.monotonic() - started < 3
        wait_until(lambda: bool(odd.asked))
        note = (commons.public / "checkpoint").read_bytes()
        assert set(read_cosignatures(note, policy).seen_at) == {"hill"}
        assert len(parse_note(note).lines) == 2
        output = stop(process)
        assert output.count("The witness odd does not cosign") == 1, output
        stop(witness)


def test_a_good_line_among_bad_and_strange_ones_is_kept(place: LogPlace) -> None:
    def answer(body: bytes) -> tuple[int, bytes]:
        return 200, line_by_another_key(body)[1] + bad_line(body)[1] + make_line(body)

    with run_odd_witness(answer) as odd:
        policy = place.write_policy(odd.as_witness("odd"))
        process = place.start_process()
        wait_until(lambda: is_witnessed(place, policy, FOUNDING))
        assert len(parse_note((place.public / "checkpoint").read_bytes()).lines) == 2
        assert stop(process) == ""


def test_a_witness_that_hangs_keeps_no_entry_and_no_other_witness_waiting(make_place: MakePlace) -> None:
    commons, hill = make_place("sqlite"), make_place("sqlite", "hill")
    hill.serve_log_of(commons)
    with run_odd_witness() as odd:
        odd.answer = lambda body: ((odd.hangs.wait(30) and 200) or 200, make_line(body))
        policy = commons.write_policy(hill.as_witness("hill"), odd.as_witness("odd"))
        witness, process = hill.start_process("witness.process"), commons.start_process()
        for number in range(4):
            started = time.monotonic()
            assert commons.post(commons.entry(number))[0] == 200
            assert time.monotonic() - started < 1
            wait_until(partial(is_witnessed, commons, policy, FOUNDING + number + 1))
            assert time.monotonic() - started < 3
        stop(process)
        stop(witness)


def test_entries_are_taken_in_while_witnesses_are_asked(place: LogPlace) -> None:
    with run_odd_witness() as odd:
        odd.answer = lambda body: ((odd.hangs.wait(1.5) and 200) or 200, make_line(body))
        policy = place.write_policy(odd.as_witness("odd"))
        process = place.start_process()
        wait_until(lambda: is_witnessed(place, policy, FOUNDING))
        slowest = 0.0
        for number in range(30):
            started = time.monotonic()
            assert place.post(place.entry(number))[0] == 200
            slowest = max(slowest, time.monotonic() - started)
            time.sleep(0.05)
        assert slowest < 1
        wait_until(lambda: is_witnessed(place, policy, FOUNDING + 30))
        sizes = [verify_checkpoint(parse_add_checkpoint(body).note, place.log_key).size for body in odd.asked]
        assert len(sizes) < 10
        stop(process)


def seed_of(place: LogPlace) -> bytes:
    return (place.config.keys("log") / "checkpoint-signing.key").read_bytes()


def test_a_larger_tree_under_our_own_signature_stops_the_running_log(place: LogPlace) -> None:
    larger = sign_checkpoint(Checkpoint(place.config.log_origin, 5_000, bytes(32)), seed_of(place))
    with run_odd_witness() as odd:
        place.write_policy(odd.as_witness("odd"))
        process = place.start_process()
        odd.answer, odd.shown = lambda _: (409, b"5000\n"), larger
        place.post(place.entry(1))
        output = process.communicate(timeout=20)[0].decode()
        assert process.returncode != 0
        assert "shows 5000 entries under this log's own signature" in output
        (kept,) = (place.config.folder("log") / "evidence").glob("*-proof-409.json")
        assert json.loads(kept.read_text())["shows"] == larger.decode()


def test_another_history_under_our_own_signature_stops_the_running_log(place: LogPlace) -> None:
    with run_odd_witness() as odd:
        place.write_policy(odd.as_witness("odd"))
        process = place.start_process()
        wait_until(lambda: read_published_size(place) == FOUNDING)
        other = sign_checkpoint(Checkpoint(place.config.log_origin, FOUNDING, bytes(32)), seed_of(place))
        odd.answer, odd.shown = lambda _: (422, b""), other
        place.post(place.entry(1))
        output = process.communicate(timeout=20)[0].decode()
        assert process.returncode != 0
        assert f"another history of the first {FOUNDING} entries" in output
        assert list((place.config.folder("log") / "evidence").glob("*-proof-422.json"))


def test_a_claim_without_our_signature_is_kept_and_stops_nothing(place: LogPlace) -> None:
    with run_odd_witness(lambda _: (409, b"5000\n")) as odd:
        odd.shown = sign_checkpoint(Checkpoint(place.config.log_origin, 5_000, bytes(32)), bytes(32))
        place.write_policy(odd.as_witness("odd"))
        process = place.start_process()
        wait_until(lambda: read_published_size(place) == FOUNDING)
        odd.answer = cosign_all
        wait_until(lambda: len(parse_note((place.public / "checkpoint").read_bytes()).lines) == 2, 40)
        (kept,) = (place.config.folder("log") / "evidence").glob("*.json")
        assert "claim-409" in kept.name
        output = stop(process)
        assert "never signed" in output
        assert output.count("does not cosign") == 1


@pytest.mark.parametrize("case", ["larger", "another history"])
def test_what_a_witness_shows_at_the_start_is_held_against_the_database(place: LogPlace, case: str) -> None:
    place.open()
    place.close()
    size = 5_000 if case == "larger" else FOUNDING - 1
    note = sign_checkpoint(Checkpoint(place.config.log_origin, size, bytes(32)), seed_of(place))
    before = place.last_signed.read_bytes()
    with run_odd_witness() as odd:
        odd.shown = note
        place.write_policy(odd.as_witness("odd"))
        match = "the witness odd shows" if case == "larger" else "The witness odd shows another history"
        with pytest.raises(Exception, match=match):
            place.open()
    assert place.last_signed.read_bytes() == before
    assert not odd.asked


def test_witnesses_that_do_not_answer_at_the_start_are_named_in_one_line(
    place: LogPlace, caplog: pytest.LogCaptureFixture
) -> None:
    with run_odd_witness() as odd:
        pass
    policy_file = find_policy_path(place.config)
    alone = policy_file.read_text()
    place.write_policy(odd.as_witness("odd"), ("far", place.witness_key, place.url("/witness")))
    asking = policy_file.read_text()
    place.open()
    assert not caplog.records, "nothing was signed yet"
    policy_file.write_text(alone)
    place.open()
    policy_file.write_text(asking)
    place.open()
    (record,) = caplog.records
    assert record.getMessage().endswith("because they do not answer: far, odd.")


def test_a_witness_without_an_address_or_with_an_unusable_one(place: LogPlace) -> None:
    place.write_policy(("odd", place.witness_key, "gopher://x"))
    with pytest.raises(Exception, match="gopher"):
        place.open()
    path = place.config.data / "public" / "log.policy"
    path.write_text(path.read_text().replace(" gopher://x", ""))
    process = place.start_process()
    wait_until(lambda: read_published_size(place) == FOUNDING, 6)
    with urllib.request.urlopen(place.url("/policy"), timeout=5) as answer:
        assert answer.read() == path.read_bytes()
    assert stop(process) == ""


def test_a_witness_that_lost_its_memory_is_told_everything_again(place: LogPlace) -> None:
    with run_odd_witness() as odd:
        policy = place.write_policy(odd.as_witness("odd"))
        process = place.start_process()
        wait_until(lambda: is_witnessed(place, policy, FOUNDING))
        forgetful: list[int] = []

        def answer(body: bytes) -> tuple[int, bytes]:
            forgetful.append(parse_add_checkpoint(body).old_size)
            return (409, b"0\n") if forgetful[-1] else (200, make_line(body))

        odd.answer = answer
        place.post(place.entry(1))
        wait_until(lambda: is_witnessed(place, policy, FOUNDING + 1))
        assert forgetful == [FOUNDING, 0]
        assert stop(process) == ""
