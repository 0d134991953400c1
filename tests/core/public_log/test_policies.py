"""A policy says whom to believe, and a checkpoint meets it by good cosignatures of known witnesses alone."""

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amanah.core.errors import AmanahError, InvalidInputError
from amanah.core.public_log.notes import COSIGNER, VerifierKey, encode_verifier_key
from amanah.core.public_log.policies import (
    LONGEST_POLICY,
    NO_QUORUM,
    Group,
    NotWitnessedError,
    Policy,
    UnreadablePolicyError,
    Witness,
    encode_policy,
    parse_policy,
    read_cosignatures,
    verify_witnessed,
)
from tests.core.public_log.build import (
    NOW,
    cosigned,
    heartbeats,
    log_key,
    policy_text,
    public_key,
    sign_leaves,
    witness_key,
)
from tests.core.public_log.mangling import mangle, only_foreseen
from tests.core.public_log.witness_vectors import POLICIES, TRIO

NOTE = sign_leaves(heartbeats(5))
LOG = f"log {encode_verifier_key(log_key())}\n"
TWO_OF_THREE = parse_policy(POLICIES["two of three"])
HOUSES = parse_policy(
    policy_text(
        *("x1", "x2", "x3", "y1", "y2", "y3"),
        groups=["group xs 2 x1 x2 x3", "group ys any y1 y2 y3", "group both all xs ys"],
        quorum="both",
    )
)


def list_subsets(names: list[str]) -> list[tuple[str, ...]]:
    return [chosen for count in range(len(names) + 1) for chosen in combinations(names, count)]


@st.composite
def policies(draw: st.DrawFn) -> Policy:
    """Give any policy: witnesses, groups of what no earlier group has taken, a quorum."""
    names = [f"w{number}" for number in range(draw(st.integers(0, 6)))]
    urls = st.sampled_from([None, "https://w.example/", "http://127.0.0.1:1/x?y#z"])
    witnesses = {name: Witness(witness_key(name), draw(urls)) for name in names}
    groups: dict[str, Group] = {}
    free = list(names)
    for number in range(draw(st.integers(0, 4))):
        if free:
            members = tuple(draw(st.lists(st.sampled_from(free), min_size=1, unique=True)))
            groups[f"g{number}"] = Group(draw(st.integers(1, len(members))), members)
            free = [name for name in free if name not in members] + [f"g{number}"]
    quorum = draw(st.sampled_from([NO_QUORUM, *names, *groups]))
    return Policy(log_key(), draw(urls), witnesses, groups, quorum)


@given(policies())
def test_a_policy_is_read_as_it_was_written(policy: Policy) -> None:
    text = encode_policy(policy)
    assert parse_policy(text) == policy
    assert encode_policy(parse_policy(text)) == text


@given(policies())
def test_the_least_number_is_that_of_the_smallest_set_that_meets_the_quorum(policy: Policy) -> None:
    sizes = [len(names) for names in list_subsets([*policy.witnesses]) if policy.is_met_by(names)]
    assert min(sizes) == policy.count_least()


@given(policies(), st.data())
def test_one_more_witness_never_breaks_a_quorum(policy: Policy, data: st.DataObject) -> None:
    names = data.draw(st.lists(st.sampled_from([*policy.witnesses]) if policy.witnesses else st.nothing()))
    for more in policy.witnesses:
        assert policy.is_met_by([*names, more]) >= policy.is_met_by(names)


def test_groups_count_their_members_and_groups_of_groups_count_groups() -> None:
    met = {names for names in list_subsets([*HOUSES.witnesses]) if HOUSES.is_met_by(names)}
    assert met == {
        names
        for names in list_subsets([*HOUSES.witnesses])
        if sum(name[0] == "x" for name in names) >= 2 and any(name[0] == "y" for name in names)
    }
    assert HOUSES.count_least() == 3


def test_the_name_of_a_group_or_of_nobody_is_no_cosignature() -> None:
    assert not HOUSES.is_met_by(["xs", "ys"])
    assert not HOUSES.is_met_by(["both"])
    assert not TWO_OF_THREE.is_met_by(["cedar", "stranger", "none"])
    assert not TWO_OF_THREE.is_met_by(["cedar", "cedar"])


