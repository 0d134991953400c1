"""The issuer: right answers, the same from every primitive, and never a wrong one."""

import importlib
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from math import gcd
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519
from cryptography.hazmat.primitives.asymmetric.rsa import (
    RSAPrivateKey,
    RSAPrivateNumbers,
    generate_private_key,
)
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_der_private_key,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from amanah.core.errors import MisconfiguredError
from amanah.core.passes import arithmetic, issuing, libcrypto, residues
from amanah.core.passes.issuing import (
    Backend,
    BlindedMessageError,
    Issuer,
    IssuerKeyError,
    KeyDestroyedError,
    SigningFaultError,
)
from amanah.core.passes.keys import PublicKeyError
from amanah.core.passes.known_answer import KNOWN_BLINDED, KNOWN_SIGNATURE, compute_known_numbers
from amanah.core.passes.libcrypto import LibcryptoPower, LibcryptoPublicPower
from amanah.core.passes.residues import ResiduesPower
from tests.core.passes.material import fill, load_private_keys

BACKENDS: tuple[Backend, ...] = ("libcrypto", "gmpy2")
KEY = load_private_keys()[0]
MESSAGE = b"\0" + fill("message", 255)
ISSUERS: dict[Backend, Issuer] = {backend: Issuer(KEY, backend) for backend in BACKENDS}


def load_numbers() -> RSAPrivateNumbers:
    key = load_der_private_key(KEY, password=None)
    assert isinstance(key, RSAPrivateKey)
    return key.private_numbers()


@pytest.fixture(params=BACKENDS)
def issuer(request: pytest.FixtureRequest) -> Issuer:
    return Issuer(KEY, request.param)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, load_numbers().public_numbers.n - 1))
def test_the_primitives_agree_with_each_other_and_with_the_definition(number: int) -> None:
    numbers = load_numbers()
    answers = {ISSUERS[backend].sign_blinded(number.to_bytes(256)) for backend in BACKENDS}
    assert answers == {pow(number, numbers.d, numbers.public_numbers.n).to_bytes(256)}


def test_the_known_answer_is_that_of_the_published_key() -> None:
    numbers = compute_known_numbers()
    signature = pow(int.from_bytes(KNOWN_BLINDED), numbers.d, numbers.public_numbers.n)
    assert signature.to_bytes(256) == KNOWN_SIGNATURE


@pytest.mark.parametrize("length", [0, 1, 255, 257, 512])
def test_a_message_of_any_other_length_is_refused(issuer: Issuer, length: int) -> None:
    with pytest.raises(BlindedMessageError):
        issuer.sign_blinded(bytes(length))


def test_a_message_that_is_not_smaller_than_the_modulus_is_refused(issuer: Issuer) -> None:
    n = issuer.public_key.n
    for number in (n, n + 1, 2**2048 - 1):
        with pytest.raises(BlindedMessageError):
            issuer.sign_blinded(number.to_bytes(256))
    assert issuer.sign_blinded((n - 1).to_bytes(256)) == (n - 1).to_bytes(256)


def test_an_identical_retry_gives_the_identical_answer(issuer: Issuer) -> None:
    assert issuer.sign_blinded(MESSAGE) == issuer.sign_blinded(MESSAGE)


def test_a_fault_in_half_of_the_computation_gives_the_key_away_and_never_leaves() -> None:
    issuer = Issuer(KEY, "gmpy2")
    power = issuer._power
    assert isinstance(power, ResiduesPower)
    assert power._parts is not None
    p, q, dp, dq, inverse = power._parts
    power._parts = (p, q, dp ^ 4, dq, inverse)
    faulty = power.compute(MESSAGE)
    assert faulty is not None
    n = issuer.public_key.n
    difference = pow(int.from_bytes(faulty), 65_537, n) - int.from_bytes(MESSAGE)
    assert gcd(difference, n) in {int(p), int(q)}
    with pytest.raises(SigningFaultError):
        issuer.sign_blinded(MESSAGE)


