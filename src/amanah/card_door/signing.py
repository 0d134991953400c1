"""Holds the keys of occasions that now issue, decrypted once, and signs in threads off the event loop.

It never decides whether a request may be signed, and never keeps a key whose occasion is closed.
"""

import asyncio
import secrets
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from amanah.card_door.signers import Signers
from amanah.card_door.store import StoredKey
from amanah.card_door.vault import Vault
from amanah.core.encoding import parse_canonical_json
from amanah.core.passes.issuing import Issuer, KeyDestroyedError
from amanah.core.passes.keys import (
    MODULUS_BITS,
    MODULUS_LENGTH,
    PUBLIC_EXPONENT,
    encode_public_key,
    parse_public_key,
)
from amanah.core.passes.occasions import Occasion, parse_descriptor
from amanah.core.passes.tokens import TokenVerifier

SIGNING_THREADS = 4
KEY_THREADS = 1
MOST_WAITING = 512
# A request that comes while so many messages wait to be signed may be stored a little later, together with others: a
# core signs about 4,000 a second, so that even with a core for each thread there is work for that long.
STORE_PATIENCE = 0.010
MESSAGES_AHEAD = int(SIGNING_THREADS * 4_000 * STORE_PATIENCE)
# What stands in the answer for an occasion whose key has been destroyed (`spec/passes.md` 6.6).
NO_SIGNATURE = bytes(MODULUS_LENGTH)


class Seat:
    """One occasion's place in a wave: its modulus, and its issuer until the key is destroyed."""

    def __init__(self, key: StoredKey, vault: Vault) -> None:
        self.occasion = key.occasion
        self.spki = key.spki
        self.modulus = parse_public_key(key.spki).n.to_bytes(MODULUS_LENGTH)
        self.issuer: Issuer | None = None
        if key.sealed is not None:
            self.issuer = Issuer(vault.open_key(occasion=key.occasion, sealed=key.sealed))

    def is_signable(self, blinded: bytes) -> bool:
        """Tell whether a message fits the key (5.4); as bytes of equal length, order is that of the numbers."""
        return len(blinded) == MODULUS_LENGTH and blinded < self.modulus

    def sign(self, blinded: bytes) -> bytes:
        """Give the blind signature, or zeros where the key is destroyed, also while this runs."""
        if self.issuer is None:
            return NO_SIGNATURE
        try:
            return self.issuer.sign_blinded(blinded)
        except KeyDestroyedError:
            return NO_SIGNATURE

    def destroy(self) -> None:
        """Forget the private key."""
        if self.issuer is not None:
            self.issuer.destroy()
            self.issuer = None


class Signing:
    """The join key and the keys of the open wave, and the threads that use them."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault
        self._signers = Signers(SIGNING_THREADS)
        self._key_pool = ThreadPoolExecutor(KEY_THREADS, thread_name_prefix="draw-key")
        self._wave: bytes | None = None
        self._seats: tuple[Seat, ...] = ()
        self._join: Seat | None = None
        self._join_verifier: TokenVerifier | None = None
        self._waiting = 0
        self._messages_waiting = 0

    def open_join(self, key: StoredKey) -> None:
        """Take the join key into use."""
        occasion = parse_descriptor(parse_canonical_json(key.descriptor))
        digest = occasion.challenge_digest(occasion.issuer_name)
        self._join_verifier = TokenVerifier(parse_public_key(key.spki), digest)
        self._join = Seat(key, self._vault)

    def open_wave(self, wave: bytes, keys: Sequence[StoredKey]) -> None:
        """Take the keys of a wave into use; those of the one before go with their last running request (6.7)."""
        self._seats = tuple(Seat(key, self._vault) for key in keys)
        self._wave = wave

    def close_wave(self) -> None:
        """Issue for no wave."""
        self._wave, self._seats = None, ()

    @property
    def join_seat(self) -> Seat | None:
        """Give the join key, once there is one."""
        return self._join

    @property
    def join_verifier(self) -> TokenVerifier | None:
        """Give what checks join tokens, once there is a join key."""
        return self._join_verifier

    @property
    def is_busy(self) -> bool:
        """Tell whether so much waits to be signed that a device had better come again."""
        return self._waiting >= MOST_WAITING

    @property
    def store_patience(self) -> float:
        """Give for how many seconds a request may wait to be stored without its signatures coming any later."""
        return STORE_PATIENCE if self._messages_waiting >= MESSAGES_AHEAD else 0.0

    def find_seats(self, wave: bytes) -> tuple[Seat, ...] | None:
        """Give the keys of the open wave in the order of its plan; None for any other wave."""
        return self._seats if wave == self._wave else None

    async def sign(self, seats: Sequence[Seat], blinded: Sequence[bytes]) -> bytes:
        """Sign one message for each seat, which `are_signable`, in one thread."""
        self._waiting += 1
        self._messages_waiting += len(blinded)
        try:
            return await self._signers.run(partial(_sign_all, seats, blinded))
        finally:
            self._waiting -= 1
            self._messages_waiting -= len(blinded)

    async def draw_keys(self, occasions: Sequence[Occasion], wave: bytes | None) -> list[StoredKey]:
        """Draw a key for every occasion, encrypted as it will be stored."""
        loop = asyncio.get_running_loop()
        return [
            await loop.run_in_executor(self._key_pool, draw_key, self._vault, occasion, wave, position)
            for position, occasion in enumerate(occasions)
        ]

    def destroy_key(self, occasion: bytes) -> None:
        """Forget the private key of one occasion."""
        for seat in self._seats:
            if seat.occasion == occasion:
                seat.destroy()

    def close(self) -> None:
        """Let running signatures end and forget every key."""
        self._signers.close()
        self._key_pool.shutdown(wait=True, cancel_futures=True)
        for seat in (*self._seats, *([self._join] if self._join else [])):
            seat.destroy()


def are_signable(seats: Sequence[Seat], blinded: Sequence[bytes]) -> bool:
    """Tell whether there is one message for every seat, and each fits its key."""
    return len(blinded) == len(seats) and all(map(Seat.is_signable, seats, blinded))


def _sign_all(seats: Sequence[Seat], blinded: Sequence[bytes]) -> bytes:
    return b"".join([seat.sign(message) for seat, message in zip(seats, blinded, strict=True)])


def draw_key(vault: Vault, occasion: Occasion, wave: bytes | None, position: int) -> StoredKey:
    """Draw one occasion's RSA key (1.5) and encrypt its private half; about 50 ms of one core."""
    private_key = generate_private_key(PUBLIC_EXPONENT, MODULUS_BITS)
    occasion_id = bytes.fromhex(occasion.occasion)
    return StoredKey(
        occasion=occasion_id,
        wave=wave,
        position=position,
        descriptor=occasion.descriptor_bytes(),
        spki=encode_public_key(private_key.public_key().public_numbers().n),
        sealed=vault.seal_key(
            occasion=occasion_id,
            private_key=private_key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()),
            nonce=secrets.token_bytes(12),
        ),
        is_destruction_logged=False,
    )