def test_without_a_quorum_the_logs_signature_is_enough_and_nobody_says_when() -> None:
    for name in ("the log alone", "witnesses and no quorum"):
        policy = parse_policy(POLICIES[name])
        witnessed = verify_witnessed(cosigned(NOTE, {"cedar": NOW}), policy)
        assert (policy.count_least(), witnessed.witnessed_at) == (0, None)
        assert witnessed.checkpoint.size == 5


def test_white_space_comments_and_order_change_nothing() -> None:
    cedar, olive = (encode_verifier_key(witness_key(name)) for name in ("cedar", "olive"))
    text = (
        f"# Whom we believe: \u0645\u0646 \u0646\u0635\u062f\u0642\n\n \t\n"
        f"witness\tcedar  {cedar}\thttps://cedar.example/ \n"
        f"group  one any cedar\n\t# group one any olive\nquorum one\n{LOG}witness olive {olive}"
    )
    policy = parse_policy(text)
    assert policy.witnesses["cedar"].url == "https://cedar.example/"
    assert [*policy.witnesses] == ["cedar", "olive"]
    assert (policy.quorum, policy.log) == ("one", log_key())


def test_a_name_need_not_be_ascii() -> None:
    text = policy_text("cedar", quorum="cedar")
    for word in ("witness", "quorum"):
        text = text.replace(f"{word} cedar", f"{word} \u0623\u0631\u0632")
    assert [*parse_policy(text).witnesses] == ["\u0623\u0631\u0632"]
    assert parse_policy(encode_policy(parse_policy(text))) == parse_policy(text)


def test_32_witnesses_and_31_groups_are_read_and_more_than_64_names_are_not() -> None:
    names = [f"w{number}" for number in range(32)]
    groups = [f"group g{number} any {name}" for number, name in enumerate(names[1:], start=1)]
    whole = " ".join(["w0", *(f"g{number}" for number in range(1, 32))])
    policy = parse_policy(policy_text(*names, groups=[*groups, f"group all 17 {whole}"], quorum="all"))
    assert policy.count_least() == 17
    assert policy.is_met_by(names[:17])
    assert not policy.is_met_by(names[:16])
    with pytest.raises(UnreadablePolicyError):
        parse_policy(policy_text(*names, groups=[*groups, "group h any w0", "group i any h"], quorum="i"))
    with pytest.raises(UnreadablePolicyError):
        parse_policy(policy_text(*(f"w{number}" for number in range(65))))


def test_a_policy_of_64_kib_is_read_and_a_longer_one_is_not() -> None:
    text = LOG + "quorum none\n"
    filler = "#" * (LONGEST_POLICY - len(text) - 1) + "\n"
    assert parse_policy(filler + text) == Policy(log_key())
    with pytest.raises(UnreadablePolicyError):
        parse_policy("#" + filler + text)


@pytest.mark.parametrize("symbol", ["\r", "\x00", "\x0b", "\x0c", "\x1b", "\x7f"])
def test_a_control_character_is_refused_even_in_a_comment(symbol: str) -> None:
    for text in (f"# a{symbol}b\n{LOG}quorum none\n", f"{LOG[:-1]}{symbol}\nquorum none\n"):
        with pytest.raises(UnreadablePolicyError):
            parse_policy(text)


@pytest.mark.parametrize("space", ["\u00a0", "\u2003", "\u3000", "\x85"])
def test_no_other_space_parts_words(space: str) -> None:
    with pytest.raises(InvalidInputError):
        parse_policy(f"{LOG}quorum{space}none\n")
    with pytest.raises(InvalidInputError):
        parse_policy(f"{LOG}{space}quorum none\n")