def test_two_wrong_answers_that_would_hide_each_other_in_a_product_never_leave(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Whoever knew the blinding factors could ask for m and 1/m: one check of the product would let both pass."""
    issuer = Issuer(KEY, "gmpy2")
    power = issuer._power
    assert isinstance(power, ResiduesPower)
    assert power._parts is not None
    p, q, dp, dq, inverse = power._parts
    power._parts = (p, q, dp ^ 4, dq, inverse)
    monkeypatch.setattr(ResiduesPower, "_compute_blinding_factor", lambda _power, _blinded: 1)
    n = issuer.public_key.n
    pair = [MESSAGE, pow(int.from_bytes(MESSAGE), -1, n).to_bytes(256)]
    first, second = (int.from_bytes(power.compute(message) or b"") for message in pair)
    assert pow(first * second, 65_537, n) == 1
    assert gcd(pow(first, 65_537, n) - int.from_bytes(MESSAGE), n) == int(q)
    for message in pair:
        with pytest.raises(SigningFaultError):
            issuer.sign_blinded(message)


def test_a_wrong_answer_of_libcrypto_never_leaves(monkeypatch: pytest.MonkeyPatch) -> None:
    issuer = Issuer(KEY, "libcrypto")
    right = LibcryptoPower.compute

    def flip(power: LibcryptoPower, blinded: bytes) -> bytes | None:
        answer = right(power, blinded)
        assert answer is not None
        return answer[:100] + bytes([answer[100] ^ 16]) + answer[101:]

    monkeypatch.setattr(LibcryptoPower, "compute", flip)
    with pytest.raises(SigningFaultError):
        issuer.sign_blinded(MESSAGE)
    issuing._check_known_answer.cache_clear()
    with pytest.raises(MisconfiguredError):
        Issuer(KEY, "libcrypto")
    monkeypatch.undo()
    assert issuer.sign_blinded(MESSAGE) == ISSUERS["gmpy2"].sign_blinded(MESSAGE)


def test_a_key_whose_remainders_do_not_fit_is_never_used() -> None:
    numbers = load_numbers()
    broken = RSAPrivateNumbers(
        p=numbers.p,
        q=numbers.q,
        d=numbers.d,
        dmp1=numbers.dmp1 ^ 4,
        dmq1=numbers.dmq1,
        iqmp=numbers.iqmp,
        public_numbers=numbers.public_numbers,
    )
    power = ResiduesPower(broken)
    assert power.compute(MESSAGE) != ISSUERS["gmpy2"].sign_blinded(MESSAGE)


@pytest.mark.parametrize("backend", BACKENDS)
def test_many_threads_get_right_answers(backend: Backend) -> None:
    issuer = Issuer(KEY, backend)
    messages = [b"\0" + fill(f"message {place}", 255) for place in range(64)]
    expected = [ISSUERS["gmpy2"].sign_blinded(message) for message in messages]
    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(issuer.sign_blinded, messages)) == expected


@pytest.mark.parametrize("backend", BACKENDS)
def test_other_threads_go_on_while_a_signature_is_computed(
    backend: Backend, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With switching all but off, another thread moves only when the primitive itself lets go of the interpreter."""
    power = Issuer(KEY, backend)._power
    # Deriving the factor lets go too, by itself; a constant one leaves the exponentiation alone.
    monkeypatch.setattr(ResiduesPower, "_compute_blinding_factor", lambda _power, _blinded: 3)
    is_done = threading.Event()
    progress = [0]
    moved: list[int] = []

    def count() -> None:
        while not is_done.is_set():
            progress[0] += 1
            time.sleep(0)

    def compute() -> None:
        power.compute(MESSAGE)
        before = progress[0]
        for _ in range(200):
            power.compute(MESSAGE)
        moved.append(progress[0] - before)

    interval = sys.getswitchinterval()
    sys.setswitchinterval(1000)
    threads = [threading.Thread(target=work) for work in (count, compute)]
    try:
        for thread in threads:
            thread.start()
        threads[1].join()
    finally:
        sys.setswitchinterval(interval)
        is_done.set()
        threads[0].join()
    assert moved[0] >= 3


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_destroyed_key_signs_nothing_even_while_others_sign(backend: Backend) -> None:
    issuer = Issuer(KEY, backend)
    outcomes: list[str] = []

    def sign_until_refused() -> None:
        while True:
            try:
                issuer.sign_blinded(MESSAGE)
            except KeyDestroyedError:
                outcomes.append("refused")
                return

    threads = [threading.Thread(target=sign_until_refused) for _ in range(6)]
    for thread in threads:
        thread.start()
    issuer.destroy()
    issuer.destroy()
    for thread in threads:
        thread.join(timeout=20)
    assert outcomes == ["refused"] * 6
    assert issuer._power.compute(MESSAGE) is None


def test_contexts_are_kept_for_the_next_signature_and_freed_with_the_key() -> None:
    issuer = Issuer(KEY, "libcrypto")
    power = issuer._power
    assert isinstance(power, LibcryptoPower)
    for _ in range(5):
        issuer.sign_blinded(MESSAGE)
    assert len(power._contexts) == 1
    compute = power._compute

    def destroy_meanwhile(*arguments: Any) -> int:
        issuer.destroy()
        return int(compute(*arguments))

    power._compute = destroy_meanwhile
    with pytest.raises(KeyDestroyedError):
        issuer.sign_blinded(MESSAGE)
    assert not power._contexts


def test_libcrypto_refuses_what_is_too_large_by_itself_too() -> None:
    power = ISSUERS["libcrypto"]._power
    assert power.compute(b"\xff" * 256) is None
    assert power.compute(b"\xff" * 300) is None
    assert ISSUERS["libcrypto"].sign_blinded(MESSAGE)


def test_a_context_that_cannot_be_made_signs_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    library = libcrypto.find_libcrypto()
    assert library is not None

    class Without:
        def __init__(self, name: str) -> None:
            self.name = name

        def __getattr__(self, name: str) -> object:
            return (
                (lambda *_: 0 if "CTX_new" not in name else None)
                if name == self.name
                else getattr(library, name)
            )

    for missing in ("EVP_PKEY_CTX_new", "_init", "EVP_PKEY_CTX_set_rsa_padding"):
        issuer = Issuer(KEY, "libcrypto")
        for power in (issuer._power, issuer._public_power):
            assert isinstance(power, LibcryptoPower | LibcryptoPublicPower)
            power._free_contexts()
            monkeypatch.setattr(power, "_library", Without(missing))
            if missing == "_init":
                monkeypatch.setattr(power, "_init", lambda _context: 0)
            with pytest.raises(SigningFaultError):
                issuer.sign_blinded(MESSAGE)
            monkeypatch.undo()
            assert issuer.sign_blinded(MESSAGE)


@pytest.mark.parametrize("backend", BACKENDS)
def test_keys_that_are_not_an_occasions_are_refused(backend: Backend) -> None:
    others: list[ed25519.Ed25519PrivateKey | RSAPrivateKey] = [
        ed25519.Ed25519PrivateKey.generate(),
        generate_private_key(3, 2048),
    ]
    for key in others:
        with pytest.raises(IssuerKeyError):
            Issuer(key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()), backend)
    with pytest.raises(PublicKeyError):
        Issuer(
            generate_private_key(65_537, 1024).private_bytes(
                Encoding.DER, PrivateFormat.PKCS8, NoEncryption()
            ),
            backend,
        )
    for data in (b"", b"\x30\x00", KEY[:-1]):
        with pytest.raises(IssuerKeyError):
            Issuer(data, backend)


