"""Data Integrity proofs `eddsa-jcs-2022` and `eddsa-rdfc-2022`: made, attached and checked (`spec/credentials.md` 3).

It never fetches a key: the key is the issuer's `did:key`, and it never believes one proof while another is wrong.
"""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

import base58
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from amanah.core.credentials.contexts import verify_contexts
from amanah.core.credentials.graphs import encode_rdfc
from amanah.core.credentials.identifiers import (
    build_did_key,
    build_verification_method,
    is_did_key,
    parse_did_key,
)
from amanah.core.credentials.reading import CredentialError, encode_jcs
from amanah.core.credentials.times import parse_foreign_time, parse_time
from amanah.core.errors import VerificationError

JCS = "eddsa-jcs-2022"
RDFC = "eddsa-rdfc-2022"
SUITES = (JCS, RDFC)
_ENCODINGS = {JCS: encode_jcs, RDFC: encode_rdfc}
_MOST_PROOFS = 8
_SIGNATURE_SIZE = 64
_LONGEST_SIGNATURE = 90
_NEEDED = {"type", "cryptosuite", "verificationMethod", "proofPurpose", "proofValue"}
_OPTIONAL = {"id", "created", "@context"}


class CredentialProofError(VerificationError):
    """A proof of a credential does not hold, or it is of no kind that is known here."""

    code = "credential-proof-wrong"

    def __init__(self, sentence: str, step: str = "3.2") -> None:
        self.step = step
        self.sentence = sentence
        super().__init__(f"{sentence} (step {step})")


def sign_document(
    document: dict[str, Any],
    key: Ed25519PrivateKey,
    *,
    created: str,
    suites: Sequence[str] = SUITES,
    issuer: str | None = None,
) -> dict[str, Any]:
    """Give the document with a proof of each suite; `issuer` where it names its signer elsewhere than in `issuer`."""
    did = build_did_key(key.public_key().public_bytes_raw())
    if did != (issuer or find_issuer(document)):
        raise CredentialError("The key is not that of the issuer.", "3.1")
    signatures = {
        suite: key.sign(compute_proof_input(document, suite, did=did, created=created)) for suite in suites
    }
    return attach_proofs(document, did, created, signatures)


def compute_proof_input(document: dict[str, Any], suite: str, *, did: str, created: str) -> bytes:
    """Give the 64 bytes that Ed25519 signs: the hash of the proof's options, then that of the document."""
    return _compute_input(_leave_out_proof(document), _build_options(document, suite, did, created))


def attach_proofs(
    document: dict[str, Any], did: str, created: str, signatures: Mapping[str, bytes]
) -> dict[str, Any]:
    """Give the document with its proofs in the order of 3.1; whether they hold is for `verify_document` to say."""
    proofs = [
        {
            **_build_written_options(document, suite, did, created),
            "proofValue": "z" + base58.b58encode(signatures[suite]).decode(),
        }
        for suite in SUITES
        if suite in signatures
    ]
    return {**_leave_out_proof(document), "proof": proofs}


def verify_document(document: dict[str, Any], *, issuer: str | None = None) -> tuple[str, ...]:
    """Give the suites that hold; every proof of a known suite is checked, and one wrong proof refuses the document."""
    did = issuer or find_issuer(document)
    if not is_did_key(did):
        raise CredentialProofError(
            "The issuer is not named by a did:key, so the key is not in the file, and nothing is ever fetched."
        )
    known = [proof for proof in _list_proofs(document) if proof.get("cryptosuite") in SUITES]
    if not known:
        raise CredentialProofError(
            "No proof is of a kind that is known here. Ask for one with eddsa-jcs-2022."
        )
    unsigned = _leave_out_proof(document)
    verify_contexts(unsigned)
    for proof in known:
        _verify_proof(unsigned, proof, did)
    return tuple(suite for suite in SUITES if any(proof["cryptosuite"] == suite for proof in known))


def find_issuer(document: dict[str, Any]) -> str:
    """Give the identifier of the issuer, written alone or inside a profile."""
    issuer = document.get("issuer")
    found = issuer.get("id") if isinstance(issuer, dict) else issuer
    if not isinstance(found, str):
        raise CredentialError("The document names no issuer.", "2.1")
    return found


