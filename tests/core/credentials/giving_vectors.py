"""Writes `spec/vectors/credentials/giving.json`; `python -m tests.core.credentials.giving_vectors` does it.

Keys of givers from their backups, and what they sign: computed here by the core and by the library of ciphers alone.
"""

import hashlib
import json
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from amanah.core.credentials.authorisations import Draft, Evidence, build_authorisation
from amanah.core.credentials.identifiers import build_did_key
from amanah.core.credentials.possession import compute_possession_bytes
from amanah.core.credentials.proofs import SUITES, compute_proof_input
from amanah.core.credentials.status_lists import StatusPlace
from amanah.core.encoding import encode_base64url
from amanah.core.passes.codes import encode_code

VECTORS = Path(__file__).resolve().parents[3] / "spec" / "vectors" / "credentials" / "giving.json"
CREATED = "2026-11-25T20:00:00Z"
LINK = "5ec2e75ec2e75ec2e75ec2e75ec2e75ec2e75ec2e75ec2e7"


def derive_seed(secret: bytes) -> bytes:
    """Give the seed of a giver's key (10.1)."""
    return HKDF(SHA256(), 32, salt=None, info=b"amanah/giver-key/v1").derive(secret)


def open_key(secret: bytes) -> tuple[Ed25519PrivateKey, str]:
    """Give a key and its name."""
    key = Ed25519PrivateKey.from_private_bytes(derive_seed(secret))
    return key, build_did_key(key.public_key().public_bytes_raw())


def draw(label: str) -> bytes:
    """Give fixed bytes for a label; never used outside tests."""
    return hashlib.sha256(f"amanah test giver {label}".encode()).digest()[:16]


def build_key(secret: bytes) -> dict[str, Any]:
    key, did = open_key(secret)
    return {
        "code": encode_code(secret, "giver"),
        "did": did,
        "link": LINK,
        "proof": encode_base64url(key.sign(compute_possession_bytes(LINK))),
        "secret": secret.hex(),
        "seed": derive_seed(secret).hex(),
    }


def build_drafts(giver: str, holder: str) -> dict[str, Draft]:
    """Give what is to be signed: as little as can be said, and as much."""
    least = Draft(
        id="urn:uuid:11111111-2222-4333-8444-555555555555",
        issuer=giver,
        issuer_name="Amina Invented",
        giver=giver,
        holder=holder,
        scope="quran/hafs",
        may_authorise=False,
        valid_from=1_790_000_000,
        name="Quran recitation, Hafs",
        description="May teach the recitation of the Quran in the reading of Hafs.",
        criteria="Recited the whole Quran from memory.",
    )
    list_id = "https://town.example/credentials/status"
    most = Draft(
        id="urn:uuid:99999999-8888-4777-8666-555555555555",
        issuer=giver,
        issuer_name="أمينة المخترعة",
        giver=giver,
        holder="urn:uuid:00000000-0000-4000-8000-00000000000a",
        scope="quran/qiraat/hafs/al-shatibiyya",
        may_authorise=True,
        valid_from=-40_000_000_000,
        valid_until=1_900_000_000,
        parent="urn:uuid:11111111-2222-4333-8444-555555555555",
        parent_hash=hashlib.sha256(b"parent").digest(),
        name="رواية حفص عن عاصم",
        description='Quotes "so", a back\\slash, </script>, an é that is one letter, 😀 and नमस्ते.',
        criteria="ختم القرآن كاملاً غيباً من طريق الشاطبية.",
        evidence=(
            Evidence("A scan", "SHA-256 " + "ab" * 32),
            Evidence("كتاب", "Vol. 2, page 17"),
        ),
        status=StatusPlace(list_id, 131_071),
    )
    return {"least": least, "most": most}


def build_document(name: str, document: dict[str, Any], secret: bytes) -> dict[str, Any]:
    key, did = open_key(secret)
    inputs = {suite: compute_proof_input(document, suite, did=did, created=CREATED) for suite in SUITES}
    return {
        "created": CREATED,
        "did": did,
        "document": document,
        "inputs": {suite: data.hex() for suite, data in inputs.items()},
        "name": name,
        "secret": secret.hex(),
        "signatures": {suite: encode_base64url(key.sign(data)) for suite, data in inputs.items()},
    }


def build_vectors() -> dict[str, Any]:
    """Give keys and signed documents; binary values are hexadecimal, or base64url where a program sends them."""
    giver, holder = draw("giver"), draw("holder")
    drafts = build_drafts(open_key(giver)[1], open_key(holder)[1])
    return {
        "documents": [
            build_document(name, build_authorisation(draft), giver) for name, draft in drafts.items()
        ],
        "keys": [build_key(secret) for secret in (bytes(16), b"\xff" * 16, giver, holder)],
    }


def encode_vectors() -> str:
    """Give the file."""
    return json.dumps(build_vectors(), ensure_ascii=False, indent=1, sort_keys=True) + "\n"


if __name__ == "__main__":
    VECTORS.parent.mkdir(parents=True, exist_ok=True)
    VECTORS.write_text(encode_vectors(), encoding="utf-8")
