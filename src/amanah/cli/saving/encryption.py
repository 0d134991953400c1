"""Encrypts and decrypts a backup with age, by public key or passphrase; it keeps no key and writes no plaintext."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyrage

from amanah.core.errors import InvalidInputError

SHORTEST_PASSPHRASE = 12


class WrongKeyError(InvalidInputError):
    """Neither the passphrase nor the key opens the backup."""

    code = "backup-key-wrong"


@dataclass
class Lock:
    """Who may open the backup that is being written.

    To prove that the finished file restores without the owner's secret key, a key drawn for this one run may open it
    too; it lives in memory and is gone with the process.
    """

    recipients: list[Any] = field(default_factory=list)
    passphrase: str | None = None
    identities: list[Any] = field(default_factory=list)


def parse_recipients(texts: list[str]) -> Lock:
    """Read age public keys."""
    try:
        recipients = [pyrage.x25519.Recipient.from_str(text.strip()) for text in texts]
    except pyrage.RecipientError as error:
        raise InvalidInputError(
            "That is not an age public key; it starts with age1 and was printed by age-keygen."
        ) from error
    proof = pyrage.x25519.Identity.generate()
    return Lock([*recipients, proof.to_public()], identities=[proof])


def parse_passphrase(passphrase: str) -> Lock:
    """Take a passphrase; refuse one that can be guessed at leisure."""
    if len(passphrase) < SHORTEST_PASSPHRASE:
        raise InvalidInputError(
            f"A passphrase for a backup needs {SHORTEST_PASSPHRASE} characters; six random words are good."
        )
    return Lock(passphrase=passphrase)


def parse_identity_file(path: Path) -> Lock:
    """Read an age key file."""
    lines = [line.strip() for line in path.read_text(encoding="utf-8").splitlines()]
    secrets = [line for line in lines if line and not line.startswith("#")]
    try:
        identities = [pyrage.x25519.Identity.from_str(line) for line in secrets]
    except pyrage.IdentityError as error:
        raise InvalidInputError(
            f"{path} is not an age key file; it holds a line that starts with AGE-SECRET-KEY-1."
        ) from error
    if not identities:
        raise InvalidInputError(f"{path} holds no age key.")
    return Lock(identities=identities)


def encrypt(lock: Lock, plaintext: bytes) -> bytes:
    """Encrypt a whole backup; the plaintext never leaves memory."""
    if lock.passphrase is not None:
        return bytes(pyrage.passphrase.encrypt(plaintext, lock.passphrase))
    return bytes(pyrage.encrypt(plaintext, lock.recipients))


def decrypt(lock: Lock, ciphertext: bytes) -> bytes:
    """Decrypt a whole backup, in memory."""
    try:
        if lock.passphrase is not None:
            return bytes(pyrage.passphrase.decrypt(ciphertext, lock.passphrase))
        return bytes(pyrage.decrypt(ciphertext, lock.identities))
    except pyrage.DecryptError as error:
        raise WrongKeyError(
            "The backup cannot be opened with this key or passphrase, or it is damaged."
        ) from error
