"""The keys of the log and of our witness, the doors' public keys and the policy, read once at start.

Every missing or wrong file is named. It never writes a key and never shows one.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from amanah.core.encoding import parse_base64url
from amanah.core.errors import InvalidInputError, MisconfiguredError
from amanah.core.public_log.checkpoints import compute_verifier_key
from amanah.core.public_log.notes import COSIGNER, VerifierKey, encode_verifier_key
from amanah.core.public_log.policies import Policy, parse_policy
from amanah.core.public_log.schemas import LOG, PARTIES
from amanah.web.config import Config
from amanah.web.log_policy import find_policy_path, load_policy

_SEED_SIZE = 32


@dataclass(frozen=True)
class LogIdentity:
    """Who this log is: its origin, what it signs with, which office signs with which key, and its policy."""

    origin: str
    checkpoint_seed: bytes = field(repr=False)
    entry_seed: bytes = field(repr=False)
    party_keys: Mapping[str, bytes]
    policy: Policy
    policy_file: bytes = field(repr=False)

    @property
    def verifier_key(self) -> VerifierKey:
        """Give the key under which anyone checks this log's checkpoints."""
        return compute_verifier_key(self.origin, self.checkpoint_seed)


@dataclass(frozen=True)
class WitnessIdentity:
    """Under which name our witness cosigns, and with what."""

    name: str
    seed: bytes = field(repr=False)

    @property
    def verifier_key(self) -> VerifierKey:
        """Give the key under which anyone checks our cosignatures."""
        return compute_verifier_key(self.name, self.seed, COSIGNER)


def load_identity(config: Config) -> LogIdentity:
    """Read all keys, or raise MisconfiguredError with everything that is wrong with them."""
    problems: list[str] = []
    keys = config.keys("log")
    checkpoint_seed = _read_seed(keys / "checkpoint-signing.key", problems)
    entry_seed = _read_seed(keys / "entry-signing.key", problems)
    public = config.data / "public"
    party_keys = {party: _read_public_key(public / f"{party}.entry.pub", problems) for party in PARTIES}
    if problems:
        raise MisconfiguredError(problems)
    policy, policy_file = _read_policy(config)
    identity = LogIdentity(config.log_origin, checkpoint_seed, entry_seed, party_keys, policy, policy_file)
    own = Ed25519PrivateKey.from_private_bytes(entry_seed).public_key().public_bytes_raw()
    if party_keys[LOG] != own:
        problems.append(f"{public / 'log.entry.pub'} does not belong to the log's entry-signing.key.")
    if _read_text(public / "log.vkey", problems) != encode_verifier_key(identity.verifier_key):
        problems.append(
            f"{public / 'log.vkey'} does not belong to the log's checkpoint-signing.key "
            f"and the origin {config.log_origin}; members' devices would refuse the log."
        )
    if problems:
        raise MisconfiguredError(problems)
    return identity


def load_witness_identity(config: Config) -> WitnessIdentity:
    """Read our witness's key, or raise MisconfiguredError with everything that is wrong with it."""
    problems: list[str] = []
    seed = _read_seed(config.keys("log") / "witness-signing.key", problems)
    published = config.data / "public" / "witness.vkey"
    text = _read_text(published, problems)
    if problems:
        raise MisconfiguredError(problems)
    identity = WitnessIdentity(config.witness_name, seed)
    if text != encode_verifier_key(identity.verifier_key):
        raise MisconfiguredError(
            [
                f"{published} does not belong to the witness-signing.key and the name {config.witness_name}; "
                "nobody would believe our cosignatures."
            ]
        )
    return identity


def _read_policy(config: Config) -> tuple[Policy, bytes]:
    """Give the policy and the very bytes that are shown and whose hash is stated."""
    policy = load_policy(config)
    data = find_policy_path(config).read_bytes()
    if parse_policy(data.decode()) != policy:
        raise MisconfiguredError(
            [f"{find_policy_path(config)} changed while the log started; start it again."]
        )
    problems = [
        f"{find_policy_path(config)} gives the address {witness.url} for the witness {name}; "
        "write http://… or https://… with a host."
        for name, witness in policy.witnesses.items()
        if witness.url is not None and not _is_address(witness.url)
    ]
    if problems:
        raise MisconfiguredError(problems)
    return policy, data


def _is_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def _read_seed(path: Path, problems: list[str]) -> bytes:
    try:
        seed = path.read_bytes()
    except OSError as error:
        problems.append(f"The key {path} cannot be read ({error.strerror}); run amanah init.")
        return b""
    if len(seed) != _SEED_SIZE:
        problems.append(f"The key {path} is not 32 bytes; restore it from a backup.")
    return seed


def _read_public_key(path: Path, problems: list[str]) -> bytes:
    try:
        return parse_base64url(_read_text(path, problems), length=_SEED_SIZE)
    except InvalidInputError:
        problems.append(f"{path} does not hold a public key; run amanah init.")
        return b""


def _read_text(path: Path, problems: list[str]) -> str:
    try:
        return path.read_text(encoding="utf-8").strip()
    except OSError as error:
        problems.append(f"{path} cannot be read ({error.strerror}); run amanah init.")
        return ""
