"""The check of every signature, s^e = m: right, the same from every primitive, and a fault in it lets nothing out."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from amanah.core.errors import MisconfiguredError
from amanah.core.passes import issuing
from amanah.core.passes.arithmetic import PublicResiduesPower
from amanah.core.passes.issuing import Backend, Issuer, SigningFaultError
from amanah.core.passes.known_answer import KNOWN_BLINDED
from amanah.core.passes.libcrypto import LibcryptoPublicPower
from tests.core.passes.material import fill, load_private_keys

BACKENDS: tuple[Backend, ...] = ("libcrypto", "gmpy2")
KEY = load_private_keys()[0]
MESSAGE = b"\0" + fill("message", 255)
ISSUERS: dict[Backend, Issuer] = {backend: Issuer(KEY, backend) for backend in BACKENDS}
N = ISSUERS["gmpy2"].public_key.n
CHECKS: dict[Backend, type[LibcryptoPublicPower | PublicResiduesPower]] = {
    "libcrypto": LibcryptoPublicPower,
    "gmpy2": PublicResiduesPower,
}


@settings(max_examples=40, deadline=None)
@given(st.integers(0, N - 1))
def test_the_checks_agree_with_each_other_and_with_the_definition(number: int) -> None:
    answers = {ISSUERS[backend]._public_power.compute(number.to_bytes(256)) for backend in BACKENDS}
    assert answers == {pow(number, 65_537, N).to_bytes(256)}


@pytest.mark.parametrize("backend", BACKENDS)
def test_each_backend_checks_with_its_own_public_operation(backend: Backend) -> None:
    assert type(ISSUERS[backend]._public_power) is CHECKS[backend]


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(BACKENDS), st.integers(0, 2047))
def test_whichever_bit_of_a_signature_is_wrong_it_never_leaves(backend: Backend, bit: int) -> None:
    issuer = Issuer(KEY, backend)
    right = int.from_bytes(issuer.sign_blinded(MESSAGE))

    class Faulty:
        def compute(self, _blinded: bytes) -> bytes:
            return (right ^ 1 << bit).to_bytes(256)

        def destroy(self) -> None: ...

    issuer._power = Faulty()
    with pytest.raises(SigningFaultError):
        issuer.sign_blinded(MESSAGE)


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(KNOWN_BLINDED, id="accepts everything"),
        pytest.param(bytes(256), id="leaves its output empty"),
        pytest.param(None, id="refuses everything"),
    ],
)
def test_with_a_check_that_does_not_tell_right_from_wrong_nothing_starts(
    backend: Backend, answer: bytes | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(CHECKS[backend], "compute", lambda _power, _signature: answer)
    issuing._check_known_answer.cache_clear()
    with pytest.raises(MisconfiguredError):
        Issuer(KEY, backend)
    # The answer that was known before does not help a check that fails under this one key.
    monkeypatch.setattr(issuing, "_check_known_answer", lambda _backend: None)
    with pytest.raises(SigningFaultError):
        Issuer(KEY, backend)
    monkeypatch.undo()
    assert Issuer(KEY, backend).sign_blinded(MESSAGE) == ISSUERS[backend].sign_blinded(MESSAGE)


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("place", [0, 100, 255])
def test_a_fault_in_the_check_lets_nothing_out(
    backend: Backend, place: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    issuer = Issuer(KEY, backend)
    right = CHECKS[backend].compute

    def flip(power: LibcryptoPublicPower | PublicResiduesPower, signature: bytes) -> bytes:
        answer = right(power, signature)  # type: ignore[arg-type]
        assert answer is not None
        return answer[:place] + bytes([answer[place] ^ 1]) + answer[place + 1 :]

    monkeypatch.setattr(CHECKS[backend], "compute", flip)
    with pytest.raises(SigningFaultError):
        issuer.sign_blinded(MESSAGE)


@pytest.mark.parametrize("status", [1, 0, -1])
def test_a_check_that_only_says_it_was_done_lets_nothing_out(
    status: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The message is compared, not the library's word: what the last check left behind is not compared either."""
    issuer = Issuer(KEY, "libcrypto")
    assert issuer.sign_blinded(MESSAGE)
    monkeypatch.setattr(issuer._public_power, "_compute", lambda *_: status)
    with pytest.raises(SigningFaultError):
        issuer.sign_blinded(MESSAGE)