def _verify_proof(unsigned: dict[str, Any], proof: dict[str, Any], did: str) -> None:
    signature = _parse_proof(unsigned, proof, did)
    options = {name: value for name, value in proof.items() if name != "proofValue"}
    if proof["cryptosuite"] == RDFC and "@context" in unsigned:
        options["@context"] = unsigned["@context"]
    try:
        public = Ed25519PublicKey.from_public_bytes(parse_did_key(did))
        public.verify(signature, _compute_input(unsigned, options))
    except (InvalidSignature, ValueError) as error:
        raise CredentialProofError(
            f"The proof {proof['cryptosuite']} does not hold: the document was changed, or somebody else signed it."
        ) from error


def _parse_proof(unsigned: dict[str, Any], proof: dict[str, Any], did: str) -> bytes:
    """Give the signature of a proof that is written as 3.1 has it."""
    members = set(proof)
    if not _NEEDED <= members <= _NEEDED | _OPTIONAL:
        # A chain of proofs, or one for a time or a place, says something that no reader here would hold it to.
        raise CredentialError("A proof has a member too few, or one that is not known here.", "3.1")
    if proof["type"] != "DataIntegrityProof" or proof["proofPurpose"] != "assertionMethod":
        raise CredentialError("A proof is not a DataIntegrityProof for assertionMethod.", "3.1")
    if "created" in proof:
        parse_foreign_time(proof["created"], "3.1")
    if "@context" in proof and proof["@context"] != unsigned.get("@context"):
        # W3C lets a proof cover the first contexts alone; then the others would be unsigned.
        raise CredentialError("A proof names other contexts than the document.", "3.1")
    if proof["verificationMethod"] != build_verification_method(did):
        raise CredentialProofError("A proof was not made by the issuer.")
    return _parse_signature(proof["proofValue"])


def _parse_signature(text: object) -> bytes:
    if isinstance(text, str) and text.startswith("z") and len(text) <= _LONGEST_SIGNATURE:
        try:
            signature = base58.b58decode(text[1:])
        except ValueError:
            signature = b""
        if len(signature) == _SIGNATURE_SIZE and "z" + base58.b58encode(signature).decode() == text:
            return signature
    raise CredentialError("A proofValue is not the base58 of a signature.", "3.1")


def _list_proofs(document: dict[str, Any]) -> list[dict[str, Any]]:
    proofs = document.get("proof")
    found = [proofs] if isinstance(proofs, dict) else proofs
    if not isinstance(found, list) or not found:
        raise CredentialProofError("The document is not signed.")
    if len(found) > _MOST_PROOFS or not all(isinstance(proof, dict) for proof in found):
        raise CredentialError(f"The proofs are not a list of at most {_MOST_PROOFS}.", "3.1")
    return found


def _build_options(document: dict[str, Any], suite: str, did: str, created: str) -> dict[str, Any]:
    """Give the options as they are hashed: both suites then carry the contexts of the document."""
    context = {"@context": document["@context"]} if "@context" in document else {}
    return {**_build_written_options(document, suite, did, created), **context}


def _build_written_options(document: dict[str, Any], suite: str, did: str, created: str) -> dict[str, Any]:
    if suite not in SUITES:
        raise CredentialError("This kind of proof is not known here.", "3.1")
    parse_time(created, "3.1")
    context = {"@context": document["@context"]} if suite == JCS and "@context" in document else {}
    return {
        "type": "DataIntegrityProof",
        "cryptosuite": suite,
        "created": created,
        "verificationMethod": build_verification_method(did),
        "proofPurpose": "assertionMethod",
        **context,
    }


def _compute_input(unsigned: dict[str, Any], options: dict[str, Any]) -> bytes:
    encode = _ENCODINGS[options["cryptosuite"]]
    return hashlib.sha256(encode(options)).digest() + hashlib.sha256(encode(unsigned)).digest()


def _leave_out_proof(document: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in document.items() if name != "proof"}