def test_libcrypto_itself_refuses_a_key_it_cannot_read() -> None:
    library = libcrypto.find_libcrypto()
    assert library is not None
    for power in (LibcryptoPower, LibcryptoPublicPower):
        with pytest.raises(ValueError, match="libcrypto"):
            power(library, b"no key")


def test_libcrypto_comes_first_then_gmpy2_and_with_neither_nothing_starts(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert Issuer(KEY).backend == "libcrypto"
    monkeypatch.setattr(issuing, "find_libcrypto", lambda: None)
    assert Issuer(KEY).backend == "gmpy2"
    monkeypatch.setattr(residues, "gmpy2", None)
    with pytest.raises(MisconfiguredError):
        Issuer(KEY)
    issuing._check_known_answer.cache_clear()
    for backend in BACKENDS:
        with pytest.raises(MisconfiguredError):
            Issuer(KEY, backend)


def test_a_library_that_is_missing_or_too_old_is_none() -> None:
    assert libcrypto.find_libcrypto(("libno-such-library.so.9", "libc.so.6")) is None


@pytest.mark.parametrize("missing", [name for name, _, _ in libcrypto._FUNCTIONS])
def test_a_library_without_any_one_of_the_functions_is_none(
    missing: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Old:
        def __init__(self, _name: str) -> None: ...

        def __getattr__(self, name: str) -> object:
            if name == missing:
                raise AttributeError(name)
            return lambda: None

    monkeypatch.setattr(libcrypto.ctypes, "CDLL", Old)
    assert libcrypto.find_libcrypto(("a libcrypto",)) is None


def test_without_gmpy2_the_modules_load_and_say_so(monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setitem(sys.modules, "gmpy2", None)
        importlib.reload(residues)
        importlib.reload(arithmetic)
        assert not residues.is_gmpy2_present()
        assert arithmetic.compute_public_power(2, 11) == pow(2, 65_537, 11)
    importlib.reload(residues)
    importlib.reload(arithmetic)
    assert residues.is_gmpy2_present()