@pytest.mark.parametrize(
    "groups",
    [
        ["group g 0 cedar olive"],
        ["group g 3 cedar olive"],
        ["group g 01 cedar olive"],
        ["group g -1 cedar olive"],
        ["group g most cedar olive"],
        ["group g any"],
        ["group g any cedar cedar"],
        ["group h any cedar", "group g all h cedar"],
        ["group g any cedar g"],
        ["group h any nobody", "group g all cedar olive"],
        ["group cedar any olive", "group g any cedar"],
        [LOG.strip(), "group g any cedar"],
    ],
)
def test_a_group_that_counts_wrongly_is_refused(groups: list[str]) -> None:
    with pytest.raises(UnreadablePolicyError):
        parse_policy(policy_text("cedar", "olive", groups=groups, quorum="g"))


def test_a_key_counts_once_whatever_it_is_called() -> None:
    other = VerifierKey("other.example/witness", public_key("cedar"), COSIGNER)
    text = policy_text("cedar", quorum="cedar") + f"witness again {encode_verifier_key(other)}\n"
    with pytest.raises(UnreadablePolicyError, match="twice"):
        parse_policy(text)


@pytest.mark.parametrize("place", [0, 1])
def test_the_log_is_never_its_own_witness_wherever_its_line_stands(place: int) -> None:
    own = encode_verifier_key(VerifierKey("w.example", log_key().public_key, COSIGNER))
    lines = [f"witness cedar {own}\n", "quorum cedar\n"]
    lines.insert(place, LOG)
    with pytest.raises(UnreadablePolicyError, match="own key"):
        parse_policy("".join(lines))


def test_a_quorum_is_met_by_good_cosignatures_of_known_witnesses_alone() -> None:
    assert verify_witnessed(cosigned(NOTE, {"cedar": 3, "quince": 9}), TWO_OF_THREE).witnessed_at == 3
    for times in ({}, {"cedar": 3}, {"cedar": 3, "stranger": 4, "another": 5}):
        with pytest.raises(NotWitnessedError) as refused:
            verify_witnessed(cosigned(NOTE, times), TWO_OF_THREE)
        assert "asks for 2" in str(refused.value)
        assert read_cosignatures(cosigned(NOTE, times), TWO_OF_THREE).witnessed_at is None


@given(st.permutations([*TRIO]), st.lists(st.integers(1, 2**63 - 1), min_size=3, max_size=3))
def test_the_k_th_newest_time_counts_so_that_fewer_than_k_liars_cannot_make_it_newer(
    names: list[str], times: list[int]
) -> None:
    witnessed = verify_witnessed(cosigned(NOTE, dict(zip(names, times, strict=True))), TWO_OF_THREE)
    assert witnessed.seen_at == dict(zip(names, times, strict=True))
    assert witnessed.witnessed_at == sorted(times)[1]


def test_a_policy_of_another_log_believes_nothing_of_this_one() -> None:
    other = Policy(VerifierKey("other.amanah/log", public_key("checkpoint")))
    with pytest.raises(AmanahError) as refused:
        verify_witnessed(NOTE, other)
    assert refused.value.code == "checkpoint-signature"


@given(mangle([text.encode() for text in POLICIES.values()] + [encode_policy(HOUSES).encode()]))
def test_no_text_breaks_the_reader_of_policies(data: bytes) -> None:
    policy = only_foreseen(parse_policy, data.decode(errors="surrogateescape"))
    if policy is not None:
        assert parse_policy(encode_policy(policy)) == policy
        keys = [witness.key.public_key for witness in policy.witnesses.values()]
        assert len({policy.log.public_key, *keys}) == len(keys) + 1
        assert policy.is_met_by(policy.witnesses)
        only_foreseen(verify_witnessed, NOTE, policy)


@given(mangle([cosigned(NOTE, dict.fromkeys(TRIO, NOW)), cosigned(NOTE, {"cedar": 1, "olive": 2})]))
def test_no_bytes_break_the_judge_of_checkpoints_and_none_pass_for_another(data: bytes) -> None:
    witnessed = only_foreseen(verify_witnessed, data, TWO_OF_THREE)
    if witnessed is not None:
        assert (witnessed.checkpoint.size, len(witnessed.seen_at) >= 2) == (5, True)
        assert data.startswith(NOTE.partition(b"\n\n")[0] + b"\n\n")
        assert set(witnessed.seen_at.values()) <= {1, 2, NOW}
